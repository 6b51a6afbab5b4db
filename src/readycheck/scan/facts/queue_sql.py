"""Queries that hand work to a queue inside of the database: `queue-sql`, with `form`.

Of files of queries only: a migration that defines the function asks nobody to work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from readycheck.model.evidence import Fact
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.late import compile_late

KINDS = ("queue-sql",)
GLOBS = ("*.sql",)
MIGRATION = compile_late(r"migrat|schema|seed|fixture|dump|(?:^|/)V?\d{3,}", re.IGNORECASE)
DEFERS = compile_late(
    r"\b(procrastinate_defer_jobs?(?:_v\d+)?|graphile_worker\.add_job|pgmq\.send(?:_batch)?|pgboss\.send)\b",
    re.IGNORECASE,
)
MOST = 20


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """The lines of a query file that hand work to a queue."""
    if MIGRATION.search(file.path):
        return
    found = 0
    for number, row in enumerate(file.lines, 1):
        match = DEFERS.search(row.partition("--")[0])
        if match is not None and found < MOST:
            found += 1
            yield Fact("queue-sql", file.span(number), {"form": match[1]})
