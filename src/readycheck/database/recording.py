"""Inspections in files: `--record FILE` writes one, `--replay FILE` judges it again without any connection.

The format is JSON, `readycheck/database/v1`: the rows of each topic. It holds no credentials and no user's data.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from readycheck.database.catalog import Row
from readycheck.database.inspection import Inspection

SCHEMA = "readycheck/database/v1"


class RecordingError(ValueError):
    """A file that is no recording of a database; says what is wrong with it."""


def dump_inspection(inspection: Inspection) -> str:
    """An inspection as JSON text, one row a line."""
    topics = []
    for topic, rows in inspection.readings.items():
        lines = ",\n".join(f"   {json.dumps(dict(row.values), ensure_ascii=False)}" for row in rows)
        topics.append(f"  {json.dumps(topic)}: [\n{lines}\n  ]" if rows else f"  {json.dumps(topic)}: []")
    head = {"schema": SCHEMA, "database": inspection.database, "skipped": dict(inspection.skipped)}
    text = json.dumps({**head, "facts": dict(inspection.facts)}, indent=1, ensure_ascii=False)
    listed = ",\n".join(topics)
    return text.removesuffix("}").rstrip() + f',\n "readings": {{\n{listed}\n }}\n}}\n'


def load_inspection(text: str) -> Inspection:
    """An inspection from JSON text. Raises RecordingError."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RecordingError("not a recording: no JSON") from error
    if not isinstance(value, dict) or value.get("schema") != SCHEMA:
        raise RecordingError(f'not a recording of a database: "schema" must be "{SCHEMA}"')
    try:
        return read_inspection(value)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecordingError(f"not a recording: {type(error).__name__}: {error}") from error


def read_inspection(value: Mapping[str, Any]) -> Inspection:
    """The parts of an inspection."""
    readings = {
        str(topic): tuple(Row({str(key): one for key, one in row.items()}) for row in rows)
        for topic, rows in value["readings"].items()
    }
    skipped = {str(topic): str(reason) for topic, reason in value["skipped"].items()}
    return Inspection(str(value["database"]), readings, skipped, dict(value["facts"]))
