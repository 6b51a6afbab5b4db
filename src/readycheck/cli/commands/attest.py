"""`readycheck attest`: a person's word for what no machine can see."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from readycheck.cli import options
from readycheck.cli.completion import complete_ids

Item = Annotated[str, typer.Argument(metavar="ITEM", autocompletion=complete_ids, help="The checklist item.")]
Owner = Annotated[str, typer.Option("--owner", metavar="NAME", help="Who says it.")]
Statement = Annotated[str, typer.Option("--statement", metavar="TEXT", help="What is so.")]
Proof = Annotated[
    list[str], typer.Option("--proof", metavar="PROOF", help="A link, a commit, or a file of the project. Repeatable.")
]
Until = Annotated[
    str, typer.Option("--until", metavar="DAY", help="The last day on which it holds. [default: 90 days]")
]


def run(  # noqa: PLR0913 - typer's way: one parameter an option
    item: Item,
    path: options.Root = Path(),
    *,
    owner: Owner,
    statement: Statement,
    proof: Proof,
    until: Until = "",
    config: options.Config = None,
) -> None:
    """Attest that an item holds, with a proof and an end.

    Writes one entry to attestations.yaml, which `readycheck audit` reads. It warns 14 days before the end, and fails
    the item after it.
    """
    from readycheck.cli.attesting import AttestRequest, attest  # noqa: PLC0415 - `--help` needs none of it

    attest(AttestRequest(item, path, owner, statement, proof, until, config))
