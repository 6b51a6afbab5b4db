"""The rules as a table and as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from readycheck.audit.errors import count
from readycheck.catalog.problems import escape_controls
from readycheck.model.rule import Catalogue, Json, Rule
from readycheck.render.serialise import dump_json

HEADINGS = ("RULE", "ITEM", "CHANNEL", "LANGUAGES", "FROM", "TITLE")
SCHEMA = "readycheck/rules/v1"


def list_as_table(catalogue: Catalogue) -> str:
    """One rule a line, in aligned columns, and a count."""
    rows = [HEADINGS, *(make_row(rule) for rule in catalogue.rules)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS) - 1)]
    lines = [align(row, widths) for row in rows]
    covered = len({rule.item for rule in catalogue.rules})
    total = f"{count(len(catalogue.rules), 'rule')} for {covered} of {count(len(catalogue.items), 'checklist item')}"
    return "\n".join([*lines, "", total]) + "\n"


def make_row(rule: Rule) -> tuple[str, ...]:
    """A rule's cells."""
    source = "built in" if rule.builtin else "own"
    cells = (rule.id, rule.item, rule.channel, ", ".join(rule.languages) or "-", source, rule.title)
    return tuple(escape_controls(cell) for cell in cells)


def align(row: Sequence[str], widths: Sequence[int]) -> str:
    """A line of cells; the last one has no width."""
    cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
    return "  ".join([*cells, row[-1]])


def list_as_json(catalogue: Catalogue) -> str:
    """An object with the list under `rules`."""
    rules: list[Json] = [
        {
            "id": rule.id,
            "title": rule.title,
            "item": rule.item,
            "channel": rule.channel.value,
            "polarity": rule.polarity.value,
            "languages": [language.value for language in rule.languages],
            "confidence": rule.confidence.value,
            "builtin": rule.builtin,
            "source": rule.source,
        }
        for rule in catalogue.rules
    ]
    return dump_json({"schema": SCHEMA, "rules": rules}, 3)
