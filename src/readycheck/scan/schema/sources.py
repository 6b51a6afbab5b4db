"""From facts to databases: scripts in the order in which they are applied, one database for each set of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.model.location import Span
from readycheck.model.rule import Json
from readycheck.scan.late import compile_late
from readycheck.scan.schema.complete import join_models
from readycheck.scan.schema.conventions import settle
from readycheck.scan.schema.django.project import DJANGO, find_django
from readycheck.scan.schema.files import FILE, Groups, group_files, list_scripts, make_key
from readycheck.scan.schema.history import STEP, History, find_histories, list_operations
from readycheck.scan.schema.models import find_models
from readycheck.scan.schema.source import Source
from readycheck.scan.schema.steps import read_step
from readycheck.sql.snapshot import Dialect, Script

SCHEMA = (FILE, "schema-model", "schema-step", "schema-django", "query-text")
"""The kinds of facts that schemas are made of."""

MAKES = compile_late(r"^[\s(]*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*(?:CREATE|ALTER|DROP|RENAME|COMMENT)\s", 2 | 16)
INDEXES = compile_late(r"\bcreate\s+(?:unique\s+)?index\b", 2)
CREATES = compile_late(r"\bcreate\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?((?:[\w\"`$]+\.)?[\w\"`$]+)", 2)
ABOUT = compile_late(
    r"\b(?:alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?|\bindex\b[^;]*?\bon\s+(?:only\s+)?)([\w\"`.$]+)", 2
)
BACK = compile_late(r"(?:^|\.)(?:down|downgrade|rollback|revert|undo|reverse\w*)(?:\.|$)", 2)
DIALECTS: Mapping[str, Dialect] = {"postgres": "postgres", "mysql": "mysql", "sqlite": "sqlite"}


def find_sources(facts: Mapping[str, Sequence[Fact]], default: Dialect = "postgres") -> list[Source]:
    """The databases that the facts of a project tell of."""
    steps = facts.get(STEP, ())
    stepping = {one.where.path for one in steps} | {
        one.where.path for one in facts.get(DJANGO, ()) if one.data["sort"] == "migration"
    }
    code = [one for one in list_code_scripts(facts.get("query-text", ())) if one.path not in stepping]
    tools = {str(one.data["folder"]) for one in steps}
    beside = [one for one in code if read_step(one.path).folder not in tools]
    groups = group_files(facts.get(FILE, ()), beside)
    joined = {folder for folder, is_single in groups if not is_single} - tools
    apart = [one for one in code if read_step(one.path).folder not in joined or not is_step(one)]
    files = [*find_files(groups, default), *find_code_steps(apart, steps, default)]
    files += find_django(facts.get(DJANGO, ()), default)
    rest = [one for one in code if not is_step(one)]
    found: list[Source] = []
    used: set[Script] = set()
    for source in files:
        names = {name for script in source.scripts for name in list_tables(script.text)}
        more = [one for one in rest if names & set(list_tables(one.text))]
        used.update(more)
        found.append(replace(source, scripts=(*source.scripts, *sort_scripts(more))))
    rest = [one for one in rest if one not in used]
    if any(CREATES.search(one.text) for one in rest):
        dialect = tell_scripts(rest) or default
        found.append(Source(rest[0].path, dialect, tuple(sort_scripts(rest)), "code"))
    sent = [*code, *list_sent(steps)]
    declared = settle(facts.get("schema-model", ()))
    for model in find_models([*declared, *map(make_extra, steps)], default):
        found = join_models(found, add_statements(model, sent))
    return found


def list_sent(steps: Sequence[Fact]) -> Iterator[Script]:
    """The SQL that migrations in code send."""
    for step in steps:
        yield from (
            Script(step.where.path, str(row[2]), int(row[1])) for row in list_operations(step) if row[0] == "sql"
        )


def make_extra(step: Fact) -> Fact:
    """What a migration makes beside the models, in the form that models' facts have."""
    rows = list_operations(step)
    extra: list[Json] = [
        [*row[1:6], *row[6:8]] if row[0] == "index" else [*row[1:4], "constraint", row[4], ""]
        for row in rows
        if row[0] in ("index", "unique")
    ]
    dropped: list[Json] = [row[3] for row in rows if row[0] in ("unindex", "unconstrain")]
    style = "sqlalchemy" if step.data["tool"] == "alembic" else str(step.data["tool"])
    data: dict[str, Json] = {
        "style": style, "group": "", "dialect": "", "models": [], "extra": extra, "dropped": dropped,
    }  # fmt: skip
    return Fact("schema-model", step.where, data)


