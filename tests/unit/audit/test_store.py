"""The configuration's table about the running database."""

from __future__ import annotations

import pytest

from readycheck.audit.errors import SettingsError
from readycheck.audit.store import Store, parse_store


def test_all_keys() -> None:
    given = {"dsn-env": "CHAT_DSN", "schemas": ["public", "chat"], "statement-timeout": 2, "pools": 40}
    assert parse_store(given, None) == Store("CHAT_DSN", ("public", "chat"), 2.0, 40)
    assert parse_store({}, None) == Store()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("postgresql://a:s3cret@b/c", "must be a table"),
        ({"dsn": "postgresql://a:s3cret@b/c"}, 'unknown key "dsn" (did you mean "dsn-env"?)'),
        ({"dsn-env": "postgresql://a:s3cret@b/c"}, "dsn-env: must be the name of a variable, not a DSN"),
        ({"schemas": "public"}, "schemas: must be a list of texts"),
        ({"schemas": [""]}, "schemas: must be a list of texts"),
        ({"statement-timeout": 0}, "statement-timeout: must be seconds from 0.1 to 300"),
        ({"statement-timeout": True}, "statement-timeout: must be seconds"),
        ({"pools": 0}, "pools: must be a whole number from 1"),
        ({"pools": 1.5}, "pools: must be a whole number from 1"),
    ],
)
def test_what_is_wrong_is_told_and_no_dsn_repeated(given: object, told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_store(given, None)
    assert told in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_every_problem_is_told() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_store({"pools": "many", "schemas": 1, "x": 2}, None)
    assert len(caught.value.problems) == 3
