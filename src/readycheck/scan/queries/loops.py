"""Queries that run once for each row: a call in a loop that is given the row, and comes to a query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.scan.checks.contract import Facts
from readycheck.scan.fact_values import read_texts
from readycheck.scan.inputs.intake import mentions
from readycheck.scan.late import compile_late
from readycheck.scan.program.model import Call, Ref
from readycheck.scan.program.program import Program
from readycheck.scan.queries.reached import Reached
from readycheck.scan.queries.statements import ONCE, Place, Statement

AGAIN = compile_late(r"(?i)retry|retries|retrying|attempt|tries\b|backoff|tenacity")
# Each of them stands for many rows, or has a database of its own.
MANY = compile_late(
    r"(?i)chunk|batch|\bpages?\b|paginat|slices?\b|window|partition|shard|schemas?\b|databases\b|connections\b|pools\b|tenant"
    r"|migration|seed|range\([^()]*,[^()]*,|\bstep\b"
)
# What comes one by one, whenever it comes, and files.
STREAM = compile_late(
    r"(?i)stream|listen|subscribe|iterdir|listdir|readdir|glob\(|\bfiles?\b|argv|\blines\b|\bqueue\b|events?\(|watch|consume"
)
DEPTH = 2


@dataclass(frozen=True, slots=True)
class Repeated:
    """A call in a loop, the loop, and the query that it comes to; `steps` are the calls in between."""

    call: Call
    loop: Fact
    statement: Statement
    steps: tuple[Call, ...] = ()


class Loops:
    """Finds the queries of loops."""

    def __init__(self, facts: Facts, statements: Sequence[Statement]) -> None:
        """Take the facts (`row-loop` and the program's), and the queries with their calls."""
        self.program: Program = facts.program
        self.loops: dict[str, list[Fact]] = defaultdict(list)
        for fact in facts.get("row-loop", ()):
            self.loops[fact.where.path].append(fact)
        self.statements: Mapping[Place, Statement] = {place: one for one in statements for place in one.calls}
        self._known: dict[Ref, tuple[Statement, tuple[Call, ...]] | None] = {}

    def find(self) -> Iterator[Repeated]:
        """Each call that runs a query for each row."""
        for path, loops in self.loops.items():
            module = self.program.modules.get(path) if ONCE.search(path) is None else None
            for call in module.calls if module is not None else ():
                around = [loop for loop in loops if holds(loop, call)]
                found = self.find_query(call) if around else None
                if found is None:
                    continue
                loop = next((one for one in sorted(around, key=measure) if takes(call, one)), None)
                if loop is not None and self.is_counted(loop, found[0]):
                    yield Repeated(call, loop, *found)

    def find_faults(self, reached: Reached) -> Iterator[Repeated]:
        """Those of them that cost something: a few fixed queries only where a request waits for them."""
        for one in self.find():
            if not one.loop.data["fixed"] or reached.holds(one.call.path, one.call.owner):
                yield one

    def is_counted(self, loop: Fact, statement: Statement) -> bool:
        """Whether a loop goes through rows, or whatever else there may be many of."""
        text = " ".join([str(loop.data["over"]), *read_texts(loop, "names")])
        if AGAIN.search(text) or MANY.search(text) or STREAM.search(str(loop.data["over"])):
            return False
        return not loop.data["fixed"] or "count(" in statement.shown.lower()

    def find_query(self, call: Call) -> tuple[Statement, tuple[Call, ...]] | None:
        """The query that a call runs, itself or in a function of the project, and the calls that lead to it."""
        own = self.statements.get((call.path, *call.place))
        if own is not None:
            return own, ()
        for ref in self.program.find_called(call):
            found = self.reach(ref, DEPTH)
            if found is not None:
                return found
        return None

    def reach(self, ref: Ref, depth: int) -> tuple[Statement, tuple[Call, ...]] | None:
        """The first query that a function runs each time that it is called."""
        if ref in self._known or not depth:
            return self._known.get(ref)
        self._known[ref] = None  # what calls itself adds nothing
        definition = self.program.find_definition(ref)
        found = None
        if definition is not None and not definition.is_class:
            found = self.search(definition.path, definition.name, depth)
        self._known[ref] = found
        return found

    def search(self, path: str, owner: str, depth: int) -> tuple[Statement, tuple[Call, ...]] | None:
        """The first query in the calls of a function."""
        for call in self.program.modules[path].find_calls(owner):
            if call.owner != owner and not call.owner.startswith(f"{owner}."):
                continue
            own = self.statements.get((call.path, *call.place))
            if own is not None:
                return own, (call,)
            for ref in self.program.find_called(call):
                inner = self.reach(ref, depth - 1)
                if inner is not None:
                    return inner[0], (call, *inner[1])
        return None


def holds(loop: Fact, call: Call) -> bool:
    """Whether a call stands in what a loop repeats."""
    at: Any = loop.data["at"]
    begin, end = (at[0], at[1]), (at[2], at[3])
    return bool(begin <= call.place and (int(call.data["at"][2]), int(call.data["at"][3])) <= end)


def measure(loop: Fact) -> int:
    """How many lines a loop has: the inner one has fewer."""
    at: Any = loop.data["at"]
    return int(at[2]) - int(at[0])


def takes(call: Call, loop: Fact) -> bool:
    """Whether a call is given the loop's element or something that was taken out of it, or belongs to it."""
    names = set(read_texts(loop, "names"))
    values = (*call.arguments, *call.keywords.values())
    return any(mentions(one, names) for one in values) or call.text.partition(".")[0] in names
