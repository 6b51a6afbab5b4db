"""`readycheck rules list`: all rules, one a line."""

from __future__ import annotations

from typing import Annotated

import typer

from readycheck.cli import options

AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]


def run(*, rules: options.Rules = None, as_json: AsJson = False) -> None:
    """List the rules: id, item, channel, languages, where it comes from, title."""
    from readycheck.cli.catalogue import load_known  # noqa: PLC0415 - `--help` is faster without
    from readycheck.cli.console import write_stdout  # noqa: PLC0415
    from readycheck.cli.listing import list_as_json, list_as_table  # noqa: PLC0415

    catalogue = load_known(rules)
    if as_json:
        write_stdout(list_as_json(catalogue), "utf-8")
    else:
        write_stdout(list_as_table(catalogue))
