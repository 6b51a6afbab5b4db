"""Checks on requests that other sites send with a visitor's cookies."""

from __future__ import annotations

from collections.abc import Sequence

from readycheck.model.evidence import Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires
from readycheck.scan.layers.cookies import (
    find_cookies,
    find_protections,
    is_changing,
    is_checked_elsewhere,
    is_session_imported,
)
from readycheck.scan.layers.effect import describe_routes
from readycheck.scan.layers.mounted import LAYERED, Layer, Stack, find_stack

NO_COOKIE = "no cookie authenticates: no session layer is mounted, and none is set that is named like one"


@requires(*LAYERED)
def cross_site_requests_refused(facts: Facts, rule: Rule) -> CheckResult:
    """Where a cookie authenticates, a layer refuses what other sites send.

    Cookies that browsers keep from such requests (`SameSite`) are a defence that not all browsers share: they neither
    prove the item nor fail it.
    """
    stack = find_stack(facts)
    if not stack.applications:
        return CheckResult(0)
    cookies = list(find_cookies(stack))
    if not cookies:
        return CheckResult(0, absent="" if is_session_imported(stack) else NO_COOKIE)
    found = [(layer, how) for layer, how in find_protections(stack) if not layer.is_doubtful]
    if not found and (all(one.strict for one in cookies) or is_checked_elsewhere(stack)):
        return CheckResult(0)
    if found and not is_complete(stack, [layer for layer, _ in found]):
        return CheckResult(0)  # what changes something past the layer may ask for a cookie as well, or for none
    matches = tuple(Match(rule.id, one.where, "", one.name, describe(stack, one, how)) for one, how in found)
    return CheckResult(len(cookies), matches, tuple(one.where for one in cookies[:3]))


def is_complete(stack: Stack, layers: Sequence[Layer]) -> bool:
    """Whether some layer stands before each route that changes something."""
    covered = {id(route) for layer in layers for route in layer.routes}
    if any(not layer.routes for layer in layers):  # of an application whose routes were not found
        return True
    return all(id(route) in covered for route in stack.routes if is_changing(route))


def describe(stack: Stack, layer: Layer, how: str) -> str:
    """What a layer checks, before which routes."""
    return f"`{layer.name}` checks {how} and {describe_routes(stack, layer.routes)}"
