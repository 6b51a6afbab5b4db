"""The clients that JavaScript and TypeScript code makes, with the defaults of their libraries."""

from __future__ import annotations

from collections.abc import Mapping

from readycheck.scan.outbound.limits import Client, Limit, expand

ANSWER = "an answer"
CONNECTION = "a connection"
STATEMENT = "a statement"
VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request")
SECONDS_SDK = 600.0

FETCH = Client("fetch", "http", (Limit(ANSWER, ("signal", "timeout", "dispatcher")),))
UNDICI = Client("undici", "http", (Limit(ANSWER, ("headersTimeout", "signal", "dispatcher"), 300.0),))
AXIOS = Client("axios", "http", (Limit(ANSWER, ("timeout", "signal", "cancelToken")),))
GOT = Client("got", "http", (Limit(ANSWER, ("timeout", "signal")),))
SUPERAGENT = Client("superagent", "http", (Limit(ANSWER, ("timeout",)),))
REQUEST = Client("request", "http", (Limit(ANSWER, ("timeout",)),))
NODE_HTTP = Client("Node.js", "http", (Limit(ANSWER, ("timeout", "signal")),))

OPENAI = Client("openai", "ai", (Limit(ANSWER, ("timeout",), SECONDS_SDK),))
ANTHROPIC = Client("@anthropic-ai/sdk", "ai", (Limit(ANSWER, ("timeout",), SECONDS_SDK),))
LANGCHAIN = Client("LangChain", "ai", (Limit(ANSWER, ("timeout",), SECONDS_SDK),))
VERCEL = Client("ai", "ai", (Limit(ANSWER, ("abortSignal", "timeout")),))

PG = Client(
    "pg",
    "database",
    (Limit(CONNECTION, ("connectionTimeoutMillis",)), Limit(STATEMENT, ("statement_timeout", "query_timeout"))),
)
MONGOOSE = Client(
    "mongoose",
    "database",
    (Limit(CONNECTION, ("serverSelectionTimeoutMS",), 30.0), Limit(ANSWER, ("socketTimeoutMS", "timeoutMS"))),
)
IOREDIS = Client(
    "ioredis", "redis", (Limit(CONNECTION, ("connectTimeout",), 10.0), Limit("a command", ("commandTimeout",)))
)
NODE_REDIS = Client("redis", "redis", (Limit(CONNECTION, ("connectTimeout",), 5.0),))
MAIL = Client("nodemailer", "mail", (Limit(ANSWER, ("socketTimeout",), SECONDS_SDK),))

LANGCHAIN_MODELS = (
    *expand(("@langchain/openai",), ("ChatOpenAI", "OpenAI", "AzureChatOpenAI", "OpenAIEmbeddings",
    "AzureOpenAIEmbeddings")),
    "@langchain/anthropic.ChatAnthropic",
    "langchain/chat_models/openai.ChatOpenAI",
    "langchain/llms/openai.OpenAI",
    "langchain/chat_models/anthropic.ChatAnthropic",
)  # fmt: skip

CLIENTS: Mapping[str, Client] = {
    **dict.fromkeys(
        ("globalThis.fetch", "node-fetch", "node-fetch.default", "cross-fetch", "cross-fetch.fetch",
        "cross-fetch.default",
         "isomorphic-fetch", "isomorphic-unfetch", "undici.fetch"),
        FETCH,
    ),
    **dict.fromkeys(("undici.request", "undici.stream"), UNDICI),
    **dict.fromkeys(("axios", "axios.default", "axios.create", "axios.default.create"), AXIOS),
    **dict.fromkeys(expand(("axios", "axios.default"), VERBS), AXIOS),
    **dict.fromkeys(("got", "got.default", "got.got", "got.extend", "got.default.extend"), GOT),
    **dict.fromkeys(expand(("got", "got.default"), ("get", "post", "put", "patch", "delete", "head", "stream")), GOT),
    **dict.fromkeys(expand(("superagent", "superagent.default"), ("get", "post", "put", "patch",
    "delete")), SUPERAGENT),
    **dict.fromkeys(("request", "request-promise", "request-promise-native"), REQUEST),
    **dict.fromkeys(expand(("request", "request-promise"), ("get", "post", "put", "delete")), REQUEST),
    **dict.fromkeys(expand(("http", "https", "node:http", "node:https"), ("request", "get")), NODE_HTTP),
    **dict.fromkeys(("openai", "openai.default", "openai.OpenAI", "openai.AzureOpenAI"), OPENAI),
    **dict.fromkeys(expand(("@anthropic-ai/sdk",), ("default", "Anthropic")), ANTHROPIC),
    "@anthropic-ai/sdk": ANTHROPIC,
    **dict.fromkeys(LANGCHAIN_MODELS, LANGCHAIN),
    **dict.fromkeys(expand(("ai",), ("generateText", "streamText", "generateObject", "streamObject")), VERCEL),
    **dict.fromkeys(("pg.Pool", "pg.default.Pool", "pg-pool", "pg-pool.default"), PG),
    **dict.fromkeys(("mongoose.connect", "mongoose.default.connect", "mongoose.createConnection",
    "mongodb.MongoClient"), MONGOOSE),
    **dict.fromkeys(("ioredis", "ioredis.default", "ioredis.Redis"), IOREDIS),
    **dict.fromkeys(("redis.createClient", "redis.default.createClient"), NODE_REDIS),
    **dict.fromkeys(("nodemailer.createTransport", "nodemailer.default.createTransport"), MAIL),
}  # fmt: skip

ANCHORS = (
    "fetch", "node-fetch", "cross-fetch", "undici", "axios", "got", "superagent", "request-promise", "request", "https",
    "http", "openai", "OpenAI", "Anthropic", "ChatAnthropic", "ChatOpenAI", "AzureChatOpenAI", "OpenAIEmbeddings",
    "generateText", "streamText", "generateObject", "streamObject", "Pool", "pg-pool", "mongoose", "MongoClient",
    "ioredis",
    "createClient", "nodemailer", "langgraph", "AgentExecutor",
)  # fmt: skip
