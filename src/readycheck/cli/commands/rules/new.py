"""`readycheck rules new`: a rule file that loads and whose examples hold, ready to be filled in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from readycheck.cli.completion import complete_items

Id = Annotated[str, typer.Argument(metavar="ID", help="The rule's id: lower-case words joined by hyphens.")]
Item = Annotated[
    str | None,
    typer.Option(
        "--item", metavar="ITEM", autocompletion=complete_items, help="The checklist item that the rule speaks for."
    ),
]
Language = Annotated[
    str | None, typer.Option("--language", metavar="LANGUAGE", help="python, javascript, typescript or tsx.")
]
Calls = Annotated[
    str | None, typer.Option("--calls", metavar="NAME", help="A resolved callable to look for, such as requests.get.")
]
Pattern = Annotated[
    str | None, typer.Option("--pattern", metavar="PATTERN", help="Or an ast-grep pattern, such as 'eval($CODE)'.")
]
Title = Annotated[str | None, typer.Option("--title", metavar="TEXT", help="The fault in a few words.")]
Control = Annotated[bool, typer.Option("--control", help="A match proves the item, instead of counting against it.")]
Folder = Annotated[Path, typer.Option("--folder", metavar="DIR", help="The folder of rules to write into.")]


def run(  # noqa: PLR0913 - typer's way: one parameter an option
    rule_id: Id,
    *,
    item: Item = None,
    language: Language = None,
    calls: Calls = None,
    pattern: Pattern = None,
    title: Title = None,
    control: Control = False,
    folder: Folder = Path("rules"),
) -> None:
    """Write a new rule, with examples that hold. Asks for what is missing if there is a terminal to ask at."""
    from readycheck.cli.scaffold import Sketch, write_rule  # noqa: PLC0415 - `--help` is faster without

    write_rule(Sketch(rule_id, item, language, calls, pattern, title, control), folder)
