"""Lines of migrations that may not have run: what stands in an anonymous block runs if its conditions say so."""

from __future__ import annotations

import re
from collections.abc import Iterable

from readycheck.sql.snapshot import Place, Script
from readycheck.sql.split import split

BLOCK = re.compile(r"\s*(?:--[^\n]*\n\s*)*DO\b", re.IGNORECASE)


def find_conditional(scripts: Iterable[Script]) -> frozenset[Place]:
    """The lines of all DO blocks."""
    return frozenset(
        Place(script.path, script.first_line + statement.line - 1 + offset)
        for script in scripts
        for statement in split(script.text, "postgres")
        if BLOCK.match(statement.text)
        for offset in range(statement.text.count("\n") + 1)
    )
