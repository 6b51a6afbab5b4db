from __future__ import annotations

import pytest

from readycheck.scan.schema.files import make_key
from readycheck.scan.schema.steps import is_back, read_step


def sort(paths: list[str]) -> list[str]:
    return sorted(paths, key=lambda path: make_key(read_step(path).key))


@pytest.mark.parametrize(
    "path",
    [
        "db/migrations/000001_users.down.sql",
        "migrations/20240101_users/down.sql",
        "sql/U2__users.sql",
        "db/rollback/001_users.sql",
        "migrations/001-users_down.sql",
    ],
)
def test_steps_back_are_known_by_their_names(path: str) -> None:
    assert is_back(path)


@pytest.mark.parametrize(
    "path", ["db/migrations/001_countdown.sql", "sql/V2__users.sql", "migrations/20240101_users/up.sql"]
)
def test_steps_forward_are_none_of_them(path: str) -> None:
    assert not is_back(path)


def test_numbers_are_compared_as_numbers() -> None:
    assert sort(["m/10_c.sql", "m/9_b.sql", "m/1_a.sql"]) == ["m/1_a.sql", "m/9_b.sql", "m/10_c.sql"]


def test_flyway_versions_come_in_their_order_and_repeated_files_last() -> None:
    assert sort(["d/R__views.sql", "d/V1_10__c.sql", "d/V1.2__b.sql", "d/V1__a.sql"]) == [
        "d/V1__a.sql",
        "d/V1.2__b.sql",
        "d/V1_10__c.sql",
        "d/R__views.sql",
    ]


def test_a_folder_for_each_step_belongs_to_the_folder_above() -> None:
    step = read_step("prisma/migrations/20240101000000_init/migration.sql")

    assert (step.folder, step.single) == ("prisma/migrations", False)


def test_a_dump_is_no_step() -> None:
    assert read_step("db/structure.sql").single
    assert not read_step("supabase/migrations/20240101_users.sql").single
    assert not read_step("app/migrations.py").single
