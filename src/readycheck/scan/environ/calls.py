"""Reads through the project's own functions: calls of those of a module, and of what another module may hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.scan.environ.keys import Key, read_key
from readycheck.scan.environ.names import is_capital
from readycheck.scan.environ.reads import Read, make_read
from readycheck.scan.environ.wrappers import (
    CALL,
    MOST_WRAPPERS,
    Wrapper,
    list_callees,
    make_wrapper,
    make_wrapper_fact,
)
from readycheck.scan.literals import read_literal

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

Found = list[tuple["SgNode", Wrapper]]


@dataclass(frozen=True, slots=True)
class Dialect:
    """What calls look like in a language.

    `call` is their kind and `member` the field with the name of a method. `may_wrap` tells whether a qualified name may
    be that of a function of the project that reads variables; the others are as in `python` and `javascript`.
    """

    call: str
    member: str
    list_arguments: Callable[[SgNode], list[SgNode]]
    find_given: Callable[[SgNode, Sequence[SgNode]], SgNode | None]
    finish_read: Callable[[Unit, SgNode, str, SgNode | None, bool | None], Read]
    may_wrap: Callable[[str], bool]

    def name_of(self, callee: SgNode) -> str:
        """The last word of what is called."""
        return (callee.field(self.member) or callee).text()


def make_reads(unit: Unit, place: SgNode, key: Key, read: Read) -> Iterator[Fact]:
    """The facts of one access: one a name, at the place itself unless a list spells the names out."""
    if not key.names:
        yield make_read(unit, place, Read(None, read.form, pattern=key.pattern))
    for name, node in key.names:
        where = node if len(key.names) > 1 else place
        yield make_read(unit, where, replace(read, name=name))


def follow_wrappers(unit: Unit, dialect: Dialect, found: Found) -> Iterator[Fact]:
    """The wrappers' facts and the reads by their calls in this module; a wrapper of a wrapper is added to the list."""
    known: set[tuple[str, str]] = set()
    found.sort(key=lambda pair: len(pair[1].key.template))
    place = 0
    while place < min(len(found), MOST_WRAPPERS):
        function, wrapper = found[place]
        place += 1
        if (wrapper.owner, wrapper.name) in known:
            if wrapper.key.pattern:  # a second name beside the first, such as `X_FILE` beside `X`
                yield make_read(unit, function, Read(None, f"{wrapper.name}()", pattern=wrapper.key.pattern))
            continue
        known.add((wrapper.owner, wrapper.name))
        yield make_wrapper_fact(unit, function, wrapper)
        pattern = rf"^(?:[\w.()]+\.)?{re.escape(wrapper.name)}(?:<[^(]*>)?\("
        for call in unit.root.find_all(kind=dialect.call, regex=pattern):
            callee = call.field("function")
            # Without an owner the function goes by its own name, with one it is a method of something.
            if callee is not None and (callee.text() if not wrapper.owner else dialect.name_of(callee)) == wrapper.name:
                yield from read_wrapped(unit, dialect, call, wrapper, found)


def read_wrapped(unit: Unit, dialect: Dialect, call: SgNode, wrapper: Wrapper, found: Found) -> Iterator[Fact]:
    """The reads of one call of a wrapper."""
    arguments = dialect.list_arguments(call)
    if len(arguments) <= wrapper.index:
        return
    key = read_key(unit, arguments[wrapper.index])
    outer = make_wrapper(key)
    if outer is not None and key.function is not None:
        found.append((key.function, replace(outer, demands=outer.demands or wrapper.demands)))
        return
    given = dialect.find_given(call, arguments[wrapper.index + 1 :])
    read = dialect.finish_read(unit, call, f"{wrapper.name}()", given, wrapper.required())
    names = tuple((wrapper.key.fill(name), place) for name, place in key.names)
    yield from make_reads(unit, call, Key(names, template=key.template), read)


def find_calls(unit: Unit, dialect: Dialect, local: set[str]) -> Iterator[Fact]:
    """Calls of imported functions that may be wrappers of another module of the project."""
    words = list_callees(unit.text) - local
    for call in unit.root.find_all(kind=dialect.call) if words else ():
        callee = call.field("function")
        if callee is None or dialect.name_of(callee) not in words:
            continue
        names: list[Json] = [name for name in unit.bindings.qualify(callee) if dialect.may_wrap(name)]
        arguments = dialect.list_arguments(call)
        known, word = read_literal(arguments[0]) if arguments else (False, None)
        if names and known and isinstance(word, str) and is_capital(word):
            given = dialect.find_given(call, arguments[1:])
            read = dialect.finish_read(unit, call, f"{dialect.name_of(callee)}()", given, None)
            fact = make_read(unit, call, replace(read, name=word))
            yield Fact(CALL, fact.where, {**fact.data, "callee": names})
