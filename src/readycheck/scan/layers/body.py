"""What a layer does: the code behind it that production reaches, and everything that this code says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from readycheck.scan.layers.production import Production
from readycheck.scan.program.live import list_names
from readycheck.scan.program.model import LOCAL, Assignment, Call, Definition, Expression, Ref
from readycheck.scan.program.program import Program

MOST_DEPTH = 5
MOST_DEFINITIONS = 60
CONSTRUCTORS = ("__init__", "constructor")
CONSTANT_DEPTH = 3
WAYS_IN = (
    "__call__", "dispatch", "process_request", "process_view", "process_response", "process_exception",
    "process_template", "handle", "use", "canActivate", "intercept", "catch", "transform", "onRequest",
    "allow_request", "on_request", "on_response", "on_send_handler", "before_request", "after_request",
    "process_resource",
)  # fmt: skip


class Body:
    """The functions and classes that something is, and what they call; what is switched off in production is left out.

    `calls` and `sets` are those of all of them. `words` are their short texts, with those of the constants that they
    mention.
    """

    def __init__(
        self, program: Program, production: Production, definitions: Iterable[Definition], depth: int = MOST_DEPTH
    ) -> None:
        """Take where to begin; of a class that is a layer only what sees requests is, and what that calls."""
        self.program = program
        self.production = production
        self.depth = depth
        self.start = tuple(one for definition in definitions for one in self.find_ways_in(definition))

    def find_ways_in(self, definition: Definition) -> list[Definition]:
        """The methods of a class by which a framework sends requests through it; else the definition itself."""
        refs = [Ref(definition.path, f"{definition.name}.{name}") for name in (*WAYS_IN, *CONSTRUCTORS)]
        found = [one for ref in refs if (one := self.program.find_definition(ref)) is not None]
        is_layer = any(one.name.rpartition(".")[2] in WAYS_IN for one in found)
        return found if definition.is_class and is_layer else [definition]

    @cached_property
    def definitions(self) -> Sequence[Definition]:
        """All functions and classes, the nearest first."""
        found: dict[Ref, Definition] = {}
        level = list(self.start)
        for _ in range(self.depth + 1):
            deeper: list[Definition] = []
            for one in level:
                if one.ref not in found and len(found) < MOST_DEFINITIONS:
                    found[one.ref] = one
                    deeper += self.list_next(one)
            level = deeper
        return tuple(found.values())

    def list_next(self, definition: Definition) -> Iterator[Definition]:
        """What a function or class calls, returns and derives from, and what makes the object that its methods use."""
        for call in self.find_calls(definition):
            for ref in self.program.find_called(call):
                if (found := self.program.find_definition(ref)) is not None:
                    yield found
            for value in call.arguments[:1] if call.method == "partial" else ():  # what is bound is called later
                yield from self.program.find_definitions(definition.path, value)
        for value in (*definition.bases, *definition.returns):
            yield from self.program.find_definitions(definition.path, value)
        holder = definition.name.rpartition(".")[0]
        for name in CONSTRUCTORS:
            found = self.program.find_definition(Ref(definition.path, f"{holder}.{name}")) if holder else None
            if found is not None:
                yield found

    def find_calls(self, definition: Definition) -> Iterator[Call]:
        """The calls in a definition that production reaches."""
        for call in self.program.modules[definition.path].find_calls(definition.name):
            if not self.production.find_switch(call.conditions):
                yield call

    @cached_property
    def calls(self) -> Sequence[Call]:
        """All calls."""
        found = {(one.path, one.index): one for definition in self.definitions for one in self.find_calls(definition)}
        return tuple(found.values())

    @cached_property
    def sets(self) -> Sequence[Assignment]:
        """All assignments."""
        found: dict[int, Assignment] = {}
        for definition in self.definitions:
            module = self.program.modules[definition.path]
            for one in module.assignments:
                if one.owner == definition.name or one.owner.startswith(f"{definition.name}."):
                    found[id(one)] = one
        return tuple(one for one in found.values() if not self.production.find_switch(one.conditions))

    @cached_property
    def statuses(self) -> frozenset[int]:
        """The HTTP statuses in it."""
        return frozenset(
            status for one in self.definitions for status in self.program.modules[one.path].find_statuses(one.name)
        )

    @cached_property
    def words(self) -> frozenset[str]:
        """The short texts in it, in small letters."""
        own = {word for one in self.definitions for word in self.program.modules[one.path].find_words(one.name)}
        return frozenset(word.lower() for word in (*own, *self.constants))

    @cached_property
    def constants(self) -> frozenset[str]:
        """The texts of the constants that it mentions."""
        found: set[str] = set()
        for path, value in self.values:
            found.update(read_texts(self.program, path, value, CONSTANT_DEPTH))
        return frozenset(found)

    @cached_property
    def values(self) -> Sequence[tuple[str, Expression]]:
        """All expressions: arguments, what is assigned, what is returned; with their file."""
        found = [
            (one.path, value)
            for one in self.calls
            for value in (*one.arguments, *one.keywords.values(), {"n": one.names})
        ]
        found += [(one.path, one.value) for one in self.sets]
        return [*found, *((one.path, value) for one in self.definitions for value in one.returns)]

    @cached_property
    def externals(self) -> frozenset[str]:
        """The names from outside that it calls."""
        return frozenset(name for call in self.calls for name in self.name(call) if not name.startswith(LOCAL))

    def says(self, pattern: re.Pattern[str]) -> str:
        """The first of its texts in which a pattern is found, or empty."""
        return next((word for word in sorted(self.words) if pattern.search(word)), "")

    @cached_property
    def names(self) -> frozenset[str]:
        """All names in it, resolved ones and those of its files."""
        return frozenset(name for _, value in self.values for name in list_names(value))

    def mentions(self, pattern: re.Pattern[str]) -> str:
        """The first of its names in which a pattern is found, or empty."""
        return next((name for name in sorted(self.names) if pattern.search(name)), "")

    def find_call(self, pattern: re.Pattern[str]) -> Call | None:
        """The first call whose text, or one of whose names, matches a pattern."""
        for call in self.calls:
            if pattern.search(call.text) or any(pattern.search(name) for name in self.name(call)):
                return call
        return None

    def name(self, call: Call) -> frozenset[str]:
        """The names of what is called, in its file and from outside."""
        return frozenset(call.names) | self.program.find_externals(call.path, call.names)


def read_texts(program: Program, path: str, value: Expression, depth: int) -> Iterator[str]:
    """The constant texts in an expression, and in the constants of files that it names."""
    if "s" in value:
        yield str(value["s"])
    for key in ("l", "j", "a"):
        for one in value.get(key) or ():
            yield from read_texts(program, path, one, depth)
    for key, one in value.get("o") or ():
        yield str(key)
        yield from read_texts(program, path, one, depth)
    if "e" in value:
        yield from read_texts(program, path, value["e"], depth)
    for name in value.get("n") or () if depth else ():
        ref = program.resolve(path, name)
        module = program.modules.get(ref.path)
        for assignment in module.variables.get(strip_member(ref.name), ()) if module is not None else ():
            if "." not in assignment.owner:
                yield from read_texts(program, ref.path, assignment.value, depth - 1)


def strip_member(name: str) -> str:
    """The variable of a name such as `HEADERS.items()`."""
    return name.partition("(")[0].rpartition(".")[0] if "(" in name and "." in name.partition("(")[0] else name
