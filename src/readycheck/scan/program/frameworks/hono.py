"""Hono: chained routes, `route`, `basePath`, `use` with a path, OpenAPIHono."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.scan.late import compile_late
from readycheck.scan.program.arguments import flatten, is_text_like, read_option, read_texts
from readycheck.scan.program.attached import Application, Attached
from readycheck.scan.program.model import Call, Expression, Ref

if TYPE_CHECKING:
    from readycheck.scan.program.web import Web

NAMES = dict.fromkeys(
    ("hono.Hono", "hono/tiny.Hono", "hono/quick.Hono", "@hono/zod-openapi.OpenAPIHono", "hono.default"), "Hono"
)
METHODS = frozenset({"get", "post", "put", "patch", "delete", "options", "all"})
OTHERS = frozenset({"use", "route", "on", "openapi", "onError", "mount"})
PARAMETER = compile_late(r"\{(\w+)\}")


def find_applications(web: Web) -> Iterator[Application]:
    """Every Hono object is an application; those that another one mounts are listed below it."""
    calls = {one.place: one for one in web.program.iterate_calls() if one.method == "basePath" and one.arguments}
    created = list(web.find_created(NAMES))
    imported = find_imported(web, frozenset(one.where.path for one in created)) if created else set()
    for one in created:
        call = one.call
        chained = calls.get(call.place) if call is not None else None
        is_same = chained is not None and call is not None and chained.path == call.path
        prefix = web.read_path(chained.path, chained.arguments[0]) if chained is not None and is_same else ""
        ref = find_holder(web, one, call)
        yield Application(ref, one.framework, one.where, call, is_router=ref in imported, prefix=prefix)


def find_holder(web: Web, one: Application, call: Call | None) -> Ref:
    """The variable that holds the end of the chain: `const app = new Hono().get(...)`."""
    if call is None or call.target:
        return one.ref
    chain = [other for other in web.program.modules[call.path].calls if other.place == call.place and other.target]
    return web.find_variable(chain[0]) if chain else one.ref


def find_imported(web: Web, paths: frozenset[str]) -> set[Ref]:
    """What files of the project take out of some others."""
    found: set[Ref] = set()
    for module in web.program.modules.values():
        for name in module.imports.values():
            place = web.program.files.find(module.path, name)
            if place is not None and place[0] in paths and place[0] != module.path:
                ref = web.program.resolve(module.path, name)
                found |= {ref, *web.program.follow(ref)}
    return found


def find_attached(web: Web) -> Iterator[Attached]:
    """Everything that is attached to them, in the order of the code."""
    made = {
        (one.call.path, one.call.place): one.ref for one in web.holders.values() if one.framework == "Hono" and one.call
    }
    for call in web.program.iterate_calls():
        if call.method not in METHODS and call.method not in OTHERS:
            continue
        chained = made.get((call.path, call.place))
        holders = [chained] if chained is not None else [ref for ref, _ in web.find_receivers(call)]
        for holder in holders:
            application = web.holders.get(holder)
            if application is not None and application.framework == "Hono":
                yield from read_call(web, call, holder)


def read_call(web: Web, call: Call, holder: Ref) -> Iterator[Attached]:
    """What one call attaches."""
    arguments = list(call.arguments)
    methods: tuple[str, ...] = ()
    if call.method == "on" and len(arguments) > 1:
        methods = tuple(text.upper() for text in read_texts(web, call.path, arguments.pop(0)) if text)
    if call.method == "openapi":
        yield from read_openapi(web, call, holder)
        return
    prefixes: list[str | None] = [""]
    if arguments and is_text_like(web, call.path, arguments[0]):
        prefixes = read_texts(web, call.path, arguments.pop(0))
    elif call.method != "use" and len(arguments) > 1 and "f" not in arguments[0]:
        arguments.pop(0)
        prefixes = [None]
    if call.method in METHODS and call.method != "all":
        methods = (call.method.upper(),)
    kind = {"use": "layer", "route": "mount", "mount": "mount", "onError": "error-handler"}.get(call.method, "route")
    values = [one for argument in arguments for one in flatten(argument)]
    for prefix in prefixes if values else ():
        yield attach(web, call, holder, kind, prefix, values, methods)


def read_openapi(web: Web, call: Call, holder: Ref) -> Iterator[Attached]:
    """`app.openapi(createRoute({method, path, middleware}), handler)`."""
    made = web.program.find_call(call.path, call.arguments[0]) if call.arguments else None
    if made is None:
        return
    options = made.arguments[0] if made.arguments else {}
    methods = tuple(text.upper() for text in read_texts(web, made.path, read_option(options, "method")) if text)
    path = web.read_path(made.path, read_option(options, "path"))
    guards = [*flatten(read_option(options, "middleware") or {"l": []})]
    pieces = [web.make_piece(made.path, one) for one in guards]
    pieces += [web.make_piece(call.path, one) for one in call.arguments[1:2]]
    text = PARAMETER.sub(r":\1", path) if path is not None else None
    yield Attached(
        "route", "Hono", holder, web.locate(call), pieces, text, methods, call.order, tuple(call.conditions), call,
        call.owner, "openapi",
    )  # fmt: skip


def attach(  # noqa: PLR0913, PLR0917 - the fields of what is attached
    web: Web, call: Call, holder: Ref, kind: str, prefix: str | None, values: list[Expression], methods: tuple[str, ...]
) -> Attached:
    """What a call attaches."""
    return Attached(
        kind, "Hono", holder, web.locate(call), [web.make_piece(call.path, one) for one in values], prefix, methods,  # type: ignore[arg-type]
        call.order, tuple(call.conditions), call, call.owner, call.method,
    )  # fmt: skip
