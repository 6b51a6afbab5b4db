"""Express 4 and 5: `app.use`, `app.get`, `router.route(...).post`, routers that functions make."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from readycheck.scan.late import compile_late
from readycheck.scan.program.arguments import find_chained, flatten, is_text_like, read_texts
from readycheck.scan.program.attached import Application, Attached, Piece
from readycheck.scan.program.model import LOCAL, Assignment, Call, Expression, Ref

if TYPE_CHECKING:
    from readycheck.scan.program.web import Web

APPLICATIONS = dict.fromkeys(("express", "express.default"), "Express")
ROUTERS = dict.fromkeys(
    ("express.Router", "express.default.Router", "express-promise-router", "express-promise-router.default"), "Express"
)
METHODS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "all"})
ERROR_PARAMETERS = 4
ERROR_HANDLERS = frozenset(
    {"errorhandler", "errorhandler.default", "strong-error-handler", "express-error-handler", "api-error-handler"}
)
SERVES = compile_late(r"(?:^|\.)(?:app|application|server|router|routes?|\w+Router|\w+App)$")
PATH_NAME = compile_late(r"(?:path|prefix|base|url|route|endpoint)s?$", re.IGNORECASE)
WITH_HANDLER = 2


def find_applications(web: Web) -> Iterator[Application]:
    """Applications and routers."""
    yield from web.find_created(APPLICATIONS)
    yield from web.find_created(ROUTERS, is_router=True)


def find_attached(web: Web) -> Iterator[Attached]:
    """Everything that is attached to them, in the order of the code."""
    for call in web.program.iterate_calls():
        if call.method not in METHODS and call.method != "use":
            continue
        receivers = [*web.find_receivers(call)]
        known = [(holder, rest) for holder, rest in receivers if holder in web.holders]
        for holder, rest in known:
            if web.holders[holder].framework == "Express":
                yield from read_call(web, call, holder, rest)
        if not known and is_loose_route(web, call):
            for holder, rest in receivers[:1]:
                yield from read_call(web, call, holder, rest)


def is_loose_route(web: Web, call: Call) -> bool:
    """Whether a call looks like a route of a router that a loader hands over: `module.exports = (app) => {...}`."""
    arguments = call.arguments
    if call.method == "use" or len(arguments) < WITH_HANDLER or web.program.modules[call.path].is_python:
        return False
    base = call.text.rpartition(".")[0]
    path, handler = arguments[0], arguments[-1]
    definition = web.program.find_definition(Ref(call.path, call.owner))
    is_given = definition is not None and any(one["name"] == base for one in definition.parameters)
    is_function = "f" in handler or bool(web.make_piece(call.path, handler).definitions)
    return bool(is_given and SERVES.search(base) and str(path.get("s", "")).startswith("/") and is_function)


def read_call(web: Web, call: Call, holder: Ref, rest: str) -> Iterator[Attached]:
    """What one call attaches, once for each path that it names and each turn of a loop over a table of routers."""
    turns = list_turns(web, call)
    for arguments in turns or [list(call.arguments)]:
        yield from read_arguments(web, call, holder, rest, arguments)


def list_turns(web: Web, call: Call) -> list[list[Expression]]:
    """The arguments of `table.forEach((one) => router.use(one.path, one.router))`, for each entry of the table."""
    if len(call.arguments) < WITH_HANDLER or not all("n" in one for one in call.arguments):
        return []
    split = [str(one.get("t", "")).partition(".") for one in call.arguments]
    if len({base for base, _, _ in split}) > 1 or not all(key.isidentifier() for _, _, key in split):
        return []
    for assignment in list_tables(web, call):
        entries = [dict(one["o"]) for one in assignment.value.get("l", ()) if "o" in one]
        if entries and all(key in entry for entry in entries for _, _, key in split):
            return [[entry[key] for _, _, key in split] for entry in entries]
    return []


def list_tables(web: Web, call: Call) -> Sequence[Assignment]:
    """The variables whose elements a loop may go through: that of the `forEach` around a call, else all of the file."""
    module = web.program.modules[call.path]
    for loop in module.calls:
        if (
            loop.method in ("forEach", "map")
            and call.owner
            and any(one.get("f") == call.owner for one in loop.arguments)
        ):
            names = [name.rpartition(".")[0].removeprefix(LOCAL) for name in loop.names]
            return [one for name in names for one in module.variables.get(name, ())]
    return module.assignments


def read_arguments(web: Web, call: Call, holder: Ref, rest: str, given: list[Expression]) -> Iterator[Attached]:
    """What a call attaches with certain arguments, once for each path."""
    arguments = [one for argument in given for one in ([argument] if "l" in argument else flatten(argument))]
    prefixes: list[str | None] = [""]
    if ".route()" in rest:
        made = find_chained(web, call, "route")
        prefixes = read_texts(web, call.path, made.arguments[0]) if made is not None and made.arguments else [None]
    elif arguments and is_path(web, call, arguments):
        prefixes = read_texts(web, call.path, arguments.pop(0))
    for prefix in prefixes:
        yield from read_path(web, call, holder, prefix, arguments)


def is_path(web: Web, call: Call, arguments: list[Expression]) -> bool:
    """Whether the first of some arguments is a path: always where a handler follows and it is no function."""
    first = arguments[0]
    if is_text_like(web, call.path, first):
        return True
    if "f" in first or "c" in first or "l" in first:
        return False
    if "n" in first:
        piece = web.make_piece(call.path, first)
        is_known = piece.definitions or web.find_holders(call.path, first)
        return len(arguments) > 1 and not is_known and PATH_NAME.search(piece.text) is not None
    return len(arguments) > 1


def read_path(web: Web, call: Call, holder: Ref, prefix: str | None, arguments: list[Expression]) -> Iterator[Attached]:
    """What one call attaches at one path."""
    pieces = [web.make_piece(call.path, one) for argument in arguments for one in flatten(argument)]
    if not pieces:
        return
    common = {
        "framework": "Express", "holder": holder, "where": web.locate(call), "prefix": prefix, "order": call.order,
        "conditions": (*call.conditions, *list_choices(arguments)), "call": call, "owner": call.owner,
        "name": call.method,
    }  # fmt: skip
    if call.method != "use":
        methods = () if call.method == "all" else (call.method.upper(),)
        yield Attached("route", pieces=pieces, methods=methods, **common)  # type: ignore[arg-type]
        return
    if any(web.find_holders(one.path, one.value) for one in pieces):
        yield Attached("mount", pieces=pieces, **common)  # type: ignore[arg-type]
        return
    for piece in pieces:
        kind = "error-handler" if takes_errors(web, piece) else "layer"
        yield Attached(kind, pieces=[piece], **common)  # type: ignore[arg-type]


def takes_errors(web: Web, piece: Piece) -> bool:
    """Whether a piece is called with errors: a function with four parameters, or what makes one."""
    if piece.call is None:
        return any(len(one.parameters) == ERROR_PARAMETERS for one in piece.definitions)
    made = [
        found
        for one in piece.definitions
        for value in one.returns
        for found in web.program.find_definitions(one.path, value)
    ]
    return any(len(one.parameters) == ERROR_PARAMETERS for one in made) or not ERROR_HANDLERS.isdisjoint(
        piece.externals
    )


def list_choices(arguments: list[Expression]) -> Iterator[str]:
    """Conditions inside of arguments: `app.use(isDevelopment && debugRouter)`."""
    for one in arguments:
        if "a" in one and one.get("if"):
            yield str(one["if"])
