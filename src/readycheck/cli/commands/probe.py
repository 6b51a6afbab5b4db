"""`readycheck probe`: a running service in, checklist report out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from readycheck.cli import options

Url = Annotated[str | None, typer.Argument(metavar="URL", help="The service, such as http://127.0.0.1:8000.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print every request that would be sent, and send none.")]
Owned = Annotated[bool, typer.Option("--i-own-this", help="You may probe this host; needed unless it is this machine.")]
OpenApi = Annotated[Path | None, typer.Option("--openapi", metavar="FILE", help="Routes from an OpenAPI document.")]
Code = Annotated[Path | None, typer.Option("--code", metavar="DIR", help="Routes from the code of a project.")]
Routes = Annotated[
    list[str] | None,
    typer.Option("--route", metavar="ROUTE", help='A route: "GET /v1/things authenticated". Repeatable.'),
]
Origins = Annotated[
    list[str] | None, typer.Option("--origin", metavar="ORIGIN", help="A browser origin that is let in. Repeatable.")
]
Sockets = Annotated[list[str] | None, typer.Option("--socket", metavar="PATH", help="A WebSocket. Repeatable.")]
Public = Annotated[
    list[str] | None,
    typer.Option("--public", metavar="PATH", help="A path that is public on purpose, such as /docs. Repeatable."),
]
AuthEnv = Annotated[
    list[str] | None,
    typer.Option("--auth-env", metavar="NAME", help="A variable with a user's token or header value; at most two."),
]
AuthFiles = Annotated[
    list[Path] | None, typer.Option("--auth-file", metavar="FILE", help="The same from a file. Repeatable.")
]
AuthCommands = Annotated[
    list[str] | None,
    typer.Option("--auth-command", metavar="COMMAND", help="It prints a token once the service answers. Repeatable."),
]
AuthHeader = Annotated[str, typer.Option("--auth-header", metavar="NAME", help="The header that carries it.")]
Writes = Annotated[bool, typer.Option("--allow-writes", help="Also send requests that may write (bad bodies).")]
Burst = Annotated[
    int, typer.Option("--allow-burst", metavar="N", min=0, max=1000, help="Also send up to N requests at full speed.")
]
Slow = Annotated[bool, typer.Option("--allow-slow", help="Also hold connections open to see when they are closed.")]
MaxRequests = Annotated[
    int, typer.Option("--max-requests", metavar="N", min=1, max=10_000, help="Requests in all, at most.")
]
Rate = Annotated[float, typer.Option("--rate", metavar="N", min=0.1, max=1000, help="Requests a second, at most.")]
AtOnce = Annotated[int, typer.Option("--at-once", metavar="N", min=1, max=50, help="Requests at a time, at most.")]
Timeout = Annotated[
    float, typer.Option("--timeout", metavar="SECONDS", min=0.1, max=300, help="How long one answer may take.")
]
Http2 = Annotated[bool, typer.Option("--http2", help="Offer HTTP/2 where there is TLS.")]
Record = Annotated[Path | None, typer.Option("--record", metavar="FILE", help="Keep the exchanges, redacted.")]
Replay = Annotated[Path | None, typer.Option("--replay", metavar="FILE", help="Judge kept exchanges; send nothing.")]

Start = Annotated[
    str | None,
    typer.Option("--start", metavar="COMMAND", help="Start the service for the probe, on loopback; end it after."),
]
Require = Annotated[
    list[str] | None,
    typer.Option("--require-env", metavar="NAME", help="Also start it without this variable. Repeatable."),
]
Dependencies = Annotated[
    list[str] | None,
    typer.Option(
        "--dependency", metavar="KIND=NAME", help="database, redis or ai: the variable with its URL. Repeatable."
    ),
]
Exercises = Annotated[
    list[str] | None,
    typer.Option(
        "--exercise", metavar="KIND=REQUEST", help='A request that uses it: "ai=POST /chat {...}". Repeatable.'
    ),
]
ReadyPath = Annotated[str, typer.Option("--ready-path", metavar="PATH", help="Where it says whether it is ready.")]
LivePath = Annotated[str, typer.Option("--live-path", metavar="PATH", help="Where it says whether it lives.")]
SlowPath = Annotated[str, typer.Option("--slow-path", metavar="PATH", help="A GET that takes a second or longer.")]
Grace = Annotated[
    float, typer.Option("--grace", metavar="SECONDS", min=1, max=600, help="How long it may take to end on SIGTERM.")
]
Patience = Annotated[
    float, typer.Option("--start-timeout", metavar="SECONDS", min=1, max=600, help="How long it may take to start.")
]
Repeat = Annotated[
    int, typer.Option("--repeat", metavar="N", min=0, max=100_000, help="Requests to see what piles up; 0: none.")
]


def run(  # noqa: PLR0913 - typer's way: one parameter an option
    url: Url = None,
    *,
    dry_run: DryRun = False,
    owned: Owned = False,
    openapi: OpenApi = None,
    code: Code = None,
    route: Routes = None,
    origin: Origins = None,
    socket: Sockets = None,
    public: Public = None,
    auth_env: AuthEnv = None,
    auth_file: AuthFiles = None,
    auth_command: AuthCommands = None,
    auth_header: AuthHeader = "Authorization",
    allow_writes: Writes = False,
    allow_burst: Burst = 0,
    allow_slow: Slow = False,
    max_requests: MaxRequests = 60,
    rate: Rate = 5.0,
    at_once: AtOnce = 2,
    timeout: Timeout = 10.0,
    http2: Http2 = False,
    record: Record = None,
    replay: Replay = None,
    start: Start = None,
    require_env: Require = None,
    dependency: Dependencies = None,
    exercise: Exercises = None,
    ready_path: ReadyPath = "",
    live_path: LivePath = "",
    slow_path: SlowPath = "",
    grace: Grace = 30.0,
    start_timeout: Patience = 60.0,
    repeat: Repeat = 1000,
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
    """Check a running service against the readiness checklist.

    Sends GET, HEAD, OPTIONS and TRACE to this one origin, never more than it announces, and follows no redirect.
    """
    from readycheck.cli.credentials import Credentials  # noqa: PLC0415 - `--help` needs none of it
    from readycheck.cli.probing import ProbeRequest, probe_and_report  # noqa: PLC0415 - `--help` needs none of it
    from readycheck.cli.scanning import Wishes  # noqa: PLC0415 - likewise
    from readycheck.cli.starting import Starting  # noqa: PLC0415 - likewise
    from readycheck.probe.situation import Allowed, Limits  # noqa: PLC0415 - likewise

    starting = Starting(
        start, require_env or (), dependency or (), exercise or (), ready_path, live_path, slow_path, grace,
        start_timeout, repeat, code, config,
    )  # fmt: skip
    request = ProbeRequest(
        url, config, fail_on, select or (), ignore or (), rules or (), openapi, code, route or (), origin or (),
        socket or (), public or (), Credentials((), auth_env or (), auth_file or (), auth_command or (), auth_header),
        Limits(max_requests, rate, at_once, timeout), Allowed(allow_writes, allow_burst, allow_slow),
        http2, owned, dry_run, record, replay, starting,
    )  # fmt: skip
    raise typer.Exit(probe_and_report(request, Wishes(format_, report or (), verbose - quiet)))
