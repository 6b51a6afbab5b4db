"""The clients that Python code makes, with the defaults of their libraries (as their documentation states them)."""

from __future__ import annotations

from collections.abc import Mapping

from readycheck.scan.outbound.limits import Client, Limit, expand

ANSWER = "an answer"
CONNECTION = "a connection"
STATEMENT = "a statement"
VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request")
SECONDS_OPENAI = 600.0
SECONDS_AIOHTTP = 300.0

REQUESTS = Client("requests", "http", (Limit(ANSWER, ("timeout",)),))
HTTPX = Client("httpx", "http", (Limit(ANSWER, ("timeout",), 5.0),))
HTTPX_CALL = Client("httpx", "http", (Limit(ANSWER, ("timeout",), 5.0),), quiet=True)
AIOHTTP = Client("aiohttp", "http", (Limit(ANSWER, ("timeout", "read_timeout"), SECONDS_AIOHTTP),))
AIOHTTP_CALL = Client("aiohttp", "http", (Limit(ANSWER, ("timeout",), SECONDS_AIOHTTP),), quiet=True)
URLOPEN = Client("urllib", "http", (Limit(ANSWER, ("timeout",), place=2),))
URLLIB3 = Client("urllib3", "http", (Limit(ANSWER, ("timeout",)),))
URLLIB3_CALL = Client("urllib3", "http", (Limit(ANSWER, ("timeout",)),), quiet=True)
HTTP_CLIENT = Client("http.client", "http", (Limit(ANSWER, ("timeout",), place=2),))
SOCKET = Client("socket", "http", (Limit(CONNECTION, ("timeout",), place=1),))
BOTO = Client("boto3", "http", (Limit(ANSWER, ("read_timeout",), 60.0),))
SMTP = Client("smtplib", "mail", (Limit(ANSWER, ("timeout",), place=3),))
SMTP_SSL = Client("smtplib", "mail", (Limit(ANSWER, ("timeout",)),))
AIOSMTP = Client("aiosmtplib", "mail", (Limit(ANSWER, ("timeout",), 60.0),))

OPENAI = Client("openai", "ai", (Limit(ANSWER, ("timeout",), SECONDS_OPENAI),), skip=("http_client",))
OPENAI_OLD = Client("openai", "ai", (Limit(ANSWER, ("request_timeout", "timeout"), SECONDS_OPENAI),))
ANTHROPIC = Client("anthropic", "ai", (Limit(ANSWER, ("timeout",), SECONDS_OPENAI),), skip=("http_client",))
LANGCHAIN_OPTIONS = ("timeout", "request_timeout", "default_request_timeout")
LANGCHAIN = Client(
    "langchain", "ai", (Limit(ANSWER, LANGCHAIN_OPTIONS, SECONDS_OPENAI),), skip=("http_client", "http_async_client")
)
LANGCHAIN_SHORT = Client("langchain", "ai", (Limit(ANSWER, LANGCHAIN_OPTIONS, 120.0),))
LITELLM = Client("litellm", "ai", (Limit(ANSWER, ("timeout", "request_timeout"), SECONDS_OPENAI),))
GROQ = Client("groq", "ai", (Limit(ANSWER, ("timeout",), 60.0),))
OLLAMA = Client("ollama", "ai", (Limit(ANSWER, ("timeout",)),))
COHERE = Client("cohere", "ai", (Limit(ANSWER, ("timeout",), SECONDS_AIOHTTP),))
HUGGINGFACE = Client("huggingface_hub", "ai", (Limit(ANSWER, ("timeout",)),))

