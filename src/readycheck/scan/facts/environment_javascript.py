"""Reads of the environment in JavaScript and TypeScript: `process.env`, `import.meta.env`, own functions around them.

The facts are those that `scan/environ/reads.py` and `scan/environ/wrappers.py` describe, and `env-written`: `name` of a
variable that the code itself sets.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language
from readycheck.scan.environ.calls import Dialect, find_calls, follow_wrappers, make_reads
from readycheck.scan.environ.javascript import find_given, finish_read, list_arguments
from readycheck.scan.environ.keys import Key, read_key
from readycheck.scan.environ.reads import READ, Read, make_read
from readycheck.scan.environ.wrappers import CALL, NAMED, WRAPPER, Wrapper, make_wrapper

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

WRITTEN = "env-written"
KINDS = (READ, WRAPPER, CALL, WRITTEN)
SERVING = True
LANGUAGES = (Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = (
    "process",
    "import.meta.env",
    "env",
    "config",
    "Config",
    "*env(*",
    "*configservice*",
    "*configurationservice*",
)
OBJECTS = ("globalThis.process.env", "process.env", "node:process.env", "globalThis.Bun.env")
DENO = "globalThis.Deno.env.get"
# What Vite itself puts there.
BUILT_IN = frozenset({"MODE", "DEV", "PROD", "SSR", "BASE_URL"})
MEMBERS = frozenset({"member_expression", "subscript_expression"})
CALLS = frozenset({"globalThis", "zod", "joi", "envalid"})


def collect(unit: Unit) -> Iterator[Fact]:
    """All reads of one module, its wrappers, and its calls of what may be a wrapper elsewhere."""
    wrappers: list[tuple[SgNode, Wrapper]] = []
    if "env" in unit.text:
        for place, key in find_accesses(unit):
            wrapper = make_wrapper(key)
            if is_written(place) or is_filled_in(place):
                yield from (Fact(WRITTEN, unit.locate(place), {"name": name}) for name, _ in key.names)
            if is_written(place):
                continue
            if wrapper is not None and key.function is not None:
                wrappers.append((key.function, wrapper))
            else:
                yield from make_reads(unit, place, key, finish_read(unit, place, name_form(place)))
        yield from find_destructured(unit)
    yield from follow_wrappers(unit, DIALECT, wrappers)
    yield from find_calls(unit, DIALECT, {wrapper.name for _, wrapper in wrappers})


def name_form(place: SgNode) -> str:
    """What a direct access is called."""
    text = place.text()
    if text.startswith("import.meta"):
        return "import.meta.env"
    return "Deno.env" if place.kind() == "call_expression" else "process.env"


def find_objects(unit: Unit) -> Iterator[SgNode]:
    """Every expression that is the whole environment."""
    yield from (reference.node for reference in unit.find_references(OBJECTS))
    if "import.meta.env" in unit.text:
        yield from unit.root.find_all(kind="member_expression", regex=r"^import\.meta\.env$")


def find_accesses(unit: Unit) -> Iterator[tuple[SgNode, Key]]:
    """Every access to one variable: its node and its key."""
    for node in find_objects(unit):
        parent = node.parent()
        if parent is not None:
            yield from read_access(unit, node, parent)
    if "Deno" in unit.text:
        for reference in unit.find_references((DENO,)):
            arguments = list_arguments(reference.call) if reference.call is not None else []
            if reference.call is not None and arguments:
                yield reference.call, read_key(unit, arguments[0])


def read_access(unit: Unit, node: SgNode, parent: SgNode) -> Iterator[tuple[SgNode, Key]]:
    """What is taken out of the environment around an expression that is all of it: `.X`, `["X"]`, `"X" in`."""
    kind = parent.kind()
    if kind == "member_expression" and parent.field("object") == node:
        name = parent.field("property")
        word = name.text() if name is not None else ""
        if not (node.text() == "import.meta.env" and word in BUILT_IN):
            yield parent, Key(((word, parent),))
    elif kind == "subscript_expression" and parent.field("object") == node:
        index = parent.field("index")
        yield parent, read_key(unit, index) if index is not None else Key()
    elif kind == "binary_expression" and parent.field("right") == node:
        left, operator = parent.field("left"), parent.field("operator")
        if left is not None and operator is not None and operator.text() == "in":
            yield parent, read_key(unit, left)


def is_written(place: SgNode) -> bool:
    """Whether an access sets or deletes the variable."""
    parent = place.parent()
    if parent is None:
        return False
    if parent.kind() == "assignment_expression":
        return parent.field("left") == place
    return parent.kind() == "unary_expression" and parent.text().startswith("delete ")


def is_filled_in(place: SgNode) -> bool:
    """Whether the variable is given a value where it has none: `process.env.X ??= "x"`."""
    parent = place.parent()
    return parent is not None and parent.kind() == "augmented_assignment_expression" and parent.field("left") == place


def find_destructured(unit: Unit) -> Iterator[Fact]:
    """`const { A, B = "b", C: c } = process.env`."""
    for node in find_objects(unit):
        parent = node.parent()
        target = parent.field("name") if parent is not None and parent.kind() == "variable_declarator" else None
        for part in target.named_children() if target is not None and target.kind() == "object_pattern" else ():
            read = read_part(part)
            if read is not None:
                yield make_read(unit, part, read)


def read_part(part: SgNode) -> Read | None:
    """What one property of a pattern reads."""
    kind = part.kind()
    default = None
    if kind == "object_assignment_pattern":
        default, part = part.field("right"), part.field("left") or part
    elif kind == "pair_pattern":
        value, key = part.field("value"), part.field("key")
        if value is not None and value.kind() == "assignment_pattern":
            default = value.field("right")
        part = key or part
    name = part.text().strip("\"'")
    is_name = kind in ("shorthand_property_identifier_pattern", "object_assignment_pattern", "pair_pattern")
    return Read(name, "destructured", default=default) if is_name else None


def may_wrap(name: str) -> bool:
    """Whether a qualified name may be that of a function of the project that reads variables."""
    return NAMED.search(name) is not None and not name.startswith(("globalThis.", "node:", "@nestjs/"))


DIALECT = Dialect("call_expression", "property", list_arguments, find_given, finish_read, may_wrap)
