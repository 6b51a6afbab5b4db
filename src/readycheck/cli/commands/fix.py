"""`readycheck fix`: what can be rewritten, as a diff; and written, if asked to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from readycheck.cli import options
from readycheck.cli.completion import complete_fix_formats, complete_fix_outputs, complete_fixable

Write = Annotated[bool, typer.Option("--write", help="Write the changes; without it they are only shown.")]
Unsafe = Annotated[bool, typer.Option("--unsafe", help="Also make changes that may change what the code does.")]
Interactive = Annotated[
    bool, typer.Option("--interactive", help="Ask before each change, and write those that you say yes to.")
]
RuleIds = Annotated[
    list[str] | None,
    typer.Option(
        "--rule", metavar="ID", autocompletion=complete_fixable, help="Only fixes of these rules or items. Repeatable."
    ),
]
Paths = Annotated[
    list[str] | None,
    typer.Option("--path", metavar="GLOB", help="Only in these files or folders, relative to PATH. Repeatable."),
]
Diff = Annotated[
    str | None, typer.Option("--diff", metavar="REF", help="Only on lines changed since this commit or branch.")
]
AllowDirty = Annotated[
    bool, typer.Option("--allow-dirty", help="Write over files that differ from the last commit, too.")
]
Undo = Annotated[bool, typer.Option("--undo", help="Take back what the last --write or --interactive did in PATH.")]
Format = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="FORMAT",
        autocompletion=complete_fix_formats,
        help="What goes to stdout: terminal, diff (a patch), json.",
    ),
]
Reports = Annotated[
    list[str] | None,
    typer.Option(
        "--report",
        metavar="FORMAT=FILE",
        autocompletion=complete_fix_outputs,
        help="Also write a report to a file. Repeatable.",
    ),
]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="No diff: only what was not changed, why, and the counts.")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Also each place that is not changed.")]


def run(  # noqa: PLR0913 - typer's way: one parameter an option
    path: options.Root = Path(),
    *,
    write: Write = False,
    unsafe: Unsafe = False,
    interactive: Interactive = False,
    rule: RuleIds = None,
    only: Paths = None,
    diff: Diff = None,
    allow_dirty: AllowDirty = False,
    undo: Undo = False,
    format_: Format = "terminal",
    report: Reports = None,
    exclude: options.Exclude = None,
    rules: options.Rules = None,
    config: options.Config = None,
    jobs: options.Jobs = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show what can be rewritten for you, and say why the rest is not.

    Each file is checked after it was edited and left untouched if anything but the planned places would change. In a
    git repository, files that differ from the last commit are not written over; elsewhere --undo is the way back.
    Exit codes: 0 done, 1 a file could not be changed, 2 usage, 3 nothing to read.
    """
    from readycheck.audit.errors import UsageError  # noqa: PLC0415 - `--help` needs none of it
    from readycheck.cli.fix_writing import undo_last  # noqa: PLC0415
    from readycheck.cli.fixing import FixWishes, fix  # noqa: PLC0415
    from readycheck.cli.pipeline import Request  # noqa: PLC0415

    if undo:
        if write or interactive or unsafe or rule or only or diff or report:
            raise UsageError("--undo takes the last run back as a whole: it goes with no other option")
        raise typer.Exit(undo_last(path))
    request = Request(
        path,
        config=config,
        select=rule or (),
        exclude=exclude or (),
        rules=rules or (),
        jobs=jobs,
        cache=False,
        diff=diff,
    )
    wishes = FixWishes(format_, report or (), verbose - quiet, write, unsafe, interactive, allow_dirty, only or ())
    raise typer.Exit(fix(request, wishes))
