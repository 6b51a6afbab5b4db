"""Flask and Quart: routes, blueprints, class-based views, extensions; Flask-RESTful, flask-restx and flask-smorest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.scan.late import compile_late
from readycheck.scan.program.arguments import find_decorated, flatten, list_inner, read_texts
from readycheck.scan.program.attached import Application, Attached, Piece
from readycheck.scan.program.model import LOCAL, Call, Definition, Expression, Ref

if TYPE_CHECKING:
    from readycheck.scan.program.web import Web

APPLICATIONS = {
    "flask.Flask": "Flask",
    "flask.app.Flask": "Flask",
    "apiflask.APIFlask": "Flask",
    "quart.Quart": "Quart",
    **dict.fromkeys(("connexion.App", "connexion.FlaskApp", "connexion.AsyncApp"), "Flask"),
}
ROUTERS = dict.fromkeys(
    (
        "flask.Blueprint", "flask.blueprints.Blueprint", "apiflask.APIBlueprint", "quart.Blueprint",
        "flask_smorest.Blueprint", "flask_openapi3.APIBlueprint", "flask_restx.Namespace", "flask_restful.Api",
        "flask_restx.Api", "flask_restplus.Api", "flask_restplus.Namespace",
    ),
    "Flask",
)  # fmt: skip
FRAMEWORKS = frozenset({"Flask", "Quart"})
METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
BEFORE = frozenset({"before_request", "before_app_request"})
ERRORS = frozenset({"errorhandler", "app_errorhandler", "register_error_handler"})
ROUTES = frozenset({*METHODS[:5], "route", "add_url_rule", "websocket"})
RESOURCE = compile_late(r"^add_(?:\w+_)?resource$")
MOUNTS = frozenset({"register_blueprint", "add_namespace", "register_api", "add_api"})
"""`add_api` is connexion's: what it serves stands in a document, which is not followed."""
LAST = 10**6
"""What is attached after everything that stands in the code; layers see every request, wherever they are registered."""


def find_applications(web: Web) -> Iterator[Application]:
    """Applications, blueprints, namespaces."""
    yield from web.find_created(APPLICATIONS)
    yield from web.find_created(ROUTERS, is_router=True)


def find_attached(web: Web) -> Iterator[Attached]:
    """Everything that is attached to them."""
    for call in web.program.iterate_calls():
        if not web.program.modules[call.path].is_python:
            continue
        if call.method in ROUTES | MOUNTS | BEFORE | ERRORS or RESOURCE.match(call.method):
            for holder, rest in web.find_receivers(call):
                application = web.holders.get(holder)
                if application is not None and application.framework in FRAMEWORKS and rest == f".{call.method}":
                    yield from read_call(web, call, holder)
        yield from read_extension(web, call)
    for module in web.program.modules.values():
        for one in module.assignments if module.is_python else ():
            if one.text.endswith(".wsgi_app") and "c" in one.value:
                yield from attach_layer(web, module.calls[one.value["c"]], [*one.names], one.value, "wsgi_app")


def read_call(web: Web, call: Call, holder: Ref) -> Iterator[Attached]:
    """What one method call attaches."""
    where = web.program.locate(call)
    if call.method in MOUNTS:
        option = call.find_argument(-1, "url_prefix", "path", "base_path")
        if option is None and call.method == "add_namespace" and len(call.arguments) > 1:
            option = call.arguments[1]
        prefix = web.read_path(call.path, option) if option is not None else ""
        if call.arguments:
            yield Attached(
                "mount", "Flask", holder, where, [web.make_piece(call.path, call.arguments[0])], prefix, (), call.index,
                tuple(call.conditions), call, call.owner, call.method, replaces=option is not None,
            )  # fmt: skip
    elif call.method in BEFORE | ERRORS:
        yield from read_hook(web, call, holder)
    else:
        yield from read_route(web, call, holder)


def read_hook(web: Web, call: Call, holder: Ref) -> Iterator[Attached]:
    """A function that sees each request, or gets what was raised."""
    values: list[Expression] = [{"f": call.decorates}] if call.decorates else list(call.arguments[-1:])
    holders = [holder]
    if call.method == "before_app_request":
        holders = [ref for ref, one in web.holders.items() if one.framework in FRAMEWORKS and not one.is_router]
    is_error = call.method in ERRORS
    name = (
        str(call.arguments[0].get("t") or call.arguments[0].get("v", ""))
        if is_error and call.arguments
        else call.method
    )
    for one in holders if values else ():
        yield Attached(
            "error-handler" if is_error else "layer", "Flask", one, web.program.locate(call),
            [web.make_piece(call.path, value) for value in values], order=call.index if is_error else call.index - LAST,
            conditions=tuple(call.conditions), call=call, owner=call.owner, name=name,
        )  # fmt: skip


