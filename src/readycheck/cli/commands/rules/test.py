"""`readycheck rules test`: do the rules match what their own examples say?"""

from __future__ import annotations

from typing import Annotated

import typer

from readycheck.cli import options
from readycheck.cli.completion import complete_rule_ids

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[RULE]...", autocompletion=complete_rule_ids, help="Only these rules.", show_default=False),
]


def run(
    names: Names = None, *, rules: options.Rules = None, quiet: options.Quiet = False, verbose: options.Verbose = False
) -> None:
    """Run the examples of the rules through the real scan. Exits 1 if a rule does not do what they say."""
    from readycheck.cli.selftest import test_rules  # noqa: PLC0415 - `--help` is faster without

    raise typer.Exit(test_rules(names or (), rules or (), verbose - quiet))
