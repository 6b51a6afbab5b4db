"""The outline of one file.

It is one mapping (JSON), with short keys because it is cached for every file:

- `imports`: local name -> what it is; `exports` (JavaScript): name -> names.
- `definitions`: name -> {`kind`: function or class, `line`, `params`, `async`, `bases`, `decorators`, `returns`,
  `throws`}.
- `calls`: a list of {`at`: [line, column, end line, end column], `in`: the definition around it, `f`: names of what is
  called, `t`: the callee's text, `a`: arguments, `k`: named arguments, `to`: the variable that gets the value, `if`:
  conditions, and where true `loop`, `await`, `throw`, `new`, `handler` (in an `except` or `catch`); `try`: what the
  `try` around it catches; `m`: the line of the called member, where a chain goes over several; `on`: the definition
  that it decorates}.
- `sets`: a list of {`at`, `in`, `to`: names of the target, `t`: its text, `v`: the value, `if`, `plus`: it is added
  (`+=`)}.
- `words`: definition -> its short constant strings; `numbers`: definition -> its HTTP statuses.
- `unbound`: names that are used as functions or objects and bound nowhere, with their lines.
- `rows`: line -> text, for every line that anything above points to.

Lines and columns start at 1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.assignments import find_target_node
from readycheck.scan.bindings.tree import find_kinds
from readycheck.scan.literals import read_literal
from readycheck.scan.outline.context import Context, Surroundings
from readycheck.scan.outline.definitions import describe_definitions
from readycheck.scan.outline.expressions import Encoder, list_parts, shorten
from readycheck.scan.outline.unbound import find_unbound

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit


@dataclass(frozen=True, slots=True)
class Kinds:
    """How a language's grammar calls what an outline is made of."""

    calls: tuple[str, ...]
    sets: tuple[str, ...]
    words: tuple[str, ...]
    numbers: tuple[str, ...]
    throws: str


CALLS = ("call_expression", "new_expression")
ASSIGNMENTS = ("assignment_expression", "variable_declarator")
PYTHON = Kinds(("call",), ("assignment", "augmented_assignment"), ("string_content",), ("integer",), "raise_statement")
JAVASCRIPT = Kinds(CALLS, (*ASSIGNMENTS, "field_definition"), ("string_fragment",), ("number",), "throw_statement")
TYPESCRIPT = Kinds(
    CALLS, (*ASSIGNMENTS, "public_field_definition"), ("string_fragment",), ("number",), "throw_statement"
)
KINDS = {
    Language.PYTHON: PYTHON,
    Language.JAVASCRIPT: JAVASCRIPT,
    Language.TYPESCRIPT: TYPESCRIPT,
    Language.TSX: TYPESCRIPT,
}
FIELDS = frozenset({"field_definition", "public_field_definition"})
MOST_NAMES = 4
AWAITS = frozenset({"await", "await_expression"})
THROWS = frozenset({"raise_statement", "throw_statement"})
MOST_WORDS = 120
LONGEST_WORD = 80
LONGEST_ROW = 240
STATUSES = range(100, 600)


def strip_types(callee: SgNode) -> SgNode:
    """The class of which Python makes a generic one before it calls it: `Repository[User](session)`."""
    holder = callee.field("value") if callee.kind() == "subscript" else None
    last = holder.text().rpartition(".")[2] if holder is not None else ""
    return holder if holder is not None and last[:1].isupper() and not last.isupper() else callee


def build_outline(unit: Unit) -> dict[str, Json]:
    """The outline of a unit."""
    return Builder(unit).build()


