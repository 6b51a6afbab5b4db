from __future__ import annotations

import pytest

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language
from readycheck.scan.facts import loggers_javascript, loggers_python
from readycheck.scan.unit import Unit


def python(text: str) -> list[Fact]:
    return list(loggers_python.collect(Unit("app/log.py", Language.PYTHON, text)))


def script(text: str) -> list[Fact]:
    return list(loggers_javascript.collect(Unit("src/log.ts", Language.TYPESCRIPT, text)))


def setups(facts: list[Fact]) -> list[tuple[int, object, object]]:
    return [
        (one.where.line, one.data["library"], one.data["structured"])
        for one in facts
        if one.kind == "logger-configured"
    ]


def uses(facts: list[Fact]) -> list[tuple[object, object]]:
    return [(one.data["libraries"], one.data["specifiers"]) for one in facts if one.kind == "logger-used"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "import structlog\nstructlog.configure(processors=[structlog.processors.JSONRenderer()])\n",
            [(2, "structlog", True)],
        ),
        (
            "import structlog\nstructlog.configure(processors=[structlog.dev.ConsoleRenderer()])\n",
            [(2, "structlog", False)],
        ),
        (
            "import structlog\nfrom app.log import chain\nstructlog.configure(processors=chain)\n",
            [(3, "structlog", None)],
        ),
        (
            "import structlog\nstructlog.configure(cache_logger_on_first_use=True)\n",
            [(2, "structlog", False)],
        ),
        ("from loguru import logger\nlogger.add('x', serialize=True)\n", [(2, "loguru", True)]),
        ("from loguru import logger\nlogger.add('x')\n", []),
        (
            "import json\nfrom loguru import logger\ndef sink(m):\n    print(json.dumps(m))\nlogger.add(sink)\n",
            [(5, "loguru", True)],
        ),
        (
            "from pythonjsonlogger import jsonlogger as j\nf = j.JsonFormatter()\nhandler.setFormatter(f)\n",
            [(3, "logging", True)],
        ),
        ("import logging\nhandler.setFormatter(logging.Formatter('%(message)s'))\n", []),
        ("from app.logs import Json\nhandler.setFormatter(Json())\n", [(2, "logging", None)]),
        ("LOGGING = {'formatters': {'a': {'()': 'pythonjsonlogger.json.JsonFormatter'}}}\n", [(1, "logging", True)]),
        ("LOGGING = {'formatters': {'a': {'()': 'uvicorn.logging.DefaultFormatter'}}}\n", []),
        ("# structlog.configure()\nx = 'logger.add(serialize=True)'\n", []),
    ],
)  # fmt: skip
def test_python_setups(text: str, expected: list[tuple[int, str, bool | None]]) -> None:
    assert setups(python(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import logging\nlog = logging.getLogger(__name__)\nlog.info('x')\n", [(["logging"], [])]),
        (("import logging\nclass A:\n    def __init__(self):\n        self.logger = logging.getLogger()\n"
         "    def run(self):\n        self.logger.error('x')\n"), [(["logging"], [])]),
        ("from loguru import logger\nlogger.bind(a=1).info('x')\n", [(["loguru"], [])]),
        ("from app.core.log import logger\nlogger.info('x')\n", [([], ["app.core.log.logger"])]),
        ("from .log import get_logger\nlog = get_logger()\nlog.info('x')\n", [([], [".log.get_logger()"])]),
        ("import logging\nlogging.getLogger(__name__)\n", []),
        ("# log.info('x')\n'''log.info('x')'''\n", []),
        ("def f(log):\n    log.info('x')\n", []),
    ],
)  # fmt: skip
def test_python_uses(text: str, expected: list[tuple[list[str], list[str]]]) -> None:
    assert uses(python(text)) == expected


def test_a_module_that_only_obtains_a_logger_says_so() -> None:
    (fact,) = python("import structlog\n\ndef get_logger(name):\n    return structlog.get_logger(name)\n")
    assert (fact.kind, fact.data) == ("logger-obtained", {"libraries": ["structlog"]})


def test_formatters_of_the_project() -> None:
    text = (
        "import json, logging\nfrom pythonjsonlogger.json import JsonFormatter\n"
        "class A(logging.Formatter):\n    def format(self, r):\n        return json.dumps({})\n"
        "class B(JsonFormatter):\n    pass\n"
        "class C(A):\n    def format(self, r):\n        return json.dumps({'c': 1})\n"
        "class D(logging.Formatter):\n    def format(self, r):\n        return 'text'\n"
    )
    assert [fact.data["name"] for fact in python(text) if fact.kind == "formatter-defined"] == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import pino from 'pino'\nexport const log = pino()\n", [(2, "pino", True)]),
        ("import pino from 'pino'\nconst log = pino({ transport: { target: 'pino-pretty' } })\n", [(2, "pino", False)]),
        (
            "import pino from 'pino'\nconst log = pino({ transport: isDev ? { target: 'pino-pretty' } : undefined })\n",
            [(2, "pino", True)],
        ),
        ("import winston from 'winston'\nwinston.createLogger()\n", [(2, "winston", True)]),
        (
            "import winston from 'winston'\nwinston.createLogger({ format: winston.format.simple() })\n",
            [(2, "winston", False)],
        ),
        (
            ("import { createLogger, format } from 'winston'\n"
            "createLogger({ format: format.printf((i) => `${i.level} ${JSON.stringify(i)}`) })\n"),
            [(2, "winston", False)],
        ),
        (
            ("import { createLogger, format } from 'winston'\n"
            "createLogger({ format: format.printf((i) => JSON.stringify(i)) })\n"),
            [(2, "winston", True)],
        ),
        ("import Fastify from 'fastify'\nFastify({ logger: true })\n", [(2, "fastify", True)]),
        ("import Fastify from 'fastify'\nFastify({ logger: false })\n", []),
        ("import Fastify from 'fastify'\nFastify()\n", []),
        ("import bunyan from 'bunyan'\nbunyan.createLogger({ name: 'a' })\n", [(2, "bunyan", True)]),
        (
            "import { ConsoleLogger } from '@nestjs/common'\nnew ConsoleLogger({ json: true })\n",
            [(2, "nestjs", True)],
        ),
        ("import { pino } from './fake'\npino()\n", []),
    ],
)  # fmt: skip
def test_javascript_setups(text: str, expected: list[tuple[int, str, bool]]) -> None:
    assert setups(script(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import pino from 'pino'\nconst log = pino()\nlog.info('x')\n", [(["pino"], [])]),
        ("import log from './log'\nlog.error('x')\n", [([], ["./log"])]),
        ("import { logger } from '@/utils/logger'\nlogger.warn('x')\n", [([], ["@/utils/logger.logger"])]),
        ("app.get('/', (req) => { req.log.info('x') })\n", [(["request-log"], [])]),
        (
            ("import { Logger } from '@nestjs/common'\nclass A {\n  private readonly logger = new Logger(A.name)\n"
            "  run() { this.logger.log('x') }\n}\n"),
            [(["nestjs"], [])],
        ),
        ("console.log('x')\nMath.log(2)\n", []),
        ("import toast from 'toast'\ntoast.error('x')\n", []),
    ],
)  # fmt: skip
def test_javascript_uses(text: str, expected: list[tuple[list[str], list[str]]]) -> None:
    assert uses(script(text)) == expected
