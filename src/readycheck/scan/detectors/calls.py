"""The `calls` detector: resolved callables, with constraints on their arguments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from readycheck.model.rule import Calls, Json
from readycheck.model.vocabulary import Language
from readycheck.scan.hit import Hit
from readycheck.scan.literals import read_argument

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.bindings.occurrence import Reference
    from readycheck.scan.unit import Unit


MEMBER = r"[.\[]"
# Syntax nodes that give a variable its value or a default, with their fields for the variable and the value.
SCRIPT_ALIASES = (
    ("variable_declarator", "name", "value"),
    ("assignment_pattern", "left", "right"),
    ("object_assignment_pattern", "left", "right"),
)
TYPED_ALIASES = (*SCRIPT_ALIASES, ("required_parameter", "pattern", "value"))
ALIASES: Mapping[Language, tuple[tuple[str, str, str], ...]] = {
    Language.PYTHON: (("assignment", "left", "right"), ("default_parameter", "name", "value")),
    Language.JAVASCRIPT: SCRIPT_ALIASES,
    Language.TYPESCRIPT: TYPED_ALIASES,
    Language.TSX: TYPED_ALIASES,
}


@dataclass(frozen=True)
class Uses:
    """What all rules together look for in one unit: one search is cheaper than one for each (2.2 times for ten)."""

    unit: Unit
    names: frozenset[str]

    @cached_property
    def references(self) -> list[Reference]:
        """Every use of one of the names, in the order of the text."""
        return list(self.unit.find_references(sorted(self.names)))


def collect_names(detects: Iterable[Calls]) -> frozenset[str]:
    """All names that some of the detectors ask for."""
    return frozenset(name for detect in detects for name in detect.names)


def find(detect: Calls, uses: Uses) -> Iterator[Hit]:
    """Yield every call (with `references`: every use) of the named callables, each syntax node once."""
    seen: set[tuple[int, int]] = set()
    names = frozenset(detect.names)
    for reference in uses.references:
        if reference.name not in names and f"{reference.name.rpartition('.')[0]}.*" not in names:
            continue
        node = reference.call if reference.call is not None else reference.node
        if reference.call is None and not detect.references:
            continue
        if detect.references and is_declared_alias(reference.node, uses.unit):
            continue
        if detect.arguments and (reference.call is None or not has_arguments(reference.call, detect.arguments)):
            continue
        extent = node.range()
        position = (extent.start.index, extent.end.index)
        if position not in seen:
            seen.add(position)
            yield Hit(node)


def is_declared_alias(node: SgNode, unit: Unit) -> bool:
    """Whether a use goes through a variable whose declaration gives it the callable: that place is a use already.

    `const log = console.log; log("x")` is one thing to change, and eslint reports one; a destructured name is not
    reported where it is declared. A default counts likewise: what the caller passes instead is not known here.
    """
    if node.kind() != "identifier":
        return False
    exactly = f"^{re.escape(node.text())}$"
    declarations = [
        {
            "kind": kind,
            "all": [{"has": {"field": target, "regex": exactly}}, {"has": {"field": source, "regex": MEMBER}}],
        }
        for kind, target, source in ALIASES[unit.language]
    ]
    return unit.root.find(cast("Any", {"rule": {"any": declarations}})) is not None


def has_arguments(call: SgNode, wanted: Mapping[str, Json]) -> bool:
    """Whether every wanted argument stands in the call with exactly that literal value."""
    return all(read_argument(call, name) == (True, value) for name, value in wanted.items())
