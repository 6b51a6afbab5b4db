"""Checks on which origins may call from a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from readycheck.model.evidence import Fact, Match
from readycheck.model.location import Span
from readycheck.model.rule import Json, Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires
from readycheck.scan.fact_values import read_rows
from readycheck.scan.late import compile_late
from readycheck.scan.layers.cross_origin import Grant, find_grants, is_imported
from readycheck.scan.layers.effect import find_belonging
from readycheck.scan.layers.mounted import LAYERED, find_stack

KINDS = (*LAYERED, "socket-server", "proxy-header")
NOTHING = "nothing gives other origins access: no CORS layer, and no header of its kind"
OPEN = ("any", "reflected", "hosting")
SETTING = compile_late(r"cors|origins?$|allowed_?hosts_?origins", re.IGNORECASE)
WILD = compile_late(r"""^(?:\*|\[["']\*["']\]|\(["']\*["'],?\))$""")


@requires(*KINDS)
def origins_listed(facts: Facts, rule: Rule) -> CheckResult:
    """What is served gives access to listed origins alone."""
    stack = find_stack(facts)
    if not stack.applications:
        return CheckResult(0)
    grants = list_grants(facts)
    if not grants:
        return CheckResult(0, absent=tell_nothing(facts))
    if any(one.to == "unknown" for one in grants):
        return CheckResult(0)
    listed = [one for one in grants if one.to == "listed"]
    matches = tuple(tell(rule, one, f"`{one.name}` lets in the origins of `{one.detail}`") for one in listed)
    return CheckResult(len(grants), matches, tuple(one.where for one in grants[:1]) or find_belonging(stack))


@requires(*KINDS)
def any_origin_with_credentials(facts: Facts, rule: Rule) -> CheckResult:
    """Any origin may call with the cookies of whoever looks at its page."""
    grants = list_grants(facts)
    matches = tuple(
        tell(rule, one, f"`{one.name}` lets any page call with its visitor's credentials: {one.detail}")
        for one in grants
        if one.to in OPEN and one.credentials
    )
    return CheckResult(len(grants), matches, absent=tell_nothing(facts))


@requires(*KINDS)
def any_origin_allowed(facts: Facts, rule: Rule) -> CheckResult:
    """Any origin may read what is served."""
    grants = list_grants(facts)
    matches = tuple(
        tell(rule, one, f"`{one.name}` lets any page read the answers: {one.detail}")
        for one in grants
        if one.to in OPEN and not one.credentials
    )
    return CheckResult(len(grants), matches, absent=tell_nothing(facts))


@requires(*KINDS, "env-read", "env-field")
def any_origin_by_default(facts: Facts, rule: Rule) -> CheckResult:
    """The setting that lists the origins falls back to any."""
    settings = [one for one in (*facts.get("env-read", ()), *facts.get("env-field", ())) if is_origin_setting(one)]
    matches = tuple(
        Match(rule.id, one.where, str(one.data.get("symbol", "")), str(one.data["name"]),
              f"{one.data['name']} falls back to `{one.data['default']}`: without it any origin is let in")
        for one in settings
        if WILD.match(str(one.data.get("default")))
    )  # fmt: skip
    return CheckResult(len(settings), matches, absent=tell_nothing(facts))


def tell_nothing(facts: Facts) -> str:
    """Why there is nothing to look at: no other origin is given access. Empty where that is not certain."""
    stack = find_stack(facts)
    return "" if not stack.applications or list_grants(facts) or is_imported(stack) else NOTHING


def is_origin_setting(fact: Fact) -> bool:
    """Whether a setting lists origins."""
    return SETTING.search(str(fact.data.get("name") or "")) is not None


def list_grants(facts: Facts) -> list[Grant]:
    """What gives access: layers, headers that are set by hand, sockets, proxies."""
    stack = find_stack(facts)
    found = [one for one in find_grants(stack) if one.to != "none"]
    found += [one for fact in facts.get("socket-server", ()) for one in read_socket(facts, fact)]
    return [*found, *read_proxies(facts)]


def read_socket(facts: Facts, fact: Fact) -> Iterator[Grant]:
    """What a socket server grants by its own `cors` option."""
    if not facts.live.runs(fact.where.path, str(fact.data.get("symbol", ""))):
        return
    rows = {str(row[0]): row for row in read_rows(fact, "options")}
    origin = rows.get("cors.origin")
    if origin is None:
        return
    credentials = rows.get("cors.credentials")
    to, detail = judge_row(origin)
    line, text = int(str(origin[3])), str(origin[4])
    where = Span(fact.where.path, line, len(text) - len(text.lstrip()) + 1, line, len(text) + 1, text)
    yield Grant(where, str(fact.data["form"]), to, detail, credentials is not None and credentials[1] is True,
                str(fact.data.get("symbol", "")))  # fmt: skip


def judge_row(row: Sequence[Json]) -> tuple[str, str]:
    """To whom the origin of a socket server gives access."""
    literal, text = row[1], str(row[2])
    if literal == "*" or re.search(r"\|\|\s*[\"'`]\*[\"'`]|\?\?\s*[\"'`]\*[\"'`]", text) or text == "['*']":
        return "any", f"`{text[:60]}`"
    return ("reflected", "whoever asks is reflected") if literal is True else ("listed", text[:60])


def read_proxies(facts: Facts) -> Iterator[Grant]:
    """Headers of proxies."""
    for fact in facts.get("proxy-header", ()):
        value = str(fact.data["value"])
        if fact.data["name"] == "access-control-allow-origin":
            to = "any" if value == "*" else "reflected" if value.startswith("$http_origin") else "listed"
            credentials = any(
                one.where.path == fact.where.path and one.data["name"] == "access-control-allow-credentials"
                for one in facts.get("proxy-header", ())
            )
            yield Grant(fact.where, str(fact.data["proxy"]), to, f"`{value}`", credentials)


def tell(rule: Rule, grant: Grant, message: str) -> Match:
    """The match of one grant."""
    return Match(rule.id, grant.where, grant.symbol, grant.name, message)
