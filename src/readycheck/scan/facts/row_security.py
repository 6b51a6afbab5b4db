"""Clients that reach the database without the service between, and which tables guard their rows.

`browser-database`: a client that runs in browsers, or with the key that browsers have: `form`.
`sql-table`: a table that a migration creates: `table` (with its schema). `sql-row-security`: what a migration says of a
table's rows: `table` (`*`: of several, by a program), `what` (`enable`, `disable`, `policy`, `drop`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from readycheck.scan.config.file import ConfigFile
    from readycheck.scan.unit import Unit

KINDS = ("browser-database", "sql-table", "sql-row-security")
SERVING = True
LANGUAGES = (Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = (
    "@supabase/supabase-js",
    "@supabase/ssr",
    "@supabase/auth-helpers-nextjs",
    "@supabase/postgrest-js",
    "supabase",
)
GLOBS = ("*.sql",)
CLIENTS = (
    "@supabase/supabase-js.createClient", "@supabase/ssr.createBrowserClient", "@supabase/ssr.createServerClient",
    "@supabase/auth-helpers-nextjs.createClientComponentClient", "@supabase/postgrest-js.PostgrestClient",
)  # fmt: skip
# The key that is published, by the names that it goes by; the other one passes all guards.
PUBLISHED = compile_late(r"anon|publishable|(?:NEXT_PUBLIC|VITE|EXPO_PUBLIC|REACT_APP|PUBLIC)_SUPABASE", re.IGNORECASE)
PRIVATE = compile_late(r"service_?role|secret", re.IGNORECASE)
ALWAYS = frozenset({"createBrowserClient", "createClientComponentClient"})
COMMENTS = compile_late(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
NAME = r"((?:\"?\w+\"?\.)?\"?\w+\"?)"
STATEMENTS = {
    "table": re.compile(rf"\bcreate\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?{NAME}\s*\(", re.IGNORECASE),
    "drop": re.compile(rf"\bdrop\s+table\s+(?:if\s+exists\s+)?{NAME}", re.IGNORECASE),
    "enable": re.compile(
        rf"\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?{NAME}\s+enable\s+row\s+level\s+security", re.IGNORECASE
    ),
    "disable": re.compile(rf"\balter\s+table\s+(?:only\s+)?{NAME}\s+disable\s+row\s+level\s+security", re.IGNORECASE),
    "policy": re.compile(rf"\bcreate\s+policy\s+(?:\"[^\"]+\"|\w+)\s+on\s+{NAME}", re.IGNORECASE),
}
PROGRAMMED = compile_late(r"(?:format|execute)\b[^;]*enable\s+row\s+level\s+security", re.IGNORECASE)


def collect(unit: Unit) -> Iterator[Fact]:
    """The clients of one file that use the published key."""
    for reference in unit.find_references(CLIENTS):
        if reference.call is None:
            continue
        name, text = reference.name.rpartition(".")[2], reference.call.text()
        if name in ALWAYS or (PUBLISHED.search(text) and not PRIVATE.search(text)):
            yield Fact("browser-database", unit.locate(reference.call), {"form": name})


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """What one SQL file says, in its order."""
    text = COMMENTS.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), file.text)
    found = [
        (match.start(), what, match[1]) for what, pattern in STATEMENTS.items() for match in pattern.finditer(text)
    ]
    found += [(match.start(), "enable", "*") for match in PROGRAMMED.finditer(text)]
    for start, what, name in sorted(found):
        where = file.span(text.count("\n", 0, start) + 1)
        table = read_table(name)
        if what == "table":
            yield Fact("sql-table", where, {"table": table})
        else:
            yield Fact("sql-row-security", where, {"table": table, "what": what})


def read_table(name: str) -> str:
    """A table with its schema, in lower case, without quotes."""
    plain = name.replace('"', "").lower()
    return plain if "." in plain or plain == "*" else f"public.{plain}"
