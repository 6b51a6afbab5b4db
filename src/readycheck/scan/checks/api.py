"""Checks on the API as a whole: is it described, does it carry a version, can each of its routes be reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from readycheck.model.evidence import Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.late import compile_late
from readycheck.scan.program.attached import Route
from readycheck.scan.program.documents import find_documents
from readycheck.scan.program.model import Call
from readycheck.scan.program.paths import has_version, is_health, is_infrastructure, list_words, normalise, split
from readycheck.scan.program.shadows import find_shadows

PAGES = compile_late(
    r"(?:^|\.)(?:render|render_template|TemplateResponse|redirect|Redirect\w*|sendFile|send_file|render_to_string)$"
)
API_WORDS = frozenset({"api", "rest", "rpc"})
PAGED = frozenset({"Django", "Next.js"})
"""Frameworks whose routes are pages, or belong to pages, unless they say otherwise."""
FEW = 10
MOST_PAGES = 0.25
HEADER = frozenset({"HEADER", "MEDIA_TYPE", "CUSTOM"})
ENOUGH = 0.9
SOME = 0.5
MOST_PLACES = 10


@requires(*PROGRAM, anywhere=("openapi-document",))
def api_documented(facts: Facts, rule: Rule) -> CheckResult:
    """A description of the API is generated and served, or a kept one holds its routes."""
    routes = list_api(facts)
    if not facts.web.applications:
        return CheckResult(0)
    found_all = find_documents(facts.web)
    matches = [
        Match(rule.id, one.where, text=one.where.snippet.strip(), message=one.message)
        for one in found_all
        if not one.condition
    ]
    kept = [judge_kept(routes, fact.data.get("paths"), fact.where) for fact in facts["openapi-document"]]
    matches += [
        Match(rule.id, where, text=where.snippet.strip(), message=f"holds {found} of the {len(routes)} routes")
        for where, found in kept
        if routes and found >= ENOUGH * len(routes)
    ]
    if not matches and (found_all or any(found >= SOME * len(routes) for _, found in kept if routes)):
        return CheckResult(0)  # it is described in part, or in some environments: neither documented nor undocumented
    return CheckResult(max(1, len(routes)), tuple(matches))


def judge_kept(routes: Sequence[Route], paths: object, where: Span) -> tuple[Span, int]:
    """How many routes a kept document holds: with its paths below any prefix."""
    held = [normalise(str(path)) for path in paths] if isinstance(paths, list) else []
    return where, sum(
        1 for route in routes if any(normalise(route.shown).endswith(path) for path in held if len(path) > 1)
    )


@requires(*PROGRAM)
def api_versioned(facts: Facts, rule: Rule) -> CheckResult:
    """Every route but those of the infrastructure has a version in its path, or a header has one for the framework."""
    routes = list_api(facts)
    header = next(find_header_versions(facts), None)
    if header is not None and routes:
        message = "the version of the API is read from a header"
        return CheckResult(len(routes), (Match(rule.id, header, text=header.snippet.strip(), message=message),))
    if not routes or any(route.path is None and not has_version(route.shown) for route in routes):
        return CheckResult(0, absent="" if routes else "no API is served by routes that can be seen")
    default = find_default_version(facts)
    without = [one for one in routes if not has_version(one.shown) and not (default and one.framework == "NestJS")]
    if without and is_aside(routes, without):
        return CheckResult(0)
    if without:
        return CheckResult(
            len(routes), belongs=tuple(dict.fromkeys(find_place(route) for route in without))[:MOST_PLACES]
        )
    where = find_place(routes[0])
    version = next((part for part in split(routes[0].shown) if has_version(f"/{part}")), default)
    message = f"all {len(routes)} routes of the API carry a version, `{version}`"
    return CheckResult(len(routes), (Match(rule.id, where, text=where.snippet.strip(), message=message),))


@requires(*PROGRAM)
def route_shadowed(facts: Facts, rule: Rule) -> CheckResult:
    """A route that an earlier one answers in its place."""
    return find_shadowed(facts, rule, health=False)


@requires(*PROGRAM)
def health_route_shadowed(facts: Facts, rule: Rule) -> CheckResult:
    """A health route that an earlier route answers in its place."""
    return find_shadowed(facts, rule, health=True)


def find_shadowed(facts: Facts, rule: Rule, *, health: bool) -> CheckResult:
    """The routes that are never reached, of one kind."""
    matches = []
    for later, earlier in find_shadows(facts.web):
        if is_health(later.shown) is health:
            method = ", ".join(later.methods) or "ANY"
            place = f"{earlier.where.path}:{earlier.where.line}"
            message = f"`{method} {later.shown}` is never reached: `{earlier.shown}` at {place} answers first"
            text = later.where.snippet.strip()
            matches.append(Match(rule.id, later.where, text=text, message=message, also=(earlier.where,)))
    routes = [route for route in facts.web.routes if is_health(route.shown) is health]
    return CheckResult(len(routes), tuple(dict.fromkeys(matches)))


def list_api(facts: Facts) -> list[Route]:
    """The routes of an API: no infrastructure, no pages, no preflights.

    Where a good part of the routes are pages, only what says `api` counts, for what else answers belongs to the pages.
    """
    routes = [
        route for route in facts.web.routes if not is_infrastructure(route.shown) and route.methods != ("OPTIONS",)
    ]
    pages = [route for route in routes if is_page(facts, route)]
    if len(pages) > MOST_PAGES * len(routes):
        return [route for route in routes if says_api(route)]
    return [route for route in routes if route not in pages]


def says_api(route: Route) -> bool:
    """Whether a path says that it belongs to an API."""
    return any(part.lower() in API_WORDS for part in split(route.shown)) or has_version(route.shown)


def is_page(facts: Facts, route: Route) -> bool:
    """Whether a route answers with a page: a template, a redirect, a file."""
    if says_api(route):
        return False
    words = list_words(route.shown)
    if (words and "*" in words[-1]) or route.framework in PAGED:
        return True
    functions = facts.web.judge.list_functions(route.handler) if route.handler is not None else []
    calls = [call for one in functions for call in facts.program.modules[one.path].find_calls(one.name)]
    return any(PAGES.search(call.text) for call in calls)


def find_place(route: Route) -> Span:
    """The outermost place where a version could stand: where the routers are mounted, else the route itself."""
    return next((one.where for one in route.mounts if not one.replaces or one.prefix is not None), route.where)


def is_aside(routes: list[Route], without: list[Route]) -> bool:
    """Whether what has no version may be no API: a few routes that do not say `api`, where all that do have one."""
    named = [route for route in routes if says_api(route)]
    return bool(named) and len(without) * FEW <= len(routes) and not any(says_api(route) for route in without)


def find_default_version(facts: Facts) -> str:
    """The version that NestJS puts into the path of every route that names none: `v1`, or empty."""
    for call in facts.program.iterate_calls():
        if call.method == "enableVersioning" and facts.live.runs(call.path, call.owner) and not reads_header(call):
            version = str((call.find_option("defaultVersion") or {}).get("s", ""))
            kind = str((call.find_option("type") or {}).get("t", "URI")).rpartition(".")[2]
            if version and kind == "URI":
                return f"v{version}"
    return ""


def find_header_versions(facts: Facts) -> Iterator[Span]:
    """Where the framework is told to read the version from a header."""
    for call in facts.program.iterate_calls():
        if call.method == "enableVersioning" and facts.live.runs(call.path, call.owner) and reads_header(call):
            yield facts.program.locate(call)
    for module in facts.program.modules.values():
        for assignment in module.variables.get("REST_FRAMEWORK", ()):
            for key, value in assignment.value.get("o", ()):
                if key == "DEFAULT_VERSIONING_CLASS" and "Header" in str(value.get("s", "")):
                    yield module.span(assignment.line)


def reads_header(call: Call) -> bool:
    """Whether `enableVersioning` asks for a header and not for a part of the path."""
    kind = str((call.find_option("type") or {}).get("t", "")).rpartition(".")[2]
    return kind in HEADER
