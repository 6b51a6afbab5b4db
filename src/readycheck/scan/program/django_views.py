"""Django's views: functions, classes, view sets, with what guards them and the methods that they answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.scan.program.arguments import list_items, read_texts
from readycheck.scan.program.model import Call, Definition, Expression, Ref

if TYPE_CHECKING:
    from readycheck.scan.program.attached import Piece
    from readycheck.scan.program.web import Web

Defaults = list[tuple[str, Expression]]
VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
ACTIONS = {
    "list": ("GET", ""), "create": ("POST", ""), "retrieve": ("GET", "<pk>"), "update": ("PUT", "<pk>"),
    "partial_update": ("PATCH", "<pk>"), "destroy": ("DELETE", "<pk>"),
}  # fmt: skip
GENERIC = {
    "ModelViewSet": tuple(ACTIONS),
    "ReadOnlyModelViewSet": ("list", "retrieve"),
    "CreateModelMixin": ("create",),
    "ListModelMixin": ("list",),
    "RetrieveModelMixin": ("retrieve",),
    "UpdateModelMixin": ("update", "partial_update"),
    "DestroyModelMixin": ("destroy",),
    "NestedViewSetMixin": (),
}
VIEWS = {
    "ListAPIView": ("GET",), "CreateAPIView": ("POST",), "RetrieveAPIView": ("GET",), "DestroyAPIView": ("DELETE",),
    "UpdateAPIView": ("PUT", "PATCH"), "ListCreateAPIView": ("GET", "POST"), "RetrieveUpdateAPIView": ("GET", "PUT",
    "PATCH"),
    "RetrieveDestroyAPIView": ("GET", "DELETE"), "RetrieveUpdateDestroyAPIView": ("GET", "PUT", "PATCH", "DELETE"),
    "TemplateView": ("GET",), "ListView": ("GET",), "DetailView": ("GET",), "RedirectView": (), "FormView": ("GET",
    "POST"),
    "CreateView": ("GET", "POST"), "UpdateView": ("GET", "POST"), "DeleteView": ("GET", "POST"),
    "SpectacularAPIView": ("GET",), "SpectacularSwaggerView": ("GET",), "SpectacularRedocView": ("GET",),
}  # fmt: skip
REST = ("rest_framework.", "drf_spectacular.", "rest_framework_simplejwt.")
WRAPPERS = frozenset({"csrf_exempt", "never_cache", "cache_page", "xframe_options_exempt", "require_http_methods"})
SPLIT = 2


def list_view_routes(
    web: Web, path: str, view: Expression, defaults: Defaults
) -> Iterator[tuple[tuple[str, ...], list[Piece]]]:
    """The methods and pieces of each route that the view of a pattern makes."""
    outer, inner = unwrap(web, path, view)
    made = web.program.modules[path].calls[inner["c"]] if "c" in inner else None
    if made is not None and made.method == "as_view":
        names = [name.removesuffix(".as_view") for name in made.names]
        cls = next((one for one in web.program.find_definitions(path, {"n": names}) if one.is_class), None)
        if cls is not None:
            yield from list_class_routes(web, cls, made, outer, defaults)
            return
        externals = web.program.find_externals(path, names)
        guards = [*outer, *(make_defaults(web, defaults) if any(name.startswith(REST) for name in externals) else [])]
        methods = tuple(dict.fromkeys(verb for name in externals for verb in VIEWS.get(name.rpartition(".")[2], ())))
        yield methods, [*guards, web.make_piece(path, {"n": names, "t": made.text})]
        return
    functions = [one for one in web.program.find_definitions(path, inner) if not one.is_class]
    for function in functions[:1]:
        guards = [*outer, *list_function_guards(web, function, defaults)]
        yield read_verbs(web, function), [*guards, web.make_piece(function.path, {"f": function.name})]
    if not functions:
        yield (), [*outer, web.make_piece(path, inner)]


def unwrap(web: Web, path: str, view: Expression) -> tuple[list[Piece], Expression]:
    """The guards that a view is wrapped in where it is listed, `login_required(view)`, and the view itself."""
    guards: list[Piece] = []
    while "c" in view:
        call = web.program.modules[path].calls[view["c"]]
        if call.method == "as_view" or len(call.arguments) < 1:
            break
        if call.method not in WRAPPERS:
            guards.append(web.make_piece(path, {"n": list(call.names), "t": call.text}))
        view = call.arguments[0]
    return guards, view


def list_function_guards(web: Web, function: Definition, defaults: Defaults) -> Iterator[Piece]:
    """The decorators of a function, and REST framework's default permissions where it names none."""
    pieces = [web.make_piece(function.path, one) for one in function.decorators]
    permissions = [one for one in pieces if is_named(one, "permission_classes")]
    if any(is_named(one, "api_view") for one in pieces) and not permissions:
        yield from make_defaults(web, defaults)
    for one in permissions:
        for where, value in list_items(
            web, function.path, one.call.arguments[0] if one.call and one.call.arguments else None
        ):
            yield web.make_piece(where, value)
    yield from (one for one in pieces if one not in permissions and not is_named(one, "api_view"))


