"""Checks on the compression of answers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readycheck.model.evidence import Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires
from readycheck.scan.layers.compressors import find_compressors, is_hidden
from readycheck.scan.layers.effect import describe_routes, find_belonging, list_proxied
from readycheck.scan.layers.mounted import LAYERED, Layer, Stack, find_stack
from readycheck.scan.layers.options import read_flag, read_options
from readycheck.scan.layers.production import list_pairs
from readycheck.scan.program.model import Module


@requires(*LAYERED, "proxy-compression", "cluster-ingress")
def answers_compressed(facts: Facts, rule: Rule) -> CheckResult:
    """A layer or the proxy before all of it compresses answers."""
    stack = find_stack(facts)
    if not stack.applications:
        return CheckResult(0)
    found = list(find_compressors(stack))
    matches = [
        Match(rule.id, layer.where, "", layer.name,
              f"`{layer.name}` compresses ({library}) and {describe_routes(stack, layer.routes)}")
        for layer, library in found
        if not layer.is_doubtful
    ]  # fmt: skip
    matches += [
        Match(rule.id, one.where, "", str(one.data["form"]), f"{one.data['proxy']}: `{one.data['form']}`")
        for one in list_proxied(facts, "proxy-compression")
    ]
    matches += find_by_default(stack, rule)
    if not list_proxied(facts, "proxy-compression") and is_partial(stack, [layer for layer, _ in found]):
        return CheckResult(0)
    if not matches and (found or is_hidden(stack)):
        return CheckResult(0)
    return CheckResult(len(stack.applications), tuple(matches), find_belonging(stack))


def is_partial(stack: Stack, layers: list[Layer]) -> bool:
    """Whether layers stand before less than half of the routes: of the rest nothing is proved."""
    if not layers or not stack.routes or any(not layer.routes for layer in layers):
        return False
    covered = {id(route) for layer in layers for route in layer.routes}
    return len(covered) * 2 < len(stack.routes)


def find_by_default(stack: Stack, rule: Rule) -> Iterator[Match]:
    """Next.js compresses by itself, unless it is told not to; it says nothing about what others serve beside it."""
    for one in stack.applications[:1] if all(app.framework == "Next.js" for app in stack.applications) else ():
        options = read_options(stack, one.call) if one.call is not None else {}
        told = [option for module in stack.facts.program.modules.values() for option in find_told(module)]
        if read_flag(stack, options.get("compress")) is not False and False not in told:
            yield Match(rule.id, one.where, "", "next", "Next.js compresses what it serves by default")


def find_told(module: Module) -> Iterator[object]:
    """What a configuration of Next.js says about compression."""
    if re.search(r"(?:^|/)next\.config\.\w+$", module.path):
        for one in module.assignments:
            yield from (value.get("v") for key, value in list_pairs(one.value) if key == "compress")
