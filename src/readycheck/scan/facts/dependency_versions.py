"""Which major version of a package a project asks for, where it decides what code means.

`dependency-version`: `name`, `text` (the range as it is written), `major` (-1: not told).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from readycheck.model.evidence import Fact
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.late import compile_late

KINDS = ("dependency-version",)
GLOBS = ("package.json",)
NUMBER = compile_late(r"^[\^~>=v\s]*(\d+)")


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """The dependencies of one package.json that are there in production."""
    document = file.documents[0] if file.documents else None
    table = document.get("dependencies") if isinstance(document, Mapping) else None
    for name, text in table.items() if isinstance(table, Mapping) else ():
        line = next((number for number, row in enumerate(file.lines, 1) if f'"{name}"' in row), 1)
        found = NUMBER.match(str(text))
        major = int(found[1]) if found is not None else -1
        yield Fact("dependency-version", file.span(line), {"name": str(name), "text": str(text), "major": major})