def is_named(piece: Piece, name: str) -> bool:
    """Whether a decorator is one of REST framework's, by its last name."""
    return (piece.call.method if piece.call is not None else piece.text.rpartition(".")[2]) == name


def read_verbs(web: Web, function: Definition) -> tuple[str, ...]:
    """The methods that `@api_view`, `@require_POST` and their like let through."""
    for value in function.decorators:
        call = web.program.modules[function.path].calls[value["c"]] if "c" in value else None
        if call is not None and call.method in ("api_view", "require_http_methods") and call.arguments:
            return tuple(text.upper() for text in read_texts(web, function.path, call.arguments[0]) if text)
        text = str(value.get("t", "")).rpartition(".")[2]
        if text.startswith("require_") and text != "require_http_methods":
            return {"require_GET": ("GET",), "require_POST": ("POST",), "require_safe": ("GET", "HEAD")}.get(text, ())
    return ()


def list_class_routes(
    web: Web, cls: Definition, made: Call, outer: list[Piece], defaults: Defaults
) -> Iterator[tuple[tuple[str, ...], list[Piece]]]:
    """A route for each method of a class-based view, or for each pair of `as_view({"get": "list"})`."""
    guards = [*outer, *list_class_guards(web, cls, defaults)]
    pairs = made.arguments[0].get("o", ()) if made.arguments else ()
    named = [(verb, str(value.get("s", ""))) for verb, value in pairs]
    if not named:
        named = [(verb, verb) for verb in VERBS if find_method(web, cls, verb) is not None]
    for verb, name in named:
        method = find_method(web, cls, name)
        yield (verb.upper(),), list_method_pieces(web, cls, method, guards)
    if not named:
        verbs = [verb for base in list_base_names(web, cls) for verb in VIEWS.get(base, ())]
        yield tuple(dict.fromkeys(verbs)), [*guards, web.make_piece(cls.path, {"f": cls.name})]


def list_method_pieces(
    web: Web,
    cls: Definition,
    method: Definition | None,
    guards: list[Piece],
) -> list[Piece]:
    """The guards of a class and of one of its methods, then the method."""
    if method is None:
        return [*guards, web.make_piece(cls.path, {"f": cls.name})]
    own = [web.make_piece(method.path, one) for one in method.decorators]
    action = next((one.call for one in own if one.call is not None and one.call.method == "action"), None)
    option = action.find_option("permission_classes") if action is not None else None
    if option is not None:
        own = [web.make_piece(path, value) for path, value in list_items(web, method.path, option)]
        guards = [*make_class_decorators(web, cls)]
    own = [one for one in own if one.call is None or one.call.method != "action"]
    return [*guards, *own, web.make_piece(method.path, {"f": method.name})]


def list_actions(
    web: Web, path: str, value: Expression, defaults: Defaults
) -> Iterator[tuple[str, tuple[str, ...], list[Piece]]]:
    """The routes of a registered view set: suffix of the path, methods, pieces."""
    cls = next((one for one in web.program.find_definitions(path, value) if one.is_class), None)
    if cls is None:
        yield "", (), [web.make_piece(path, value)]
        return
    guards = list_class_guards(web, cls, defaults)
    known = {action for base in list_base_names(web, cls) for action in GENERIC.get(base, ())}
    for action, (verb, suffix) in ACTIONS.items():
        method = find_method(web, cls, action)
        if action in known or method is not None:
            yield f"/{suffix}" if suffix else "", (verb,), list_method_pieces(web, cls, method, guards)
    for one in list_bases(web, cls):
        for name, method in web.program.modules[one.path].definitions.items():
            if name.rpartition(".")[0] == one.name and (extra := read_action(web, method)) is not None:
                yield *extra, list_method_pieces(web, cls, method, guards)


