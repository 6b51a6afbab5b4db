"""Routes that are never reached, because an earlier one matches every request for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.scan.program.attached import Route
from readycheck.scan.program.paths import matches, split

if TYPE_CHECKING:
    from readycheck.scan.program.web import Web

IN_ORDER = frozenset({"Express", "FastAPI", "Starlette", "Django", "NestJS", "Hono"})
"""Frameworks that try routes in the order in which they are registered; others prefer constant paths to parameters."""
PASSING = frozenset({"next", "nxt", "_next"})


def find_shadows(web: Web) -> Iterator[tuple[Route, Route]]:
    """Each route that is never reached, with the one that answers in its place."""
    routes = web.routes
    for place, later in enumerate(routes):
        if later.path is None or later.framework not in IN_ORDER or later.conditions:
            continue
        for earlier in routes[:place]:
            if answers_first(earlier, later) and not passes_on(web, earlier):
                yield later, earlier
                break


def answers_first(earlier: Route, later: Route) -> bool:
    """Whether a route answers all requests for another one and passes none on."""
    if earlier.application is not later.application or earlier.path is None or earlier.conditions:
        return False
    if earlier.own is later.own or earlier.where == later.where:
        return False
    covers = not earlier.methods or (bool(later.methods) and set(later.methods) <= set(earlier.methods))
    if earlier.framework == "Django" and earlier.methods != later.methods:
        covers = True  # a pattern is chosen by its path alone; the view answers 405
    same_slash = has_slash(earlier) is has_slash(later)
    return covers and matches(split(earlier.path), split(later.path or "")) and same_slash


def has_slash(route: Route) -> bool:
    """Whether a path ends with a slash; FastAPI keeps that of `@router.get("/")` below a prefix or a mount."""
    if route.framework == "FastAPI" and route.own is not None:
        return (route.own.prefix or "").endswith("/")
    return (route.path or "").endswith("/")


def passes_on(web: Web, route: Route) -> bool:
    """Whether a handler may leave a request to the next route: it takes `next`, or nothing is known about it."""
    functions = web.judge.list_functions(route.handler) if route.handler is not None else []
    names = {str(parameter["name"]) for one in functions for parameter in one.parameters}
    return route.framework == "Express" and (not functions or not names.isdisjoint(PASSING))
