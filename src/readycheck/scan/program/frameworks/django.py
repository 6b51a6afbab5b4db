"""Django: `urlpatterns`, `include`, MIDDLEWARE; what a view is and what guards it stands in `django_views`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from readycheck.scan.late import compile_late
from readycheck.scan.program.arguments import encloses, list_items
from readycheck.scan.program.attached import Application, Attached
from readycheck.scan.program.django_views import list_actions, list_view_routes
from readycheck.scan.program.model import LOCAL, Call, Expression, Module, Ref

if TYPE_CHECKING:
    from readycheck.scan.program.web import Web

PATHS = frozenset({
    "django.urls.path", "django.urls.re_path", "django.urls.conf.path", "django.urls.conf.re_path",
    "django.conf.urls.url",
})  # fmt: skip
INCLUDES = frozenset({"django.urls.include", "django.urls.conf.include", "django.conf.urls.include"})
ROUTERS = dict.fromkeys(
    (
        "rest_framework.routers.DefaultRouter", "rest_framework.routers.SimpleRouter",
        "rest_framework_nested.routers.DefaultRouter", "rest_framework_nested.routers.SimpleRouter",
        "rest_framework_nested.routers.NestedSimpleRouter", "rest_framework_nested.routers.NestedDefaultRouter",
        "rest_framework_extensions.routers.ExtendedDefaultRouter",
        "rest_framework_extensions.routers.ExtendedSimpleRouter",
    ),
    "Django",
)  # fmt: skip
PATTERNS = "urlpatterns"
GROUP = compile_late(r"\(\?P<(\w+)>((?:[^()]|\([^()]*\))*)\)")
OPEN = compile_late(r"^(?:\[\^/\]|\.|\[?[-\\w]+\]?)[+*]$")
"""A group that any segment fits."""
ANCHORS = compile_late(r"^\^|\$$|\\Z$|/\?\$?$")
FIRST = -(10**6)


def find_applications(web: Web) -> Iterator[Application]:
    """The roots that settings name with ROOT_URLCONF, all other lists of patterns, and REST routers."""
    roots: set[Ref] = set()
    for module in list_settings(web):
        for one in module.variables.get("ROOT_URLCONF", ()):
            ref = find_root(web, module, one.value)
            if ref is not None and ref not in roots:
                roots.add(ref)
                yield Application(ref, "Django", module.locate(one))
    for module in web.program.modules.values():
        for call, holder in list_paths(module):
            if holder not in roots:
                roots.add(holder)
                yield Application(holder, "Django", module.locate(call), is_router=True)
    for module in web.program.modules.values():
        ref = Ref(module.path, PATTERNS)
        for one in module.variables.get(PATTERNS, ())[:1] if module.is_python and ref not in roots else ():
            roots.add(ref)
            yield Application(ref, "Django", module.locate(one), is_router=True)
    for router in web.find_created(ROUTERS, is_router=True):
        yield Application(
            router.ref, "Django", router.where, router.call, is_router=True, prefix=find_parent(web, router)
        )


def find_root(web: Web, module: Module, value: Expression) -> Ref | None:
    """The patterns that settings name; where the name is put together, the `urls.py` beside them or a folder above."""
    name = web.read_text(module.path, value)
    if name is not None:
        found = web.program.files.find(module.path, name)
        return Ref(found[0], PATTERNS) if found is not None and not found[1] else None
    folder = posixpath.dirname(module.path)
    for path in (posixpath.join(folder, "urls.py"), posixpath.join(posixpath.dirname(folder), "urls.py")):
        other = web.program.modules.get(path)
        if other is not None and PATTERNS in other.variables:
            return Ref(path, PATTERNS)
    return None


def find_parent(web: Web, router: Application) -> str | None:
    """The prefix of a nested router: `NestedSimpleRouter(router, "users", lookup="user")`."""
    call = router.call
    if call is None or "Nested" not in call.text or len(call.arguments) < 2:  # noqa: PLR2004 - router, prefix
        return ""
    prefix, lookup = web.read_text(call.path, call.arguments[1]), web.read_text(call.path, call.find_option("lookup"))
    return f"{prefix}/<{lookup}_pk>" if prefix and lookup else None


def list_settings(web: Web) -> Iterator[Module]:
    """The modules of settings."""
    for module in web.program.modules.values():
        if module.is_python and {"ROOT_URLCONF", "MIDDLEWARE", "REST_FRAMEWORK"} & set(module.variables):
            yield module


@cache
def list_paths(module: Module) -> list[tuple[Call, Ref]]:
    """The calls of `path` and its like, each with the list of patterns that it is part of."""
    calls = [call for call in module.calls if module.is_python and PATHS & set(call.names)]
    found = []
    for call in calls:
        outer = [one for one in calls if encloses(one.data, call.data)]
        if outer:
            innermost = max(outer, key=lambda one: one.place)
            found.append((call, inside(innermost)))
            continue
        around = [
            one for one in (*module.assignments, *module.additions) if encloses(one.data, call.data) and one.names
        ]
        name = max(around, key=lambda one: (one.line, one.data["at"][1])).names[0] if around else f"{LOCAL}{PATTERNS}"
        found.append((call, Ref(module.path, name.removeprefix(LOCAL) if name.startswith(LOCAL) else PATTERNS)))
    return found


def inside(call: Call) -> Ref:
    """The patterns that are written inside of a `path(..., include([...]))`."""
    line, column = call.place
    return Ref(call.path, f"<{line}:{column}>")


def find_attached(web: Web) -> Iterator[Attached]:
    """Routes, included patterns, registered view sets, middleware."""
    defaults = [*read_defaults(web)]
    for module in web.program.modules.values():
        for call, holder in list_paths(module):
            yield from read_path(web, call, holder, defaults)
        yield from read_lists(web, module)
    for call in web.program.iterate_calls():
        if call.method == "register" and len(call.arguments) > 1:
            for holder, _ in web.find_receivers(call):
                if holder in web.holders and web.holders[holder].framework == "Django":
                    yield from read_register(web, call, holder, defaults)
    yield from read_middleware(web)


def read_lists(web: Web, module: Module) -> Iterator[Attached]:
    """Lists that are taken into others: `urlpatterns = [*users, *items] + router.urls`, `urlpatterns += more`."""
    for assignment in (*module.assignments, *module.additions):
        name = next(iter(assignment.names), "").removeprefix(LOCAL)
        holder = Ref(module.path, name)
        if name != PATTERNS and holder not in web.holders:
            continue
        for value in list_taken(assignment.value):
            stripped: Expression = {"n": [one.removesuffix(".urls") for one in value["n"]], "t": value.get("t", "")}
            if any(ref != holder for ref in web.find_holders(module.path, stripped)):
                yield Attached(
                    "mount", "Django", holder, module.span(assignment.line), [web.make_piece(module.path, stripped)],
                    order=assignment.order, conditions=tuple(assignment.conditions), owner=assignment.owner,
                    name="include",
                )  # fmt: skip


def list_taken(value: Expression) -> Iterator[Expression]:
    """The variables whose elements a list takes."""
    if "n" in value:
        yield value
    for one in value.get("j", ()):
        yield from list_taken(one)
    for one in value.get("l", ()):
        if "e" in one and "n" in one["e"]:
            yield one["e"]


def read_path(web: Web, call: Call, holder: Ref, defaults: list[tuple[str, Expression]]) -> Iterator[Attached]:
    """One pattern: a route, or what it includes."""
    route, view = call.find_argument(0, "route", "regex"), call.find_argument(1, "view")
    prefix = web.read_text(call.path, route)
    prefix = read_pattern(prefix) if prefix is not None and call.method != "path" else prefix
    if view is None:
        return
    made = web.program.modules[call.path].calls[view["c"]] if "c" in view else None
    if made is not None and INCLUDES & set(made.names):
        yield from read_include(web, call, holder, prefix, made)
        return
    if str(view.get("t", "")).endswith(".urls"):
        yield attach_urls(web, call, holder, prefix, view)
        return
    for methods, pieces in list_view_routes(web, call.path, view, defaults):
        yield Attached(
            "route", "Django", holder, web.program.locate(call), pieces, prefix, methods, call.order,
            tuple(call.conditions), call, call.owner, call.method,
        )  # fmt: skip


def read_pattern(text: str) -> str:
    r"""A regular expression as a path: `^old/(?P<id>\d+)/$` is `old/<int:id>/`."""
    return ANCHORS.sub("", GROUP.sub(name_group, text)).removeprefix("^")


def name_group(found: re.Match[str]) -> str:
    """A group as a parameter, with what it takes: numbers, certain texts, or any segment."""
    kind = "int:" if found[2] == r"\d+" else "" if OPEN.match(found[2]) else "re:"
    return f"<{kind}{found[1]}>"


def read_include(web: Web, call: Call, holder: Ref, prefix: str | None, made: Call) -> Iterator[Attached]:
    """What `include(...)` includes: a module, a list of patterns, the routes of a router."""
    given = made.find_argument(0, "arg") or {}
    if "l" in given and given["l"] and "n" in given["l"][0]:
        given = given["l"][0]  # (patterns, application)
    values: list[Expression] = []
    if "s" in given:
        values = [{"n": [f"{given['s']}.{PATTERNS}"], "t": given["s"]}]
    elif "n" in given:
        stripped = [name.removesuffix(".urls") for name in given["n"]]
        names = [*stripped, *(f"{name}.{PATTERNS}" for name in given["n"])]
        values = [{"n": names, "t": str(given.get("t", ""))}]
    if inside(call) in web.holders:
        values.append({"n": [f"{LOCAL}{inside(call).name}"], "t": "include"})
    if "l" in given or "j" in given:  # what other lists add comes last in most projects; where exactly is not known
        taken = list_taken(given)
        values += [{"n": [name.removesuffix(".urls") for name in one["n"]], "t": one.get("t", "")} for one in taken]
    for value in values:
        yield mount(web, call, holder, prefix, value)


def attach_urls(web: Web, call: Call, holder: Ref, prefix: str | None, view: Expression) -> Attached:
    """`path("api/", router.urls)` and `path("admin/", admin.site.urls)`."""
    stripped: Expression = {"n": [name.removesuffix(".urls") for name in view.get("n", ())], "t": view.get("t", "")}
    if web.find_holders(call.path, stripped):
        return mount(web, call, holder, prefix, stripped)
    return Attached(
        "route", "Django", holder, web.program.locate(call), [web.make_piece(call.path, view)], prefix, (), call.order,
        tuple(call.conditions), call, call.owner, call.method,
    )  # fmt: skip


def mount(web: Web, call: Call, holder: Ref, prefix: str | None, value: Expression) -> Attached:
    """Patterns below a prefix."""
    return Attached(
        "mount", "Django", holder, web.program.locate(call), [web.make_piece(call.path, value)], prefix, (), call.order,
        tuple(call.conditions), call, call.owner, "include",
    )  # fmt: skip


def read_register(web: Web, call: Call, holder: Ref, defaults: list[tuple[str, Expression]]) -> Iterator[Attached]:
    """The routes of a view set."""
    prefix = web.read_text(call.path, call.arguments[0])
    for suffix, methods, pieces in list_actions(web, call.path, call.arguments[1], defaults):
        path = None if prefix is None else f"{prefix.strip('/')}{suffix}"
        yield Attached(
            "route", "Django", holder, web.program.locate(call), pieces, path, methods, call.order,
            tuple(call.conditions),
            call, call.owner, call.method,
        )  # fmt: skip


def read_defaults(web: Web) -> Iterator[tuple[str, Expression]]:
    """DEFAULT_PERMISSION_CLASSES of the settings, each as it stands there."""
    for module in list_settings(web):
        for assignment in module.variables.get("REST_FRAMEWORK", ()):
            options: Mapping[str, Expression] = dict(assignment.value.get("o", ()))
            for path, value in list_items(web, module.path, options.get("DEFAULT_PERMISSION_CLASSES")):
                yield path, {"n": [value["s"]], "t": value["s"]} if "s" in value else value


def read_middleware(web: Web) -> Iterator[Attached]:
    """MIDDLEWARE, on every root."""
    roots = [one for one in web.holders.values() if one.framework == "Django" and not one.is_router]
    for module in list_settings(web):
        for assignment in module.variables.get("MIDDLEWARE", ()):
            for place, (path, value) in enumerate(list_items(web, module.path, assignment.value)):
                name = value.get("s")
                piece = web.make_piece(path, {"n": [name], "t": name} if name else value)
                for root in roots:
                    yield Attached(
                        "layer", "Django", root.ref, module.span(assignment.line), [piece], order=FIRST + place,
                        conditions=tuple(assignment.conditions), name="MIDDLEWARE",
                    )  # fmt: skip