def read_route(web: Web, call: Call, holder: Ref) -> Iterator[Attached]:
    """Routes of a decorated function or class, of `add_url_rule`, of `add_resource`."""
    arguments = list(call.arguments)
    decorated = find_decorated(web, call)
    if RESOURCE.match(call.method):
        views = [web.make_piece(call.path, arguments.pop(0))] if arguments else []
        paths = [web.read_path(call.path, one) for one in arguments]
    else:
        rule = arguments.pop(0) if arguments else call.find_option("rule")
        paths = read_texts(web, call.path, rule)
        handler = call.find_argument(2, "view_func") if call.method == "add_url_rule" else None
        views = [web.make_piece(call.path, handler)] if handler is not None else []
        if decorated is not None:
            views = [web.make_piece(call.path, {"f": decorated.name})]
    guards = [web.make_piece(call.path, one) for one in list_inner(decorated, call)] if decorated is not None else []
    for path in paths:
        for methods, pieces in list_views(web, call, views[:1], guards):
            yield Attached(
                "route", "Flask", holder, web.program.locate(call), pieces, path, methods, call.index,
                tuple(call.conditions), call, call.owner, call.method,
            )  # fmt: skip


def list_views(
    web: Web, call: Call, views: list[Piece], guards: list[Piece]
) -> Iterator[tuple[tuple[str, ...], list[Piece]]]:
    """The methods and the pieces of each route that one view makes; a class makes one for each of its methods."""
    for view in views:
        cls = find_class(web, view)
        verbs = list(list_verbs(web, cls)) if cls is not None else []
        if cls is None or not verbs:
            yield read_methods(web, call), [*guards, view]
            continue
        own = [*guards, *list_class_guards(web, cls)]
        for verb, method in verbs:
            inner = [web.make_piece(method.path, one) for one in method.decorators]
            yield (verb,), [*own, *inner, web.make_piece(method.path, {"f": method.name})]


def read_methods(web: Web, call: Call) -> tuple[str, ...]:
    """The methods of a route."""
    if call.method in METHODS:
        return (call.method.upper(),)
    if call.method == "websocket":
        return ("WEBSOCKET",)
    texts = [text.upper() for text in read_texts(web, call.path, call.find_option("methods")) if text]
    return tuple(texts) or ("GET",)


def find_class(web: Web, view: Piece) -> Definition | None:
    """The class of a class-based view: `Users.as_view("users")`, or a resource itself."""
    for one in view.definitions:
        if one.is_class:
            return one
    if view.call is not None and view.call.method == "as_view":
        names = [name.removesuffix(".as_view") for name in view.call.names]
        found = web.program.find_definitions(view.call.path, {"n": names})
        return next((one for one in found if one.is_class), None)
    return None


def list_verbs(web: Web, cls: Definition) -> Iterator[tuple[str, Definition]]:
    """The HTTP methods that a class answers, its own first, then those of its bases."""
    seen: set[str] = set()
    for one in (cls, *(base for value in cls.bases for base in web.program.find_definitions(cls.path, value))):
        for verb in METHODS:
            method = web.program.find_definition(Ref(one.path, f"{one.name}.{verb}"))
            if method is not None and verb not in seen:
                seen.add(verb)
                yield verb.upper(), method


def list_class_guards(web: Web, cls: Definition) -> Iterator[Piece]:
    """What all methods of a class are wrapped in: `decorators`, `method_decorators`."""
    for one in (cls, *(base for value in cls.bases for base in web.program.find_definitions(cls.path, value))):
        module = web.program.modules[one.path]
        for name in ("decorators", "method_decorators"):
            for assignment in module.variables.get(f"{one.name}.{name}", ()):
                yield from (web.make_piece(one.path, value) for value in flatten(assignment.value))


def read_extension(web: Web, call: Call) -> Iterator[Attached]:
    """`CORS(app)`, `Limiter(get_remote_address, app=app)`, `limiter.init_app(app)`, `Api(blueprint)`."""
    given = call.keywords.get("app") or (call.arguments[0] if call.arguments else None)
    if given is None or "n" not in given:
        return
    if call.method == "init_app":
        names = [name.removesuffix(".init_app") for name in call.names]
        value: Expression = {"n": names, "t": call.text.removesuffix(".init_app")}
    elif call.method[:1].isupper() and not call.decorates:
        value = {"c": call.index, "t": call.text}
    else:
        return
    yield from attach_layer(web, call, given["n"], value, call.method)


def attach_layer(
    web: Web, call: Call, names: tuple[str, ...] | list[str], value: Expression, name: str
) -> Iterator[Attached]:
    """An extension that is given an application: a layer, or a router of its own."""
    stripped = [one.removesuffix(".wsgi_app") for one in names]
    for holder in web.program.find_origins(call.path, stripped):
        application = web.holders.get(holder)
        if application is None or application.framework not in FRAMEWORKS:
            continue
        piece = web.make_piece(call.path, value)
        mounted = [ref for ref in web.find_holders(call.path, value) if ref != holder]
        if not mounted and "c" in value and call.target:
            mounted = [ref for ref in (Ref(call.path, call.target.removeprefix(LOCAL)),) if ref in web.holders]
            piece = Piece(call.path, {"n": [call.target], "t": call.text}, piece.externals, piece.definitions, call)
        yield Attached(
            "mount" if mounted else "layer", "Flask", holder, web.program.locate(call), [piece],
            order=call.index if mounted else call.index - LAST, conditions=tuple(call.conditions), call=call,
            owner=call.owner, name=name,
        )  # fmt: skip