def add_statements(source: Source, code: Sequence[Script]) -> Source:
    """A database of models with what statements elsewhere in code (a migration's `op.execute`) add to its tables."""
    names = {name for script in source.scripts for name in list_tables(script.text)}
    more = [one for one in code if INDEXES.search(one.text) and names & set(list_tables(one.text))]
    return replace(source, scripts=(*source.scripts, *more)) if more else source


def is_step(script: Script) -> bool:
    """Whether a statement stands in a migration that is written in code."""
    return not read_step(script.path).single


def find_code_steps(scripts: Sequence[Script], steps: Sequence[Fact], default: Dialect) -> Iterator[Source]:
    """Migrations that are written in code: one source a folder, file by file and line by line."""
    groups: dict[str, list[Script]] = defaultdict(list)
    for one in scripts:
        if is_step(one):
            groups[read_step(one.path).folder].append(one)
    folders = {str(one.data["folder"]): str(one.data["tool"]) for one in steps}
    plain = [make_step(one, folders[folder]) for folder in groups if folder in folders for one in groups[folder]]
    for history in find_histories([*steps, *plain]):
        yield from write_history(history, default)
    for folder, members in ((folder, groups[folder]) for folder in groups if folder not in folders):
        if any(CREATES.search(one.text) for one in members):
            ordered = sorted(members, key=lambda one: (make_key(read_step(one.path).key), one.path, one.first_line))
            dialect = tell_folder(folder) or tell_scripts(members) or default
            yield Source(folder, dialect, tuple(ordered), "code")


def make_step(script: Script, tool: str) -> Fact:
    """A statement in a migration of which nothing else was read, as a step."""
    row: list[Json] = ["sql", script.first_line, script.text]
    data: dict[str, Json] = {
        "tool": tool, "folder": read_step(script.path).folder, "revision": "", "after": [], "operations": [row],
    }  # fmt: skip
    return Fact(STEP, Span(script.path, script.first_line, 1, script.first_line, 2), data)


def write_history(history: History, default: Dialect) -> Iterator[Source]:
    """The database that a history makes, if it makes tables."""
    sent = list(list_sent(history.steps))
    dialect = tell_folder(history.folder) or tell_scripts(sent) or default
    scripts = tuple(history.write(dialect))
    if any(CREATES.search(one.text) for one in scripts):
        yield Source(history.folder or ".", dialect, scripts, "code", unread=tuple(history.list_unread()))


def find_files(groups: Groups, default: Dialect) -> Iterator[Source]:
    """One source for each folder of steps; a dump or a schema kept by hand is one by itself."""
    for (folder, _), members in groups.items():
        if not any(CREATES.search(str(one.data["text"])) for one in members):
            continue
        scripts = list_scripts(members)
        said = {str(one.data["dialect"]) for one in members} - {""}
        dialect = DIALECTS[min(said)] if len(said) == 1 else tell_folder(folder) or default
        is_single = len(members) == 1 and bool(members[0].data["single"])
        label = members[0].where.path if is_single else folder
        yield Source(label or ".", dialect, scripts)


def tell_folder(folder: str) -> Dialect | None:
    """The dialect that a folder is named after."""
    for part in reversed(folder.lower().split("/")):
        if "postgres" in part or part in ("pg", "psql"):
            return "postgres"
        if "mysql" in part or "mariadb" in part:
            return "mysql"
        if "sqlite" in part:
            return "sqlite"
    return None


def list_code_scripts(facts: Iterable[Fact]) -> Iterator[Script]:
    """Statements in code that make or change tables and whose text is constant."""
    for fact in facts:
        pieces: Any = fact.data["pieces"]
        is_back = BACK.search(str(fact.data["symbol"])) is not None
        if all(isinstance(piece, str) for piece in pieces) and not fact.data["more"] and not is_back:
            text = "".join(pieces)
            if MAKES.match(text):
                yield Script(fact.where.path, text, int(str(fact.data["first"])))


def sort_scripts(scripts: Iterable[Script]) -> list[Script]:
    """Statements out of code: what makes tables first, because nothing tells which file runs first."""
    return sorted(scripts, key=lambda one: (not CREATES.search(one.text), one.path, one.first_line))


def tell_scripts(scripts: Sequence[Script]) -> Dialect | None:
    """The dialect that texts are written in, if they say."""
    from readycheck.scan.facts.schema_files import tell_dialect  # noqa: PLC0415 - a collector, needed here only

    said = {tell_dialect(one.text) for one in scripts} - {""}
    return DIALECTS[min(said)] if len(said) == 1 else None


def list_tables(text: str) -> Iterator[str]:
    """The tables that a text makes or changes, without schema and quotes, in lower case."""
    for pattern in (CREATES, ABOUT):
        for found in pattern.finditer(text):
            yield found[1].rpartition(".")[2].strip('"`').lower()
