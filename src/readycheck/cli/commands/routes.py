"""`readycheck routes`: the routes of a project, what guards them, and who may call them."""

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
    """List the routes: method, full path, handler, the guards in force, and who may call.

    What is not known to be served is listed with the reason, and `{?}` stands for the parts of a path that are known
    only when the code runs.
    """
    from readycheck.cli.inventory import Wish  # noqa: PLC0415 - `--help` needs none of it
    from readycheck.cli.routes import show_routes  # noqa: PLC0415

    show_routes(Wish(path, format_, config, exclude or (), jobs))