LIBPQ = (
    Limit(CONNECTION, ("connect_timeout",)),
    Limit(STATEMENT, ("statement_timeout",)),
)
PSYCOPG = Client("psycopg", "database", LIBPQ)
ASYNCPG = Client(
    "asyncpg",
    "database",
    (Limit(CONNECTION, ("timeout",), 60.0), Limit(STATEMENT, ("command_timeout", "statement_timeout"))),
)
ENGINE = Client(
    "SQLAlchemy",
    "database",
    (
        Limit(CONNECTION, ("connect_timeout", "timeout", "login_timeout", "connection_timeout", "tcp_connect_timeout")),
        Limit(STATEMENT, ("statement_timeout", "command_timeout", "read_timeout", "max_execution_time")),
    ),
    skip=("creator", "async_creator", "poolclass"),
)
MYSQL = Client(
    "PyMySQL", "database", (Limit(CONNECTION, ("connect_timeout",), 10.0), Limit(STATEMENT, ("read_timeout",)))
)
MONGO = Client(
    "PyMongo",
    "database",
    (Limit(CONNECTION, ("serverSelectionTimeoutMS",), 30.0), Limit(ANSWER, ("timeoutMS", "socketTimeoutMS"))),
)
REDIS = Client(
    "redis",
    "redis",
    (Limit(ANSWER, ("socket_timeout",)), Limit(CONNECTION, ("socket_connect_timeout", "socket_timeout"))),
    skip=("connection_pool",),
)
REDIS_MODULES = (
    "redis",
    "redis.asyncio",
    "redis.client",
    "redis.asyncio.client",
    "aioredis",
    "valkey",
    "valkey.asyncio",
)
REDIS_NAMES = (
    *expand(REDIS_MODULES, ("Redis", "StrictRedis", "Valkey", "from_url", "ConnectionPool", "BlockingConnectionPool")),
    *expand(
        expand(REDIS_MODULES, ("Redis", "StrictRedis", "Valkey", "ConnectionPool", "BlockingConnectionPool")),
        ("from_url",),
    ),
)

LONG_MODELS = (
    *expand(("langchain_openai", "langchain_community.chat_models", "langchain.chat_models",
    "langchain_openai.chat_models"),
            ("ChatOpenAI", "AzureChatOpenAI", "ChatAnthropic")),
    *expand(("langchain_openai",), ("OpenAI", "AzureOpenAI", "OpenAIEmbeddings", "AzureOpenAIEmbeddings")),
    "langchain_anthropic.ChatAnthropic", "langchain_anthropic.chat_models.ChatAnthropic",
    "langchain.chat_models.init_chat_model", "langchain_openai.chat_models.base.ChatOpenAI",
    "langchain_google_genai.ChatGoogleGenerativeAI", "langchain_xai.ChatXAI", "langchain_deepseek.ChatDeepSeek",
)  # fmt: skip
OPENAI_CLASSES = ("OpenAI", "AsyncOpenAI", "AzureOpenAI", "AsyncAzureOpenAI", "Client", "AsyncClient")
ANTHROPIC_CLASSES = (
    "Anthropic", "AsyncAnthropic", "AnthropicBedrock", "AsyncAnthropicBedrock", "AnthropicVertex", "Client",
    "AsyncClient",
)  # fmt: skip

