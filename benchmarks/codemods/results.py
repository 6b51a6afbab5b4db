"""The results as Markdown, and the list of what was changed, for reading by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.codemods.judgements import draw_judgements
from benchmarks.codemods.measure import Pair

TITLES = {"python": "Python: print to the logger", "javascript": "JavaScript and TypeScript: console to the logger"}
HEAD = (
    "| project | sites | safe | unsafe | refused | files | left | syntax | names | off-site | again | no reason |",
    "| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |",
)
INTRODUCTION = """<!-- Written by `python -m benchmarks.codemods`. -->

# What the codemods do to code that nobody had in mind

Each tree is rewritten twice, with the safe fixes only and with the unsafe ones too, with `logging-configured` set, as
by a team that wants the migration. A site is a call that the rule finds anywhere in the tree, in tests and scripts
too. Python: sdists, most of them libraries, and the last two rows are services; JavaScript: servers, the last two with
a logger that most of their modules use. The last five columns count what is wrong afterwards, in both runs together:
files with a syntax error (Python's compiler, TypeScript's parser), files with more undefined names (ruff, F821),
changed lines that the plan does not name, edits that a second run made, and sites that have neither an edit nor a
reason. `left` are files that readycheck itself left untouched, because its own checks failed.
"""
SPEED = Path(__file__).parent / "speed.tsv"
HAND = """\
Safe edits were read in their source by one reader and judged by: nothing lost, nothing raised, the same order, the same
text, a sensible level, not the product of a command line, the import in a good place. Many edits that were
wrong at first were the reason for a rule of the fix, so these trees are no fresh sample; `labels.tsv` has each verdict.
"""
PRINTS = """All calls of `print` in gpt_academic@0aa0472 (275 Python files). The peers rename the callee and do nothing
else: no import, no logger, no arguments adapted. User and system time of all processes, `python -m
benchmarks.codemods.speed`."""
CHECKED = ("syntax", "undefined names", "off the planned places", "second run", "no reason")


def render(rows: Mapping[str, Sequence[Pair]]) -> str:
    """The whole page."""
    lines = [INTRODUCTION]
    for language, pairs in rows.items():
        lines += [f"## {TITLES[language]}", "", *HEAD, *map(draw_row, pairs), draw_total(pairs), ""]
        lines += [*draw_reasons(pairs), ""]
    lines += [*draw_judgements(rows), HAND, *draw_speed()]
    return "\n".join(lines) + "\n"


def draw_speed() -> Iterator[str]:
    """What `benchmarks.codemods.speed` measured last."""
    rows = [line.split("\t") for line in SPEED.read_text(encoding="utf-8").splitlines()] if SPEED.exists() else []
    if not rows:
        return
    yield from ("## Processor time", "", PRINTS, "")
    yield "| tool | prints left | files broken | names undefined | CPU seconds | readycheck takes |"
    yield "| --- | --: | --: | --: | --: | --: |"
    own = float(rows[1][4])
    for name, left, broken, undefined, seconds, _ in rows:
        cells: list[str | int] = [name, int(left), int(broken), int(undefined), seconds]
        yield draw([*cells, "" if name.startswith("readycheck") else f"{own / float(seconds):.2f} times as long"])


def draw_row(pair: Pair) -> str:
    """One project."""
    _, found = pair
    split = [found.split[name] for name in ("safe", "unsafe", "refused")]
    faults = [sum(len(one.faults[name]) for one in pair) for name in CHECKED]
    return draw([found.name, found.sites, *split, found.files, len(found.left), *faults])


def draw_total(pairs: Sequence[Pair]) -> str:
    """All projects together."""
    rows = [found for _, found in pairs]
    split = [sum(one.split[name] for one in rows) for name in ("safe", "unsafe", "refused")]
    faults = [sum(len(one.faults[name]) for pair in pairs for one in pair) for name in CHECKED]
    total: list[str | int] = [f"**{len(pairs)} projects**", sum(one.sites for one in rows), *split]
    return draw([*total, sum(one.files for one in rows), sum(len(one.left) for one in rows), *faults])


def draw(cells: Sequence[str | int]) -> str:
    """A row of a table."""
    return f"| {' | '.join(f'{cell:,}' if isinstance(cell, int) else cell for cell in cells)} |"


def draw_reasons(pairs: Sequence[Pair]) -> Iterator[str]:
    """Why sites are unsafe or refused, over all projects."""
    total: Counter[tuple[str, str]] = Counter()
    for _, found in pairs:
        total += found.reasons
    yield from ("| class | reason | sites |", "| --- | --- | --: |")
    yield from (draw([safety, f"`{reason}`", number]) for (safety, reason), number in total.most_common())


def write_applied(rows: Mapping[str, Sequence[Pair]], path: Path) -> None:
    """Every safe change that was written, as `path:line` with the lines before and after it."""
    with path.open("w", encoding="utf-8") as stream:
        for pairs in rows.values():
            for safe, _ in pairs:
                for site in safe.applied:
                    where = site["where"]
                    stream.write(f"{safe.name} {where['path']}:{where['line']} {site['title']}\n")
                    stream.writelines(f"  - {line}\n" for line in where["snippet"].splitlines())
                    main = [edit for edit in site["edits"] if edit["path"] == where["path"]][-3:]
                    stream.writelines(f"  + {edit['new']!r}\n" for edit in main)
