"""`readycheck audit`: code, configuration, the running service and people's words, joined into one report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from readycheck.cli import options
from readycheck.cli.commands import database, probe

Url = Annotated[str | None, typer.Option("--url", metavar="URL", help="The running service; else the configuration's.")]
Require = Annotated[
    str | None,
    typer.Option("--require", metavar="LEVEL", help="Fail unless this is reached: ready, bronze, silver, gold."),
]

DatabaseEnv = Annotated[
    str | None,
    typer.Option("--database-env", metavar="NAME", help="Also look into the Postgres whose DSN this variable holds."),
]


def run(  # noqa: PLR0913 - typer's way: one parameter an option
    path: options.Root = Path(),
    *,
    url: Url = None,
    require: Require = None,
    database_env: DatabaseEnv = None,
    pools: database.Pools = None,
    dry_run: probe.DryRun = False,
    owned: probe.Owned = False,
    openapi: probe.OpenApi = None,
    route: probe.Routes = None,
    origin: probe.Origins = None,
    socket: probe.Sockets = None,
    public: probe.Public = None,
    auth_env: probe.AuthEnv = None,
    auth_file: probe.AuthFiles = None,
    auth_command: probe.AuthCommands = None,
    auth_header: probe.AuthHeader = "",
    allow_writes: probe.Writes = False,
    allow_burst: probe.Burst = 0,
    allow_slow: probe.Slow = False,
    max_requests: probe.MaxRequests = 60,
    rate: probe.Rate = 5.0,
    at_once: probe.AtOnce = 2,
    timeout: probe.Timeout = 10.0,
    http2: probe.Http2 = False,
    record: probe.Record = None,
    replay: probe.Replay = None,
    start: probe.Start = None,
    require_env: probe.Require = None,
    dependency: probe.Dependencies = None,
    exercise: probe.Exercises = None,
    ready_path: probe.ReadyPath = "",
    live_path: probe.LivePath = "",
    slow_path: probe.SlowPath = "",
    grace: probe.Grace = 30.0,
    start_timeout: probe.Patience = 60.0,
    repeat: probe.Repeat = 1000,
    format_: options.Format = "terminal",
    report: options.Reports = None,
    fail_on: options.FailOn = None,
    select: options.Select = None,
    ignore: options.Ignore = None,
    exclude: options.Exclude = None,
    rules: options.Rules = None,
    config: options.Config = None,
    baseline: options.Baseline = None,
    verify: options.Verify = False,
    verify_env: options.VerifyEnv = None,
    jobs: options.Jobs = None,
    no_cache: options.NoCache = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Audit a project, its running service and its database, and join all evidence into one report.

    What was seen live beats what the code promises; where they disagree, the item is contradicted.
    """
    from readycheck.cli.auditing import AuditRequest, audit_and_report  # noqa: PLC0415 - `--help` needs none of it
    from readycheck.cli.credentials import Credentials  # noqa: PLC0415 - likewise
    from readycheck.cli.databasing import DatabaseRequest  # noqa: PLC0415 - likewise
    from readycheck.cli.pipeline import Request  # noqa: PLC0415 - likewise
    from readycheck.cli.probing import ProbeRequest  # noqa: PLC0415 - likewise
    from readycheck.cli.scanning import Wishes  # noqa: PLC0415 - likewise
    from readycheck.cli.starting import Starting  # noqa: PLC0415 - likewise
    from readycheck.probe.situation import Allowed, Limits  # noqa: PLC0415 - likewise

    starting = Starting(
        start, require_env or (), dependency or (), exercise or (), ready_path, live_path, slow_path, grace,
        start_timeout, repeat,
    )  # fmt: skip
    probing = ProbeRequest(
        url, config, openapi=openapi, routes=route or (), origins=origin or (), sockets=socket or (),
        public=public or (),
        credentials=Credentials((), auth_env or (), auth_file or (), auth_command or (), auth_header),
        limits=Limits(max_requests, rate, at_once, timeout), allowed=Allowed(allow_writes, allow_burst, allow_slow),
        http2=http2, owned=owned, dry_run=dry_run, record=record, replay=replay, starting=starting,
    )  # fmt: skip
    scanning = Request(
        path,
        config,
        fail_on,
        select or (),
        ignore or (),
        exclude or (),
        rules or (),
        jobs,
        not no_cache,
        None,
        baseline,
        verify,
        verify_env,
    )
    looking = DatabaseRequest(dsn_env=database_env, config=config, pools=pools)
    request = AuditRequest(scanning, probing, require, looking)
    raise typer.Exit(audit_and_report(request, Wishes(format_, report or (), verbose - quiet)))
