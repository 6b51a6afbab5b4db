"""Migrations as files of SQL, and scripts and settings that run migrations.

`migration-file`: `folder`, `number`, `dialect` (postgres, other or empty), `creates` (tables), and rows of table and
line: `indexes` (built with the table locked), `foreign` (a key whose rows are checked at once), `retyped` (a changed
type), `required` (a column that must be filled from now on), `rewritten` (a new column whose default is computed for
each row), `enclosed` (an index that is built beside the table in use, inside of a transaction); `rows`: line -> text.
`migration-run`: a line of a shell script, or a setting of a platform, that runs migrations: `tool`, `script` (the name
of the shell script, or empty), `serves` (the script starts something afterwards).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.scan.config.command_line import find_programs, split_words
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts.commands import STARTS_SERVER
from readycheck.scan.late import compile_late
from readycheck.scan.migration_commands import read_tool

KINDS = ("migration-file", "migration-run")
GLOBS = (
    "**/migrations/**/*.sql", "**/migration/**/*.sql", "**/migrate/**/*.sql", "**/drizzle/**/*.sql", "*.sh",
    "fly.toml", "fly.*.toml", "render.yaml", "railway.toml", "railway.json", "heroku.yml", "app.json",
)  # fmt: skip
NUMBER = compile_late(r"^[VvR]?(\d+)")
COMMENT = compile_late(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
DOWN = compile_late(r"^--\s*(?:migrate:down|\+goose Down|@DOWN|down\b)", re.MULTILINE | re.IGNORECASE)
NAME = r"(?:only\s+)?(?:[\"\w]+\.)?\"?(\w+)\"?"
CREATE = compile_late(rf"\bcreate\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?{NAME}", re.IGNORECASE)
INDEX = compile_late(
    rf"\bcreate\s+(?:unique\s+)?index\s+(?P<how>concurrently\s+)?(?:if\s+not\s+exists\s+)?(?:[\"\w.]+\s+)?on\s+{NAME}",
    re.IGNORECASE,
)
FOREIGN = compile_late(
    rf"\balter\s+table\s+(?:if\s+exists\s+)?{NAME}\s[^;]*?\badd\s+constraint\s[^;]*?\bforeign\s+key\s*\(\s*\"?(\w+)"
    r"(?![^;]*\bnot\s+valid\b)",
    re.IGNORECASE,
)
RETYPED = compile_late(
    rf"\balter\s+table\s+(?:if\s+exists\s+)?{NAME}\s[^;]*?\balter\s+(?:column\s+)?\"?\w+\"?\s+(?:set\s+data\s+)?type\b"
    r"(?!\s+(?:text|varchar|character\s+varying)\b(?![^;]*\busing\b))",  # from a shorter text: nothing is rewritten
    re.IGNORECASE,
)
REQUIRED = compile_late(
    rf"\balter\s+table\s+(?:if\s+exists\s+)?{NAME}\s[^;]*?\balter\s+(?:column\s+)?\"?\w+\"?\s+set\s+not\s+null\b",
    re.IGNORECASE,
)
CHECKED = compile_late(r"\bvalidate\s+constraint\b|\bis\s+not\s+null\s*\)\s*not\s+valid\b", re.IGNORECASE)
REWRITTEN = compile_late(
    rf"\balter\s+table\s+(?:if\s+exists\s+)?{NAME}\s[^;]*?\badd\s+(?:column\s+)?(?:if\s+not\s+exists\s+)?\"?\w+\"?\s+"
    r"(?:(?:big|small)?serial\b|[^;,]*?\bdefault\s+\(?(?:gen_random_uuid|uuid_generate_v\d\w*|random|clock_timestamp|nextval)"
    r"\s*\(|[^;,]*?\bgenerated\s+always\s+as\s*\([^;]*?\bstored\b)",
    re.IGNORECASE,
)
BEGIN = compile_late(r"^\s*(?:begin|start\s+transaction)\s*(?:transaction\s*|work\s*)?;", re.IGNORECASE | re.MULTILINE)
END = compile_late(r"^\s*(?:commit|end|rollback)\s*(?:transaction\s*|work\s*)?;", re.IGNORECASE | re.MULTILINE)
# Tools that begin a transaction for each file unless the file asks them not to, by what their files hold.
WRAPPING = compile_late(r"^--\s*(?:migrate:up(?!.*transaction:\s*false)|\+goose\s+up)", re.IGNORECASE | re.MULTILINE)
PLAIN = compile_late(r"^--\s*\+goose\s+no\s+transaction|transaction:\s*false", re.IGNORECASE | re.MULTILINE)
ADDED = compile_late(r"\badd\s+column\s+(?:if\s+not\s+exists\s+)?\"?(\w+)\"?", re.IGNORECASE)
OTHER = compile_late(r"`|\bAUTO_?INCREMENT\b|\bENGINE\s*=|\bPRAGMA\b|\[dbo\]|\bNVARCHAR\b", re.IGNORECASE)
POSTGRES = compile_late(
    r"\b(?:serial|bigserial|jsonb|timestamptz|uuid_generate_v4|gen_random_uuid|tsvector|citext|plpgsql|bytea|uuid)\b|"
    r"\btimestamp\(\d\)|\bgenerated\s+\w+\s+as\s+identity\b|\btext\[\]",
    re.IGNORECASE,
)
LOCKING = (INDEX, FOREIGN, RETYPED, REQUIRED, REWRITTEN)
SETTING = compile_late(
    r"^\s*[\"']?(?:release_command|preDeployCommand|initialDeployHook|postdeploy)[\"']?\s*[:=]\s*[\"']?(.+?)[\"']?,?\s*$"
)
EXECUTES = compile_late(r"^\s*exec\s+\S|\"\$@\"")
MOST = 60


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """The facts of one migration, script or platform file."""
    if file.path.endswith(".sql"):
        if ".down." not in file.path and not file.path.endswith("_down.sql"):
            yield read_migration(file)
    elif file.path.endswith(".sh"):
        yield from read_script(file)
    else:
        for number, row in enumerate(file.lines, 1):
            found = SETTING.match(row[:500])
            for program in find_programs(split_words(found[1])) if found is not None else ():
                if tool := read_tool(program.words):
                    yield Fact("migration-run", file.span(number), {"tool": tool, "script": "", "serves": False})


def read_script(file: ConfigFile) -> Iterator[Fact]:
    """The lines of a shell script that run migrations; one that nothing else depends on is passed over."""
    serves = any(STARTS_SERVER.match(row[:500]) or EXECUTES.search(row[:500]) for row in file.lines)
    script = file.path.rpartition("/")[2]
    for number, row in enumerate(file.lines, 1):
        text = row[:500].strip()
        if text.startswith("#") or ("migrat" not in text and "upgrade" not in text and "db push" not in text):
            continue
        for program in find_programs(split_words(re.sub(r"^(?:if|then|else|elif|do|while|until|!)\s+", "", text))):
            if tool := read_tool(program.words):
                yield Fact("migration-run", file.span(number), {"tool": tool, "script": script, "serves": serves})


def read_migration(file: ConfigFile) -> Fact:
    """What one file of SQL does to tables that may hold many rows."""
    down = DOWN.search(file.text)
    text = file.text[: down.start()] if down is not None and down.start() > 0 else file.text
    text = COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    folder, _, name = file.path.rpartition("/")
    number = NUMBER.match(name) or NUMBER.match(folder.rpartition("/")[2])
    creates: list[Json] = [found[1].lower() for found in CREATE.finditer(text)][:MOST]
    indexes = [(found[2], found.start()) for found in INDEX.finditer(text) if not found["how"]]
    added = {found[1].lower() for found in ADDED.finditer(text)}  # nothing stands in them yet
    foreign = [(found[1], found.start()) for found in FOREIGN.finditer(text) if found[2].lower() not in added]
    data: dict[str, Json] = {
        "folder": folder if NUMBER.match(name) else folder.rpartition("/")[0],
        "number": number[1] if number is not None else "",
        "dialect": "other" if OTHER.search(text) else "postgres" if POSTGRES.search(text) else "",
        "creates": creates,
        "indexes": list_places(text, indexes),
        "foreign": list_places(text, foreign),
        "retyped": list_places(text, find_starts(RETYPED, text)),
        "required": list_places(text, [] if CHECKED.search(text) else find_starts(REQUIRED, text)),
        "rewritten": list_places(text, find_starts(REWRITTEN, text)),
        "enclosed": list_places(text, find_enclosed(file.text, text)),
        "rows": {str(line): file.row(line).strip()[:200] for line in find_lines(text)},
    }
    return Fact("migration-file", file.span(1), data)


def find_starts(pattern: re.Pattern[str], text: str) -> list[tuple[str, int]]:
    """The tables that statements of a form are about, and where each begins."""
    return [(found[1], found.start()) for found in pattern.finditer(text)]


def find_enclosed(written: str, text: str) -> list[tuple[str, int]]:
    """The indexes that are built beside the table in use, where a transaction keeps them from being built at all."""
    beside = [(found[2], found.start()) for found in INDEX.finditer(text) if found["how"]]
    if WRAPPING.search(written) is not None and PLAIN.search(written) is None:
        return beside
    marks = [(found.start(), True) for found in BEGIN.finditer(text)]
    marks += [(found.start(), False) for found in END.finditer(text)]
    return [one for one in beside if max((mark for mark in marks if mark[0] < one[1]), default=(0, False))[1]]


def list_places(text: str, found: list[tuple[str, int]]) -> list[Json]:
    """Rows of table and line."""
    return [[table.lower(), text.count("\n", 0, start) + 1] for table, start in found[:MOST]]


def find_lines(text: str) -> list[int]:
    """The lines at which something locks a table."""
    starts = [found.start() for pattern in LOCKING for found in pattern.finditer(text)][: 3 * MOST]
    return sorted({text.count("\n", 0, start) + 1 for start in starts})
