"""Next.js: the exports of `app/**/route.ts`, `pages/api`, and the middleware with its matcher."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.location import Span
from readycheck.scan.late import compile_late
from readycheck.scan.program.arguments import read_option, read_texts
from readycheck.scan.program.attached import Application, Attached
from readycheck.scan.program.model import LOCAL, Expression, Module, Ref

if TYPE_CHECKING:
    from readycheck.scan.program.web import Web

ROUTE = compile_late(r"^((?:.*/)?(?:src/)?)app/((?:.*/)?)route\.[cm]?[jt]sx?$")
PAGE = compile_late(r"^((?:.*/)?(?:src/)?)pages/(api/.+|api)\.[cm]?[jt]sx?$")
MIDDLEWARE = compile_late(r"^((?:.*/)?(?:src/)?)(?:middleware|proxy)\.[cm]?[jt]s$")
GROUP = compile_late(r"^\(.*\)$|^@")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
EXCLUDES = compile_late(r"\(\?!([^)]*)")


def find_applications(web: Web) -> Iterator[Application]:
    """One application for each folder that holds `app` or `pages`."""
    roots: set[str] = set()
    for module in web.program.modules.values():
        found = match_route(module)
        if found is not None and found[0] not in roots and list_handlers(module):
            roots.add(found[0])
            yield Application(Ref(found[0], "<next>"), "Next.js", first_span(module))


def first_span(module: Module) -> Span:
    """The first exported handler of a module."""
    lines = [line for _, _, line in list_handlers(module)]
    return module.span(min(lines, default=1))


def match_route(module: Module) -> tuple[str, str] | None:
    """The root folder and the path of a module that is a route by its place."""
    found = ROUTE.match(module.path)
    if found is not None:
        return found[1], "/".join(part for part in found[2].split("/") if part and not GROUP.match(part))
    page = PAGE.match(module.path)
    return (page[1], page[2].removesuffix("/index")) if page is not None else None


def list_handlers(module: Module) -> list[tuple[str, Expression, int]]:
    """The exported functions by their method (empty: any), as expressions, with their lines."""
    names = ("default",) if PAGE.match(module.path) else METHODS
    found: list[tuple[str, Expression, int]] = []
    for name in names:
        if name not in module.exports:
            continue
        exported = list(module.exports[name])
        local = [one[1:] for one in exported if one.startswith(LOCAL)] or [name]
        definition = next((module.definitions[one] for one in local if one in module.definitions), None)
        line = definition.line if definition is not None else 0
        for one in local:
            line = line or next((set_.line for set_ in module.variables.get(one, ())), 0)
        assigned = [one for one in local if one in module.variables]
        value: Expression = {"n": [f"{LOCAL}{one}" for one in assigned] or exported, "t": name}
        if definition is not None and not assigned:
            value = {"f": definition.name}
        found.append((name if name != "default" else "", value, line or 1))
    return found


def find_attached(web: Web) -> Iterator[Attached]:
    """Routes, and the middleware for the paths that it names."""
    for module in web.program.modules.values():
        found = match_route(module)
        if found is not None:
            for order, (method, value, line) in enumerate(list_handlers(module)):
                yield Attached(
                    "route", "Next.js", Ref(found[0], "<next>"), module.span(line), [web.make_piece(module.path,
                    value)],
                    found[1], (method,) if method else (), order, owner="", name=method or "default",
                )  # fmt: skip
        middleware = MIDDLEWARE.match(module.path)
        if middleware is not None and Ref(middleware[1], "<next>") in web.holders:
            yield from read_middleware(web, module, Ref(middleware[1], "<next>"))


def read_middleware(web: Web, module: Module, holder: Ref) -> Iterator[Attached]:
    """The middleware, once for each of the paths of its matcher."""
    names = next((module.exports[name] for name in ("middleware", "proxy", "default") if name in module.exports), None)
    if names is None:
        return
    own = next((name for name in ("middleware", "proxy", "default") if name in module.definitions), "")
    value: Expression = {"f": own} if own else {"n": list(names), "t": "middleware"}
    matchers: list[str | None] = [""]
    for one in module.variables.get("config", ())[:1]:
        option = read_option(one.value, "matcher")
        matchers = read_texts(web, module.path, option) if option is not None else matchers
    for matcher in matchers:
        excluded = EXCLUDES.search(matcher or "")
        prefix = "" if excluded is not None else re.split(r"[:(]", matcher or "")[0]
        if excluded is not None and re.search(r"\bapi\b", excluded[1]):
            continue  # it does not see the routes that are listed here
        yield Attached(
            "layer", "Next.js", holder, module.span(1), [web.make_piece(module.path, value)], prefix, order=-1,
            owner="",
            name="middleware",
        )  # fmt: skip
