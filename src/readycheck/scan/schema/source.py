"""One database of a project: the scripts that make it, in order, and what comes of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from readycheck.sql.snapshot import Dialect, Problem, Script

if TYPE_CHECKING:
    from readycheck.sql.snapshot import Snapshot


@dataclass(frozen=True)
class Source:
    """Scripts that make one schema, in order. `label` is the folder or file that a reader knows it by.

    `models` are statements for what the project's models declare, where migrations are what runs (see `complete`);
    `unread` is what could not be written as statements.
    """

    label: str
    dialect: Dialect
    scripts: tuple[Script, ...]
    style: str = "sql"
    models: tuple[Script, ...] = ()
    unread: tuple[Problem, ...] = ()

    @cached_property
    def snapshot(self) -> Snapshot:
        """The schema after all of them."""
        from readycheck.scan.schema.complete import complete, leave_known  # noqa: PLC0415 - it needs this module
        from readycheck.sql.replay import replay  # noqa: PLC0415 - parsers: loaded where there is a schema

        made = replay(self.scripts, self.dialect)
        made = replace(made, problems=(*made.problems, *self.unread)) if self.unread else made
        return complete(made, replay(self.models, self.dialect)) if self.models else leave_known(made)
