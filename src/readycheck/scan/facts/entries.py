"""What a manifest says is run or imported: Python's console scripts and plugins, `main` and `bin` in package.json.

`entry`: `name` as it is written there, `chat.__main__:main` or `./dist/index.js`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.scan.config.file import ConfigFile

KINDS = ("entry",)
GLOBS = ("pyproject.toml", "package.json")
PYTHON_TABLES = (("project", "scripts"), ("project", "gui-scripts"), ("tool", "poetry", "scripts"))

PLUGIN_TABLES = (("project", "entry-points"), ("tool", "poetry", "plugins"))


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """The entries of one manifest."""
    document = file.documents[0] if file.documents else None
    if not isinstance(document, Mapping):
        return
    if file.path.endswith(".json"):
        names = [document.get("main"), document.get("module")]
        bins = document.get("bin")
        names += list(bins.values()) if isinstance(bins, Mapping) else [bins]
    else:
        names = [name for table in PYTHON_TABLES for name in read_table(document, table).values()]
        for table in PLUGIN_TABLES:
            groups = read_table(document, table).values()
            names += [name for group in groups if isinstance(group, Mapping) for name in group.values()]
    for name in names:
        if isinstance(name, str) and name:
            yield Fact("entry", file.span(1), {"name": name})


def read_table(document: Mapping[str, Any], path: tuple[str, ...]) -> Mapping[str, Any]:
    """A table of a TOML document, empty if it is not there."""
    table: Any = document
    for key in path:
        table = table.get(key) if isinstance(table, Mapping) else None
    return table if isinstance(table, Mapping) else {}
