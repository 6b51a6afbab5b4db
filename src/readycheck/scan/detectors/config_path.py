"""The `config` detector: a value at a path inside YAML, JSON, TOML or a Dockerfile."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from readycheck.model.location import Span
from readycheck.model.rule import ConfigPath
from readycheck.scan.config.file import ConfigFile, Path
from readycheck.scan.detectors.file_line import MAX_COLUMNS, compile_line
from readycheck.scan.late import compile_late

PART = compile_late(r"\"((?:[^\"\\]|\\.)*)\"|'([^']*)'|([^.\"']+)")


def globs_of(detect: ConfigPath) -> tuple[str, ...]:
    """The files that the rule reads."""
    return detect.globs


def find(detect: ConfigPath, file: ConfigFile) -> Iterator[tuple[Span, str]]:
    """Yield the place of every value at the path (and matching, if the rule says how), in all documents.

    Raises:
        ConfigError: the file is broken or too costly.
    """
    parts = split_path(detect.path)
    pattern = None if detect.matches is None else compile_line(detect.matches)
    for number, document in enumerate(file.documents):
        for path, value in select(document, parts):
            text = render_value(value)
            if pattern is None or pattern.search(text[:MAX_COLUMNS]):
                yield file.span(file.line_of(path, number)), f"{'.'.join(map(str, path))} is {text[:80]}"


@lru_cache(maxsize=256)
def split_path(text: str) -> tuple[str, ...]:
    """The parts of a dotted path; a key that holds dots stands in quotes: `metadata.annotations."a.b/c"`."""
    return tuple(
        re.sub(r"\\(.)", r"\1", found[1]) if found[1] is not None else found[2] if found[2] is not None else found[3]
        for found in PART.finditer(text)
    )


def select(value: Any, parts: tuple[str, ...], path: Path = ()) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401 - YAML
    """All values at a path; `*` stands for every key or item, a number for one item, `**` for any depth."""
    if not parts:
        yield path, value
        return
    head, rest = parts[0], parts[1:]
    if head == "**":
        yield from select(value, rest, path)
        for key, child in iterate_children(value):
            yield from select(child, parts, (*path, key))
        return
    for key, child in iterate_children(value):
        if head in ("*", str(key)):
            yield from select(child, rest, (*path, key))


def iterate_children(value: Any) -> Iterator[tuple[str | int, Any]]:  # noqa: ANN401 - YAML
    """The keys and values of a mapping, the positions and items of a list, nothing for the rest."""
    if isinstance(value, Mapping):
        for key, child in value.items():
            yield (key if isinstance(key, str | int) else str(key)), child
    elif isinstance(value, list):
        yield from enumerate(value)


def render_value(value: Any) -> str:  # noqa: ANN401 - YAML
    """A value as text: scalars as YAML writes them, a list of scalars as words, the rest as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and not any(isinstance(item, list | dict) for item in value):
        return " ".join(render_value(item) for item in value)
    return json.dumps(value, default=str, ensure_ascii=False)
