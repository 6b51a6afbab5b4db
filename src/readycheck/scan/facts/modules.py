"""What modules take from each other, and what they have to give.

`module`: `imports`, each `[module, names, line, whether it may fail, text]`, as they are written; `names` that it binds
at its top (Python) or exports (JavaScript), and `open`: whether there may be others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.facts.outline import WORDS
from readycheck.scan.loads import python, script
from readycheck.scan.module_names import ENDING, PACKAGE

if TYPE_CHECKING:
    from readycheck.scan.unit import Unit

KINDS = ("module",)
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
SERVING = True
ANCHORS = ("import", "require", "from", "export", "exports")
MOST_NAMES = 2000


def collect(unit: Unit) -> Iterator[Fact]:
    """The imports and names of one file; a file that is not outlined is not parsed for this either."""
    if not WORDS.search(unit.text) and not PACKAGE.search(ENDING.sub("", unit.path)):
        return
    if unit.language is Language.PYTHON:
        imports = list(python.list_imports(unit.root))
        names, is_open = python.list_names(unit.root), bool(python.OPENING.search(unit.text))
    else:
        imports = list(script.list_imports(unit.root))
        names, is_open = script.list_exports(unit.root, unit.text)
    rows = unit.lines
    listed: list[Json] = [
        [module, [*taken], line, may_fail, rows[line - 1].strip()[:200] if line <= len(rows) else ""]
        for module, taken, line, may_fail in imports
    ]
    data: dict[str, Json] = {
        "imports": listed,
        "names": [*sorted(names)[:MOST_NAMES]],
        "open": is_open or len(names) > MOST_NAMES,
    }
    yield Fact("module", unit.span(0, 0, 0, 0), data)
