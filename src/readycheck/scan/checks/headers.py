"""Checks on the security headers of answers."""

from __future__ import annotations

from collections.abc import Sequence

from readycheck.model.evidence import Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires
from readycheck.scan.layers.catching import catches_all
from readycheck.scan.layers.effect import find_belonging, list_proxied
from readycheck.scan.layers.mounted import LAYERED, Layer, Stack, find_stack
from readycheck.scan.layers.secure_headers import WANTED, Setter, find_setters

KINDS = (*LAYERED, "proxy-header", "cluster-ingress")
# Whose own configuration, which is no part of the program, may set them.
CONFIGURED = "Next.js"
ASGI = ("FastAPI", "Starlette")
BYPASSED = (
    "`{name}` sets the headers, and an error that nobody expected passes it by: its 500 is answered outside of this "
    "layer, without them"
)  # fmt: skip


@requires(*KINDS)
def security_headers_set(facts: Facts, rule: Rule) -> CheckResult:
    """The headers that browsers need to protect a page are set on all answers."""
    stack = find_stack(facts)
    if not stack.applications:
        return CheckResult(0)
    setters = find_setters(stack, list_proxied(facts, "proxy-header"))
    certain = [one for one in setters if one.layer is None or not one.layer.is_doubtful]
    if list_missing(setters):
        is_told = setters or any(one.framework == CONFIGURED for one in stack.applications)
        return CheckResult(0) if is_told else CheckResult(len(stack.applications), (), find_belonging(stack))
    if list_missing(certain):
        return CheckResult(0)
    matches = tuple(Match(rule.id, one.where, "", one.name, describe(one)) for one in certain)
    return CheckResult(len(stack.applications), matches, find_belonging(stack))


@requires(*KINDS)
def security_headers_incomplete(facts: Facts, rule: Rule) -> CheckResult:
    """Some headers are set, and some are not."""
    stack = find_stack(facts)
    setters = find_setters(stack, list_proxied(facts, "proxy-header"))
    missing = list_missing(setters)
    if not setters or not missing:
        return CheckResult(len(setters))
    first = setters[0]
    message = f"`{first.name}` sets security headers, but not {', '.join(missing)}; nor does anything else"
    return CheckResult(len(setters), (Match(rule.id, first.where, "", first.name, message),))


@requires(*KINDS)
def headers_missing_on_errors(facts: Facts, rule: Rule) -> CheckResult:
    """A layer sets the headers, and answers to unexpected errors do not pass it."""
    stack = find_stack(facts)
    setters = [one for one in find_setters(stack, ()) if one.layer is not None and one.layer.attached.order < 0]
    setters = [one for one in setters if one.layer is not None and one.layer.application.framework in ASGI]
    matches = tuple(
        Match(rule.id, one.where, "", one.name, BYPASSED.format(name=one.name))
        for one in setters
        if one.layer is not None and not is_caught_inside(stack, one.layer)
    )
    return CheckResult(len(setters), matches)


def is_caught_inside(stack: Stack, layer: Layer) -> bool:
    """Whether the layer itself, one nearer to the routes, or one of a mounted application answers unexpected errors."""
    own = [one for one in stack.layers if one.application is layer.application and one.attached.kind == "layer"]
    mounted = [one for one in stack.layers if one.application is not layer.application]
    inner = own[own.index(layer) :] if layer in own else [layer]
    return any(catches_all(one.body) for one in (*inner, *mounted))


def list_missing(setters: Sequence[Setter]) -> list[str]:
    """The headers that nobody sets."""
    present = {header for one in setters for header in one.headers}
    return [header for header in WANTED if header not in present]


def describe(setter: Setter) -> str:
    """What one of them sets."""
    return f"`{setter.name}` sets {', '.join(header for header in WANTED if header in setter.headers)}"
