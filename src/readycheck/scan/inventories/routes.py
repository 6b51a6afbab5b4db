"""The routes of a project as rows: one for each method and path, with what guards it and who may call it.

`method`, `path` (`{?}` for what is not constant), `file`, `line`, `handler`, `framework`, `guards` (name, file, line),
`access`, `condition` (of the environment, or null), `body` (the model of the body, or null), `unresolved` (why it is
not certain that, or where, it is served; null if it is).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.location import Span
from readycheck.model.rule import Json
from readycheck.scan.environment import asks_environment
from readycheck.scan.late import compile_late
from readycheck.scan.program.attached import Piece, Route
from readycheck.scan.program.guards import Guard, Judge
from readycheck.scan.program.model import Definition

if TYPE_CHECKING:
    from readycheck.scan.program.web import Web

VALIDATORS = compile_late(r"validat|schema|celebrate|zvalidator|dto|use_args|arguments", re.IGNORECASE)
MODELS = compile_late(r"^(?:pydantic|msgspec|marshmallow|attrs?|dataclasses)\b")
BODY_DECORATORS = ("Body",)
WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE", "ANY"})
INLINE = "(inline)"


def make_rows(web: Web) -> list[dict[str, Json]]:
    """The rows in the order in which the routes are tried, then those that nothing is known to serve."""
    judge = web.judge
    return [row for route in (*web.routes, *web.unresolved) for row in make_route_rows(judge, route)]


def make_route_rows(judge: Judge, route: Route) -> Iterator[dict[str, Json]]:
    """One row for each method."""
    verdict = judge.judge(route)
    guards: list[Json] = [describe_guard(judge.web, route, guard) for guard in verdict.guards]
    functions = judge.list_functions(route.handler) if route.handler is not None else []
    condition = " and ".join(one for one in route.conditions if asks_environment(one))
    for method in route.methods or ("ANY",):
        yield {
            "method": method,
            "path": route.shown or "/",
            "file": route.where.path,
            "line": route.where.line,
            "handler": name_handler(route.handler, functions),
            "framework": route.framework,
            "guards": guards,
            "access": verdict.access,
            "condition": condition or None,
            "body": find_body(judge.web, route, functions) if method in WITH_BODY else None,
            "unresolved": route.unresolved or None,
        }


def name_handler(handler: Piece | None, functions: list[Definition]) -> str:
    """What a handler is called; one that is written where it is given has no name."""
    name = functions[0].name if functions else handler.text if handler is not None else ""
    last = name.rpartition(".")[2] if functions else name
    return INLINE if last.startswith("<") or not last else name.replace("()", "")


def describe_guard(web: Web, route: Route, guard: Guard) -> dict[str, Json]:
    """A guard by its name, with where it is written, or for a library's where it is attached."""
    where = locate_guard(web, route, guard)
    return {"name": guard.name, "file": where.path, "line": where.line}


def locate_guard(web: Web, route: Route, guard: Guard) -> Span:
    """Where a guard is defined, called or attached."""
    for definition in guard.piece.definitions:
        return web.program.locate(definition)
    if guard.piece.call is not None:
        return web.program.locate(guard.piece.call)
    for layer in route.guards:
        if guard.piece in layer.pieces:
            return layer.where
    return route.where


def find_body(web: Web, route: Route, functions: list[Definition]) -> str | None:
    """The model that the body is checked against: of a parameter, of a validating middleware, of a schema."""
    for function in functions:
        for parameter in function.parameters:
            decorators = {
                str(one.get("t", "")).lstrip("@").partition("(")[0] for one in parameter.get("decorators", ())
            }
            is_model = any(
                MODELS.search(base) for name in parameter.get("n", ())
                for base in web.program.find_bases(web.program.resolve(function.path, name))
            )  # fmt: skip
            if decorators & set(BODY_DECORATORS) or (is_model and not decorators and function.path.endswith(".py")):
                return str(parameter.get("t", ""))
    for piece in route.own.pieces[:-1] if route.own is not None else ():
        if VALIDATORS.search(piece.text):
            return piece.text
    return None
