"""Checks on what other services send."""

from __future__ import annotations

import re
from collections.abc import Sequence

from readycheck.model.evidence import Fact, Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.late import compile_late
from readycheck.scan.module_names import refers_to
from readycheck.scan.program.reasons import NOT_STARTED

WEBHOOK = compile_late(r"web-?_?hook|/hooks?\b|callback|/events?\b|stripe|ipn\b", re.IGNORECASE)


@requires(*PROGRAM, "webhook-route", "signature-check")
def webhook_unverified(facts: Facts, rule: Rule) -> CheckResult:
    """A webhook takes events from whoever sends them."""
    routes, checks = facts.get("webhook-route", ()), facts.get("signature-check", ())
    matches = []
    for route in routes:
        if is_verified(route, checks) or route.data["token"] or route.data["calls"] or route.data["handler"]:
            continue
        message = f"{route.data['path']} acts on what it is sent without asking who sent it"
        matches.append(Match(rule.id, route.where, text=str(route.data["path"]), message=message))
    return CheckResult(len(routes), tuple(matches), absent=explain_absence(facts))


@requires(*PROGRAM, "webhook-route", "signature-check")
def webhook_verified(facts: Facts, rule: Rule) -> CheckResult:
    """Every webhook verifies its sender's signature. Where one does not for all that is known, nothing is examined."""
    routes, checks = facts.get("webhook-route", ()), facts.get("signature-check", ())
    if not routes or not all(is_verified(route, checks) for route in routes):
        return CheckResult(0, absent=explain_absence(facts))
    matches = []
    for route in routes:
        how = route.data["verified"] or "a function that compares signatures"
        message = f"{route.data['path']} verifies its sender with `{how}`"
        matches.append(Match(rule.id, route.where, text=str(route.data["path"]), message=message))
    return CheckResult(len(routes), tuple(matches))


def explain_absence(facts: Facts) -> str:
    """Why webhooks are no matter here: all routes are known, and none of them says that it takes any."""
    routes = facts.web.routes
    unknown = [one for one in facts.web.unresolved if one.unresolved != NOT_STARTED]
    is_known = routes and not unknown and all(route.path is not None for route in routes)
    if facts.get("webhook-route") or not is_known or any(WEBHOOK.search(route.shown) for route in routes):
        return ""
    return f"none of the {len(routes)} routes takes webhooks"


def is_verified(route: Fact, checks: Sequence[Fact]) -> bool:
    """Whether a route verifies its sender, itself or by a function of another module that compares signatures."""
    if route.data["verified"]:
        return True
    calls = route.data["calls"]
    names = [str(one) for one in calls] if isinstance(calls, list) else []
    if route.data["handler"]:
        names.append(str(route.data["handler"]))
    return any(
        name.removesuffix("()").rpartition(".")[2] == check.data["function"]
        and refers_to(route.where.path, name, check.where.path)
        for name in names
        for check in checks
    )


@requires(*PROGRAM, "webhook-route")
def webhook_repeats(facts: Facts, rule: Rule) -> CheckResult:
    """A webhook changes data and never looks at the event's id: a second delivery does it again."""
    routes = facts.get("webhook-route", ())
    matches = [
        Match(
            rule.id,
            route.where,
            text=str(route.data["path"]),
            message=f"{route.data['path']} changes data and never looks at the event's id",
        )
        for route in routes
        if route.data["writes"] and not route.data["event"]
    ]
    return CheckResult(len(routes), tuple(matches), absent=explain_absence(facts))


@requires(*PROGRAM, "webhook-route")
def webhook_event_stored(facts: Facts, rule: Rule) -> CheckResult:
    """Every webhook stores the event's id. Where one is not known to, nothing is examined."""
    routes = facts.get("webhook-route", ())
    if not routes or not all(route.data["event"] == "stored" for route in routes):
        return CheckResult(0, absent=explain_absence(facts))
    return CheckResult(
        len(routes),
        tuple(
            Match(
                rule.id,
                route.where,
                text=str(route.data["path"]),
                message=f"{route.data['path']} stores the event's id",
            )
            for route in routes
        ),
    )
