"""Litestar: handlers, controllers and routers that `route_handlers` lists, guards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.scan.program.arguments import list_inner, list_items, read_texts
from readycheck.scan.program.attached import Application, Attached
from readycheck.scan.program.model import LOCAL, Call, Definition, Expression, Ref

if TYPE_CHECKING:
    from readycheck.scan.program.web import Web

APPLICATIONS = {"litestar.Litestar": "Litestar", "litestar.app.Litestar": "Litestar"}
ROUTERS = {"litestar.Router": "Litestar", "litestar.router.Router": "Litestar"}
CONTROLLERS = frozenset({"litestar.Controller", "litestar.controller.Controller"})
LISTED = "route_handlers"
OPEN = "exclude_from_auth"
ADDS = ("append", "extend")
VERBS = ("get", "post", "put", "patch", "delete", "head")
HANDLERS = {
    f"{module}.{verb}": "" if verb in ("route", "asgi") else verb.upper()
    for module in ("litestar", "litestar.handlers")
    for verb in (*VERBS, "route", "websocket", "websocket_listener", "asgi")
}


def find_applications(web: Web) -> Iterator[Application]:
    """Applications, routers; controllers and handlers, which are routers of their own until something lists them."""
    yield from web.find_created(APPLICATIONS)
    for one in web.find_created(ROUTERS, is_router=True):
        prefix = web.read_text(one.where.path, one.call.find_argument(0, "path")) if one.call is not None else ""
        yield Application(one.ref, one.framework, one.where, one.call, is_router=True, prefix=prefix)
    seen: set[Ref] = set()
    for call, decorated in find_handlers(web):
        owner = find_controller(web, decorated) or decorated
        if owner.ref not in seen:
            seen.add(owner.ref)
            module = web.program.modules[owner.path]
            paths = module.variables.get(f"{owner.name}.path", ()) if owner.is_class else ()
            prefix = web.read_text(owner.path, paths[0].value) if paths else ""
            where = module.locate(owner) if owner.is_class else module.locate(call)
            yield Application(owner.ref, "Litestar", where, None, is_router=True, prefix=prefix)


def find_handlers(web: Web) -> Iterator[tuple[Call, Definition]]:
    """The functions and methods that a handler decorator stands before."""
    for call in web.program.iterate_calls():
        if call.decorates and any(name in HANDLERS for name in call.names):
            decorated = web.program.find_definition(Ref(call.path, call.decorates))
            if decorated is not None:
                yield call, decorated


def find_controller(web: Web, method: Definition) -> Definition | None:
    """The controller of a method."""
    owner = web.program.find_definition(Ref(method.path, method.name.rpartition(".")[0]))
    return owner if owner is not None and owner.is_class else None


def find_attached(web: Web) -> Iterator[Attached]:
    """Routes, what is listed where, guards and middleware."""
    for call, decorated in find_handlers(web):
        yield from read_handler(web, call, decorated)
    for application in list(web.holders.values()):
        if application.framework == "Litestar":
            yield from read_options(web, application)
    yield from read_plugins(web)


def read_handler(web: Web, call: Call, decorated: Definition) -> Iterator[Attached]:
    """One handler, once for each of its paths."""
    owner = find_controller(web, decorated) or decorated
    listed = call.find_argument(0, "path")
    paths = read_texts(web, call.path, listed) if listed is not None else [""]
    verb = next((HANDLERS[name] for name in call.names if name in HANDLERS), "")
    methods = (verb,) if verb else tuple(
        text for text in read_texts(web, call.path, call.find_option("http_method")) if text
    )  # fmt: skip
    guards = [web.make_piece(path, one) for path, one in list_items(web, call.path, call.find_option("guards"))]
    guards += [web.make_piece(call.path, one) for one in list_inner(decorated, call)]
    if (call.find_option(OPEN) or {}).get("v") is True:
        guards.append(web.make_piece(call.path, {"t": OPEN}))
    for path in paths or [""]:
        yield Attached(
            "route", "Litestar", owner.ref, web.program.locate(call), [*guards, web.make_piece(call.path,
            {"f": decorated.name})],
            path, methods, call.index, tuple(call.conditions), call, call.owner if owner is not decorated else "",
            call.method,
        )  # fmt: skip


def read_options(web: Web, application: Application) -> Iterator[Attached]:
    """What an application or a router lists, or a controller's class says."""
    ref, call = application.ref, application.call
    if call is None:
        module = web.program.modules[ref.path]
        for name in ("guards", "middleware"):
            for one in module.variables.get(f"{ref.name}.{name}", ()):
                for path, value in list_items(web, ref.path, one.value):
                    yield Attached(
                        "layer",
                        "Litestar",
                        ref,
                        module.span(one.line),
                        [web.make_piece(path, value)],
                        order=-(10**6),
                        name=name,
                    )
        return
    for path, value in list_items(
        web, call.path, call.find_argument(1 if application.is_router else 0, "route_handlers")
    ):
        yield Attached(
            "mount", "Litestar", ref, web.program.locate(call), [web.make_piece(path, value)], order=call.index,
            conditions=tuple(call.conditions), call=call, owner=call.owner, name="route_handlers",
        )  # fmt: skip
    for name in ("middleware", "guards"):
        for path, value in list_items(web, call.path, call.find_option(name)):
            yield Attached(
                "layer", "Litestar", ref, web.program.locate(call), [web.make_piece(path, value)], order=-(10**6),
                call=call,
                owner=call.owner, name=name,
            )  # fmt: skip


def read_plugins(web: Web) -> Iterator[Attached]:
    """What a plugin adds to the configuration that every application is made of: handlers, a login's middleware."""
    applications = [
        one
        for one in web.holders.values()
        if one.framework == "Litestar" and not one.is_router and one.call is not None
    ]
    for call in web.program.iterate_calls((*ADDS, "on_app_init")) if applications else ():
        if call.text.endswith(f"{LISTED}.{call.method}") and call.arguments:
            found = [*list_given(web, call, call.arguments[0])] if call.method == "extend" else [
                (call.path, call.arguments[0])
            ]  # fmt: skip
            kind, name = "mount", LISTED
        elif call.method == "on_app_init" and "." in call.text:
            origins = [one for one, _ in web.program.find_receivers(call) if one.path]
            kind, name = "layer", "on_app_init"
            found = [(one.path, {"n": [f"{LOCAL}{one.name}"], "t": call.text}) for one in origins]
        else:
            continue
        for application in applications:
            for path, one in found:
                yield Attached(
                    kind, "Litestar", application.ref, web.program.locate(call), [web.make_piece(path, one)],  # type: ignore[arg-type]
                    order=call.index if kind == "mount" else -(10**6), conditions=tuple(call.conditions), call=call,
                    owner=call.owner, name=name,
                )  # fmt: skip


def list_given(web: Web, call: Call, value: Expression) -> Iterator[tuple[str, Expression]]:
    """The elements of a list, also of one that the function around the call is given."""
    yield from list_items(web, call.path, value)
    definition = web.program.find_definition(Ref(call.path, call.owner)) if call.owner else None
    for place, parameter in enumerate(definition.parameters) if definition is not None else ():
        if definition is not None and f"{LOCAL}{call.owner}.{parameter['name']}" in (value.get("n") or ()):
            for caller, given in web.program.list_arguments(definition, place, parameter["name"]):
                yield from list_items(web, caller.path, given)
