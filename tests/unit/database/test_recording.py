import json

import pytest

from readycheck.database.catalog import Row
from readycheck.database.inspection import Inspection
from readycheck.database.recording import RecordingError, dump_inspection, load_inspection

INSPECTION = Inspection(
    "postgresql://app@db/chat",
    {
        "role": (Row({"name": "äpp", "superuser": False, "mighty": []}),),
        "use": (),
        "server": (Row({}), Row({"a": 1.5})),
    },
    {"logins": "may not"},
    {"pools": 3},
)


def test_an_inspection_is_read_as_it_was_written() -> None:
    text = dump_inspection(INSPECTION)
    assert load_inspection(text) == INSPECTION
    assert json.loads(text)["schema"] == "readycheck/database/v1"


def test_an_empty_inspection_is_kept_too() -> None:
    assert load_inspection(dump_inspection(Inspection("x"))) == Inspection("x")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"schema": "readycheck/recording/v1"}',
        '{"schema": "readycheck/database/v1"}',
        '{"schema": "readycheck/database/v1", "database": "", "skipped": [], "facts": {}, "readings": {}}',
        '{"schema": "readycheck/database/v1", "database": "", "skipped": {}, "facts": {}, "readings": {"a": 1}}',
        '{"schema": "readycheck/database/v1", "database": "", "skipped": {}, "facts": {}, "readings": {"a": [1]}}',
        "[" * 9_000,
    ],
)
def test_another_file_is_refused(text: str) -> None:
    with pytest.raises(RecordingError, match="not a recording"):
        load_inspection(text)
