"""The options of the commands, each declared once with its help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from readycheck.cli.completion import complete_fail_on, complete_formats, complete_ids, complete_outputs

Root = Annotated[Path, typer.Argument(metavar="PATH", help="The project's folder.", show_default=False)]
Format = Annotated[
    str,
    typer.Option("--format", metavar="FORMAT", autocompletion=complete_formats, help="What goes to stdout."),
]
Reports = Annotated[
    list[str] | None,
    typer.Option(
        "--report",
        metavar="FORMAT=FILE",
        autocompletion=complete_outputs,
        help="Also write a report to a file. Repeatable.",
    ),
]
FailOn = Annotated[
    str | None,
    typer.Option(
        "--fail-on",
        metavar="PRIORITY",
        autocompletion=complete_fail_on,
        help="Lowest priority that fails the gate: high, medium, low, never. [default: high]",
    ),
]
Select = Annotated[
    list[str] | None,
    typer.Option(
        "--select", metavar="ID", autocompletion=complete_ids, help="Run only these rules, items, sections. Repeatable."
    ),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option("--ignore", metavar="ID", autocompletion=complete_ids, help="Leave these out. Repeatable."),
]
Exclude = Annotated[
    list[str] | None, typer.Option("--exclude", metavar="GLOB", help="Paths that are not read. Repeatable.")
]
Rules = Annotated[
    list[Path] | None, typer.Option("--rules", metavar="DIR", help="A folder with your own rules. Repeatable.")
]
Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Configuration to use instead of the project's own."),
]
Jobs = Annotated[int | None, typer.Option("--jobs", metavar="N", help="Worker processes. [default: one a core]")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Read every file anew.")]
Verify = Annotated[
    bool,
    typer.Option(
        "--verify", help="Plan the queries in an empty Postgres of our own: what its planner says of indexes."
    ),
]
VerifyEnv = Annotated[
    str | None,
    typer.Option("--verify-env", metavar="NAME", help="The same in the empty database whose DSN this variable holds."),
]
Diff = Annotated[
    str | None,
    typer.Option("--diff", metavar="REF", help="Only findings on lines changed since this commit or branch."),
]
Baseline = Annotated[
    Path | None, typer.Option("--baseline", metavar="FILE", help="Findings listed in this file do not count.")
]
WriteBaseline = Annotated[
    bool, typer.Option("--write-baseline", help="Write the baseline: all findings of today are accepted.")
]
Reason = Annotated[
    str | None, typer.Option("--reason", metavar="TEXT", help="Why the baseline may grow; kept in the file.")
]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Say only what fails.")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Say everything: evidence, file roles, skipped files.")]
