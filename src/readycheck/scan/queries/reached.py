"""Which functions run while a client waits: the handlers of routes, and what they call."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from readycheck.scan.checks.contract import Facts
from readycheck.scan.program.attached import Route
from readycheck.scan.program.model import Definition, Ref
from readycheck.scan.queries.statements import Statement

DEPTH = 6


class Reached:
    """Answers whether a query is made for a request."""

    def __init__(self, facts: Facts) -> None:
        """Take the facts of the program."""
        self.program = facts.program
        self.web = facts.web

    @cached_property
    def functions(self) -> frozenset[Ref]:
        """The handlers of all routes, and the functions that they call."""
        found: set[Ref] = set()
        level = [one for route in self.web.routes for one in list_handlers(self, route)]
        for _ in range(DEPTH):
            level = [one for one in {one.ref: one for one in level}.values() if one.ref not in found]
            found.update(one.ref for one in level)
            level = [inner for one in level for inner in self.list_called(one)]
        return frozenset(found)

    def list_called(self, definition: Definition) -> Iterator[Definition]:
        """The functions that one calls, itself or in functions inside of it."""
        for call in self.program.modules[definition.path].find_calls(definition.name):
            for ref in self.program.find_called(call):
                called = self.program.find_definition(ref)
                if called is not None and not called.is_class:
                    yield called

    def holds(self, path: str, owner: str) -> bool:
        """Whether code of a definition runs for a request; also that of a function inside of one that does."""
        while owner:
            if Ref(path, owner) in self.functions:
                return True
            owner = owner.rpartition(".")[0]
        return False

    def is_asked(self, statement: Statement) -> bool:
        """Whether a query is made for a request."""
        if statement.calls:
            return any(self.holds(path, self.find_owner(path, line, column)) for path, line, column in statement.calls)
        return self.holds(statement.where.path, statement.symbol)

    def find_owner(self, path: str, line: int, column: int) -> str:
        """The definition that the call at a place stands in."""
        module = self.program.modules.get(path)
        calls = module.calls if module is not None else ()
        return next((one.owner for one in calls if one.place == (line, column)), "")


def list_handlers(reached: Reached, route: Route) -> Iterator[Definition]:
    """The functions that answer a route."""
    if route.handler is not None:
        yield from reached.web.judge.list_functions(route.handler)
