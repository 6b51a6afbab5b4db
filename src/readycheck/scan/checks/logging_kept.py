"""Whether requests and errors are logged wherever the service runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

from readycheck.model.evidence import Fact, Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.late import compile_late
from readycheck.scan.production import judge
from readycheck.scan.program.attached import Application, Attached
from readycheck.scan.program.model import Call, Definition, Expression
from readycheck.scan.program.program import Program

LIBRARIES = compile_late(
    r"^(?:morgan|pino-http|express-winston|express-pino-logger|koa-logger|koa-pino-logger|koa-morgan|hono/logger|nestjs-pino"
    r"|asgi_correlation_id|starlette_context|django_structlog|asgi_logger|flask_log_request_id)(?=$|[./(])"
)
LOGGING = compile_late(
    r"^(?:structlog\.|logging\.|loguru\.|pino|winston|bunyan|log4js|consola|globalThis\.console|@nestjs/common\.Logger|flask\.current_app"
    r"\.logger|express\(\)\.log|fastify\b.*\.log)"
)
OWN = compile_late(r"(?:^|\.)_?(?:logger|log|logging)\.\w+$")
ERRORS = compile_late(r"\.(?:error|exception|critical|fatal)$")
REQUEST = compile_late(
    r"\b(?:method|status(?:_?code)?|route|path|originalUrl|url|duration|milliseconds|latency)\b", re.IGNORECASE
)
DEPTH = 3


@requires(*PROGRAM, "logging-off")
def logging_off_in_production(facts: Facts, rule: Rule) -> CheckResult:
    """What a logger is told is dropped in production, in code that runs."""
    found = [fact for fact in facts.get("logging-off", ()) if facts.live.is_live(fact.where.path)]
    return CheckResult(len(facts.program.modules), tuple(map(partial(describe, rule), found)))


@requires(*PROGRAM, "own-logger")
def logger_wraps_console(facts: Facts, rule: Rule) -> CheckResult:
    """The project's own logger prints text, in code that runs."""
    found = [fact for fact in facts.get("own-logger", ()) if facts.live.is_live(fact.where.path)]
    return CheckResult(len(facts.program.modules), tuple(map(partial(describe, rule), found)))


def describe(rule: Rule, fact: Fact) -> Match:
    """The match for a fact that says itself what is wrong."""
    return Match(
        rule.id, fact.where, str(fact.data.get("symbol", "")), str(fact.data["text"]), str(fact.data["message"])
    )


@requires(*PROGRAM)
def errors_and_access_logged(facts: Facts, rule: Rule) -> CheckResult:
    """A layer of each application logs each request, and something logs the errors, wherever it runs."""
    applications = facts.web.applications
    matches = []
    for application in applications:
        found = find_lines(facts, application)
        if found is None:
            return CheckResult(0)
        access, error, what = found
        message = (
            f"{what} logs each request, and errors are logged at {error.path}:{error.line}: neither asks where it runs"
        )
        matches.append(Match(rule.id, access, text=what, message=message, also=(error,)))
    return CheckResult(len(applications), tuple(matches))


def find_lines(facts: Facts, application: Application) -> tuple[Span, Span, str] | None:
    """Where an application logs requests, where it logs errors, and what does the first."""
    layers = [one for one in facts.web.find_layers(application) if is_kept(one.conditions)]
    handlers = [one for one in facts.web.find_error_handlers(application) if is_kept(one.conditions)]
    access = next((found for layer in layers if (found := find_access(facts.program, layer)) is not None), None)
    error = next(find_errors(facts.program, [*handlers, *layers]), None)
    return (access[0], error, access[1]) if access is not None and error is not None else None


def find_access(program: Program, layer: Attached) -> tuple[Span, str] | None:
    """Where a layer logs each request, and what it is called."""
    for piece in layer.pieces:
        if any(LIBRARIES.match(name) for name in piece.externals):
            return layer.where, f"`{piece.text.partition('(')[0]}`"
        for definition in piece.definitions:
            calls = [
                (count_words(call), call)
                for call in program.read_calls(definition, DEPTH)
                if writes_log(program, call) and not call.is_marked("handler")
            ]
            most, line = max(calls, key=lambda pair: pair[0], default=(0, None))
            if line is not None and most and is_kept(line.conditions):
                return program.locate(line), f"`{definition.name}`"
    return None


def find_errors(program: Program, attached: list[Attached]) -> Iterator[Span]:
    """Where error handlers and layers log errors."""
    for one in attached:
        for piece in one.pieces:
            for definition in piece.definitions:
                yield from find_errors_in(program, definition)


def find_errors_in(program: Program, definition: Definition) -> Iterator[Span]:
    """Where a function, or one that it calls, logs errors."""
    for call in program.read_calls(definition, DEPTH):
        if is_log(program, call) and (ERRORS.search(call.text) or any(ERRORS.search(name) for name in call.names[:1])):
            yield program.locate(call)


def is_log(program: Program, call: Call) -> bool:
    """Whether a call writes to the log, whatever the environment."""
    return is_kept(call.conditions) and writes_log(program, call)


def writes_log(program: Program, call: Call) -> bool:
    """Whether a call writes to the log."""
    return OWN.search(call.text) is not None or any(
        LOGGING.match(name) for name in (*call.names, *program.find_externals(call.path, call.names))
    )


def count_words(call: Call) -> int:
    """How much of what was asked and answered a line of the log tells; none if neither the method nor the status."""
    told = " ".join(iterate_texts([*call.arguments, *call.keywords.values()])) + " " + " ".join(call.keywords)
    words = {word.lower() for word in REQUEST.findall(told)}
    return len(words) if any(word.startswith(("method", "status")) for word in words) else 0


def iterate_texts(values: Sequence[Expression]) -> Iterator[str]:
    """The texts and keys of expressions, and of what they hold."""
    for value in values:
        yield str(value.get("t", value.get("s", "")))
        yield from (str(key) for key, _ in value.get("o", ()))
        yield from iterate_texts([one for _, one in value.get("o", ())])
        yield from iterate_texts(value.get("j", ()))


def is_kept(conditions: object) -> bool:
    """Whether none of some conditions fails in production."""
    return all(judge(str(one)) is not False for one in conditions)  # type: ignore[attr-defined]