CLIENTS: Mapping[str, Client] = {
    **dict.fromkeys(expand(("requests", "requests.api"), VERBS), REQUESTS),
    **dict.fromkeys(
        expand(("requests.Session()", "requests.session()", "requests.sessions.Session()"), VERBS), REQUESTS
    ),
    **dict.fromkeys(expand(("httpx",), (*VERBS, "stream", "Client", "AsyncClient")), HTTPX),
    **dict.fromkeys(expand(("httpx.Client()", "httpx.AsyncClient()"), VERBS), HTTPX_CALL),
    "aiohttp.ClientSession": AIOHTTP,
    "aiohttp.request": AIOHTTP,
    **dict.fromkeys(expand(("aiohttp.ClientSession()",), (*VERBS, "ws_connect")), AIOHTTP_CALL),
    "urllib.request.urlopen": URLOPEN,
    "urllib2.urlopen": URLOPEN,
    **dict.fromkeys(expand(("urllib3",), ("PoolManager", "ProxyManager", "HTTPConnectionPool", "request")), URLLIB3),
    **dict.fromkeys(expand(("urllib3.PoolManager()", "urllib3.ProxyManager()"), ("request", "urlopen")), URLLIB3_CALL),
    **dict.fromkeys(expand(("http.client",), ("HTTPConnection", "HTTPSConnection")), HTTP_CLIENT),
    "socket.create_connection": SOCKET,
    **dict.fromkeys(("boto3.client", "boto3.resource", "aioboto3.client", "boto3.Session().client"), BOTO),
    "smtplib.SMTP": SMTP,
    "smtplib.SMTP_SSL": SMTP_SSL,
    **dict.fromkeys(("aiosmtplib.SMTP", "aiosmtplib.send"), AIOSMTP),
    **dict.fromkeys(expand(("openai",), OPENAI_CLASSES), OPENAI),
    **dict.fromkeys(expand(("openai",), ("ChatCompletion.create", "ChatCompletion.acreate")), OPENAI_OLD),
    **dict.fromkeys(expand(("anthropic",), ANTHROPIC_CLASSES), ANTHROPIC),
    **dict.fromkeys(LONG_MODELS, LANGCHAIN),
    "langchain_mistralai.ChatMistralAI": LANGCHAIN_SHORT,
    **dict.fromkeys(expand(("litellm",), ("completion", "acompletion", "embedding", "aembedding")), LITELLM),
    **dict.fromkeys(expand(("groq",), ("Groq", "AsyncGroq")), GROQ),
    **dict.fromkeys(expand(("ollama",), ("Client", "AsyncClient")), OLLAMA),
    **dict.fromkeys(expand(("cohere",), ("Client", "ClientV2", "AsyncClient", "AsyncClientV2")), COHERE),
    **dict.fromkeys(expand(("huggingface_hub",), ("InferenceClient", "AsyncInferenceClient")), HUGGINGFACE),
    **dict.fromkeys(
        expand(("psycopg_pool",), ("ConnectionPool", "AsyncConnectionPool", "NullConnectionPool")), PSYCOPG
    ),
    **dict.fromkeys(
        expand(("psycopg2.pool",), ("SimpleConnectionPool", "ThreadedConnectionPool", "PersistentConnectionPool")),
        PSYCOPG,
    ),
    **dict.fromkeys(expand(("asyncpg",), ("create_pool", "connect")), ASYNCPG),
    **dict.fromkeys(
        ("sqlalchemy.create_engine", "sqlalchemy.engine.create_engine", "sqlalchemy.ext.asyncio.create_async_engine"),
        ENGINE,
    ),
    **dict.fromkeys(("aiomysql.create_pool", "aiomysql.connect", "pymysql.connect"), MYSQL),
    **dict.fromkeys(
        ("pymongo.MongoClient", "pymongo.AsyncMongoClient", "motor.motor_asyncio.AsyncIOMotorClient"), MONGO
    ),
    **dict.fromkeys(REDIS_NAMES, REDIS),
}
"""Callable -> what it makes. Connections made one at a time (`psycopg.connect`) are not here: tools make them, too."""

ANCHORS = (
    "requests", "httpx", "aiohttp", "urlopen", "urllib3", "HTTPConnection", "HTTPSConnection", "create_connection",
    "boto3",
    "aioboto3", "smtplib", "aiosmtplib", "openai", "anthropic", "langchain_openai", "langchain_community",
    "chat_models",
    "langchain_anthropic", "langchain_google_genai", "langchain_xai", "langchain_deepseek", "langchain_mistralai",
    "litellm",
    "groq", "ollama", "cohere", "huggingface_hub", "psycopg_pool", "psycopg2", "asyncpg", "create_engine",
    "create_async_engine", "aiomysql", "pymysql", "MongoClient", "AsyncMongoClient", "AsyncIOMotorClient", "redis",
    "aioredis",
    "valkey", "setdefaulttimeout", "langgraph", "AgentExecutor",
)  # fmt: skip
