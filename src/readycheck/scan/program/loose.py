"""Routes whose router cannot be followed: a list that a loop walks, a parameter that is taken apart.

They are listed as unresolved, so that nobody takes the routes that are known for all that there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.scan.late import compile_late
from readycheck.scan.program.arguments import find_decorated, read_texts
from readycheck.scan.program.attached import Application, Attached, Route
from readycheck.scan.program.model import Call, Expression, Ref
from readycheck.scan.program.reasons import NOT_KNOWN, NOT_STARTED, UNKNOWN

if TYPE_CHECKING:
    from readycheck.scan.program.web import Web

VERBS = ("get", "post", "put", "patch", "delete", "all", "route")
ROUTER = compile_late(r"(?:^|[._a-z])(?:[rR]outer|[aA]pp|fastify|[rR]outes|[bB]lueprint|bp)$")
ROUTERS = compile_late(r"[rR]outer$")
HANDLER = 2
"""Where a handler stands at the earliest: behind the path."""


def list_loose(web: Web) -> Iterator[Route]:
    """The routes that are registered on something unknown."""
    known = {(one.call.path, one.call.index) for one in web.written if one.call is not None}
    for call in web.program.iterate_calls(VERBS):
        handler = find_handler(web, call) if (call.path, call.index) not in known else None
        for path in read_paths(web, call) if handler is not None else ():
            if handler is not None:
                yield make_route(web, call, path, handler)


def read_paths(web: Web, call: Call) -> Iterator[str]:
    """The paths of a registration; on what is called an application there may be settings, whose names are no paths."""
    is_router = ROUTERS.search(call.text.rpartition(".")[0]) is not None
    for text in read_texts(web, call.path, call.arguments[0]):
        path = UNKNOWN if text is None and is_router else text
        if path is not None and (path.startswith(("/", UNKNOWN)) or is_router):
            yield path


def find_handler(web: Web, call: Call) -> Expression | None:
    """The handler, if a call registers a route by the looks of it: on a router, with a path and a function."""
    if not call.arguments or not ROUTER.search(call.text.rpartition(".")[0]):
        return None
    if web.program.modules[call.path].is_python:
        decorated = find_decorated(web, call)
        return {"f": decorated.name} if decorated is not None else None
    last = call.arguments[-1]
    return last if len(call.arguments) >= HANDLER and "f" in last else None


def make_route(web: Web, call: Call, path: str, handler: Expression) -> Route:
    """One such route."""
    is_python = web.program.modules[call.path].is_python
    kinds = Counter(one.framework for one in web.holders.values() if is_python == one.ref.path.endswith(".py"))
    framework = kinds.most_common(1)[0][0] if kinds else "unknown"
    where = web.locate(call)
    methods = () if call.method in ("all", "route") else (call.method.upper(),)
    piece = web.make_piece(call.path, handler)
    holder = Ref(call.path, call.text.rpartition(".")[0])
    own = Attached("route", framework, holder, where, [piece], path, methods, call.order, call=call, owner=call.owner)
    reason = NOT_KNOWN if web.live.runs(call.path, call.owner) else NOT_STARTED
    application = Application(holder, framework, where, call)
    shown = f"/{path.lstrip('/')}"
    return Route(methods, None, framework, where, application, piece, own=own, unresolved=reason, shown=shown)
