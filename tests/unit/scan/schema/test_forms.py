"""Models and migrations of every tool against what the tool itself made of them (`benchmarks/schemas/forms`)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.schemas.orms import COMPARED, SUPPLIED, differ, list_forms, read_folder
from benchmarks.schemas.truth import read_snapshot
from readycheck.sql.replay import replay
from readycheck.sql.snapshot import Script


@pytest.mark.parametrize("folder", list_forms(), ids=lambda folder: folder.name)
def test_a_form_is_what_its_tool_makes_of_it(folder: Path) -> None:
    truth = replay([Script("truth.sql", (folder / "truth.sql").read_text(encoding="utf-8"))])
    (source,) = read_folder(folder)
    difference = differ(read_snapshot(truth, SUPPLIED), read_snapshot(source.snapshot, SUPPLIED))

    assert difference.have["tables"] > 0
    assert {name: (difference.missed[name], difference.extra[name]) for name in COMPARED} == {
        name: (Counter(), Counter()) for name in COMPARED
    }
    assert source.snapshot.problems == ()


def test_there_is_a_form_of_each_tool() -> None:
    assert [folder.name for folder in list_forms()] == [
        "alembic",
        "django",
        "django_steps",
        "drizzle",
        "knex",
        "sequelize",
        "sequelize_steps",
        "sqlalchemy",
        "sqlmodel",
        "typeorm",
        "typeorm_steps",
    ]
