"""`readycheck database`: a live Postgres in, checklist report out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from readycheck.cli import options

Dsn = Annotated[
    str | None,
    typer.Argument(metavar="DSN", help="postgresql://USER@HOST:PORT/NAME, or host=... dbname=...; see --dsn-env."),
]
DsnEnv = Annotated[
    str | None,
    typer.Option(
        "--dsn-env", metavar="NAME", help="The variable that holds the DSN, so that no process list shows it."
    ),
]
Code = Annotated[
    Path | None, typer.Option("--code", metavar="DIR", help="Also hold the database against a project's code.")
]
Pools = Annotated[
    int | None,
    typer.Option(
        "--pools", metavar="N", min=1, max=1_000_000, help="How many connections all processes' pools hold together."
    ),
]
Timeout = Annotated[
    float, typer.Option("--timeout", metavar="SECONDS", min=0.1, max=300, help="How long one statement may take.")
]
Total = Annotated[
    float, typer.Option("--max-seconds", metavar="SECONDS", min=1, max=3600, help="How long all of it may take.")
]
Record = Annotated[
    Path | None, typer.Option("--record", metavar="FILE", help="Keep what was read: the catalog, no data, no secrets.")
]
Replay = Annotated[Path | None, typer.Option("--replay", metavar="FILE", help="Judge a kept catalog; connect nowhere.")]


def run(  # noqa: PLR0913 - typer's way: one parameter an option
    dsn: Dsn = None,
    *,
    dsn_env: DsnEnv = None,
    code: Code = None,
    pools: Pools = None,
    timeout: Timeout = 5.0,
    max_seconds: Total = 60.0,
    record: Record = None,
    replay: Replay = None,
    format_: options.Format = "terminal",
    report: options.Reports = None,
    fail_on: options.FailOn = None,
    select: options.Select = None,
    ignore: options.Ignore = None,
    rules: options.Rules = None,
    config: options.Config = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Look into a live Postgres (13 or later) and report what its catalog proves.

    The session is read-only by the server's word, its statements are short and wait for no lock, and no rows are read
    but the names in the table of a migration tool. The role needs no right but to connect; where more is hidden from
    it, the report names the grant.
    """
    from readycheck.cli.databasing import DatabaseRequest, inspect_and_report  # noqa: PLC0415 - `--help` needs none
    from readycheck.cli.scanning import Wishes  # noqa: PLC0415 - likewise
    from readycheck.database.collect.session import Patience  # noqa: PLC0415 - likewise

    request = DatabaseRequest(
        dsn, dsn_env, config, fail_on, select or (), ignore or (), rules or (), code, pools,
        Patience(statement=timeout, total=max_seconds), record, replay,
    )  # fmt: skip
    raise typer.Exit(inspect_and_report(request, Wishes(format_, report or (), verbose - quiet)))
