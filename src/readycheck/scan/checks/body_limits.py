"""Checks on how large a body may be."""

from __future__ import annotations

from readycheck.model.evidence import Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires
from readycheck.scan.layers.effect import describe_routes, find_belonging, list_proxied
from readycheck.scan.layers.mounted import LAYERED, Stack, find_stack
from readycheck.scan.layers.sizes import (
    Limit,
    describe_size,
    find_limits,
    find_proxy_limits,
    find_socket_limits,
)

KINDS = (*LAYERED, "proxy-body", "cluster-ingress", "socket-server")
# Nothing reads a body in these unless a parser is mounted, which has a limit; the last leaves it to its host.
PARSED = ("Express", "Koa", "Next.js")


@requires(*KINDS)
def bodies_limited(facts: Facts, rule: Rule) -> CheckResult:
    """Bodies are limited to 10 MB or less, by a layer, the framework, or the proxy before it."""
    stack = find_stack(facts)
    if not stack.applications:
        return CheckResult(0)
    own = list(find_limits(stack))
    limits = [*own, *find_proxy_limits(list_proxied(facts, "proxy-body"))]
    good = [one for one in limits if not one.is_too_large and not (one.layer is not None and one.layer.is_doubtful)]
    if not good and (limits or all(one.framework in PARSED for one in stack.applications)):
        return CheckResult(0)
    if own and all(one.is_too_large for one in own):
        return CheckResult(0)
    matches = tuple(Match(rule.id, one.where, "", one.name, describe(stack, one)) for one in good)
    return CheckResult(len(stack.applications), matches, find_belonging(stack))


@requires(*KINDS)
def body_limit_too_large(facts: Facts, rule: Rule) -> CheckResult:
    """A limit lets more than 10 MB pass."""
    stack = find_stack(facts)
    limits = [*find_limits(stack), *find_socket_limits(facts), *find_proxy_limits(facts.get("proxy-body", ()))]
    matches = tuple(
        Match(rule.id, one.where, "", one.name, f"`{one.name}` lets {describe_size(one.size)} pass: 10 MB are plenty")
        for one in limits
        if one.is_too_large and not one.is_default
    )
    return CheckResult(len(limits), matches)


def describe(stack: Stack, limit: Limit) -> str:
    """What limits, to how much, before what."""
    size = f"{describe_size(limit.size)}{', its default' if limit.is_default else ''}"
    where = f" and {describe_routes(stack, limit.layer.routes)}" if limit.layer is not None else ""
    return f"`{limit.name}` takes {size}{where}"
