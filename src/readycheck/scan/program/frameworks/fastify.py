"""Fastify: routes, plugins with prefixes, hooks, full declarations, autoload."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.scan.program.arguments import flatten, read_option, read_texts
from readycheck.scan.program.attached import Application, Attached
from readycheck.scan.program.model import Call, Definition, Expression, Ref

if TYPE_CHECKING:
    from readycheck.scan.program.attached import Piece
    from readycheck.scan.program.web import Web

APPLICATIONS = dict.fromkeys(("fastify", "fastify.fastify", "fastify.default"), "Fastify")
METHODS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "all"})
OTHERS = frozenset({"register", "addHook", "route", "setErrorHandler", "use"})
HOOKS = ("onRequest", "preParsing", "preValidation", "preHandler")
WRAPPERS = ("fastify-plugin", "fastify-plugin.default", "fastify-plugin.fastifyPlugin")
AUTOLOAD = ("@fastify/autoload", "@fastify/autoload.default", "fastify-autoload", "@fastify/autoload.fastifyAutoload")
LAST = 10**9


def find_applications(web: Web) -> Iterator[Application]:
    """Applications; and the first parameter of each plugin, which is the application inside of it."""
    yield from web.find_created(APPLICATIONS)
    seen: set[Ref] = set()
    for call in web.program.iterate_calls():
        if call.method == "register" and call.arguments and not web.program.modules[call.path].is_python:
            for plugin in list_plugins(web, call):
                if plugin.parameters and plugin.ref not in seen:
                    seen.add(plugin.ref)
                    yield Application(inside(plugin), "Fastify", web.program.locate(plugin), None, is_router=True)


def inside(plugin: Definition) -> Ref:
    """The application inside of a plugin."""
    return Ref(plugin.path, f"{plugin.name}.{plugin.parameters[0]['name']}")


def list_plugins(web: Web, call: Call) -> list[Definition]:
    """The functions that a `register` registers, also through `fp(...)`, `import(...)` and a folder that is loaded."""
    piece = web.make_piece(call.path, call.arguments[0])
    if any(name in AUTOLOAD for name in piece.externals):
        return [plugin for plugin, _ in list_folder(web, call)]
    return unwrap(web, piece)


def unwrap(web: Web, piece: Piece) -> list[Definition]:
    """The function of a plugin, without the wrapper that keeps it from being encapsulated."""
    if piece.call is not None and any(name in WRAPPERS for name in piece.externals):
        inner = [web.make_piece(piece.call.path, one) for one in piece.call.arguments[:1]]
        return [one for some in inner for one in some.definitions]
    if not piece.definitions and not piece.call:
        for origin in web.program.find_origins(piece.path, piece.value.get("n") or ()):
            found = find_wrapped(web, origin)
            if found:
                return found
    return [one for one in piece.definitions if not one.is_class] if piece.call is None else find_made(web, piece)


def find_made(web: Web, piece: Piece) -> list[Definition]:
    """The function that `createPlugin(options)` returns."""
    return [
        found
        for maker in piece.definitions
        for value in maker.returns
        for found in web.program.find_definitions(maker.path, value)
    ]


def find_wrapped(web: Web, origin: Ref) -> list[Definition]:
    """`module.exports = fp(plugin)`, `export default fp(plugin)`: a call that no variable holds."""
    module = web.program.modules.get(origin.path)
    for call in module.calls if module is not None else ():
        is_wrapper = any(name in WRAPPERS for name in web.program.find_externals(call.path, call.names))
        if is_wrapper and not call.owner and call.arguments:
            return list(web.make_piece(call.path, call.arguments[0]).definitions)
    return []


def is_shared(web: Web, plugin: Definition) -> bool:
    """Whether a plugin is wrapped so that its hooks see the routes of the one that registers it."""
    return any(
        call.arguments
        and any(name in WRAPPERS for name in web.program.find_externals(call.path, call.names))
        and plugin in web.make_piece(call.path, call.arguments[0]).definitions
        for call in web.program.modules[plugin.path].calls
    )


def list_folder(web: Web, call: Call) -> Iterator[tuple[Definition, str]]:
    """The plugins of a folder that is loaded by itself, each with its prefix: the folders below."""
    option = call.find_option("dir")
    texts = list_texts(web, call.path, option)
    if not texts:
        return
    folder = posixpath.normpath(posixpath.join(posixpath.dirname(call.path), *[text.lstrip("/") for text in texts]))
    for path, module in web.program.modules.items():
        if not path.startswith(f"{folder}/") or module.is_python:
            continue
        prefix = posixpath.dirname(path[len(folder) + 1 :])
        piece = web.make_piece(path, {"n": list(module.exports.get("default", ()))})
        for plugin in unwrap(web, piece) or find_wrapped(web, Ref(path, "")):
            yield plugin, "".join(f"/{part}" for part in prefix.split("/") if part)


def list_texts(web: Web, path: str, value: Expression | None) -> list[str]:
    """The constant texts in `path.join(__dirname, "routes")`."""
    if value is None:
        return []
    call = web.program.modules[path].calls[value["c"]] if "c" in value else None
    if call is not None:
        return [text for one in call.arguments for text in list_texts(web, path, one)]
    if "j" in value:
        return [text for one in value["j"] for text in list_texts(web, path, one)]
    text = web.read_text(path, value)
    return [text] if text is not None else []


def find_attached(web: Web) -> Iterator[Attached]:
    """Everything that is attached to applications and inside of plugins."""
    for call in web.program.iterate_calls():
        if call.method not in METHODS and call.method not in OTHERS:
            continue
        for holder, _ in web.find_receivers(call):
            application = web.holders.get(holder)
            if application is not None and application.framework == "Fastify":
                yield from read_call(web, call, holder)


def read_call(web: Web, call: Call, holder: Ref) -> Iterator[Attached]:
    """What one call attaches."""
    if call.method == "register":
        yield from read_register(web, call, holder)
    elif call.method == "addHook" and len(call.arguments) > 1:
        name = web.read_text(call.path, call.arguments[0]) or ""
        kind = "layer" if name in HOOKS else "hook"
        yield attach(web, call, holder, kind, "", [web.make_piece(call.path, call.arguments[1])], name=name)
    elif call.method == "setErrorHandler" and call.arguments:
        yield attach(web, call, holder, "error-handler", "", [web.make_piece(call.path, call.arguments[0])])
    elif call.method == "use" and call.arguments:
        yield attach(web, call, holder, "layer", "", [web.make_piece(call.path, call.arguments[-1])])
    elif call.method == "route" and call.arguments:
        options = call.arguments[0]
        methods = [text.upper() for text in read_texts(web, call.path, read_option(options, "method")) if text]
        path = web.read_path(call.path, read_option(options, "url", "path"))
        handler = read_option(options, "handler")
        pieces = list_hooks(web, call, options) + ([web.make_piece(call.path, handler)] if handler is not None else [])
        yield attach(web, call, holder, "route", path, pieces, tuple(methods))
    elif call.method in METHODS and len(call.arguments) > 1:
        yield read_shorthand(web, call, holder)


def read_shorthand(web: Web, call: Call, holder: Ref) -> Attached:
    """`app.get("/users", {preHandler}, handler)`."""
    path, *others = call.arguments
    options = others[0] if len(others) > 1 or "o" in others[0] else {}
    if "n" in options:
        options = next((one.value for _, one in web.program.find_assignments(call.path, options)), options)
    handler = read_option(options, "handler") if len(others) == 1 and "o" in others[0] else others[-1]
    pieces = list_hooks(web, call, options)
    if handler is not None:
        pieces.append(web.make_piece(call.path, handler))
    methods = () if call.method == "all" else (call.method.upper(),)
    return attach(web, call, holder, "route", web.read_text(call.path, path), pieces, methods)


def list_hooks(web: Web, call: Call, options: Expression) -> list[Piece]:
    """The hooks of one route, in the order in which they run."""
    return [
        web.make_piece(call.path, one)
        for name in HOOKS
        for one in flatten(read_option(options, name) or {"l": []})
    ]  # fmt: skip


def read_register(web: Web, call: Call, holder: Ref) -> Iterator[Attached]:
    """A plugin: of the project, mounted with its prefix, or a library, which sees every request."""
    if not call.arguments:
        return
    piece = web.make_piece(call.path, call.arguments[0])
    option = call.find_option("prefix")
    prefix = web.read_path(call.path, option) if option is not None else ""
    if any(name in AUTOLOAD for name in piece.externals):
        loaded = list(list_folder(web, call))
        for plugin, folder in loaded:
            yield attach(web, call, holder, "mount", f"{prefix or ''}{folder}", [inside_piece(web, plugin)])
        yield from share_folder_hooks(web, call, [plugin for plugin, _ in loaded if plugin.parameters])
        return
    plugins = [one for one in unwrap(web, piece) if one.parameters]
    for plugin in plugins:
        yield attach(web, call, holder, "mount", prefix, [inside_piece(web, plugin)])
        if is_shared(web, plugin):
            yield from share_hooks(web, call, holder, plugin)
    if not plugins:
        yield attach(web, call, holder, "layer", prefix, [piece])


def share_hooks(web: Web, call: Call, holder: Ref, plugin: Definition) -> Iterator[Attached]:
    """The hooks and libraries of a plugin that is not encapsulated see the routes beside it."""
    for inner in web.program.modules[plugin.path].find_calls(plugin.name):
        if inner.method == "addHook" and len(inner.arguments) > 1:
            name = web.read_text(inner.path, inner.arguments[0]) or ""
            if name in HOOKS:
                yield attach(
                    web, call, holder, "layer", "", [web.make_piece(inner.path, inner.arguments[1])], name=name
                )


def share_folder_hooks(web: Web, call: Call, plugins: list[Definition]) -> Iterator[Attached]:
    """The hooks of `autohooks.js` see the routes of its folder, and with `cascadeHooks` those of the folders below."""
    if not is_on(call, "autoHooks"):
        return
    for plugin in plugins:
        folder, name = posixpath.split(plugin.path)
        for other in plugins if name.startswith("autohooks.") else ():
            place = posixpath.dirname(other.path)
            is_below = is_on(call, "cascadeHooks") and place.startswith(f"{folder}/")
            if other is not plugin and (place == folder or is_below):
                yield from share_hooks(web, call, inside(other), plugin)


def is_on(call: Call, option: str) -> bool:
    """Whether an option is written as true."""
    return (call.find_option(option) or {}).get("v") is True


def inside_piece(web: Web, plugin: Definition) -> Piece:
    """A plugin as what is mounted: the application inside of it."""
    return web.make_piece(plugin.path, {"n": [f"#{inside(plugin).name}"], "t": plugin.name})


def attach(  # noqa: PLR0913, PLR0917 - the fields of what is attached
    web: Web, call: Call, holder: Ref, kind: str, prefix: str | None, pieces: list[Piece], methods: tuple[str,
    ...] = (),
    name: str = "",
) -> Attached:  # fmt: skip
    """What a call attaches; hooks see all routes of their plugin, wherever they stand."""
    order = call.order - LAST if kind == "layer" else call.order
    return Attached(
        kind, "Fastify", holder, web.locate(call), pieces, prefix, methods, order, tuple(call.conditions), call,  # type: ignore[arg-type]
        call.owner, name or call.method,
    )  # fmt: skip
