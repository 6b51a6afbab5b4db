"""What a module logs through, told from its first log calls; the part that both languages' collectors share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

MOST_CALLS = 40  # how many calls that look like logging are tried
ENOUGH_CALLS = 6  # how many that resolve tell what the module logs through
Resolve = Callable[["Unit", "SgNode"], tuple[set[str], set[str]]]


@dataclass(frozen=True, slots=True)
class LogUse:
    """The logging libraries that the calls lead to, and a fact for the first call in each function that logs."""

    libraries: frozenset[str]
    facts: tuple[Fact, ...]


def find_log_use(unit: Unit, pattern: dict[str, Any], resolve: Resolve) -> LogUse:
    """Follow the calls that the ast-grep rule `pattern` matches; `resolve` gives a callee's libraries and modules."""
    libraries: set[str] = set()
    specifiers: set[str] = set()
    calls = []
    for call in unit.root.find_all({"rule": pattern})[:MOST_CALLS]:  # type: ignore[call-overload]
        function = call.field("function")
        found, others = resolve(unit, function) if function is not None else (set(), set())
        libraries |= found
        specifiers |= others
        calls += [call] if found or others else []
        if len(calls) >= ENOUGH_CALLS:
            break
    data: dict[str, Json] = {"libraries": [*sorted(libraries)], "specifiers": [*sorted(specifiers)]}
    places = {unit.bindings.enclosing_symbol(call): call for call in reversed(calls)}  # what runs of them shows later
    facts = (Fact("logger-used", unit.locate(call), data) for call in reversed(places.values()))
    return LogUse(frozenset(libraries), tuple(facts))
