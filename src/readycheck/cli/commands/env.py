"""`readycheck env`: the environment variables of a project, where they are read, declared and set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from readycheck.cli import options

EnvFile = Annotated[
    list[Path] | None,
    typer.Option("--env-file", metavar="FILE", help="Say of each variable whether this file sets it. Repeatable."),
]
FromShell = Annotated[bool, typer.Option("--env-from-shell", help="Likewise, for the environment of this command.")]
Format = Annotated[str, typer.Option("--format", metavar="FORMAT", help="What goes to stdout: terminal, json.")]


def run(  # noqa: PLR0913 - typer's way: one parameter an option
    path: options.Root = Path(),
    *,
    env_file: EnvFile = None,
    env_from_shell: FromShell = False,
    format_: Format = "terminal",
    exclude: options.Exclude = None,
    config: options.Config = None,
    jobs: options.Jobs = None,
) -> None:
    """List the environment variables: where the code reads them and demands what, where they are declared and set.

    Values are never printed, only whether there is one. A name that is known only when the code runs is listed as
    unknown and never as missing.
    """
    from readycheck.cli.environment import show_environment  # noqa: PLC0415 - `--help` needs none of it
    from readycheck.cli.inventory import Wish  # noqa: PLC0415

    wish = Wish(path, format_, config, exclude or (), jobs)
    show_environment(wish, env_file or (), from_shell=env_from_shell)
