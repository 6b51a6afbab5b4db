"""aiohttp: `app.router.add_get`, `add_routes`, route tables, middlewares, sub-applications."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.scan.program.arguments import find_decorated, list_inner, list_items
from readycheck.scan.program.attached import Application, Attached
from readycheck.scan.program.frameworks.flask import find_class, list_verbs
from readycheck.scan.program.model import Call, Expression, Ref

if TYPE_CHECKING:
    from readycheck.scan.program.web import Web

APPLICATIONS = {"aiohttp.web.Application": "aiohttp", "aiohttp.web_app.Application": "aiohttp"}
TABLES = {"aiohttp.web.RouteTableDef": "aiohttp", "aiohttp.web_routedef.RouteTableDef": "aiohttp"}
METHODS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
VERBS = {f"add_{verb}": verb.upper() for verb in METHODS}
FUNCTIONS = {f"aiohttp.web.{verb}": verb.upper() for verb in METHODS}
OTHERS = frozenset({"add_route", "add_view", "add_routes", "add_subapp", "view", "route", "append", "add_static"})
KNOWN = METHODS | OTHERS | frozenset(VERBS)


def find_applications(web: Web) -> Iterator[Application]:
    """Applications and route tables."""
    yield from web.find_created(APPLICATIONS)
    yield from web.find_created(TABLES, is_router=True)


def find_attached(web: Web) -> Iterator[Attached]:
    """Everything that is attached to them."""
    for call in web.program.iterate_calls():
        if any(name.rpartition(".")[2] in KNOWN for name in call.names):
            for holder, rest in web.find_receivers(call):
                application = web.holders.get(holder)
                if application is not None and application.framework == "aiohttp":
                    yield from read_call(web, call, holder, rest)
    for application in list(web.holders.values()):
        if application.framework == "aiohttp" and application.call is not None and not application.is_router:
            for path, value in list_items(web, application.call.path, application.call.find_option("middlewares")):
                yield Attached(
                    "layer", "aiohttp", application.ref, application.where, [web.make_piece(path, value)],
                    order=-(10**6),
                    call=application.call, owner=application.call.owner, name="middlewares",
                )  # fmt: skip


def read_call(web: Web, call: Call, holder: Ref, rest: str) -> Iterator[Attached]:
    """What one call attaches; `add = app.router.add_get` may have given the method another name."""
    arguments = list(call.arguments)
    method = rest.rpartition(".")[2]
    if method == "append" and rest.endswith("middlewares.append") and arguments:
        yield attach(web, call, holder, "layer", "", (), [arguments[0]])
    elif method == "add_routes" and arguments:
        yield from read_table(web, call, holder, arguments[0])
    elif method == "add_subapp" and len(arguments) > 1:
        yield attach(web, call, holder, "mount", web.read_text(call.path, arguments[0]), (), [arguments[1]])
    elif method in VERBS and len(arguments) > 1:
        yield attach(
            web, call, holder, "route", web.read_text(call.path, arguments[0]), (VERBS[method],), arguments[1:2]
        )
    elif method == "add_route" and len(arguments) > 2:  # noqa: PLR2004 - method, path, handler
        yield from attach_any(web, call, holder, arguments)
    elif method == "add_view" and len(arguments) > 1:
        yield from attach_view(web, call, holder, web.read_text(call.path, arguments[0]), arguments[1])
    elif call.decorates:
        yield from read_decorator(web, call, holder)


def read_table(web: Web, call: Call, holder: Ref, table: Expression) -> Iterator[Attached]:
    """What `add_routes` is given: a table that functions were registered in, or a list."""
    if web.find_holders(call.path, table):
        yield attach(web, call, holder, "mount", "", (), [table])
    for path, value in list_items(web, call.path, table):
        made = web.program.find_call(path, value)
        if made is not None:
            yield from read_definition(web, made, holder)


def read_definition(web: Web, call: Call, holder: Ref) -> Iterator[Attached]:
    """An element of `add_routes([web.get("/", index), ...])`."""
    arguments = list(call.arguments)
    names = {name for name in call.names if name.startswith("aiohttp.web")}
    verb = next((FUNCTIONS[name] for name in names if name in FUNCTIONS), None)
    if verb is not None and len(arguments) > 1:
        yield attach(web, call, holder, "route", web.read_text(call.path, arguments[0]), (verb,), arguments[1:2])
    elif "aiohttp.web.view" in names and len(arguments) > 1:
        yield from attach_view(web, call, holder, web.read_text(call.path, arguments[0]), arguments[1])
    elif "aiohttp.web.route" in names and len(arguments) > 2:  # noqa: PLR2004 - method, path, handler
        yield from attach_any(web, call, holder, arguments)


def read_decorator(web: Web, call: Call, holder: Ref) -> Iterator[Attached]:
    """`@routes.get("/users")`."""
    decorated = find_decorated(web, call)
    if decorated is None or not call.arguments:
        return
    guards = [*list_inner(decorated, call)]
    path = web.read_path(call.path, call.arguments[-1 if call.method == "route" else 0])
    if decorated.is_class:
        yield from attach_view(web, call, holder, path, {"f": decorated.name})
        return
    methods = (call.method.upper(),) if call.method in METHODS else ()
    if call.method == "route":
        text = web.read_text(call.path, call.arguments[0])
        methods = (text.upper(),) if text and text != "*" else ()
    yield attach(web, call, holder, "route", path, methods, [*guards, {"f": decorated.name}])


def attach_any(web: Web, call: Call, holder: Ref, arguments: list[Expression]) -> Iterator[Attached]:
    """`add_route("GET", "/", handler)`."""
    text = web.read_text(call.path, arguments[0])
    methods = (text.upper(),) if text and text != "*" else ()
    yield attach(web, call, holder, "route", web.read_text(call.path, arguments[1]), methods, arguments[2:3])


def attach_view(web: Web, call: Call, holder: Ref, path: str | None, value: Expression) -> Iterator[Attached]:
    """A class with a method for each HTTP method."""
    cls = find_class(web, web.make_piece(call.path, value))
    verbs = list(list_verbs(web, cls)) if cls is not None else []
    for verb, method in verbs:
        own = [web.make_piece(method.path, one) for one in (*method.decorators, {"f": method.name})]
        yield Attached(
            "route", "aiohttp", holder, web.program.locate(call), own, path, (verb,), call.index,
            tuple(call.conditions),
            call, call.owner, call.method,
        )  # fmt: skip
    if not verbs:
        yield attach(web, call, holder, "route", path, (), [value])


def attach(  # noqa: PLR0913, PLR0917 - the fields of what is attached
    web: Web, call: Call, holder: Ref, kind: str, path: str | None, methods: tuple[str, ...], values: list[Expression]
) -> Attached:
    """What a call attaches."""
    return Attached(
        kind, "aiohttp", holder, web.program.locate(call), [web.make_piece(call.path, one) for one in values], path,  # type: ignore[arg-type]
        methods, call.index - 10**6 if kind == "layer" else call.index, tuple(call.conditions), call, call.owner,
        call.method,
    )  # fmt: skip
