"""`readycheck explain`: why a rule or an item matters, what proves it, what to do."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from readycheck.cli import options
from readycheck.cli.completion import complete_rule_ids

Name = Annotated[
    str, typer.Argument(metavar="RULE|ITEM", autocompletion=complete_rule_ids, help="The id of a rule or an item.")
]


def run(name: Name, *, rules: options.Rules = None) -> None:
    """Explain a rule or an item: why it matters, what proves it, how to fix it, with examples.

    Prints Markdown; laid out if stdout is a terminal. A project's own rules are known if its configuration names them.
    """
    from readycheck.cli.catalogue import check_word, load_known  # noqa: PLC0415 - `--help` is faster without
    from readycheck.cli.console import print_markdown, write_stdout  # noqa: PLC0415
    from readycheck.render.reference import render_item, render_rule  # noqa: PLC0415

    catalogue = load_known(rules)
    check_word(name, [one.id for group in (catalogue.rules, catalogue.items) for one in group], "rule or item")
    rule, item = catalogue.find_rule(name), catalogue.find_item(name)
    pages = []
    if rule is not None and (owner := catalogue.find_item(rule.item)) is not None:
        pages.append(render_rule(rule, owner))
    if item is not None:
        pages.append(render_item(item, catalogue.rules))
    text = "\n".join(pages)
    if sys.stdout.isatty():
        print_markdown(text)
    else:
        write_stdout(text, "utf-8")
