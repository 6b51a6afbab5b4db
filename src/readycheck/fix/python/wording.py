"""Texts that are laid out for a reader, and texts that say nothing of themselves."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING

from readycheck.fix.python.call import PrintCall
from readycheck.fix.python.literals import is_constant
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

WORD = compile_late(r"\w")
# Conversions of `%` and fields of `format`, which are no words.
CONVERSIONS = compile_late(r"%(?:\(\w+\))?[-#0 +]*[\d*]*(?:\.\d+)?[a-zA-Z%]|\{[^{}]*\}|\\[a-z]")
START = compile_late(r"^(?:\\n|\n)*(?:\\t|\t|  |[ >]*(?:--|[*•·→✓✔-]|\d\.) )")
HEADING = compile_late(r":\s*(?:\\n)*[\"']+$")
COLUMNS = compile_late(r"\S(?: {3,}|\t+|(?:\\t)+)\S|\S {2,}:|%-\d|\{[^{}]*:.?[<>^]\d*[^{}]*\}|%(?:\(\w+\))?[1-9]\d+s")
# Variables that hold a text made elsewhere.
TEXTS = compile_late(
    r"(?i)^(?:\w+_)?(?:text|msg|message|html|markdown|line|lines|output|out|content|body|report|summary|table|banner|sql"
    r"|log|logs|notice|help|usage|prompt|stdout|stderr|string|s|buf|buffer|chunk"
    r"|response|reply|answer|completion|results?|resp|res)$"
)
INNER = frozenset({"subscript", "interpolation", "argument_list", "dictionary", "list", "tuple"})
FORMATS = ("string_content", "interpolation")


def is_in_columns(call: PrintCall) -> bool:
    """Whether a text is indented, a point of a list, aligned in columns, or the heading of what follows."""
    last = call.values[-1]
    if is_constant(last) and HEADING.search(last.text()):
        return True
    return START.search(read_start(call)) is not None or any(COLUMNS.search(one.text()) for one in find_formats(call))


def read_start(call: PrintCall) -> str:
    """The text that comes first, as the source writes it; empty if a value comes first."""
    first = call.values[0]
    content = first.find(kind="string_content")
    if content is None:
        return ""
    gap = first.text()[: content.range().start.index - first.range().start.index]
    return "" if gap.strip("\"'rRbBfFuU( ") else content.text()


def find_formats(call: PrintCall) -> list[SgNode]:
    """The texts and the formatted values that are printed."""
    return [one for value in call.values for kind in FORMATS for one in value.find_all(kind=kind)]


def is_wordless(call: PrintCall) -> bool:
    """Whether a text that was made elsewhere is written, without a word of its own."""
    words = " ".join(one.text() for value in call.values for one in list_own(value))
    if WORD.search(CONVERSIONS.sub("", words)) or "traceback" in call.node.text():
        return False
    made = [one for one in call.values if not is_constant(one)]
    return any(TEXTS.match(name) for name in map(read_name, made))


def list_own(value: SgNode) -> Iterator[SgNode]:
    """The pieces of text of a value that are printed as they stand: no key, no argument, nothing inside braces."""
    for content in value.find_all(kind="string_content"):
        around = takewhile(lambda one: one != value, content.ancestors())
        if value.kind() not in INNER and not any(one.kind() in INNER for one in around):
            yield content


def read_name(value: SgNode) -> str:
    """The variable that a value is, also as the only one in an f-string; `text` for all other values."""
    braces = value.find_all(kind="interpolation") if value.kind() == "string" else []
    held = braces[0].named_children()[0] if len(braces) == 1 else value
    return held.text() if held.kind() == "identifier" else "text"
