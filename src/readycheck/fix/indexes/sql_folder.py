"""Migrations that are files of SQL: one index a file, as the tool of the folder names and marks them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from readycheck.fix.contract import Project
from readycheck.fix.indexes.needs import Wanted, explain, undo
from readycheck.fix.indexes.numbers import take_numbers
from readycheck.fix.indexes.runners import check_runner
from readycheck.fix.refusal import RefusedError
from readycheck.model.fix import NewFile
from readycheck.scan.late import compile_late
from readycheck.scan.schema.source import Source

NAME = compile_late(r"^(?P<head>[vV]?)(?P<number>\d+)(?P<gap>__|[_.-])(?P<words>.+?)(?P<up>\.up|_up)?\.sql$")
DBMATE = compile_late(r"^--\s*migrate:up", re.MULTILINE)
GOOSE = compile_late(r"^--\s*\+goose\s+Up", re.MULTILINE | re.IGNORECASE)
SQL_MIGRATE = compile_late(r"^--\s*\+migrate\s+Up", re.MULTILINE)
BESIDE = compile_late(r"\bINDEX\s+CONCURRENTLY\b", re.IGNORECASE)
DIRECTIVE = compile_late(r"^--.*\btransaction\b", re.IGNORECASE)
BREAKPOINT = "--> statement-breakpoint"
LONGEST_WORDS = 60


@dataclass(frozen=True, slots=True)
class Style:
    """How the files of a folder are named: what stands before and behind the number, and between words."""

    head: str
    gap: str
    space: str


def write_files(project: Project, source: Source, wanted: Sequence[Wanted]) -> list[tuple[NewFile, ...]]:
    """The new files of each index. Raises RefusedError where the style cannot be told for certain."""
    folder = source.label
    names = {PurePosixPath(one.path).name for one in source.scripts if str(PurePosixPath(one.path).parent) == folder}
    found = [match for name in sorted(names) if (match := NAME.match(name)) is not None]
    if not found or len(found) * 10 < len(names) * 9:
        raise RefusedError("style-unknown")
    last = max(found, key=lambda one: int(one["number"]))
    texts = {one.path: project.read(one.path) or "" for one in source.scripts}
    write = choose_writer(project, source, texts, last)
    space = "-" if "-" in f"{last['gap']}{last['words']}" and "_" not in last["words"] else "_"
    style = Style(last["head"], last["gap"], space)
    numbers = take_numbers([one["number"] for one in found], len(wanted))
    paths = [f"{folder}/{name_file(style, number, one)}" for number, one in zip(numbers, wanted, strict=True)]
    return [write(path, one) for path, one in zip(paths, wanted, strict=True)]


def name_file(style: Style, number: str, wanted: Wanted) -> str:
    """The name of the file that builds an index: `0012_add_notes_user_id_idx`, without its ending."""
    words = re.sub(r"[^a-z0-9]+", style.space, wanted.name.lower()).strip(style.space)[:LONGEST_WORDS]
    return f"{style.head}{number}{style.gap}add{style.space}{words}"


Writer = Callable[[str, Wanted], tuple[NewFile, ...]]


def choose_writer(project: Project, source: Source, texts: dict[str, str], last: re.Match[str]) -> Writer:
    """How the tool of a folder wants an index that is built outside of a transaction. Raises RefusedError."""
    text = next(text for path, text in texts.items() if path.endswith(f"/{last.string}") or path == last.string)
    if BREAKPOINT in "".join(texts.values()) or project.read(f"{source.label}/meta/_journal.json") is not None:
        raise RefusedError("runner-in-transaction")
    if DBMATE.search(text):
        return write_marked("-- migrate:up transaction:false", "-- migrate:down transaction:false")
    if GOOSE.search(text):
        return write_marked("-- +goose NO TRANSACTION\n-- +goose Up", "-- +goose Down")
    if SQL_MIGRATE.search(text):
        return write_marked("-- +migrate Up notransaction", "-- +migrate Down notransaction")
    up = last["up"] or ""
    path = f"{source.label}/{last.string}"
    if up and project.read(re.sub(rf"{re.escape(up)}\.sql$", f"{up.replace('up', 'down')}.sql", path)) is not None:
        return lambda path, one: write_pair(path, one, up)
    if last["gap"] == "__" and last["head"] == "V":
        return lambda path, one: (NewFile(f"{path}.sql", explain(one) + one.statement + "\n"),)
    head = find_precedent(texts)
    if head is None and not is_supabase(source):
        check_runner(project, source.label)
    return lambda path, one: (NewFile(f"{path}{up}.sql", (head or "") + explain(one) + one.statement + "\n"),)


def is_supabase(source: Source) -> bool:
    """Whether Supabase's command line runs the files of a folder.

    It has run such a statement apart from the others of a file since 2.109 (https://github.com/supabase/cli/pull/6276).
    """
    return source.label == "supabase/migrations" or source.label.endswith("/supabase/migrations")


def find_precedent(texts: dict[str, str]) -> str | None:
    """The lines about transactions that begin an earlier file which builds an index beside the table in use."""
    for text in reversed(list(texts.values())):
        if BESIDE.search(text) is not None and not re.search(r"^\s*BEGIN\b", text, re.IGNORECASE | re.MULTILINE):
            rows = text.split("\n")
            head = [row for row in rows[:3] if DIRECTIVE.match(row)]
            return "".join(f"{row.rstrip()}\n" for row in head)
    return None


def write_marked(up: str, down: str) -> Writer:
    """Files that hold both ways, each behind a mark."""

    def write(path: str, one: Wanted) -> tuple[NewFile, ...]:
        text = f"{up}\n{explain(one)}{one.statement}\n\n{down}\n{undo(one)}\n"
        return (NewFile(f"{path}.sql", text),)

    return write


def write_pair(path: str, one: Wanted, up: str) -> tuple[NewFile, ...]:
    """A file up and a file down."""
    down = up.replace("up", "down")
    return (
        NewFile(f"{path}{up}.sql", f"{explain(one)}{one.statement}\n"),
        NewFile(f"{path}{down}.sql", f"{undo(one)}\n"),
    )
