"""Whether the environment decides that a route is there: conditions, guards that ask, the first lines of a handler."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.scan.environment import asks_environment
from readycheck.scan.late import compile_late
from readycheck.scan.program.attached import Route
from readycheck.scan.program.model import Definition, Module, Ref

if TYPE_CHECKING:
    from readycheck.scan.program.web import Web

NEGATION = compile_late(r"^\s*(?:not\s*\(|not\s+|!\s*\(?)")
PRODUCTION = compile_late(r"prod(?:uction)?\b|Prod|live\b|is_?prod", re.IGNORECASE)
DEVELOPMENT = compile_late(
    r"\b_?dev|Dev|debug|local|\btest|Test|staging|sandbox|playground|e2e|enable_?\w*(?:debug|test|dev|seed)",
    re.IGNORECASE,
)
DIFFERS = compile_late(r"!==?|<>|\bis not\b|\bnot in\b|\.ne\(")
OPEN_DEFAULT = compile_late(
    r"(?:getenv|environ\.get|config|env)\(\s*[\"'][\w.]+[\"']\s*,\s*(?:default\s*=\s*)?[\"']?(?:dev\w*|local|debug|test|true|1|True)\b"
    r"|(?:\|\||\?\?)\s*[\"'](?:dev\w*|local|debug|test|true|1)[\"']",
    re.IGNORECASE,
)
WORDS = compile_late(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*")
LEAVING = frozenset({401, 403, 404, 405, 410})


@dataclass(frozen=True)
class Switch:
    """A condition of the environment: its text, whether it is closed in production, and if not, what is wrong."""

    text: str
    closed: bool
    fault: str = ""


def find_switch(web: Web, route: Route) -> Switch | None:
    """The condition that keeps a route out of production, or one that should and does not; None if nothing asks."""
    found = [judge_condition(web, route.where.path, text) for text in route.conditions if asks_environment(text)]
    found += [judge_condition(web, path, text) for path, text in list_inner(web, route)]
    known = [one for one in found if one is not None]
    return next((one for one in known if one.closed), known[0] if known else None)


def list_inner(web: Web, route: Route) -> Iterator[tuple[str, str]]:
    """Conditions of the environment inside of guards, and those under which a handler's last answer stands."""
    pieces = [piece for layer in route.guards for piece in layer.pieces] + list(
        route.own.pieces[:-1] if route.own else ()
    )
    for piece in pieces:
        for definition in piece.definitions:
            yield from ((definition.path, text) for text in list_asked(web, definition))
    for definition in web.judge.list_functions(route.handler) if route.handler is not None else ():
        module = web.program.modules[definition.path]
        calls = [call for call in module.find_calls(definition.name) if call.owner == definition.name]
        for text in calls[-1].conditions if calls else ():
            if asks_environment(text):
                yield definition.path, text
        for call in calls:
            for ref in web.program.find_called(call):
                called = web.program.find_definition(ref)
                if called is not None and LEAVING & set(web.program.modules[called.path].find_statuses(called.name)):
                    yield from ((called.path, f"not ({text})") for text in list_asked(web, called))


def list_asked(web: Web, definition: Definition) -> Iterator[str]:
    """The conditions of the environment in a function that can refuse a request: those under which it goes on."""
    module = web.program.modules[definition.path]
    if not LEAVING & set(module.find_statuses(definition.name)):
        return
    for call in module.find_calls(definition.name):
        for text in call.conditions:
            if asks_environment(text):
                is_refusal = any(
                    str(value.get("v") or value.get("t")) in {"401", "403", "404"} for value in call.arguments
                )
                yield f"not ({text})" if is_refusal else text


def judge_condition(web: Web, path: str, text: str) -> Switch | None:
    """What a condition means: in production it is closed, or it is open by default, or open there alone."""
    inner, negative = text, False
    while (found := NEGATION.match(inner)) is not None:
        inner, negative = inner[found.end() :], not negative
    says_production, says_development = PRODUCTION.search(inner), DEVELOPMENT.search(inner)
    if DIFFERS.search(inner):
        negative = not negative
    if says_production and not says_development_only(inner):
        is_closed = negative
    elif says_development:
        is_closed = not negative
    else:
        return None
    if not is_closed:
        return Switch(text, closed=False, fault="opens it in production")
    if opens_by_default(web, path, inner):
        return Switch(text, closed=False, fault="is open wherever the variable is not set")
    return Switch(text, closed=True)


def says_development_only(text: str) -> bool:
    """Whether the value that a condition compares with is one of development: `ENV in ("dev", "test")`."""
    literals = re.findall(r"[\"'](\w+)[\"']", text)
    return (
        bool(literals)
        and not any(PRODUCTION.search(one) for one in literals)
        and PRODUCTION.search(WORDS.sub("", text)) is None
    )


def opens_by_default(web: Web, path: str, text: str) -> bool:
    """Whether a condition holds where nobody set the variable: `getenv("ENV", "development") != "production"`."""
    if OPEN_DEFAULT.search(text):
        return True
    module = web.program.modules.get(path)
    return module is not None and any(has_open_default(web, module, name) for name in WORDS.findall(text))


def has_open_default(web: Web, module: Module, name: str) -> bool:
    """Whether a variable, or a field of the settings, gets a value of development where nobody sets it."""
    for ref in (Ref(module.path, name), web.program.resolve(module.path, module.imports.get(name, f"#{name}"))):
        holder = web.program.modules.get(ref.path)
        for assignment in holder.variables.get(ref.name, ()) if holder is not None else ():
            row = holder.read_row(assignment.line) if holder is not None else ""
            if OPEN_DEFAULT.search(row):
                return True
    return False
