"""What is made anew whenever a request comes, however many functions lie between the handler and what makes it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from readycheck.model.evidence import Fact
from readycheck.scan.checks.contract import Facts
from readycheck.scan.late import compile_late
from readycheck.scan.program.attached import Route
from readycheck.scan.program.handlers import find_handlers
from readycheck.scan.program.model import LOCAL, Call, Definition, Ref

DEEPEST = 7
MOST_VISITED = 300
SHOWN = 2
WRAPPING = compile_late(r"^(?:contextlib\.)?(?:async)?contextmanager$|^(?:static|class)method$|^builtins\.|^abc\.")
ASIDE = compile_late(r"health|ready|live|ping|status|probe|migrat|setup|install", re.IGNORECASE)
"""What asks whether the database is there may well do so on a connection of its own."""
LISTENS = frozenset({"add_listener", "listen", "notifies", "copy_from", "wal_stream", "cursor_stream"})


def find_route_above(facts: Facts, made: Fact) -> tuple[Sequence[str], Route] | None:
    """The route that reaches what makes a connection on every request, with the last functions between the two.

    A call under a condition may be the first one of many, what is kept in a member or in a cache is made once, and a
    connection that listens lasts: none of them counts.
    """
    definition = find_maker(facts, made)
    if definition is None:
        return None
    if any(one.method in LISTENS for one in facts.program.modules[definition.path].find_calls(definition.name)):
        return None
    served = {one.ref: route for route in facts.web.routes for one in find_handlers(facts.program, route.handler)}
    return climb(facts, definition, served)


def find_maker(facts: Facts, made: Fact) -> Definition | None:
    """The function that makes something anew whenever it runs; None where that is kept, or made on a condition."""
    module = facts.program.modules.get(made.where.path)
    definition = module.definitions.get(str(made.data["symbol"])) if module is not None else None
    place = (made.where.line, made.where.column)
    call = next((one for one in module.calls if one.place == place), None) if module is not None else None
    if definition is None or definition.is_class or (call is not None and not is_repeated(facts, call, definition)):
        return None
    return definition


def climb(facts: Facts, start: Definition, served: dict[Ref, Route]) -> tuple[Sequence[str], Route] | None:
    """The way from a function up to the first handler of a route."""
    work: list[tuple[Definition, tuple[str, ...]]] = [(start, ())]
    seen = {start.ref}
    for definition, way in work:
        if definition.ref in served:
            return way[:SHOWN], served[definition.ref]
        if len(way) > DEEPEST or len(seen) > MOST_VISITED:
            continue
        for call, above in list_callers(facts, definition):
            if (
                above.ref not in seen
                and is_repeated(facts, call, above)
                and not ASIDE.search(f"{above.path} {above.name}")
            ):
                seen.add(above.ref)
                work.append((above, (*way, above.name)))
    return None


def list_callers(facts: Facts, definition: Definition) -> Iterator[tuple[Call, Definition]]:
    """The calls of a function, with the functions that they stand in."""
    for call in facts.program.callers.get(definition.ref, ()):
        above = facts.program.modules[call.path].definitions.get(call.owner)
        if above is not None and facts.live.runs(call.path, call.owner):
            yield call, above


def is_repeated(facts: Facts, call: Call, owner: Definition) -> bool:
    """Whether a call is made anew whenever the function around it runs, and what it gives is not kept."""
    if owner.is_class or call.conditions or owner.name.rpartition(".")[2] in ("__init__", "constructor"):
        return False
    if call.target and not call.target.startswith(f"{LOCAL}{owner.name}."):
        return False
    for decorator in owner.decorators:
        names = [str(name) for name in decorator.get("n", ())]
        if "c" in decorator:
            names = [*facts.program.modules[owner.path].calls[decorator["c"]].names]
        if not any(WRAPPING.search(name) for name in names) and not is_route(facts, owner):
            return False
    return not is_kept(facts, call, owner)


def is_route(facts: Facts, owner: Definition) -> bool:
    """Whether a function answers a route: what a framework is told of it is no cache."""
    return any(one.ref == owner.ref for route in facts.web.routes if route.handler for one in route.handler.definitions)


def is_kept(facts: Facts, call: Call, owner: Definition) -> bool:
    """Whether what a call gives goes from a local variable into a member, an item or a variable of the file."""
    for one in facts.program.modules[owner.path].assignments:
        names = one.value.get("n") or ()
        is_local = any(str(name).startswith(f"{LOCAL}{owner.name}.") for name in one.names)
        if call.target and one.owner == owner.name and call.target in names and not is_local:
            return True
    return False
