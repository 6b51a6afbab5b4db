"""Where the database is told to stop statements that take too long.

`statement-timeout`: `form` (as a reader would write it), `source` (`code`, `sql` or `server`), `symbol`, `migrates` (it
stands in a file that migrates, for those connections only).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.facts.commands import DEVELOPMENT
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.config.file import ConfigFile
    from readycheck.scan.unit import Unit

KINDS = ("statement-timeout",)
SERVING = True
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = ("statement_timeout", "max_execution_time", "command_timeout", "max_statement_time")
GLOBS = ("*.sql", "postgresql*.conf", "*postgres*.conf", "*.tf", "*.yml", "*.yaml", "pgbouncer.ini")
# In an option or a statement, never in a sentence: the name is followed by a value, if need be one that is put in.
SETTING = compile_late(
    r"\b(?:statement_timeout|max_execution_time|max_statement_time)\s*(?:=|%3D|\bTO\b)\s*'?(?P<value>\d+|[%$:{]|$)",
    re.IGNORECASE,
)
LONGEST = 300
SQL = compile_late(
    r"^\s*(?:ALTER\s+(?:ROLE|USER|DATABASE|SYSTEM)\b.*\bSET\s+(?:statement_timeout|max_execution_time|max_statement_time)\s*(?:=|TO)\s*'?(?P<value>\d+)"
    r"|SET\s+GLOBAL\s+max_(?:execution|statement)_time\s*=\s*(?P<other>\d+))",
    re.IGNORECASE,
)
SERVER = compile_late(r"\bstatement_timeout\s*[=:]\s*[\"']?(?P<value>\d+)")
KEYS = frozenset({"statement_timeout", "command_timeout", "max_execution_time"})
MIGRATES = compile_late(r"migrat|alembic", re.IGNORECASE)


def collect(unit: Unit) -> Iterator[Fact]:
    """The options, and the texts of options and statements, that set a limit; ClickHouse has one of the same name."""
    if "clickhouse" in unit.text.lower():
        return
    for node in find_settings(unit):
        form = re.sub(r"\s+", " ", node.text())[:80]
        symbol = unit.bindings.enclosing_symbol(node)
        data: dict[str, Json] = {
            "form": form,
            "source": "code",
            "migrates": MIGRATES.search(unit.path) is not None,
            "symbol": symbol,
        }
        yield Fact("statement-timeout", unit.locate(node), data)


def find_settings(unit: Unit) -> Iterator[SgNode]:
    """Named arguments, properties and texts that name a limit other than 0."""
    is_python = unit.language is Language.PYTHON
    for kind in ("keyword_argument", "pair") if is_python else ("pair",):
        for node in unit.find_kind(kind):
            key, value = node.field("name") or node.field("key"), node.field("value")
            if (
                key is not None
                and value is not None
                and key.text().strip("\"'") in KEYS
                and value.text() not in ("0", "None", "undefined")
            ):
                yield node
    for node in unit.find_kind("string_content" if is_python else "string_fragment"):
        text = node.text()
        found = SETTING.search(text[:LONGEST]) if len(text) <= LONGEST else None
        if found is not None and found["value"] != "0" and "LOCAL" not in text[: found.start()].upper():
            yield node.parent() or node


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """The first line of one file that sets a limit for a role, a database or the server."""
    if ("statement_timeout" not in file.text and "max_execution_time" not in file.text) or DEVELOPMENT.search(
        file.path
    ):
        return
    is_sql = file.path.endswith(".sql")
    for number, row in enumerate(file.lines, 1):
        text = row[:1000]
        found = None if text.lstrip().startswith(("#", "--", "//")) else (SQL if is_sql else SERVER).search(text)
        value = None if found is None else found["value"] or (found["other"] if is_sql else "")
        if value and int(value):
            form = text.strip()[:80]
            yield Fact(
                "statement-timeout",
                file.span(number),
                {"form": form, "source": "sql" if is_sql else "server", "migrates": False, "symbol": ""},
            )
            return