class Builder:
    """Builds one outline."""

    def __init__(self, unit: Unit) -> None:
        """Take the unit; everything is read from its tree."""
        self.unit = unit
        self.kinds = KINDS[unit.language]
        self.values = unit.bindings.local
        self.nodes = find_kinds(unit.root, self.kinds.calls)
        self.encoder = Encoder(self.values, {node: place for place, node in enumerate(self.nodes)})
        self.surroundings = Surroundings(self.values)
        self.lines: set[int] = set()

    def build(self) -> dict[str, Json]:
        """Everything, in the form that the module describes."""
        imports: dict[str, Json] = dict(self.unit.bindings.imports())
        exports: dict[str, Json] = {name: list(names) for name, names in self.unit.bindings.export_locally().items()}
        definitions: dict[str, Json] = describe_definitions(self.encoder, self.note, self.kinds.throws)
        calls: list[Json] = [self.describe_call(node) for node in self.nodes]
        outline: dict[str, Json] = {
            "imports": imports,
            "exports": exports,
            "definitions": definitions,
            "calls": calls,
            "sets": [*self.describe_sets()],
            "words": self.gather(self.kinds.words, read_word),
            "numbers": self.gather(self.kinds.numbers, read_status),
            "unbound": [[name, self.note(line)] for name, line in find_unbound(self.values, self.nodes)],
        }
        rows = self.unit.lines
        outline["rows"] = {str(line): rows[line - 1][:LONGEST_ROW] for line in sorted(self.lines) if line <= len(rows)}
        return outline

    def note(self, line: int) -> int:
        """Remember that something points to a line (from 1)."""
        self.lines.add(line)
        return line

    def locate(self, node: SgNode) -> list[Json]:
        """A node's extent."""
        extent = node.range()
        line = self.note(extent.start.line + 1)
        return [line, extent.start.column + 1, extent.end.line + 1, extent.end.column + 1]

    def describe_call(self, node: SgNode) -> dict[str, Json]:
        """One call."""
        callee = node.field("function") or node.field("constructor")
        context = self.surroundings.find(node)
        positional, named = self.encode_arguments(node)
        names: list[Json] = self.encoder.name(strip_types(callee)) if callee is not None else []
        text = shorten(callee.text()) if callee is not None else ""
        call: dict[str, Json] = {"at": self.locate(node), "in": context.owner, "f": names, "t": text, "a": positional}
        if named:
            call["k"] = named
        member = find_member_line(callee)
        if member is not None and member != node.range().start.line + 1:
            call["m"] = self.note(member)
        target = find_target_node(node)
        if target is not None:
            call["to"] = [*self.name_target(target)[:1]]
        if node.kind() == "new_expression":
            call["new"] = True
        add_context(call, context)
        self.add_parents(call, node)
        return call

    def add_parents(self, call: dict[str, Json], node: SgNode) -> None:
        """Whether a call is awaited, thrown, a decorator."""
        for parent in self.values.tree.find_ancestors(node)[:3]:
            kind = parent.kind()
            if kind in AWAITS:
                call["await"] = True
            elif kind in THROWS:
                call["throw"] = True
            elif kind == "decorator":
                call["on"] = self.find_decorated(parent)
                return
            elif kind not in ("parenthesized_expression", "expression_statement"):
                return

    def find_decorated(self, decorator: SgNode) -> str:
        """The name of the definition that a decorator stands before."""
        holder = decorator.parent()
        parts = holder.children() if holder is not None else []
        after = decorator.range().end.index
        for part in (*([holder] if holder is not None else []), *parts):
            name = self.values.definitions.get(part, "")
            if name and part.range().end.index > after:
                return name
        return next((self.values.definitions[one] for one in self.find_next(holder, after)), "")

    def find_next(self, holder: SgNode | None, after: int) -> Iterable[SgNode]:
        """Definitions below the exported or decorated statement that holds a decorator."""
        for part in holder.children() if holder is not None else ():
            if part.range().start.index >= after:
                for child in part.children():
                    if child in self.values.definitions:
                        yield child

    def encode_arguments(self, node: SgNode) -> tuple[list[Json], dict[str, Json]]:
        """The positional and the named arguments of a call; `**more` is a named one called `**`."""
        arguments = node.field("arguments")
        positional: list[Json] = []
        named: dict[str, Json] = {}
        parts = list_parts(arguments) if arguments is not None else []
        if arguments is not None and arguments.kind() not in ("argument_list", "arguments"):
            parts = [arguments]  # `f(x for x in y)`, tagged templates
        for part in parts:
            kind = part.kind()
            key, value = part.field("name"), part.field("value")
            if kind == "keyword_argument" and key is not None:
                named[key.text()] = self.encoder.encode(value)
            elif kind == "dictionary_splat":
                named["**"] = self.encoder.encode_spread(part, 1)
            else:
                positional.append(self.encoder.encode(part))
        return positional, named

    def describe_sets(self) -> Iterator[dict[str, Json]]:
        """Assignments: of what is no call at the top of a file or class, and to members and items anywhere."""
        for node in find_kinds(self.unit.root, self.kinds.sets):
            target = node.field("left") or node.field("name") or node.field("property")
            value = node.field("right") or node.field("value")
            if target is None or target.kind() in ("object_pattern", "array_pattern"):
                continue
            expression = self.encode_value(node, value)
            if not expression:
                continue
            context = self.surroundings.find(node)
            entry: dict[str, Json] = {
                "at": self.locate(node),
                "in": context.owner,
                "to": [*self.name_target(target)],
                "t": shorten(target.text()),
                "v": expression,
            }
            if context.conditions:
                entry["if"] = list(context.conditions)
            if node.kind() == "augmented_assignment":
                entry["plus"] = True
            yield entry
        yield from self.describe_parameter_properties()

    def describe_parameter_properties(self) -> Iterator[dict[str, Json]]:
        """TypeScript's `constructor(private readonly users: UsersService)` declares a member of the class."""
        if self.kinds is not TYPESCRIPT:
            return
        for node in find_kinds(self.unit.root, ("required_parameter",)):
            name = node.field("pattern")
            if name is None or not any(child.kind() == "accessibility_modifier" for child in node.children()):
                continue
            owner = self.values.find_owner(node).rpartition(".")[0]
            expression = self.encode_value(node, None)
            if expression:
                target = f"#{owner}.{name.text()}"
                yield {"at": self.locate(node), "in": owner, "to": [target], "t": name.text(), "v": expression}

    def encode_value(self, node: SgNode, value: SgNode | None) -> dict[str, Json]:
        """What is assigned; for a member that is only declared, an instance of its type."""
        if value is not None:
            return self.encoder.encode(value)
        annotation = node.field("type")
        inner = list_parts(annotation)[:1] if annotation is not None else []
        names = self.encoder.name(inner[0]) if inner else []
        return {"n": [f"{name}()" for name in names], "t": shorten(inner[0].text())} if names else {}

    def name_target(self, target: SgNode) -> tuple[str, ...]:
        """The names of a target; of a field those of the class's member."""
        parent = target.parent()
        if parent is not None and parent.kind() in FIELDS:
            owner = self.values.find_owner(target)
            return (f"#{owner}.{target.text()}",)
        return self.values.name_target(target)[:MOST_NAMES]

    def gather(self, kinds: Sequence[str], read: Callable[[SgNode], Json]) -> dict[str, Json]:
        """Constants of some kinds by the definition that they stand in."""
        found: dict[str, dict[Json, None]] = defaultdict(dict)
        for node in find_kinds(self.unit.root, tuple(kinds)):
            value = read(node)
            if value is not None:
                owner = self.surroundings.find(node).owner
                if len(found[owner]) < MOST_WORDS:
                    found[owner][value] = None
        return {owner: list(values) for owner, values in found.items()}


def find_member_line(callee: SgNode | None) -> int | None:
    """The line (from 1) of the member that is called, `post` of a chain over several lines."""
    member = callee.field("property") or callee.field("attribute") if callee is not None else None
    return member.range().start.line + 1 if member is not None else None


def add_context(entry: dict[str, Json], context: Context) -> None:
    """What is true of the place, left out where it is not."""
    if context.conditions:
        entry["if"] = list(context.conditions)
    if context.in_loop:
        entry["loop"] = True
    if context.catches is not None:
        entry["try"] = list(context.catches)
    if context.in_handler:
        entry["handler"] = True


def read_word(node: SgNode) -> str | None:
    """A short constant text."""
    text = node.text()
    holder = node.parent()
    statement = holder.parent() if holder is not None else None
    if statement is not None and statement.kind() == "expression_statement":  # a docstring says nothing about the code
        return None
    return text if 1 < len(text) <= LONGEST_WORD and "\n" not in text else None


def read_status(node: SgNode) -> int | None:
    """A number that may be an HTTP status."""
    known, value = read_literal(node)
    return value if known and isinstance(value, int) and value in STATUSES else None
