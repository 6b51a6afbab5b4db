"""Timeouts for the clients of JavaScript and TypeScript code."""

from __future__ import annotations

import pytest

from tests.unit.fix.others import fix

RULES = (
    "http-call-without-timeout", "ai-client-without-timeout", "database-without-timeout", "redis-without-timeout",
    "ai-run-without-deadline",
)  # fmt: skip
SIGNAL = "signal: AbortSignal.timeout(30_000)"
GIVEN = {
    "await fetch(url);\n": f"await fetch(url, {{ {SIGNAL} }});\n",
    "await fetch(url, { method: 'POST' });\n": f"await fetch(url, {{ method: 'POST', {SIGNAL} }});\n",
    "await fetch(url, {\n  method: 'POST',\n});\n": f"await fetch(url, {{\n  method: 'POST',\n  {SIGNAL},\n}});\n",
    "import axios from 'axios';\nawait axios.get(url);\n": (
        "import axios from 'axios';\nawait axios.get(url, { timeout: 30_000 });\n"
    ),
    "import axios from 'axios';\nawait axios.post(url);\n": (
        "import axios from 'axios';\nawait axios.post(url, undefined, { timeout: 30_000 });\n"
    ),
    "import axios from 'axios';\nawait axios({ url });\n": (
        "import axios from 'axios';\nawait axios({ url, timeout: 30_000 });\n"
    ),
    "import axios from 'axios';\nconst api = axios.create();\n": (
        "import axios from 'axios';\nconst api = axios.create({ timeout: 30_000 });\n"
    ),
    "import got from 'got';\nawait got(url);\n": (
        "import got from 'got';\nawait got(url, { timeout: { request: 30_000 } });\n"
    ),
    "const superagent = require('superagent');\nsuperagent.get(url).send();\n": (
        "const superagent = require('superagent');\nsuperagent.get(url).timeout(30_000).send();\n"
    ),
    "const https = require('https');\nhttps.get('https://x', (a) => a).on('error', stop);\n": (
        f"const https = require('https');\nhttps.get('https://x', {{ {SIGNAL} }}, (a) => a).on('error', stop);\n"
    ),
    "import OpenAI from 'openai';\nconst ai = new OpenAI;\n": (
        "import OpenAI from 'openai';\nconst ai = new OpenAI({ timeout: 30_000 });\n"
    ),
    "import { ChatAnthropic } from '@langchain/anthropic';\nnew ChatAnthropic({ model });\n": (
        "import { ChatAnthropic } from '@langchain/anthropic';\n"
        "new ChatAnthropic({ model, clientOptions: { timeout: 30_000 } });\n"
    ),
    "import { generateText } from 'ai';\nawait generateText({ model });\n": (
        "import { generateText } from 'ai';\nawait generateText({ model, abortSignal: AbortSignal.timeout(30_000) });\n"
    ),
    "import pg from 'pg';\nconst pool = new pg.Pool();\n": (
        "import pg from 'pg';\n"
        "const pool = new pg.Pool({ connectionTimeoutMillis: 30_000, statement_timeout: 30_000 });\n"
    ),
    "import pg from 'pg';\nconst pool = new pg.Pool({ connectionTimeoutMillis: 5 });\n": (
        "import pg from 'pg';\nconst pool = new pg.Pool({ connectionTimeoutMillis: 5, statement_timeout: 30_000 });\n"
    ),
    "import mongoose from 'mongoose';\nmongoose.connect(url);\n": (
        "import mongoose from 'mongoose';\nmongoose.connect(url, { socketTimeoutMS: 30_000 });\n"
    ),
    "import Redis from 'ioredis';\nconst r = new Redis(6379, 'host');\n": (
        "import Redis from 'ioredis';\nconst r = new Redis(6379, 'host', { commandTimeout: 30_000 });\n"
    ),
}
REFUSED = {
    "const options = { method: 'POST' };\nfetch(url, options);\n": "options-elsewhere",
    "const more = { method: 'POST' };\nfetch(url, { ...more });\n": "may-be-given-already",
    "async function f() {\n  const a = await fetch(url);\n  a.body.getReader();\n}\n": "answer-streams",
    "import { streamText } from 'ai';\nstreamText({ model });\n": "answer-streams",
    "const https = require('https');\nhttps.get(url, (a) => a);\n": "error-unhandled",
    "const https = require('https');\nhttps.get(url, (a) => a).on('error', stop);\n": "options-elsewhere",
    "import pg from 'pg';\nconst pool = new pg.Pool({ statement_timeout: 0 });\n": "limit-switched-off",
    "import Redis from 'ioredis';\nnew Redis(url, { maxRetriesPerRequest: null });\n": "blocking-commands",
    "import Redis from 'ioredis';\nconst r = new Redis();\nr.subscribe('x');\n": "blocking-commands",
}


@pytest.mark.parametrize("name", ["app.mjs", "app.ts"])
@pytest.mark.parametrize(("before", "after"), GIVEN.items())
def test_a_client_is_given_a_limit(before: str, after: str, name: str) -> None:
    result = fix({name: before}, *RULES)

    assert result.text == after
    assert result.said == ["unsafe may-take-longer"]


@pytest.mark.parametrize(("before", "reason"), REFUSED.items())
def test_a_client_is_left_as_it_is(before: str, reason: str) -> None:
    result = fix({"app.js": before}, *RULES)

    assert result.changed == {}
    assert result.said == [f"refused {reason}"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("package.json", '{"engines": {"node": "16.x"}}', "refused node-too-old"),
        ("package.json", '{"engines": {"node": ">=16"}}', "unsafe may-take-longer"),
        ("Dockerfile", "FROM node:14-alpine\n", "refused node-too-old"),
        ("Dockerfile", "FROM node:20-alpine\n", "unsafe may-take-longer"),
    ],
)
def test_a_signal_needs_a_node_that_knows_it(name: str, text: str, said: str) -> None:
    assert fix({"app.js": "fetch(url);\n", name: text}, *RULES).said == [said]
