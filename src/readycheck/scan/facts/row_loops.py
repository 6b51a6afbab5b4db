"""Loops, and functions that are called once for each element of something.

`row-loop`: `over` (what is gone through, as text), `kind` (`for`, `comprehension`, `each`: a function given to `map`
and the like), `names` (what the element and what is taken from it are called), `at` (line, column, end line, end column
of what is repeated), `fixed` (what is gone through is written in the code, or a count), `symbol`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("row-loop",)
SERVING = True
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = (
    "for",
    "map",
    "forEach",
    "flatMap",
    "filter",
    "reduce",
    "each",
    "eachSeries",
    "eachLimit",
    "mapSeries",
    "some",
    "every",
)
EACH = r"^(?:map|forEach|flatMap|filter|reduce|some|every|each|eachSeries|eachLimit|eachOf|mapSeries|mapLimit)$"
FUNCTIONS = frozenset({"arrow_function", "function_expression", "function"})
LITERALS = frozenset({"list", "tuple", "set", "array", "dictionary", "object", "string", "number", "integer"})
COUNTING = compile_late(
    r"^(?:(?:reversed|sorted|list|enumerate|tuple)\()*(?:range|xrange)\(|^(?:itertools\.)?(?:count|repeat)\(|^Array\.from\(\s*\{|^Array\(|^_\.(?:times|range)\("
)
SIZED = compile_late(r"\blen\(\s*([\w.]+)\s*\)|([\w.]+)\.(?:length|size|count)\b")
MOST_LOOPS = 300
MOST_NAMES = 24
TEXT_LENGTH = 160
BLANKS = compile_late(r"\s+")


def collect(unit: Unit) -> Iterator[Fact]:
    """The loops of one file."""
    found = iterate_python(unit) if unit.language is Language.PYTHON else iterate_script(unit)
    for _, fact in zip(range(MOST_LOOPS), found, strict=False):
        yield fact


def iterate_python(unit: Unit) -> Iterator[Fact]:
    """`for` statements and comprehensions."""
    for loop in unit.find_kind("for_statement"):
        body, over = loop.field("body"), loop.field("right")
        if body is not None and over is not None:
            yield from make_loop(unit, "for", over, [loop.field("left")], body)
    for kind in ("list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression"):
        for loop in unit.find_kind(kind):
            clause = next((one for one in loop.named_children() if one.kind() == "for_in_clause"), None)
            body = loop.field("body")
            over = clause.field("right") if clause is not None else None
            if clause is not None and body is not None and over is not None:
                yield from make_loop(unit, "comprehension", over, [clause.field("left")], body)


def iterate_script(unit: Unit) -> Iterator[Fact]:
    """`for ... of`, `for` with an index, and functions given to `map` and the like."""
    for loop in unit.find_kind("for_in_statement"):
        body, over = loop.field("body"), loop.field("right")
        if body is not None and over is not None:
            yield from make_loop(unit, "for", over, [loop.field("left")], body)
    for loop in unit.find_kind("for_statement"):
        body, condition, start = loop.field("body"), loop.field("condition"), loop.field("initializer")
        if body is not None and condition is not None:
            names = (
                [one.field("name") for one in start.find_all(kind="variable_declarator")] if start is not None else []
            )
            yield from make_loop(unit, "for", condition, names, body)
    if not re.search(r"\.(?:map|forEach|flatMap|filter|reduce|some|every|each\w*|map\w+)\(", unit.text):
        return
    rule: dict[str, Any] = {
        "kind": "call_expression",
        "has": {"field": "function", "kind": "member_expression", "has": {"field": "property", "regex": EACH}},
    }
    for call in unit.root.find_all({"rule": rule}):  # type: ignore[call-overload]
        yield from read_each(unit, call)


def read_each(unit: Unit, call: SgNode) -> Iterator[Fact]:
    """A function that `map` and the like call for each element."""
    callee, arguments = call.field("function"), call.field("arguments")
    owner = callee.field("object") if callee is not None else None
    given = [one for one in arguments.named_children() if one.kind() != "comment"] if arguments is not None else []
    function = next((one for one in given if one.kind() in FUNCTIONS), None)
    if owner is None or function is None:
        return
    over = given[0] if function is not given[0] and owner.text() in ("async", "Promise", "Bluebird", "_") else owner
    body, parameters = function.field("body"), function.field("parameters") or function.field("parameter")
    if body is not None:
        yield from make_loop(unit, "each", over, [parameters], body)


def make_loop(unit: Unit, kind: str, over: SgNode, targets: list[SgNode | None], body: SgNode) -> Iterator[Fact]:
    """The fact about one loop, if anything is called in it."""
    text = body.text()
    if "(" not in text and "`" not in text:
        return
    names = {
        name for target in targets if target is not None for name in re.findall(r"[A-Za-z_$][\w$]*", target.text())
    }
    names |= find_taken(text, names)
    extent = body.range()
    data: dict[str, Json] = {
        "kind": kind,
        "over": name_iterated(over)[:TEXT_LENGTH],
        "names": sorted(names)[:MOST_NAMES],
        "at": [extent.start.line + 1, extent.start.column + 1, extent.end.line + 1, extent.end.column + 1],
        "fixed": is_fixed(unit, over),
        "symbol": unit.bindings.enclosing_symbol(body),
    }
    yield Fact("row-loop", unit.locate(over), data)


def name_iterated(over: SgNode) -> str:
    """What is gone through: of `i < rows.length` the rows."""
    text = BLANKS.sub(" ", over.text())
    sized = SIZED.search(text) if over.kind() == "binary_expression" or COUNTING.match(text) else None
    return (sized[1] or sized[2]) if sized is not None else text


ASSIGNED = compile_late(
    r"(?:const|let|var)\s+(\{[^}]*\}|\[[^\]]*\]|[\w$]+)\s*=\s*([^;\n]*)|^\s*([\w, ]+?)\s*=\s*([^=\n].*)$", re.MULTILINE
)


def find_taken(body: str, names: set[str]) -> set[str]:
    """The variables of a loop that are given something out of its element."""
    found: set[str] = set()
    for match in ASSIGNED.finditer(body[:20_000]):
        target, value = (match[1], match[2]) if match[1] else (match[3], match[4])
        if target and any(re.search(rf"(?<![\w$.]){re.escape(name)}(?![\w$])", value or "") for name in names | found):
            found.update(re.findall(r"[A-Za-z_$][\w$]*", target))
    return found


def is_fixed(unit: Unit, over: SgNode) -> bool:
    """Whether what is gone through is written in the code, or no more than a count."""
    text = over.text()
    if COUNTING.match(text):
        return SIZED.search(text) is None
    if over.kind() in ("binary_expression", "comparison_operator"):  # `i < rows.length`
        return SIZED.search(text) is None
    node = over
    while node.kind() in ("parenthesized_expression", "as_expression", "await_expression", "await"):
        inner = node.named_children()
        if not inner:
            return False
        node = inner[0]
    if node.kind() in LITERALS:
        return not any(child.kind() in ("spread_element", "list_splat") for child in node.named_children())
    head = re.match(
        r"^(?:Object\.(?:keys|values|entries)|enumerate|sorted|list|reversed|set|tuple)\((.*)\)$", text, re.DOTALL
    )
    name = head[1] if head else re.sub(r"\.(?:items|keys|values|entries|map|filter)\(.*$", "", text, flags=re.DOTALL)
    is_class = unit.language is Language.PYTHON and re.fullmatch(r"[A-Z]\w*", name)  # the members of an enumeration
    if is_class or re.fullmatch(r"[A-Z][A-Z0-9_]+(?:\.[A-Z][A-Z0-9_]+)?", name.rpartition(".")[2]):
        return True
    return node.kind() == "identifier" and is_literal_variable(unit, node)


def is_literal_variable(unit: Unit, name: SgNode) -> bool:
    """Whether a variable holds a list that is written in the code, and nothing is added to it."""
    targets = unit.bindings.find_targets(name)
    if len(targets) != 1:
        return False
    parent = targets[0].parent()
    value = (parent.field("right") or parent.field("value")) if parent is not None else None
    if value is None or value.kind() not in LITERALS or not value.named_children():
        return False
    if any(child.kind() in ("spread_element", "list_splat") for child in value.named_children()):
        return False
    return not re.search(rf"\b{re.escape(name.text())}\.(?:append|extend|add|push|unshift|insert|set)\(", unit.text)
