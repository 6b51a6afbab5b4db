"""The `pattern` detector: an ast-grep rule object, run as it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from readycheck.model.rule import Pattern
from readycheck.scan.hit import Hit

if TYPE_CHECKING:
    from readycheck.scan.unit import Unit


def find(detect: Pattern, unit: Unit) -> Iterator[Hit]:
    """Yield the nodes that the ast-grep rule matches, in the order of the text."""
    config = cast("Any", {"rule": dict(detect.rule)})  # ast-grep's own types are TypedDicts for literals only
    for node in unit.root.find_all(config):
        yield Hit(node)
