"""Console calls of server code become records of the project's logger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from readycheck.fix.contract import FileView, Project, per_file
from readycheck.fix.javascript.discover import KINDS, discover
from readycheck.fix.javascript.loggers import Workspace
from readycheck.fix.javascript.planning import plan_file
from readycheck.model.evidence import Match
from readycheck.model.fix import Site


def prepare(project: Project) -> Workspace:
    """What is known of the project's packages and loggers."""
    return discover(project)


@per_file(*KINDS, prepare=prepare)
def console_to_logger(view: FileView, prepared: object, matches: Sequence[Match]) -> Iterator[Site]:
    """One site for each use of the console that the rule found in a file."""
    return plan_file(view, cast("Workspace", prepared), matches)