def read_action(web: Web, method: Definition) -> tuple[str, tuple[str, ...]] | None:
    """`@action(detail=True, methods=["post"], url_path="archive")` as a suffix and methods."""
    for value in method.decorators:
        call = web.program.modules[method.path].calls[value["c"]] if "c" in value else None
        if call is not None and call.method in ("action", "list_route", "detail_route"):
            detail = call.find_option("detail") or {}
            is_detail = detail.get("v") is True or call.method == "detail_route"
            own = web.read_text(method.path, call.find_option("url_path")) or method.name.rpartition(".")[2]
            methods = tuple(text.upper() for text in read_texts(web, method.path, call.find_option("methods")) if text)
            return f"{'/<pk>' if is_detail else ''}/{own}", methods or ("GET",)
    return None


def list_class_guards(web: Web, cls: Definition, defaults: Defaults) -> list[Piece]:
    """What guards all methods of a class: permissions, mixins, decorators; the defaults where it names none."""
    found: list[Piece] = [*make_class_decorators(web, cls)]
    permissions: list[Piece] | None = None
    for one in list_bases(web, cls):
        found += [web.make_piece(one.path, base) for base in one.bases if is_mixin(web, one, base)]
        for assignment in web.program.modules[one.path].variables.get(f"{one.name}.permission_classes", ())[:1]:
            if permissions is None:
                items = list_items(web, one.path, assignment.value)
                permissions = [web.make_piece(path, value) for path, value in items]
        chosen = web.program.find_definition(Ref(one.path, f"{one.name}.get_permissions"))
        if chosen is not None:
            found.append(web.make_piece(one.path, {"f": chosen.name}))
    if permissions is None and any(name.startswith(REST) for name in web.program.find_bases(cls.ref)):
        permissions = [*make_defaults(web, defaults)]
    return [*found, *(permissions or ())]


def make_class_decorators(web: Web, cls: Definition) -> Iterator[Piece]:
    """`@method_decorator(login_required, name="dispatch")` before a class."""
    for value in cls.decorators:
        call = web.program.modules[cls.path].calls[value["c"]] if "c" in value else None
        if call is not None and call.method == "method_decorator" and call.arguments:
            for path, one in [*list_items(web, cls.path, call.arguments[0])] or [(cls.path, call.arguments[0])]:
                yield web.make_piece(path, one)
        else:
            yield web.make_piece(cls.path, value)


def is_mixin(web: Web, cls: Definition, base: Expression) -> bool:
    """Whether a base class is one that lets requests through or not, and no view."""
    names = web.program.find_externals(cls.path, base.get("n") or ())
    is_known = any(
        name.rpartition(".")[2].endswith(("RequiredMixin", "PassesTestMixin", "AccessMixin")) for name in names
    )
    own = web.program.find_definitions(cls.path, base)
    return is_known or any(one.name.endswith("Mixin") for one in own)


def make_defaults(web: Web, defaults: Defaults) -> Iterator[Piece]:
    """The permissions of the settings."""
    for path, value in defaults:
        yield web.make_piece(path, value)


def list_bases(web: Web, cls: Definition, depth: int = 4) -> list[Definition]:
    """A class and those of the project that it is derived from."""
    found = [cls]
    for value in cls.bases if depth else ():
        for base in web.program.find_definitions(cls.path, value):
            found += [one for one in list_bases(web, base, depth - 1) if one not in found]
    return found


def list_base_names(web: Web, cls: Definition) -> list[str]:
    """The last names of the library classes that a class is derived from."""
    return sorted(name.rpartition(".")[2] for name in web.program.find_bases(cls.ref))


def find_method(web: Web, cls: Definition, name: str) -> Definition | None:
    """A method of a class or of one of its bases in the project."""
    found = [web.program.find_definition(Ref(one.path, f"{one.name}.{name}")) for one in list_bases(web, cls)]
    return next((one for one in found if one is not None), None)
