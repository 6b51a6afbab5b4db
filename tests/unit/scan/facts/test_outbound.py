from __future__ import annotations

import pytest

from readycheck.model.vocabulary import Language
from readycheck.scan.facts import outbound_javascript, outbound_python
from readycheck.scan.unit import Unit


def python(text: str) -> list[tuple[int, list[str], str]]:
    facts = [one for one in outbound_python.collect(Unit("app.py", Language.PYTHON, text)) if one.kind == "outbound"]
    return [(one.where.line, states(one.data["limits"]), str(one.data["deadline"])) for one in facts]


def script(text: str) -> list[tuple[int, list[str], str]]:
    unit = Unit("app.ts", Language.TYPESCRIPT, text)
    facts = [one for one in outbound_javascript.collect(unit) if one.kind == "outbound"]
    return [(one.where.line, states(one.data["limits"]), str(one.data["deadline"])) for one in facts]


def states(limits: object) -> list[str]:
    assert isinstance(limits, list)
    return [row[1] for row in limits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import requests\nrequests.get(u)\n", ["missing"]),
        ("import requests\nrequests.get(u, timeout=5)\n", ["set"]),
        ("import requests\nrequests.get(u, timeout=0)\n", ["off"]),
        ("import requests\ndef f(**more):\n    requests.get(u, **more)\n", ["unknown"]),
        ("import requests\nmore = {'timeout': 3}\nrequests.get(u, **more)\n", ["set"]),
        ("import requests\nmore = {'stream': True}\nrequests.get(u, **more)\n", ["missing"]),
        ("import requests\nmore = {}\nmore['timeout'] = 3\nrequests.get(u, **more)\n", ["set"]),
        ("import requests\nmore = {}\nmore.update(given)\nrequests.get(u, **more)\n", ["unknown"]),
        ("import httpx\nhttpx.Client()\n", ["default"]),
        ("import openai\nopenai.OpenAI()\n", ["long"]),
        ("from openai import OpenAI\nc = OpenAI()\nc.chat.completions.create(timeout=5)\n", ["set"]),
        ("from urllib.request import urlopen\nurlopen(u, None, 5)\n", ["set"]),
        ("from sqlalchemy import create_engine\ncreate_engine(u)\n", ["missing", "missing"]),
        (
            ("from sqlalchemy import create_engine\nargs = {}\nargs['connect_timeout'] = 3\n"
            "args['options'] = '-c statement_timeout=5'\ncreate_engine(u, connect_args=args)\n"),
            ["set", "set"],
        ),
        (
            "from psycopg_pool import ConnectionPool\nfrom x import make\nConnectionPool(make())\n",
            ["unknown", "unknown"],
        ),
    ],
)  # fmt: skip
def test_python_limits(text: str, expected: list[str]) -> None:
    assert [found[1] for found in python(text)] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "import httpx\ndef f(client: httpx.Client):\n    client.get(u)\n",
        "from sqlalchemy import create_engine\ncreate_engine('sqlite://')\n",
        "from redis import Redis\nRedis(connection_pool=pool)\n",
        "from openai import OpenAI\nOpenAI(http_client=own)\n",
        "import requests\nif __name__ == '__main__':\n    requests.get(u)\n",
        "def get(u): ...\nget(u)\n# requests.get(u)\n",
    ],
)
def test_python_says_nothing_where_somebody_else_sets_the_limit(text: str) -> None:
    assert python(text) == []


@pytest.mark.parametrize(
    ("text", "deadline"),
    [
        ("async def f():\n    async with asyncio.timeout(3):\n        requests.get(u)\n", "asyncio.timeout(3)"),
        ("async def f():\n    async with asyncio.timeout(None):\n        requests.get(u)\n", ""),
        (
            "def _f():\n    requests.get(u)\nasync def g():\n    await asyncio.wait_for(_f(), 3)\n",
            "asyncio.wait_for(_f(), 3)",
        ),
        ("def f():\n    requests.get(u)\nasync def g():\n    await asyncio.wait_for(f(), 3)\n", ""),
        ("def _f():\n    requests.get(u)\nasync def g():\n    await asyncio.wait_for(_f(), 3)\n    _f()\n", ""),
        (
            ("async def _f():\n    requests.get(u)\nasync def g():\n    task = asyncio.create_task(_f())\n"
            "    await asyncio.wait((task,), timeout=2)\n"),
            "asyncio.wait((task,), timeout=2)",
        ),
    ],
)  # fmt: skip
def test_python_deadlines(text: str, deadline: str) -> None:
    assert [found[2] for found in python(f"import asyncio\nimport requests\n{text}")] == [deadline]


