"""Checks on who answers what goes wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from readycheck.model.evidence import Fact, Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires
from readycheck.scan.late import compile_late
from readycheck.scan.layers.catching import EVERYTHING
from readycheck.scan.layers.effect import find_belonging
from readycheck.scan.layers.errors import (
    Handler,
    answers_with,
    find_handlers,
    find_own_answers,
    find_registered,
    find_routes_after,
    list_handlers,
)
from readycheck.scan.layers.kinds_of_errors import tells_errors_apart
from readycheck.scan.layers.mounted import LAYERED, Stack, find_stack
from readycheck.scan.module_names import refers_to
from readycheck.scan.program.model import Call, Definition

FATAL = ("uncaughtException", "unhandledRejection")
ENDS = compile_late(
    r"(?:^|\.)(?:exit|abort|kill|exitCode|reallyExit)$|shut_?down|graceful|terminate|\bstop\w*$|\bclose\w*$",
    re.IGNORECASE,
)
REFUSES = (401, 403)
DATABASES = compile_late(
    r"^(?:pg|pg-promise|postgres|mysql2?|mongoose|mongodb|@prisma|sequelize|typeorm|knex|drizzle-orm|ioredis|redis|sqlalchemy|"
    r"psycopg\w*|asyncpg|pymongo|motor|tortoise|django\.db|peewee|databases|@supabase|supabase|sqlmodel|aiomysql)\b"
)
BY_KIND = compile_late(r"instanceof|isinstance|\.name\b|\.code\b|\btype\b")
EXPRESS = "Express"
NEAR = 3
PROMISES_CAUGHT = 5
PATCHES = ("express-async-errors", "express-async-handler/patch", "@awaitjs/express")
BAD_PARAMETERS = 3
ERROR_NAMES = frozenset({"err", "error", "_err", "_error", "e", "ex", "exception"})


@requires(*LAYERED)
def errors_handled_once(facts: Facts, rule: Rule) -> CheckResult:
    """Handlers are registered that answer what is raised: the kinds that are known, and everything else."""
    stack = find_stack(facts)
    if not stack.applications:
        return CheckResult(0)
    handlers = [one for one in find_handlers(stack) if one.reached]
    if not handlers:
        if has_unseen(stack):
            return CheckResult(0)
        if any(one.framework in ("NestJS", "Django", "Next.js") for one in stack.applications):
            return CheckResult(0)  # these have one of their own
        return CheckResult(len(stack.applications), (), find_belonging(stack))
    everything = [one for one in handlers if one.is_of_all]
    typed = [one for one in handlers if one.attached is not None]
    if not everything or not typed:
        return CheckResult(0)
    matches = tuple(Match(rule.id, one.where, "", one.name, describe(one)) for one in (*everything, *typed))
    return CheckResult(len(stack.applications), tuple(dict.fromkeys(matches)), find_belonging(stack))


def has_unseen(stack: Stack) -> bool:
    """Whether handlers are registered that cannot be told: in a loop, or by an option of the application."""
    attached = (one for app in stack.applications for one in stack.facts.web.find_error_handlers(app))
    options = (one.call.find_option("exception_handlers", "errorHandler") for one in stack.applications if one.call)
    unknown = (one for one in attached if not any(part.definitions or part.externals for part in one.pieces))
    return any(True for _ in unknown) or any(one is not None for one in options)


@requires(*LAYERED)
def error_handler_unreached(facts: Facts, rule: Rule) -> CheckResult:
    """An error handler stands before the routes, or is none: it takes too few parameters."""
    stack = find_stack(facts)
    handlers = [one for one in find_registered(stack) if one.application.framework == EXPRESS]
    matches = []
    for one in handlers:
        after = find_routes_after(stack, one.attached) if one.attached is not None else []
        others = [other for other in handlers if other is not one and other.reached]
        if after and not others:
            first = after[0].where
            message = f"`{one.name}` gets no errors of what is registered after it, {first.path}:{first.line} first"
            matches.append(Match(rule.id, one.where, "", one.name, message, also=(first,)))
    layers = [one for one in stack.layers if one.application.framework == EXPRESS and one.attached.name == "use"]
    for layer in layers:
        definition = next(iter(layer.piece.definitions), None)
        if definition is not None and layer.piece.call is None and looks_like_handler(definition):
            message = f"`{layer.name}` takes three parameters: Express gives it no errors, its `err` is the request"
            matches.append(Match(rule.id, layer.where, "", layer.name, message))
    return CheckResult(len(handlers) + len(layers), tuple(matches))


def looks_like_handler(definition: Definition) -> bool:
    """Whether a function with three parameters was meant for errors."""
    names = [str(one["name"]).lower() for one in definition.parameters]
    return len(names) == BAD_PARAMETERS and names[0] in ERROR_NAMES and names[1].strip("_") in ("req", "request")


@requires(*LAYERED)
def process_survives_fault(facts: Facts, rule: Rule) -> CheckResult:
    """A process lives on after an error that nobody handled."""
    stack = find_stack(facts)
    program = facts.program
    found, matches = 0, []
    for call in program.iterate_calls():
        event = str(call.arguments[0].get("s", "")) if call.arguments else ""
        if event not in FATAL or call.method not in ("on", "once", "addListener") or "process" not in call.text:
            continue
        if not facts.live.runs(call.path, call.owner) or len(call.arguments) == 1:
            continue
        found += 1
        definitions = program.find_definitions(call.path, call.arguments[1])
        body = stack.make_body(definitions)
        ends = any(ENDS.search(one.text) for one in body.calls) or any(one.throws for one in body.definitions)
        if not ends and (definitions or "n" in call.arguments[1]) and is_harmless(stack, call):
            message = f"`{call.text}` keeps the process alive after `{event}`, in a state that nobody knows"
            matches.append(Match(rule.id, program.locate(call), call.owner, f"{call.text} {event}", message))
    return CheckResult(found, tuple(matches))


def is_harmless(stack: Stack, call: Call) -> bool:
    """Whether all that a listener is can be seen: a function of the project, or one that only prints."""
    value = call.arguments[1]
    return (
        "f" in value or bool(stack.facts.program.find_definitions(call.path, value)) or "console" in str(value.get("n"))
    )


@requires(*LAYERED)
def error_answered_by_route(facts: Facts, rule: Rule) -> CheckResult:
    """A route answers its own errors, although there is a handler for all of them."""
    stack = find_stack(facts)
    handlers = {one.application: one for one in find_handlers(stack) if one.is_of_all}
    examined, matches = 0, {}
    for application, handler in handlers.items():
        routes = [one for one in stack.routes if one.application is application]
        examined += len(routes)
        message = (
            f"answers 500 in a shape of its own, past `{handler.name}` ({handler.where.path}:{handler.where.line})"
        )
        for call in find_own_answers(stack, routes):
            where = facts.program.locate(call)
            matches[where] = Match(rule.id, where, call.owner, call.text, message)
    return CheckResult(examined, tuple(matches.values()))


@requires(*LAYERED)
def every_error_unauthorised(facts: Facts, rule: Rule) -> CheckResult:
    """Whatever goes wrong while somebody is identified is answered 401, the database included."""
    stack = find_stack(facts)
    definitions = {one.ref: one for layer in stack.layers for one in layer.piece.definitions}
    definitions |= {one.ref: one for one in list_handlers(stack, stack.routes)}
    matches = []
    for definition in definitions.values():
        calls = list(facts.program.modules[definition.path].find_calls(definition.name))
        asked = next((one for one in calls if is_caught(one) and reaches_database(stack, one)), None)
        last = asked.line if asked is not None else 0
        answers = [one for one in calls if one.is_marked("handler") and one.line > last and answers_with_refusal(one)]
        answer = answers[0] if answers else None
        if asked is not None and answer is not None and not any(BY_KIND.search(one) for one in answer.conditions):
            message = f"whatever fails in `{asked.text}` (line {asked.line}) is answered as if nobody had signed in"
            matches.append(Match(rule.id, facts.program.locate(answer), answer.owner, answer.text, message))
    return CheckResult(len(definitions), tuple(matches))


def is_caught(call: Call) -> bool:
    """Whether a call is awaited where everything that it raises is caught."""
    return call.is_marked("await") and any(EVERYTHING.match(one.strip()) for one in call.catches or ())


def answers_with_refusal(call: Call) -> bool:
    """Whether a call answers or raises that somebody is not known."""
    if answers_with(call, *REFUSES):
        return True
    status = call.find_argument(0, "status_code")
    return call.method == "HTTPException" and status is not None and status.get("v") in REFUSES


def reaches_database(stack: Stack, call: Call) -> bool:
    """Whether what a call calls asks a database."""
    program = stack.facts.program
    definitions = [one for ref in program.find_called(call) if (one := program.find_definition(ref)) is not None]
    names = {*program.find_externals(call.path, call.names), *stack.make_body(definitions, NEAR).externals}
    return any(DATABASES.match(name) for name in names)


@requires(*LAYERED)
def errors_of_one_kind(facts: Facts, rule: Rule) -> CheckResult:
    """The handler answers every error alike, because nothing tells them apart."""
    stack = find_stack(facts)
    handlers = [one for one in find_registered(stack) if one.reached and one.application.framework == EXPRESS]
    handlers = [one for one in handlers if one.definitions]
    definitions = [definition for one in handlers for definition in one.definitions]
    if not handlers or tells_errors_apart(stack, definitions):
        return CheckResult(len(handlers))
    matches = []
    for definition in definitions:
        answer = find_last_answer(facts.program.modules[definition.path].find_calls(definition.name))
        if answer is not None:
            message = "every error is a 500 here: nothing in the project gives one a status or tells its kind"
            matches.append(Match(rule.id, facts.program.locate(answer), answer.owner, answer.text, message))
    return CheckResult(len(handlers), tuple(matches))


def find_last_answer(calls: Iterable[Call]) -> Call | None:
    """The answer for whatever is left: the last status that a handler sets."""
    found = [one for one in calls if one.method in ("status", "code")]
    return found[-1] if found else None


@requires(*LAYERED, "dependency-version")
def rejection_unhandled(facts: Facts, rule: Rule) -> CheckResult:
    """An async handler of Express 4 waits for what may fail, and nothing catches it: the request is never answered."""
    stack = find_stack(facts)
    versions = [one for one in facts.get("dependency-version", ()) if one.data["name"] == "express"]
    if any(name.startswith(PATCHES) for module in facts.program.modules.values() for name in list_loaded(module.data)):
        return CheckResult(0)
    found, matches = 0, []
    for route in stack.routes:
        handler = route.handler
        if handler is None or handler.call is not None or route.framework != EXPRESS:
            continue
        if not drops_promises(versions, route.where.path):
            continue
        for definition in handler.definitions:
            found += definition.is_async
            waits = find_uncaught(facts, definition) if definition.is_async else None
            if waits is not None:
                message = f"what `{waits.text}` (line {waits.line}) raises reaches no error handler: Express 4 drops it"
                matches.append(Match(rule.id, route.where, definition.name, route.where.snippet.strip(), message))
    return CheckResult(found, tuple(matches))


def drops_promises(versions: Sequence[Fact], path: str) -> bool:
    """Whether the Express that a file gets is one that does not look at promises: by the nearest manifest above it."""
    above = [(one.where.path.rpartition("/")[0], one.data["major"]) for one in versions]
    near = [(len(folder), major) for folder, major in above if not folder or path.startswith(f"{folder}/")]
    nearest = [major for length, major in near if length == max(near, key=lambda pair: pair[0])[0]]
    return bool(nearest) and all(isinstance(one, int) and 0 <= one < PROMISES_CAUGHT for one in nearest)


def list_loaded(data: object) -> list[str]:
    """The modules that a file loads."""
    loads = data.get("loads", ()) if hasattr(data, "get") else ()
    return [str(one) for one in loads]


def find_uncaught(facts: Facts, definition: Definition, depth: int = 2) -> Call | None:
    """The first call of a function itself that is awaited outside of any `try`, and may fail."""
    for call in facts.program.modules[definition.path].find_calls(definition.name):
        is_bare = call.is_marked("await") and call.catches is None and not call.is_marked("handler")
        if call.owner != definition.name or not is_bare:
            continue
        if ".catch" in call.text:
            return None
        if not depth or not catches_all(facts, call, depth - 1):
            return call
    return None


def catches_all(facts: Facts, call: Call, depth: int) -> bool:
    """Whether what is called is code of the project that lets no failure of what it waits for out."""
    found = find_own(facts, call)
    return bool(found) and all(
        one.is_async and tries(facts, one) and find_uncaught(facts, one, depth) is None for one in found
    )


def find_own(facts: Facts, call: Call) -> list[Definition]:
    """The functions of the project that a call calls; a method of an object by its name in the file that it is from."""
    refs = facts.program.find_called(call)
    found = [one for ref in refs if (one := facts.program.find_definition(ref)) is not None]
    if refs:
        return found if len(found) == len(refs) else []
    modules = [
        module
        for name in call.names
        for path, module in facts.program.modules.items()
        if call.method in module.definitions and refers_to(call.path, name, path)
    ]
    return [module.definitions[call.method] for module in modules]


def tries(facts: Facts, definition: Definition) -> bool:
    """Whether a function waits for something inside of a `try`."""
    calls = facts.program.modules[definition.path].find_calls(definition.name)
    return any(one.owner == definition.name and one.is_marked("await") and one.catches is not None for one in calls)


def describe(handler: Handler) -> str:
    """What one handler handles."""
    if handler.layer is not None:
        return f"`{handler.name}` answers whatever is raised behind it"
    place = f" ({handler.definitions[0].path}:{handler.definitions[0].line})" if handler.definitions else ""
    what = "every error" if handler.takes_all and handler.application.framework != "FastAPI" else f"`{handler.handles}`"
    return f"`{handler.name}`{place} answers {what}"
