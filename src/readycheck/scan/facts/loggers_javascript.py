"""Structured loggers in JavaScript and TypeScript; the facts are those that `loggers_python` describes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.assignments import find_target
from readycheck.scan.facts.log_calls import find_log_use
from readycheck.scan.late import compile_late
from readycheck.scan.literals import find_argument, read_literal

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("logger-configured", "logger-used", "logger-obtained")
LANGUAGES = (Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = (
    "pino", "winston", "bunyan", "nestjs-pino", "nest-winston", "pino-http", "tslog", "fastify", "Fastify", "logger",
    "Logger", "log", "logging", "ConsoleLogger",
)  # fmt: skip
LEVELS = "trace|debug|info|warn|warning|error|fatal|log|http|verbose|silly|critical"
LOG_CALLS: dict[str, Any] = {
    "kind": "call_expression",
    "has": {
        "field": "function",
        "kind": "member_expression",
        "all": [
            {"has": {"field": "property", "regex": f"^({LEVELS})$"}},
            {"not": {"has": {"field": "object", "regex": "^console$"}}},
        ],
    },
}
# The dot stands first, so that the search skips from dot to dot.
LEVEL_CALL = compile_late(rf"\.(?<!\bconsole\.)(?<!\bconsole\?\.)(?:{LEVELS})\s*(?:\?\.\s*)?\(")
PINO = ("pino", "pino.pino", "pino.default")
WINSTON = ("winston.createLogger", "winston.default.createLogger")
BUNYAN = ("bunyan.createLogger", "bunyan.default.createLogger", "bunyan", "bunyan.default")
FASTIFY = ("fastify", "fastify.fastify", "fastify.default")
HTTP = ("pino-http", "pino-http.default", "pino-http.pinoHttp")
NEST: Mapping[str, str] = {
    "nestjs-pino.LoggerModule.forRoot": "nestjs-pino's LoggerModule",
    "nestjs-pino.LoggerModule.forRootAsync": "nestjs-pino's LoggerModule",
}
POWERTOOLS = ("@aws-lambda-powertools/logger.Logger",)
TSLOG = ("tslog.Logger",)
NEST_CONSOLE = ("@nestjs/common.ConsoleLogger",)
LIBRARIES = {
    "pino": "pino", "winston": "winston", "bunyan": "bunyan", "tslog": "tslog", "nestjs-pino": "nestjs-pino",
    "@aws-lambda-powertools/logger": "powertools", "@nestjs/common": "nestjs", "fastify": "fastify",
}  # fmt: skip
REQUEST_LOG = compile_late(
    r"^(?:req|request|reply|fastify|app|server|instance|this\.fastify|this\.app|ctx|c\.req)\.log$"
)
PLAIN_WINSTON = compile_late(r"\b(?:printf|simple|cli|prettyPrint)\s*\(")
JSON_WINSTON = compile_late(
    r"\bformat\.json\s*\(|(?<![\w.$])json\s*\(\s*\)|\blogstash\s*\(|ecsFormat\s*\(|"
    r"\bprintf\s*\([^=]{0,200}=>\s*(?:\{\s*return\s+)?JSON\.stringify\("
)
CONDITION = compile_late(r"NODE_ENV|isDev|isProd|dev|prod|pretty|\?|&&|\bif\b", re.IGNORECASE)


def collect(unit: Unit) -> Iterator[Fact]:
    """All logger facts of one module."""
    yield from find_pino(unit)
    yield from find_others(unit)
    yield from find_nest(unit)
    yield from find_uses(unit)


def configured(unit: Unit, call: SgNode, form: str, library: str, **more: Json) -> Fact:
    """A `logger-configured` fact; without more words the logger belongs to this module's variable."""
    users: list[Json] = [library]
    data: dict[str, Json] = {"form": form, "structured": True, "scope": "module", "users": users}
    return Fact(
        "logger-configured", unit.locate(call), {"library": library, "variable": find_target(call), **data, **more}
    )


def find_calls(unit: Unit, names: tuple[str, ...]) -> Iterator[SgNode]:
    """The calls of the named callables."""
    if not any(module in unit.text for module in list_modules(names)):
        return
    for reference in unit.find_references(names):
        if reference.call is not None:
            yield reference.call


@cache
def list_modules(names: tuple[str, ...]) -> frozenset[str]:
    """The first parts of names, which a module that uses one of them must spell out."""
    return frozenset(re.split(r"[.(]", name, maxsplit=1)[0] for name in names)


