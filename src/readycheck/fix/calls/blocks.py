"""A statement put into a block: one level deeper, with the lines of texts left where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

INDENTED = compile_late(r"^([ \t]+)\S")


def find_step(unit: Unit) -> str:
    """What one level of indentation is in a file: a tab, or the blanks of the first line that has any."""
    python = unit.language is Language.PYTHON
    for line in unit.lines:
        found = INDENTED.match(line)
        if found is not None and not line.lstrip().startswith("*"):
            blanks = found[1]
            return "\t" if blanks.startswith("\t") else " " * min(len(blanks), 4 if python else 8)
    return "    " if python else "  "


def indent(unit: Unit, node: SgNode, step: str) -> str:
    """The text of a node with all lines but the first one level deeper; lines that begin inside of a text stay."""
    first = node.range().start.line
    inside: set[int] = set()
    for text in node.find_all(kind="string" if unit.language is Language.PYTHON else "template_string"):
        extent = text.range()
        inside |= set(range(extent.start.line + 1, extent.end.line + 1))
    rows = node.text().split("\n")
    return "\n".join(
        row if not number or first + number in inside or not row.strip() else f"{step}{row}"
        for number, row in enumerate(rows)
    )
