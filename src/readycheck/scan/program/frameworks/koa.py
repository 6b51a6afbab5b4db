"""Koa with @koa/router: routes, prefixes, nested routers, koa-mount."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.scan.program.arguments import flatten, is_text_like, read_texts
from readycheck.scan.program.attached import Application, Attached
from readycheck.scan.program.model import Call, Expression, Ref

if TYPE_CHECKING:
    from readycheck.scan.program.attached import Piece
    from readycheck.scan.program.web import Web

APPLICATIONS = dict.fromkeys(("koa", "koa.default"), "Koa")
ROUTERS = dict.fromkeys(
    (
        "@koa/router", "@koa/router.default", "@koa/router.Router", "koa-router", "koa-router.default",
        "koa-better-router", "koa-joi-router",
    ),
    "Koa",
)  # fmt: skip
METHODS = frozenset({"get", "post", "put", "patch", "delete", "del", "head", "options", "all"})
GIVES = ("routes", "middleware")


def find_applications(web: Web) -> Iterator[Application]:
    """Applications and routers; `router.prefix("/api")` says later what the options say at once."""
    yield from web.find_created(APPLICATIONS)
    prefixes = {
        holder: web.read_text(call.path, call.arguments[0])
        for call in web.program.iterate_calls()
        if call.method == "prefix" and call.arguments
        for holder, _ in web.find_receivers(call)
    }
    for one in web.find_created(ROUTERS, is_router=True):
        yield Application(one.ref, one.framework, one.where, one.call, is_router=True, prefix=prefixes.get(one.ref, ""))


def find_attached(web: Web) -> Iterator[Attached]:
    """Everything that is attached to them, in the order of the code."""
    for call in web.program.iterate_calls():
        if call.method in METHODS or call.method == "use":
            for holder, _ in web.find_receivers(call):
                application = web.holders.get(holder)
                if application is not None and application.framework == "Koa":
                    yield from read_call(web, call, holder)


def read_call(web: Web, call: Call, holder: Ref) -> Iterator[Attached]:
    """What one call attaches; a route may have a name before its path."""
    arguments = list(call.arguments)
    prefixes: list[str | None] = [""]
    if arguments and is_text_like(web, call.path, arguments[0]):
        prefixes = read_texts(web, call.path, arguments.pop(0))
        if call.method != "use" and len(arguments) > 1 and is_text_like(web, call.path, arguments[0]):
            prefixes = read_texts(web, call.path, arguments.pop(0))
    elif call.method != "use" and len(arguments) > 1 and "f" not in arguments[0] and "c" not in arguments[0]:
        arguments.pop(0)
        prefixes = [None]
    pieces = [web.make_piece(call.path, one) for argument in arguments for one in flatten(argument)]
    for prefix in prefixes if pieces else ():
        if call.method != "use":
            methods = () if call.method == "all" else ("DELETE" if call.method == "del" else call.method.upper(),)
            yield attach(web, call, holder, "route", prefix, pieces, methods)
        else:
            yield from read_use(web, call, holder, prefix, pieces)


def read_use(web: Web, call: Call, holder: Ref, prefix: str | None, pieces: list[Piece]) -> Iterator[Attached]:
    """`use(auth, users.routes(), users.allowedMethods())` mounts a router behind what stands before it."""
    before: list[Piece] = []
    for piece in pieces:
        router, more = find_router(web, piece)
        if router is not None:
            yield attach(web, call, holder, "mount", join(prefix, more), [*before, web.make_piece(*router)], ())
        elif piece.call is None or piece.call.method != "allowedMethods":
            before.append(piece)
    if not any(find_router(web, piece)[0] for piece in pieces):
        for piece in before:
            yield attach(web, call, holder, "layer", prefix, [piece], ())


def find_router(web: Web, piece: Piece) -> tuple[tuple[str, Expression] | None, str | None]:
    """The router whose `routes()` a piece is, and the prefix that `mount("/api", router.routes())` gives it."""
    call = piece.call
    if call is None or "n" in piece.value:  # an application of its own, `mount("/api", api)`, is made by a call as well
        found = web.find_holders(piece.path, piece.value)
        if found or call is None:
            return ((piece.path, piece.value), "") if found else (None, "")
    if call.method in GIVES:
        names = [name.rpartition(".")[0] for name in call.names]
        value: Expression = {"n": names, "t": call.text.rpartition(".")[0]}
        return ((call.path, value), "") if web.find_holders(call.path, value) else (None, "")
    if any(name in ("koa-mount", "koa-mount.default") for name in piece.externals) and call.arguments:
        inner, _ = find_router(web, web.make_piece(call.path, call.arguments[-1]))
        text = web.read_text(call.path, call.arguments[0]) if len(call.arguments) > 1 else ""
        return inner, text
    return None, ""


def join(first: str | None, second: str | None) -> str | None:
    """Two prefixes, one of which may be unknown."""
    return None if first is None or second is None else f"{first.rstrip('/')}{second}" if second else first


def attach(  # noqa: PLR0913, PLR0917 - the fields of what is attached
    web: Web, call: Call, holder: Ref, kind: str, prefix: str | None, pieces: list[Piece], methods: tuple[str, ...]
) -> Attached:
    """What a call attaches."""
    return Attached(
        kind, "Koa", holder, web.locate(call), pieces, prefix, methods, call.order, tuple(call.conditions), call,  # type: ignore[arg-type]
        call.owner, call.method,
    )  # fmt: skip