def find_pino(unit: Unit) -> Iterator[Fact]:
    """pino, pino-http, and the pino inside Fastify; only printing prettily without a condition spoils it."""
    for call in find_calls(unit, PINO):
        yield configured(unit, call, "pino", "pino", structured=not is_always_pretty(call))
    for call in find_calls(unit, HTTP):
        yield configured(unit, call, "pino-http", "pino", scope="library", users=["request-log", "pino-http"])
    for call in find_calls(unit, FASTIFY):
        logger = find_argument(call, "logger") or find_argument(call, "loggerInstance")
        if logger is not None and read_literal(logger) != (True, False):
            structured = not is_always_pretty(call)
            yield configured(
                unit,
                call,
                "Fastify's logger",
                "fastify",
                scope="library",
                users=["request-log", "fastify"],
                structured=structured,
            )


def is_always_pretty(call: SgNode) -> bool:
    """Whether a pino call writes for people in every environment: pino-pretty with no condition around it."""
    text = call.text()
    return "pino-pretty" in text and not CONDITION.search(text.replace("pino-pretty", ""))


def find_others(unit: Unit) -> Iterator[Fact]:
    """winston, bunyan, tslog and AWS Lambda Powertools."""
    for call in find_calls(unit, WINSTON):
        yield configured(unit, call, "winston", "winston", structured=is_json_winston(unit, call))
    for call in find_calls(unit, ("winston.configure", "winston.default.configure")):
        yield configured(unit, call, "winston", "winston", scope="library", structured=is_json_winston(unit, call))
    for call in find_calls(unit, BUNYAN):
        yield configured(unit, call, "bunyan", "bunyan")
    for call in find_calls(unit, TSLOG):
        kind = find_argument(call, "type")
        yield configured(
            unit, call, "tslog", "tslog", structured=kind is not None and read_literal(kind) == (True, "json")
        )
    for call in find_calls(unit, POWERTOOLS):
        yield configured(unit, call, "AWS Lambda Powertools", "powertools")


def is_json_winston(unit: Unit, call: SgNode) -> bool:
    """Whether a winston logger writes JSON: its default, unless the module only names formats for people.

    Formats are often given to transports that are added later, so the whole module is looked at.
    """
    if find_argument(call, "format") is None and not PLAIN_WINSTON.search(unit.text):
        return True
    return JSON_WINSTON.search(unit.text) is not None or not PLAIN_WINSTON.search(unit.text)


def find_nest(unit: Unit) -> Iterator[Fact]:
    """NestJS: nestjs-pino's module, nest-winston over a winston logger, the built-in logger in JSON mode."""
    for call in find_calls(unit, tuple(NEST)):
        structured = not is_always_pretty(call)
        users: list[Json] = ["nestjs", "nestjs-pino", "request-log"]
        yield configured(unit, call, "nestjs-pino", "nestjs-pino", scope="library", users=users, structured=structured)
    for call in find_calls(unit, NEST_CONSOLE):
        value = find_argument(call, "json")
        if value is not None and read_literal(value) == (True, True):
            yield configured(unit, call, "NestJS's logger in JSON mode", "nestjs", scope="library", users=["nestjs"])
    for call in find_calls(unit, ("nest-winston.WinstonModule.forRoot", "nest-winston.WinstonModule.createLogger")):
        structured = is_json_winston(unit, call)
        yield configured(
            unit, call, "nest-winston", "winston", scope="library", users=["nestjs"], structured=structured
        )


def find_uses(unit: Unit) -> Iterator[Fact]:
    """The module's log calls."""
    if LEVEL_CALL.search(unit.text) is None:
        return
    use = find_log_use(unit, LOG_CALLS, resolve_use)
    yield from use.facts


def resolve_use(unit: Unit, function: SgNode) -> tuple[set[str], set[str]]:
    """The libraries and the modules' names that a log call's receiver may come from."""
    names = unit.bindings.qualify(function)
    receiver = function.field("object")
    found = {library for name in names if (library := library_of(name))}
    others = {name.rpartition(".")[0] for name in names if is_module(name) and not library_of(name)}
    if receiver is not None and REQUEST_LOG.match(receiver.text()):
        found.add("request-log")
    return found, others


def library_of(name: str) -> str:
    """The logging library that a resolved name belongs to, or empty."""
    for module, library in LIBRARIES.items():
        if name.startswith((f"{module}.", f"{module}()")):
            return library
    return ""


def is_module(name: str) -> bool:
    """Whether a resolved name comes from a module of the project, relative or by a path alias."""
    return (
        name.startswith((".", "@/", "~/", "#", "src/", "@app/", "app/", "$lib/"))
        or re.match(r"^@?[\w-]+/.*log", name) is not None
    )
