"""`readycheck scan`: code and configuration in, checklist report out."""

from __future__ import annotations

from pathlib import Path

import typer

from readycheck.cli import options


def run(  # noqa: PLR0913 - typer's way: one parameter an option
    path: options.Root = Path(),
    *,
    format_: options.Format = "terminal",
    report: options.Reports = None,
    fail_on: options.FailOn = None,
    select: options.Select = None,
    ignore: options.Ignore = None,
    exclude: options.Exclude = None,
    rules: options.Rules = None,
    config: options.Config = None,
    diff: options.Diff = None,
    baseline: options.Baseline = None,
    write_baseline: options.WriteBaseline = False,
    reason: options.Reason = None,
    verify: options.Verify = False,
    verify_env: options.VerifyEnv = None,
    jobs: options.Jobs = None,
    no_cache: options.NoCache = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Check a project's code and configuration against the readiness checklist.

    Nothing of the project is executed, and nothing is sent anywhere. The report goes to stdout, all else to stderr.
    """
    from readycheck.cli.scanning import Request, Wishes, scan_and_report  # noqa: PLC0415 - `--help` needs none of it

    request = Request(
        path,
        config=config,
        fail_on=fail_on,
        select=select or (),
        ignore=ignore or (),
        exclude=exclude or (),
        rules=rules or (),
        jobs=jobs,
        cache=not no_cache,
        diff=diff,
        baseline=baseline,
        verify=verify,
        verify_env=verify_env,
    )
    raise typer.Exit(scan_and_report(request, Wishes(format_, report or (), verbose - quiet, write_baseline, reason)))
