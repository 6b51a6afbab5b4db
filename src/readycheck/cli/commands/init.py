"""`readycheck init`: configuration, CI workflow, pre-commit hook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Folder = Annotated[Path, typer.Argument(metavar="PATH", help="The project's folder.", show_default=False)]
InPyproject = Annotated[bool, typer.Option("--pyproject", help="Configure in pyproject.toml, not readycheck.toml.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be written, and write nothing.")]
Yes = Annotated[bool, typer.Option("-y", "--yes", help="Change files that exist without asking.")]


def run(path: Folder = Path(), *, pyproject: InPyproject = False, dry_run: DryRun = False, yes: Yes = False) -> None:
    """Set a project up: configuration, a GitHub Actions workflow, a pre-commit hook.

    New files are written; a file that exists is changed only after asking, and left alone where nobody can answer.
    """
    from readycheck.cli.setting_up import Manner, set_up  # noqa: PLC0415 - `--help` is faster without

    raise typer.Exit(set_up(path, pyproject=pyproject, manner=Manner(dry_run, yes)))
