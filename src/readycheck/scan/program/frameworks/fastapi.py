"""FastAPI and Starlette: decorators, `include_router`, `add_middleware`, exception handlers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.scan.program.arguments import list_items
from readycheck.scan.program.attached import Application, Attached
from readycheck.scan.program.model import Call, Expression, Ref

if TYPE_CHECKING:
    from readycheck.scan.program.web import Web

APPLICATIONS = {
    "fastapi.FastAPI": "FastAPI",
    "fastapi.applications.FastAPI": "FastAPI",
    "starlette.applications.Starlette": "Starlette",
}
ROUTERS = {
    "fastapi.APIRouter": "FastAPI",
    "fastapi.routing.APIRouter": "FastAPI",
    "starlette.routing.Router": "Starlette",
}
METHODS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "trace"})
READ = {
    **dict.fromkeys(METHODS, "route"), "api_route": "route", "route": "route", "websocket": "route",
    "add_api_route": "route", "add_route": "route", "add_websocket_route": "route", "add_api_websocket_route": "route",
    "include_router": "mount", "mount": "mount", "add_middleware": "layer", "middleware": "layer",
    "exception_handler": "error-handler", "add_exception_handler": "error-handler", "on_event": "hook",
    "add_event_handler": "hook",
}  # fmt: skip


def find_applications(web: Web) -> Iterator[Application]:
    """Applications and routers."""
    yield from web.find_created(APPLICATIONS)
    yield from web.find_created(ROUTERS, is_router=True)


def find_attached(web: Web) -> Iterator[Attached]:
    """Everything that is attached to them."""
    for call in web.program.iterate_calls():
        kind = READ.get(call.method)
        for holder, rest in web.find_receivers(call) if kind is not None else ():
            application = web.holders.get(holder)
            if (
                application is not None
                and application.framework in ("FastAPI", "Starlette")
                and rest == f".{call.method}"
            ):
                yield from read_call(web, call, holder, str(kind))
    for application in web.holders.values():
        if application.framework in ("FastAPI", "Starlette") and application.call is not None:
            yield from read_options(web, application)


def read_call(web: Web, call: Call, holder: Ref, kind: str) -> Iterator[Attached]:
    """What one call attaches."""
    decorated: list[Expression] = [{"f": call.decorates}] if call.decorates else []
    arguments = list(call.arguments)
    prefix: str | None = ""
    name = call.method
    if kind == "route" or name == "mount":
        prefix = web.read_path(call.path, arguments.pop(0) if arguments else call.find_option("path"))
    elif kind == "mount":
        option = call.find_option("prefix")
        prefix = web.read_path(call.path, option) if option is not None else ""
    elif kind == "error-handler" and arguments:
        name = str(arguments.pop(0).get("t", ""))
    elif kind == "layer" and name == "middleware":
        arguments = []
    app = call.find_option("app") if name == "mount" and not arguments else None
    pieces = [web.make_piece(call.path, value) for value in (*arguments[:1], *([app] if app else ()), *decorated)]
    dependencies = [web.make_piece(call.path, one) for one in list_dependencies(web, call)]
    where = web.program.locate(call)
    yield Attached(
        kind, "FastAPI", holder, where, [*dependencies, *pieces] if kind != "layer" else pieces, prefix,  # type: ignore[arg-type]
        read_methods(web, call), -call.index if kind == "layer" else call.index, tuple(call.conditions), call,
        call.owner, name,
    )  # fmt: skip


def read_methods(web: Web, call: Call) -> tuple[str, ...]:
    """The methods of a route, empty for any."""
    if call.method in METHODS:
        return (call.method.upper(),)
    option = call.find_option("methods")
    texts = [web.read_text(call.path, one) for one in (option or {}).get("l", ())]
    if texts:
        return tuple(text.upper() for text in texts if text)
    return ("WEBSOCKET",) if "websocket" in call.method else ("GET",) if "api_route" in call.method else ()


def list_dependencies(web: Web, call: Call) -> Iterator[Expression]:
    """What `dependencies=[Depends(current_user)]` depends on, under whatever condition."""
    for path, one in list_items(web, call.path, call.find_option("dependencies")):
        made = web.program.find_call(path, one)
        if made is not None and made.arguments:
            yield made.arguments[0]
        elif made is None:
            yield one


def read_options(web: Web, application: Application) -> Iterator[Attached]:
    """Layers and dependencies that an application or router is created with."""
    call = application.call
    if call is None:
        return
    pieces = [web.make_piece(call.path, one) for one in list_dependencies(web, call)]
    middleware = call.find_option("middleware")
    for one in (middleware or {}).get("l", ()):
        made = web.program.find_call(call.path, one)
        if made is not None and made.arguments:
            pieces.append(web.make_piece(call.path, made.arguments[0]))
    for piece in pieces:
        yield Attached(
            "layer", application.framework, application.ref, application.where, [piece], call=call, owner=call.owner,
            order=-(10**6), name="dependencies",
        )  # fmt: skip
    lifespan = call.find_option("lifespan")
    if lifespan is not None:
        yield Attached(
            "hook", application.framework, application.ref, application.where, [web.make_piece(call.path, lifespan)],
            call=call, owner=call.owner, name="lifespan",
        )  # fmt: skip
