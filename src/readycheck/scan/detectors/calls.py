"""The `calls` detector: resolved callables, with constraints on their arguments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from readycheck.model.rule import Calls, Json
from readycheck.scan.hit import Hit
from readycheck.scan.literals import read_argument

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit


def find(detect: Calls, unit: Unit) -> Iterator[Hit]:
    """Yield every call (with `references`: every use) of the named callables, each syntax node once."""
    seen: set[tuple[int, int]] = set()
    for reference in unit.bindings.find_references(detect.names):
        node = reference.call if reference.call is not None else reference.node
        if reference.call is None and not detect.references:
            continue
        if detect.arguments and (reference.call is None or not has_arguments(reference.call, detect.arguments)):
            continue
        extent = node.range()
        position = (extent.start.index, extent.end.index)
        if position not in seen:
            seen.add(position)
            yield Hit(node)


def has_arguments(call: SgNode, wanted: Mapping[str, Json]) -> bool:
    """Whether every wanted argument stands in the call with exactly that literal value."""
    return all(read_argument(call, name) == (True, value) for name, value in wanted.items())
