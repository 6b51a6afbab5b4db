"""Each call of a corpus, as we read it, against the SQL that the library itself sends for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from readycheck.scan.queries.analysed import Reading
from tests.unit.scan.queries.mapped.asking import SCHEMA, analyse_sent, describe, find_mapped, read_corpus, read_files

CORPORA = ("sqlalchemy", "django", "prisma", "knex", "drizzle", "sequelize", "typeorm", "supabase")


def write_python(cases: list[list[str]]) -> str:
    """A function for each call."""
    return "".join(
        f"\n\ndef case_{number}(session, x, ids, now):\n    return {call}\n" for number, (call, _) in enumerate(cases)
    )


def write_script(cases: list[list[str]]) -> str:
    """The same in JavaScript."""
    return "".join(
        f"\nexport async function case_{number}(x, ids, now) {{\n  return await {call};\n}}\n"
        for number, (call, _) in enumerate(cases)
    )


def strip_offset(sql: str) -> str:
    """Prisma always sends an OFFSET, mostly of zero rows."""
    return re.sub(r" OFFSET \$\d+", "", sql)


def read_cases(folder: Path, name: str) -> tuple[Reading, list[list[str]]]:
    """A corpus as a project."""
    corpus = read_corpus(name)
    cases = corpus["cases"]
    path = corpus["path"]
    body = write_python(cases) if path.endswith(".py") else write_script(cases)
    files = {**corpus["models"], path: corpus["head"] + body, "db/migrations/001_all.sql": SCHEMA}
    return read_files(folder, files), cases


@pytest.mark.parametrize("name", CORPORA)
def test_calls_mean_what_the_library_sends(tmp_path: Path, name: str) -> None:
    reading, cases = read_cases(tmp_path, name)

    wrong = []
    for number, (call, sql) in enumerate(cases):
        found = find_mapped(reading, f"case_{number}")
        ours = describe(found[0].query) if found else None
        sent = describe(analyse_sent(strip_offset(sql) if name == "prisma" and "skip" not in call else sql, reading))
        if ours != sent:
            shown = found[0].statement.shown if found else "not found"
            wrong += [f"{call}\n  we read: {shown}\n  {ours}\n  it sends: {sql}\n  {sent}"]

    assert not wrong, "\n".join(wrong)
