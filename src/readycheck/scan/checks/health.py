"""Checks on health routes: can liveness and readiness be asked, and do they tell the truth."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from readycheck.model.evidence import Fact, Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.late import compile_late
from readycheck.scan.program.attached import Route
from readycheck.scan.program.health import asks_database, can_refuse, find_health_routes, has_database, list_functions
from readycheck.scan.program.paths import is_readiness, matches, split
from readycheck.scan.program.reasons import ELSEWHERE, NOT_KNOWN, NOT_MOUNTED

UNWELL = compile_late(
    r"^(?:un-?healthy|down|error|degraded|disconnected|not[ _-]?(?:ok|ready|connected|healthy|migrated)|unavailable"
    r"|fail(?:ed|ing|ure)?"
    r"|no[ _-]database|unreachable|offline|draining|ko)$",
    re.IGNORECASE,
)
# Images of programs that are not this project: proxies, controllers, monitoring.
FOREIGN = compile_late(
    r"^(?:registry\.k8s\.io|k8s\.gcr\.io|quay\.io/(?:prometheus|jetstack|argoproj|coreos))/|"
    r"(?:^|/)(?:nginx|caddy|traefik|haproxy|envoy|prometheus|alertmanager|grafana|loki|pgbouncer)(?::|@|$)"
)
IMAGE_TAG = compile_late(r"[:@].*$")
SAYING_NOTHING = frozenset({"app", "server", "service", "src", "main", "container", "k8s", "deploy", "docker"})


@requires(*PROGRAM)
def health_answers(facts: Facts, rule: Rule) -> CheckResult:
    """One route says that the process lives, without the database; one says that it is ready, with it."""
    if not facts.web.applications or (not facts.web.routes and not facts.web.unresolved):
        return CheckResult(0)
    routes = find_health_routes(facts.web)
    if any(explain_lie(facts, route) for route in routes):
        return CheckResult(0)  # the other rule says what is wrong
    asking = [route for route in routes if asks_database(facts.web, route)]
    living = [route for route in routes if route not in asking]
    ready = [route for route in asking if can_refuse(facts.web, route)]
    if living and not has_database(facts.web):
        message = f"`{living[0].shown}` says that the process lives, and there is no database to ask"
        return CheckResult(len(routes), (make_match(rule, living[0], message),))
    if living and ready:
        message = (
            f"`{living[0].shown}` asks nobody, `{ready[0].shown}` asks the database and can answer that it is not ready"
        )
        return CheckResult(len(routes), (make_match(rule, ready[0], message, living[0]),))
    if not routes and is_uncertain(facts):
        return CheckResult(0)
    return CheckResult(max(1, len(routes)), belongs=tuple(dict.fromkeys(route.where for route in routes)))


@requires(*PROGRAM)
def health_always_well(facts: Facts, rule: Rule) -> CheckResult:
    """A health route that says with status 200 that something is down, or that it is ready without asking anybody."""
    routes = find_health_routes(facts.web)
    found = [(route, reason) for route in routes if (reason := explain_lie(facts, route))]
    return CheckResult(len(routes), tuple(make_match(rule, route, reason) for route, reason in found))


@requires("image", *PROGRAM, anywhere=("probe-path",))
def probe_unserved(facts: Facts, rule: Rule) -> CheckResult:
    """The deployment asks for a path that no route serves."""
    probes = [fact for fact in facts["probe-path"] if not facts.live.scripts & {fact.where.path}]
    if not facts.web.routes or is_uncertain(facts):
        return CheckResult(0)
    matches_: list[Match] = []
    for fact in list_own_probes(facts, probes):
        path = str(fact.data["path"]).partition("?")[0]
        if not is_served(facts, path):
            message = f"the {fact.data.get('probe')} probe asks for `{path}`, which no route serves"
            matches_.append(Match(rule.id, fact.where, text=fact.where.snippet.strip(), message=message))
    return CheckResult(len(probes), tuple(dict.fromkeys(matches_)))


def explain_lie(facts: Facts, route: Route) -> str:
    """Why a health route does not tell the truth; empty if it does, or says nothing beyond that it answers."""
    functions = list_functions(facts.web, route)
    if not functions or can_refuse(facts.web, route):
        return ""
    words = {
        word
        for one in functions
        for part in facts.program.read_definitions(one, 1)
        for word in facts.program.modules[part.path].find_words(part.name)
    }
    unwell = sorted(word for word in words if UNWELL.match(word))
    if asks_database(facts.web, route):
        return f"`{route.shown}` answers 200 when it says `{unwell[0]}`" if unwell else ""
    if is_readiness(route.shown) and has_database(facts.web):
        return f"`{route.shown}` says that the service is ready without asking the database"
    return ""


def list_own_probes(facts: Facts, probes: Sequence[Fact]) -> Iterator[Fact]:
    """The probes of containers that run this project's application, as far as names and folders tell.

    A container named like a folder with routes does. One named like a folder that an image is built from, without any
    route in it, runs something else; so does one beside others that are named like folders with routes. Of several
    containers without such names those count of which another probe is served.
    """
    containers: dict[tuple[str, str, str], list[Fact]] = defaultdict(list)
    for fact in probes:
        source, name, image = (str(fact.data.get(key, "")) for key in ("source", "container", "image"))
        if not FOREIGN.search(image):
            containers[source, name, image].append(fact)
    serving = {route.where.path for route in facts.web.routes}
    built = {one.where.path for one in facts.get("image", ())}
    named = {key for key in containers if stands_in(key[1:], serving)}
    for key, some in containers.items():
        others = bool(named) or (len(containers) > 1 and key[0] == "kubernetes")
        is_own = not others or (not named and any(is_served(facts, str(fact.data["path"])) for fact in some))
        if key in named or (is_own and not stands_in(key[1:], built)):
            yield from some


def stands_in(names: Iterable[str], paths: Iterable[str]) -> bool:
    """Whether one of the files lies in a folder that is named like a container or its image."""
    wanted = [words for name in names if (words := split_name(IMAGE_TAG.sub("", name).rpartition("/")[2]))]
    folders = {folder for path in paths for folder in path.split("/")[:-1]}
    return any(words <= split_name(folder) or split_name(folder) == words for folder in folders for words in wanted)


def split_name(name: str) -> frozenset[str]:
    """The words of a name such as `order-service`, without those that say nothing."""
    return frozenset(word for word in re.split(r"[^a-z0-9]+", name.lower()) if word) - SAYING_NOTHING


def is_served(facts: Facts, path: str) -> bool:
    """Whether some route serves a path, or some code names it."""
    parts = split(path)
    if any(matches(split(route.shown), parts) for route in facts.web.routes):
        return True
    names = {path, path.rstrip("/"), path.lstrip("/")}
    return any(
        not names.isdisjoint(words) for one in facts.program.modules.values() for words in one.data["words"].values()
    )


def is_uncertain(facts: Facts) -> bool:
    """Whether there are routes of which it is not known where they are served."""
    unknown = [one for one in facts.web.unresolved if one.unresolved in (ELSEWHERE, NOT_KNOWN, NOT_MOUNTED)]
    return bool(unknown) or any(route.path is None for route in facts.web.routes)


def make_match(rule: Rule, route: Route, message: str, also: Route | None = None) -> Match:
    """The match of a route."""
    text = route.where.snippet.strip()
    return Match(rule.id, route.where, text=text, message=message, also=(also.where,) if also is not None else ())
