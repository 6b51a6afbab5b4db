"""Which language model calls lead where: who waits for one, and whether somebody answers in its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from readycheck.model.evidence import Fact
from readycheck.scan.outbound.guards import FALLBACK
from readycheck.scan.program.attached import Route
from readycheck.scan.program.handlers import find_handlers
from readycheck.scan.program.live import Live
from readycheck.scan.program.model import Call, Definition
from readycheck.scan.program.program import Program

DEPTH = 5
Place = tuple[str, int]
Key = tuple[str, str]


@dataclass(frozen=True)
class Waiting:
    """Looks from a call upwards through its callers; `guards` are the facts of that kind, by path."""

    program: Program
    live: Live
    guards: dict[str, list[Fact]] = field(default_factory=dict)

    def find_guard(self, path: str, line: int) -> Fact | None:
        """The innermost guard over a line."""
        around = [one for one in self.guards.get(path, ()) if read(one, "first") <= line <= read(one, "last")]
        return min(around, key=lambda one: read(one, "last") - read(one, "first"), default=None)

    def find_definition(self, path: str, symbol: str) -> Definition | None:
        """The function around a place, or the nearest one that is known."""
        module = self.program.modules.get(path)
        while module is not None and symbol:
            if symbol in module.definitions:
                return module.definitions[symbol]
            symbol = symbol.rpartition(".")[0]
        return None

    def find_callers(self, path: str, symbol: str) -> list[Call]:
        """The calls, in what runs, of the function in which a place stands."""
        definition = self.find_definition(path, symbol)
        calls = self.program.callers.get(definition.ref, ()) if definition is not None else ()
        return [one for one in calls if self.live.is_live(one.path)]

    def is_answered(self, path: str, line: int, symbol: str, seen: tuple[Place, ...] = ()) -> bool:
        """Whether a failure at a place leads to another answer: there, or at every call that leads to it."""
        guard = self.find_guard(path, line)
        if guard is not None and guard.data["kind"] == FALLBACK:
            return True
        if (path, line) in seen or len(seen) > DEPTH:
            return False
        callers = self.find_callers(path, symbol)
        return bool(callers) and all(
            self.is_answered(one.path, one.line, one.owner, (*seen, (path, line))) for one in callers
        )

    def find_outer(self, path: str, symbol: str) -> Iterator[Call]:
        """The calls in other files of the function in which a place stands."""
        for call in self.find_callers(path, symbol):
            if call.path != path:
                yield call


def make_waiting(program: Program, live: Live, guards: Sequence[Fact]) -> Waiting:
    """What looks upwards, over the guards of all files."""
    by_path: dict[str, list[Fact]] = {}
    for one in guards:
        by_path.setdefault(one.where.path, []).append(one)
    return Waiting(program, live, by_path)


def read_running(program: Program, definition: Definition, depth: int = DEPTH) -> Iterator[Call]:
    """The calls in a function and in those that it calls; of a class that it makes, those of the constructor alone."""
    seen: set[tuple[str, str]] = set()
    level = [definition]
    for _ in range(depth + 1):
        deeper: list[Definition] = []
        for one in level:
            if (one.path, one.name) in seen:
                continue
            seen.add((one.path, one.name))
            for call in program.modules[one.path].find_calls(one.name):
                yield call
                found = program.find_definitions(call.path, {"n": list(call.names)})
                deeper += [inner for made in found for inner in enter(program, made)]
        level = deeper


def enter(program: Program, definition: Definition) -> Iterator[Definition]:
    """What runs when something is called: a function itself, of a class its constructor."""
    if not definition.is_class:
        yield definition
        return
    definitions = program.modules[definition.path].definitions
    names = (f"{definition.name}.__init__", f"{definition.name}.constructor")
    yield from (definitions[name] for name in names if name in definitions)


def find_asked(program: Program, routes: Sequence[Route]) -> frozenset[Key]:
    """The functions that run for a request, by path and name; none where the routes are not known."""
    found: set[Key] = set()
    for route in routes:
        for definition in find_handlers(program, route.handler):
            found |= {(one.path, one.name) for one in program.read_definitions(definition, DEPTH)}
    return frozenset(found)


def read(fact: Fact, name: str) -> int:
    """A number of a fact."""
    value = fact.data[name]
    return value if isinstance(value, int) else 0
