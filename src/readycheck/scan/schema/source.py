"""One database of a project: the scripts that make it, in order, and what comes of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from readycheck.sql.snapshot import Dialect, Script

if TYPE_CHECKING:
    from readycheck.sql.snapshot import Snapshot


@dataclass(frozen=True)
class Source:
    """Scripts that make one schema, in order. `label` is the folder or file that a reader knows it by."""

    label: str
    dialect: Dialect
    scripts: tuple[Script, ...]
    style: str = "sql"

    @cached_property
    def snapshot(self) -> Snapshot:
        """The schema after all of them."""
        from readycheck.sql.replay import replay  # noqa: PLC0415 - parsers: loaded where there is a schema

        return replay(self.scripts, self.dialect)
