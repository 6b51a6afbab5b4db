"""A plugin of pytest that runs inside the projects' own tests: which log calls ran, and which could not be formatted.

It is found by `PYTHONPATH`, in an environment without readycheck, and writes to the file that `READYCHECK_WATCH`
names: the file of the tested package, and `[path, line]` of the records and of the failures. Every record is formatted
where it is made, whether or not a handler would, so that a wrong placeholder cannot hide.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

RECORDS: set[tuple[str, int]] = set()
FAILURES: set[tuple[str, int]] = set()
MAKE = logging.getLogRecordFactory()


def make_record(*arguments: Any, **named: Any) -> logging.LogRecord:  # noqa: ANN401 - whatever the factory is given
    """The record that logging would have made, noted and formatted."""
    record = MAKE(*arguments, **named)
    place = (record.pathname, record.lineno)
    RECORDS.add(place)
    try:
        record.getMessage()
    except Exception:  # noqa: BLE001 - any failure is the finding; logging itself reports it where it is handled
        FAILURES.add(place)
    return record


def pytest_configure() -> None:
    """Watch from the start."""
    logging.setLogRecordFactory(make_record)


def pytest_unconfigure() -> None:
    """Write what was seen."""
    module = sys.modules.get(os.environ["READYCHECK_MODULE"])
    found = {
        "module": getattr(module, "__file__", None),
        "records": sorted(RECORDS),
        "failures": sorted(FAILURES),
    }
    Path(os.environ["READYCHECK_WATCH"]).write_text(json.dumps(found), encoding="utf-8")
