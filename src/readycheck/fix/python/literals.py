"""String literals of Python: what they evaluate to, and how to write one."""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING

from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

TEXTS = frozenset({"string", "concatenated_string"})
NO_TEXT = compile_late(r"[bBfFtT]")
SPELLED = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
LAST_SHORT = 0xFFFF


def list_strings(node: SgNode) -> list[SgNode]:
    """The single literals of a string, or of several that stand side by side."""
    return [node] if node.kind() == "string" else [one for one in node.children() if one.kind() == "string"]


def read_prefix(string: SgNode) -> str:
    """What stands before the quotes of a literal: `rb`, `f`, or nothing."""
    return string.children()[0].text().rstrip("\"'")


def is_constant(node: SgNode) -> bool:
    """Whether a node is a literal of type `str` whose text does not depend on anything."""
    return node.kind() in TEXTS and not any(NO_TEXT.search(read_prefix(one)) for one in list_strings(node))


def evaluate(source: str) -> str | None:
    """The text that a literal stands for; None if the source is no literal of type `str`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an escape that Python does not know is the author's affair
            value = ast.literal_eval(f"({source}\n)")
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return value if isinstance(value, str) else None


def write(text: str, quote: str = '"', source: str = "") -> str:
    """A text as it stands between quotes, on one line; what is not ASCII only if it stands in the source as well."""
    return "".join(spell(one, quote, source) for one in text)


def spell(one: str, quote: str, source: str) -> str:
    """One character of a literal."""
    if one in SPELLED:
        return SPELLED[one]
    if one == quote:
        return f"\\{one}"
    if one.isascii() or one in source:
        return one if one.isprintable() or not one.isascii() else f"\\x{ord(one):02x}"
    return f"\\u{ord(one):04x}" if ord(one) <= LAST_SHORT else f"\\U{ord(one):08x}"


def is_plain(body: str) -> bool:
    """Whether the body of a literal means itself between any quotes."""
    return re.search(r"[\\\"'\n\r\x00-\x1f]", body) is None