def test_a_limit_that_is_handed_over_as_none_is_off_unless_the_file_has_a_deadline() -> None:
    text = "from redis import Redis\ndef connect(t):\n    return Redis.from_url(u, socket_timeout=t)\nconnect(t=None)\n"
    assert python(text) == [(3, ["off", "off"], "")]
    text += "import asyncio\nasync def call(f):\n    async with asyncio.timeout(1):\n        await f()\n"
    assert python(text) == [(3, ["off", "off"], "asyncio.timeout(1)")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fetch(u)", ["missing"]),
        ("fetch(u, { signal: AbortSignal.timeout(5) })", ["set"]),
        ("fetch(u, { signal: request.signal })", ["unknown"]),
        ("const init = { method: 'POST' }; fetch(u, init)", ["missing"]),
        ("fetch(u, init)", ["unknown"]),
        ("fetch(request)", ["unknown"]),
        ("import axios from 'axios'; axios.post(u, body)", ["missing"]),
        ("import axios from 'axios'; axios.post(u, body, { timeout: 5 })", ["set"]),
        ("import axios from 'axios'; axios(config)", ["unknown"]),
        ("import https from 'node:https'; const r = https.get(u); r.setTimeout(5)", ["set"]),
        ("import agent from 'superagent'; agent.get(u).timeout(5)", ["set"]),
        ("import { Pool } from 'pg'; new Pool({ ...given })", ["unknown", "unknown"]),
        ("import { Pool } from 'pg'; new Pool({ query_timeout: 5 })", ["missing", "set"]),
        ("import OpenAI from 'openai'; new OpenAI({ timeout: 5 })", ["set"]),
        ("import OpenAI from 'openai'; const c = new OpenAI(); c.chat.completions.create({}, { timeout: 5 })", ["set"]),
        ("import { ChatOpenAI } from '@langchain/openai'; new ChatOpenAI({ configuration: { timeout: 5 } })", ["set"]),
    ],
)
def test_script_limits(text: str, expected: list[str]) -> None:
    assert [found[1] for found in script(text)] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "fetch('/api/users')",
        "fetch(`/api/${id}`)",
        "function fetch(u) {}\nfetch(u)",
        "app.fetch(u)",
        "window.open(u)\nfetch(u)",
    ],
)
def test_script_says_nothing_of_what_only_a_page_can_ask(text: str) -> None:
    assert script(text) == []


@pytest.mark.parametrize(
    ("text", "deadline"),
    [
        ("Promise.race([fetch(u), new Promise((_, no) => setTimeout(no, 5))])", True),
        ("Promise.race([fetch(u), fetch(v, { signal: AbortSignal.timeout(5) })])", True),
        ("withTimeout(fetch(u), 5)", True),
        ("function withTimeout(p) { return p }\nwithTimeout(fetch(u), 5)", False),
        ("setTimeout(() => fetch(u), 5)", False),
    ],
)
def test_script_deadlines(text: str, deadline: bool) -> None:  # noqa: FBT001 - the expected answer
    assert bool(script(text)[0][2]) is deadline


def test_a_limit_for_the_whole_process() -> None:
    facts = outbound_python.collect(Unit("a.py", Language.PYTHON, "import socket\nsocket.setdefaulttimeout(5)\n"))
    assert [(one.kind, one.data["form"]) for one in facts] == [("outbound-default", "socket.setdefaulttimeout")]
    text = "import axios from 'axios'\naxios.defaults.timeout = 5\n"
    found = outbound_javascript.collect(Unit("a.ts", Language.TYPESCRIPT, text))
    assert [(one.kind, one.data["libraries"]) for one in found] == [("outbound-default", ["axios"])]


def test_runs_of_graphs() -> None:
    text = "import { StateGraph } from '@langchain/langgraph'\nconst g = new StateGraph(S).compile()\ng.invoke(x)\n"
    assert script(text) == [(3, ["missing"], "")]
    assert script(text.replace("invoke(x)", "invoke(x, { signal })")) == [(3, ["unknown"], "")]
