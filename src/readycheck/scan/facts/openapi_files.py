"""Descriptions of an API that are kept as files.

`openapi-document`: `paths`, the paths that it describes, below the base path of the document; `version` of the format.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.scan.config.file import ConfigFile

KINDS = ("openapi-document",)
GLOBS = ("*openapi*.json", "*openapi*.yaml", "*openapi*.yml", "*swagger*.json", "*swagger*.yaml", "*swagger*.yml")
MOST_PATHS = 1000


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """The document that a file holds.

    Raises:
        ConfigError: the file is broken.
    """
    for value in file.documents:
        if isinstance(value, Mapping) and ("openapi" in value or "swagger" in value) and value.get("paths"):
            paths: list[Json] = [*list_paths(value)]
            version = str(value.get("openapi") or value.get("swagger"))
            yield Fact("openapi-document", file.span(1), {"version": version, "paths": paths[:MOST_PATHS]})


def list_paths(value: Mapping[str, Any]) -> Iterator[str]:
    """The paths of a document, below its base path."""
    paths = value.get("paths")
    base = value.get("basePath")
    prefix = base.rstrip("/") if isinstance(base, str) else ""
    yield from (f"{prefix}{path}" for path in paths if isinstance(path, str)) if isinstance(paths, Mapping) else ()
