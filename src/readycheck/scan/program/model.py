"""The parts of a program, as thin views on the outlines of its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from readycheck.model.location import Span

Expression = Mapping[str, Any]
LOCAL = "#"
LONGEST_ROW = 1000
TEXT_LENGTH = 80
"""Texts in an outline are cut there."""


class Ref(NamedTuple):
    """Something that a name leads to: in a file of the project, or, with an empty path, a name from outside.

    `name` is in the syntax of the bindings: `create_app.app`, `Service().find`, `fastapi.FastAPI()`.
    """

    path: str
    name: str

    @property
    def is_external(self) -> bool:
        """Whether it comes from a library, the standard library or the language."""
        return not self.path


@dataclass(frozen=True, eq=False)
class Call:
    """One call: what `readycheck.scan.outline.build` says about it."""

    path: str
    index: int
    data: Mapping[str, Any]

    @property
    def line(self) -> int:
        """The line (from 1) on which it begins."""
        return int(self.data["at"][0])

    @property
    def names(self) -> Sequence[str]:
        """The names of what is called, those of the file itself first."""
        return self.data["f"]  # type: ignore[no-any-return]

    @property
    def text(self) -> str:
        """The callee as it is written."""
        return str(self.data["t"])

    @cached_property
    def method(self) -> str:
        """The last member of the callee: `get` of `router.get`."""
        text = self.names[0] if self.names and len(self.text) >= TEXT_LENGTH else self.text
        return text.rpartition(".")[2]

    @property
    def place(self) -> tuple[int, int]:
        """Where it begins; the calls of one chain begin at the same place."""
        return int(self.data["at"][0]), int(self.data["at"][1])

    @property
    def order(self) -> int:
        """Where it ends in the file, which tells apart the calls of one chain: the first one ends first."""
        return int(self.data["at"][2]) * LONGEST_ROW + min(int(self.data["at"][3]), LONGEST_ROW - 1)

    @property
    def owner(self) -> str:
        """The definition that it stands in; empty at the top of the file."""
        return str(self.data["in"])

    @property
    def arguments(self) -> Sequence[Expression]:
        """The positional arguments."""
        return self.data["a"]  # type: ignore[no-any-return]

    @property
    def keywords(self) -> Mapping[str, Expression]:
        """The named arguments (Python)."""
        return self.data.get("k", {})  # type: ignore[no-any-return]

    @property
    def target(self) -> str:
        """The name (`#app`) of the variable that gets the value, or empty."""
        return next(iter(self.data.get("to", ())), "")

    @property
    def conditions(self) -> Sequence[str]:
        """Conditions under which it is reached within its function, as text."""
        return self.data.get("if", ())  # type: ignore[no-any-return]

    @property
    def decorates(self) -> str:
        """The definition before which it stands as a decorator, or empty."""
        return str(self.data.get("on", ""))

    def is_marked(self, mark: str) -> bool:
        """Whether one of the marks of the outline is set: `loop`, `await`, `throw`, `new`, `handler`."""
        return bool(self.data.get(mark))

    @property
    def catches(self) -> Sequence[str] | None:
        """What the `try` around it catches, as text; None without one."""
        return self.data.get("try")

    def find_argument(self, place: int, *names: str) -> Expression | None:
        """A positional argument by its place, else a named one, else a property of an object among the arguments."""
        if 0 <= place < len(self.arguments):
            return self.arguments[place]
        for name in names:
            if name in self.keywords:
                return self.keywords[name]
        return self.find_option(*names)

    def find_option(self, *names: str) -> Expression | None:
        """A named argument, or a property of an object among the arguments (JavaScript's options)."""
        for name in names:
            if name in self.keywords:
                return self.keywords[name]
        for argument in self.arguments:
            for key, value in argument.get("o", ()):
                if key in names:
                    return value  # type: ignore[no-any-return]
        return None


@dataclass(frozen=True, eq=False)
class Assignment:
    """A value that is given to a variable, a member or an item."""

    path: str
    data: Mapping[str, Any]

    @property
    def line(self) -> int:
        """The line (from 1) on which it begins."""
        return int(self.data["at"][0])

    @property
    def order(self) -> int:
        """Where it ends in the file; comparable with the order of calls."""
        return int(self.data["at"][2]) * LONGEST_ROW + min(int(self.data["at"][3]), LONGEST_ROW - 1)

    @property
    def names(self) -> Sequence[str]:
        """The names of the target; none for an item (`a["b"]`)."""
        return self.data["to"]  # type: ignore[no-any-return]

    @property
    def text(self) -> str:
        """The target as it is written."""
        return str(self.data["t"])

    @property
    def owner(self) -> str:
        """The definition that it stands in; empty at the top of the file."""
        return str(self.data["in"])

    @property
    def value(self) -> Expression:
        """What is assigned."""
        return self.data["v"]  # type: ignore[no-any-return]

    @property
    def conditions(self) -> Sequence[str]:
        """Conditions under which it is reached within its function, as text."""
        return self.data.get("if", ())  # type: ignore[no-any-return]


@dataclass(frozen=True, eq=False)
class Definition:
    """A function or a class of the project."""

    path: str
    name: str
    data: Mapping[str, Any]

    @property
    def is_class(self) -> bool:
        """Whether it is a class."""
        return bool(self.data["kind"] == "class")

    @property
    def is_async(self) -> bool:
        """Whether it is an async function."""
        return bool(self.data.get("async"))

    @property
    def throws(self) -> bool:
        """Whether it throws or raises something itself."""
        return bool(self.data.get("throws"))

    @property
    def line(self) -> int:
        """The line (from 1) on which it begins."""
        return int(self.data["line"])

    @property
    def parameters(self) -> Sequence[Mapping[str, Any]]:
        """Each parameter: `name`, `t` its type's text, `n` its type's names, `c` calls in its type, `d` its default."""
        return self.data.get("params", ())  # type: ignore[no-any-return]

    @property
    def returns(self) -> Sequence[Expression]:
        """What it returns."""
        return self.data.get("returns", ())  # type: ignore[no-any-return]

    @property
    def result_types(self) -> Sequence[str]:
        """The names of the type that it is annotated to return."""
        return self.data.get("result", ())  # type: ignore[no-any-return]

    @property
    def bases(self) -> Sequence[Expression]:
        """What a class is derived from."""
        return self.data.get("bases", ())  # type: ignore[no-any-return]

    @property
    def decorators(self) -> Sequence[Expression]:
        """Its decorators."""
        return self.data.get("decorators", ())  # type: ignore[no-any-return]

    @property
    def ref(self) -> Ref:
        """What leads to it."""
        return Ref(self.path, self.name)


@dataclass(frozen=True, eq=False)
class Module:
    """One file."""

    path: str
    data: Mapping[str, Any] = field(repr=False)

    @cached_property
    def is_python(self) -> bool:
        """Whether it is written in Python."""
        return self.path.endswith((".py", ".pyi", ".ipynb"))

    @property
    def imports(self) -> Mapping[str, str]:
        """The names that import statements bind, and what each is."""
        return self.data["imports"]  # type: ignore[no-any-return]

    @property
    def exports(self) -> Mapping[str, Sequence[str]]:
        """What JavaScript exports: name -> names of its value."""
        return self.data["exports"]  # type: ignore[no-any-return]

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Its calls, in the order of the text."""
        return tuple(Call(self.path, place, data) for place, data in enumerate(self.data["calls"]))

    @cached_property
    def assignments(self) -> tuple[Assignment, ...]:
        """Its assignments, in the order of the text."""
        return tuple(Assignment(self.path, data) for data in self.data["sets"] if not data.get("plus"))

    @cached_property
    def additions(self) -> tuple[Assignment, ...]:
        """What is added to variables (`+=`), in the order of the text."""
        return tuple(Assignment(self.path, data) for data in self.data["sets"] if data.get("plus"))

    @cached_property
    def definitions(self) -> Mapping[str, Definition]:
        """Its functions and classes by name."""
        return {name: Definition(self.path, name, data) for name, data in self.data["definitions"].items()}

    @cached_property
    def variables(self) -> Mapping[str, list[Assignment]]:
        """Assignments by the name of their target: `app`, `create_app.app`, `Service.store` for `self.store`."""
        found: dict[str, list[Assignment]] = {}
        for one in self.assignments:
            name = next(iter(one.names), "")
            if name.startswith(LOCAL):
                found.setdefault(name[1:].replace("()", ""), []).append(one)
        return found

    @cached_property
    def heads(self) -> frozenset[str]:
        """The first parts of the names of its variables and definitions."""
        return frozenset(name.partition(".")[0] for names in (self.variables, self.definitions) for name in names)

    @cached_property
    def splits(self) -> dict[str, tuple[str, str]]:
        """What is known already of how names split into a variable and the rest; kept by `links.split_known`."""
        return {}

    def find_words(self, owner: str) -> Iterator[str]:
        """The short constant strings in a definition and in those inside of it."""
        yield from find_within(self.data["words"], owner)

    def find_statuses(self, owner: str) -> Iterator[int]:
        """The numbers in a definition, and in those inside of it, that may be HTTP statuses."""
        yield from find_within(self.data["numbers"], owner)

    def find_calls(self, owner: str) -> Iterator[Call]:
        """The calls in a definition and in those inside of it."""
        yield from self.calls_within.get(owner, ()) if owner else self.calls

    @cached_property
    def calls_within(self) -> Mapping[str, Sequence[Call]]:
        """The calls in each definition and in those inside of it."""
        found: dict[str, list[Call]] = {}
        for call in self.calls:
            owner = call.owner
            while owner:
                found.setdefault(owner, []).append(call)
                owner = owner.rpartition(".")[0]
        return found

    @cached_property
    def calls_by_method(self) -> Mapping[str, Sequence[Call]]:
        """The calls by the last part of what is called."""
        found: dict[str, list[Call]] = {}
        for call in self.calls:
            found.setdefault(call.method, []).append(call)
        return found

    def locate(self, entry: Call | Assignment | Definition) -> Span:
        """The place of a part of the module, with its first line as the snippet."""
        if isinstance(entry, Definition):
            return self.span(entry.line)
        line, column, end_line, end_column = entry.data["at"]
        return Span(self.path, line, column, end_line, end_column, self.read_row(line))

    def span(self, line: int) -> Span:
        """A whole line."""
        row = self.read_row(line)
        return Span(self.path, line, len(row) - len(row.lstrip()) + 1, line, len(row) + 1, row)

    def read_row(self, line: int) -> str:
        """The text of a line to which something points."""
        return str(self.data["rows"].get(str(line), ""))


def is_within(name: str, owner: str) -> bool:
    """Whether a definition is the owner or stands inside of it; everything stands inside of the empty owner."""
    return not owner or name == owner or name.startswith(f"{owner}.")


def find_within(entries: Mapping[str, Sequence[Any]], owner: str) -> Iterator[Any]:
    """The entries of a definition and of those inside of it."""
    for name, values in entries.items():
        if is_within(name, owner):
            yield from values
