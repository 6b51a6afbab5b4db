"""`OWN_TESTS.md`: the projects' own tests before and after, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

INTRODUCTION = """<!-- Written by `python -m benchmarks.codemods.own_tests`. -->

# The projects' own tests, before and after

Each project is tested as it is, and after `readycheck fix --write --unsafe` (rules `print-call` and `console-call`,
with `logging-configured` set). `reached` are rewritten lines that the tests really ran: in Python the log calls that
made a record (level INFO is on, in the process of the tests), in TypeScript what jest's coverage counts;
`unformatted` are those whose record could not be formatted. `asserts output` are tests that differ because they read
what was printed, each listed below with the reason; `differs` would be any other test. Tests that failed or were
skipped on the untouched tree count too: they must go on doing so. A test is `unsteady` when it differed once and not
again.
"""
COLUMNS = (
    "project", "tests of", "files", "calls", "reached", "unformatted", "tests", "passed before", "same outcome",
    "asserts output", "differs", "unsteady",
)  # fmt: skip


def render(rows: Sequence[Mapping[str, Any]]) -> str:
    """The whole page; a row is a `Compared` as a mapping."""
    lines = [
        INTRODUCTION,
        draw(COLUMNS),
        draw(("---", "---", *["--:"] * 10)),
        *map(draw_row, rows),
        draw_total(rows),
        "",
    ]
    return "\n".join([*lines, *draw_lists(rows)])


def count(row: Mapping[str, Any]) -> list[int]:
    """The figures of one project, in the order of the table."""
    expected, different, unsteady = (len(row[name]) for name in ("expected", "different", "unsteady"))
    same = row["tests"] - expected - different
    own = [row[name] for name in ("files", "calls", "reached", "failures", "tests", "passed")]
    return [*own, same, expected, different, unsteady]


def draw_row(row: Mapping[str, Any]) -> str:
    """One project."""
    return draw([row["title"], row["part"], *count(row)])


def draw_total(rows: Sequence[Mapping[str, Any]]) -> str:
    """All projects together."""
    return draw([f"**{len(rows)} projects**", "", *(sum(column) for column in zip(*map(count, rows), strict=True))])


def draw(cells: Sequence[str | int]) -> str:
    """A row of a table."""
    return f"| {' | '.join(f'{cell:,}' if isinstance(cell, int) else cell for cell in cells)} |"


def draw_lists(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The tests by name, under what is the matter with them."""
    titles = {
        "expected": "Tests that assert what is printed",
        "different": "Tests that differ for another reason",
        "unsteady": "Tests that are not steady",
    }
    for key, title in titles.items():
        if any(row[key] for row in rows):
            yield from (f"## {title}", "")
        for row in (row for row in rows if row[key]):
            named = row[key] if isinstance(row[key], dict) else dict.fromkeys(row[key], "")
            yield from (f"{row['title']}:", "")
            yield from (f"- `{name}`{f': {text}' if text else ''}" for name, text in named.items())
            yield ""
