from __future__ import annotations

import pytest

from readycheck.sql.scripts import take_up


@pytest.mark.parametrize(
    ("up", "down"),
    [
        ("-- +goose Up", "-- +goose Down"),
        ("-- migrate:up", "-- migrate:down"),
        ("-- +migrate Up", "-- +migrate Down"),
        ("-- Up Migration", "-- Down Migration"),
        ("# --- !Ups\n-- !Ups", "-- !Downs"),
    ],
)
def test_what_leads_down_is_blanked_out_and_lines_stay(up: str, down: str) -> None:
    text = f"{up}\nCREATE TABLE a ();\n{down}\nDROP TABLE a;\nx"
    taken = take_up(text)
    assert "DROP" not in taken
    assert "CREATE TABLE a" in taken
    assert taken.count("\n") == text.count("\n")


def test_other_scripts_stay_as_they_are() -> None:
    text = "-- down with it\nDROP TABLE a;\n-- up\n"
    assert take_up("-- down\nDROP TABLE a;") == "-- down\nDROP TABLE a;"
    assert "DROP TABLE a" in take_up(text)
