"""What is said of layers: before which routes they stand, why they are without effect, where a missing one belongs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from readycheck.model.evidence import Fact
from readycheck.model.location import Span
from readycheck.scan.checks.contract import Facts
from readycheck.scan.layers.mounted import Layer, Stack
from readycheck.scan.program.attached import Route


def describe_routes(stack: Stack, routes: Sequence[Route]) -> str:
    """`stands before all 29 routes`, `stands before 3 of 29 routes, POST /login first`."""
    total = len(stack.routes)
    if not total or not routes:
        return "stands before the whole application"
    if len(routes) == total:
        return f"stands before all {total} routes" if total > 1 else "stands before the only route"
    first = routes[0]
    example = f"{'/'.join(first.methods) or 'any'} {first.path or first.where.path}"
    return f"stands before {len(routes)} of {total} routes, {example} first"


def list_proxied(facts: Facts, kind: str) -> Sequence[Fact]:
    """What proxies do; nothing, if there is an ingress, which is a way into the service, that does not."""
    found = facts.get(kind, ())
    ingresses = [one for one in facts.get("cluster-ingress", ()) if not one.data.get("development")]
    inside = [one for one in found if one.data["proxy"] in ("Ingress", "Traefik")]
    return found if not ingresses or inside else ()


def find_belonging(stack: Stack) -> tuple[Span, ...]:
    """Where a layer that is missing belongs: where the applications are made, that with most routes first."""
    counts = Counter(id(one.application) for one in stack.routes)
    return tuple(one.where for one in sorted(stack.applications, key=lambda one: -counts[id(one)]))


def tell_why_off(layer: Layer) -> str:
    """Why a layer that is mounted is without effect; empty if it is not."""
    if layer.switch:
        return f"it is mounted only if `{layer.switch}`, which does not hold in production"
    if layer.is_on:
        return ""
    if layer.attached.prefix:
        return f"no route below {layer.attached.prefix} comes after it"
    return "every route is registered before it"
