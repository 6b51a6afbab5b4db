"""`readycheck queries`: the queries of a project, with file and line, and what they ask for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from readycheck.cli import options

Format = Annotated[str, typer.Option("--format", metavar="FORMAT", help="What goes to stdout: terminal, json.")]


def run(  # noqa: PLR0913 - typer's way: one parameter an option
    path: options.Root = Path(),
    *,
    format_: Format = "terminal",
    exclude: options.Exclude = None,
    config: options.Config = None,
    jobs: options.Jobs = None,
    verify: options.Verify = False,
    verify_env: options.VerifyEnv = None,
) -> None:
    """List the queries: where they stand, the tables they read, what they filter and order by.

    What is known only when the code runs stands in braces, and such queries are counted as dynamic. With --verify, the
    schema is built in an empty Postgres and each query planned there, before and after the indexes that would help.
    """
    from readycheck.cli.inventory import Wish  # noqa: PLC0415 - `--help` needs none of it
    from readycheck.cli.queries import show_queries  # noqa: PLC0415

    show_queries(Wish(path, format_, config, exclude or (), jobs), verify=verify, variable=verify_env)
