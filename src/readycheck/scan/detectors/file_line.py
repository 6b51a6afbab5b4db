"""The `file` detector: a path exists, or one of its lines matches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from readycheck.model.location import Span
from readycheck.model.rule import FileLine
from readycheck.scan.config.file import ConfigFile

MAX_COLUMNS = 2_000  # a line's length bounds what a rule's expression can cost


def globs_of(detect: FileLine) -> tuple[str, ...]:
    """The files that the rule reads."""
    return detect.globs


def find(detect: FileLine, file: ConfigFile) -> Iterator[tuple[Span, str]]:
    """Yield the lines that match, or without an expression the first line; a match in a cut-off tail is missed."""
    if detect.line is None:
        yield file.span(1), f"{file.path} exists"
        return
    pattern = compile_line(detect.line)
    for number, row in enumerate(file.lines, 1):
        found = pattern.search(row[:MAX_COLUMNS])
        if found is not None:
            yield file.span(number), ""


@lru_cache(maxsize=256)
def compile_line(text: str) -> re.Pattern[str]:
    """The compiled expression of a rule; the loader has refused broken ones."""
    return re.compile(text)
