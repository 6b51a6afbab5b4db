"""`readycheck schema`: the tables of a project, their keys and indexes, and which foreign keys no index begins with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from readycheck.cli import options

Format = Annotated[str, typer.Option("--format", metavar="FORMAT", help="What goes to stdout: terminal, json.")]


def run(
    path: options.Root = Path(),
    *,
    format_: Format = "terminal",
    exclude: options.Exclude = None,
    config: options.Config = None,
    jobs: options.Jobs = None,
) -> None:
    """List the tables: columns, keys and indexes, as migrations, models and statements in code make them.

    Files are replayed in order and steps back are left out. What could not be replayed is said with file and line.
    """
    from readycheck.cli.inventory import Wish  # noqa: PLC0415 - `--help` needs none of it
    from readycheck.cli.schema import show_schema  # noqa: PLC0415

    show_schema(Wish(path, format_, config, exclude or (), jobs))
