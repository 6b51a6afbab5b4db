"""Timeouts for the clients of Python code."""

from __future__ import annotations

import pytest

from tests.unit.fix.others import fix

RULES = (
    "http-call-without-timeout", "ai-client-without-timeout", "database-without-timeout", "redis-without-timeout",
)  # fmt: skip
GIVEN = {
    "import requests\nrequests.get(url)\n": "import requests\nrequests.get(url, timeout=30)\n",
    "from requests import get as load\nload(url)\n": "from requests import get as load\nload(url, timeout=30)\n",
    "import requests\nrequests.get(url, stream=True)\n": (
        "import requests\nrequests.get(url, stream=True, timeout=30)\n"
    ),
    "import requests\ns = requests.Session()\ns.post(u, json=x)\n": (
        "import requests\ns = requests.Session()\ns.post(u, json=x, timeout=30)\n"
    ),
    "from urllib.request import urlopen\nurlopen(url, data)\n": (
        "from urllib.request import urlopen\nurlopen(url, data, timeout=30)\n"
    ),
    "import smtplib\nsmtplib.SMTP(host, 25)\n": "import smtplib\nsmtplib.SMTP(host, 25, timeout=30)\n",
    "import openai\nopenai.ChatCompletion.create(model=m)\n": (
        "import openai\nopenai.ChatCompletion.create(model=m, request_timeout=30)\n"
    ),
    "from openai import OpenAI\nclient = OpenAI()\n": "from openai import OpenAI\nclient = OpenAI(timeout=30)\n",
    "from anthropic import Anthropic\nclient = Anthropic(api_key=k)\n": (
        "from anthropic import Anthropic\nclient = Anthropic(api_key=k, timeout=30)\n"
    ),
    "import aiohttp\ns = aiohttp.ClientSession()\n": (
        "import aiohttp\ns = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))\n"
    ),
    "from aiohttp import ClientSession\ns = ClientSession()\n": (
        "from aiohttp import ClientSession, ClientTimeout\ns = ClientSession(timeout=ClientTimeout(total=30))\n"
    ),
    "from aiohttp import ClientSession as S, ClientTimeout as T\ns = S()\n": (
        "from aiohttp import ClientSession as S, ClientTimeout as T\ns = S(timeout=T(total=30))\n"
    ),
    "import redis\nr = redis.Redis(host='h')\n": (
        "import redis\nr = redis.Redis(host='h', socket_timeout=30, socket_connect_timeout=30)\n"
    ),
    "import asyncpg\np = asyncpg.create_pool(url)\n": (
        "import asyncpg\np = asyncpg.create_pool(url, command_timeout=30)\n"
    ),
    "from pymongo import MongoClient\nc = MongoClient(url)\n": (
        "from pymongo import MongoClient\nc = MongoClient(url, socketTimeoutMS=30000)\n"
    ),
    "from psycopg_pool import ConnectionPool\np = ConnectionPool(url, kwargs={'autocommit': True})\n": (
        "from psycopg_pool import ConnectionPool\np = ConnectionPool(url, kwargs={'autocommit': True, "
        "'connect_timeout': 30, 'options': '-c statement_timeout=30000'})\n"
    ),
    "from psycopg2.pool import ThreadedConnectionPool\np = ThreadedConnectionPool(1, 5, dsn)\n": (
        "from psycopg2.pool import ThreadedConnectionPool\np = ThreadedConnectionPool(1, 5, dsn, connect_timeout=30, "
        'options="-c statement_timeout=30000")\n'
    ),
    "from sqlalchemy import create_engine\ne = create_engine('postgresql+psycopg://db')\n": (
        "from sqlalchemy import create_engine\ne = create_engine('postgresql+psycopg://db', connect_args="
        "{'connect_timeout': 30, 'options': '-c statement_timeout=30000'})\n"
    ),
    "from sqlalchemy.ext.asyncio import create_async_engine\ne = create_async_engine('postgresql+asyncpg://db')\n": (
        "from sqlalchemy.ext.asyncio import create_async_engine\ne = create_async_engine('postgresql+asyncpg://db', "
        "connect_args={'timeout': 30, 'command_timeout': 30})\n"
    ),
}
REFUSED = {
    "import requests\nrequests.get(url, timeout=None)\n": "limit-switched-off",
    "import requests\nargs = {'a': 1}\nrequests.get(url, **args)\n": "may-be-given-already",
    "import aiohttp\n\nasync def f():\n    s = aiohttp.ClientSession()\n    await s.ws_connect(u)\n": (
        "answer-streams"
    ),
    "import redis\nr = redis.Redis()\nr.blpop('jobs')\n": "blocking-commands",
    "import redis\nr = redis.Redis()\np = r.pubsub()\n": "blocking-commands",
    "import rq\nimport redis\nr = redis.from_url(u)\n": "blocking-commands",
    "from sqlalchemy import create_engine\ne = create_engine(settings.url)\n": "driver-unknown",
    "from sqlalchemy import create_engine\nLOCAL = 'sqlite:///x.db'\ne = create_engine(settings.url)\n": (
        "may-be-sqlite"
    ),
    "from psycopg_pool import ConnectionPool\np = ConnectionPool(url, kwargs=more)\nmore = {'a': 1}\n": (
        "options-elsewhere"
    ),
    "from psycopg2.pool import ThreadedConnectionPool\np = ThreadedConnectionPool(1, 5, dsn, options='-c x=1')\n": (
        "options-given"
    ),
    "import asyncpg\nURL = 'postgres://db:6543/x'\np = asyncpg.create_pool(URL)\n": "pooler-in-front",
    "import aiomysql\np = aiomysql.create_pool(host=h)\n": "no-such-option",
}


@pytest.mark.parametrize(("before", "after"), GIVEN.items())
def test_a_client_is_given_a_limit(before: str, after: str) -> None:
    result = fix({"app.py": before}, *RULES)

    assert result.text == after
    assert result.said == ["unsafe may-take-longer"]


@pytest.mark.parametrize(("before", "reason"), REFUSED.items())
def test_a_client_is_left_as_it_is(before: str, reason: str) -> None:
    result = fix({"app.py": before}, *RULES)

    assert result.changed == {}
    assert f"refused {reason}" in result.said


def test_the_driver_is_the_only_one_that_is_declared() -> None:
    code = "from sqlalchemy import create_engine\ne = create_engine(settings.url)\n"

    one = fix({"app.py": code, "requirements.txt": "sqlalchemy\npsycopg2-binary\n"}, *RULES)
    two = fix({"app.py": code, "requirements.txt": "sqlalchemy\npsycopg2-binary\npymysql\n"}, *RULES)

    assert '"options": "-c statement_timeout=30000"' in one.text
    assert two.said == ["refused driver-unknown"]


def test_nothing_is_written_without_being_asked_for() -> None:
    assert fix({"app.py": "import requests\nrequests.get(url)\n"}, *RULES, unsafe=False).changed == {}


def test_the_limit_is_the_configured_one() -> None:
    result = fix({"app.py": "import requests\nrequests.get(url)\n"}, *RULES, seconds=2.5)

    assert result.text.endswith("requests.get(url, timeout=2.5)\n")
