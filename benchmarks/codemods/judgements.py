"""What a person said about safe edits that were applied: right, arguable or wrong, each with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.codemods.measure import Measured, Pair

LABELS = Path(__file__).parent / "labels.tsv"
VERDICTS = ("right", "arguable", "wrong")


def read_labels() -> dict[tuple[str, str], str]:
    """The verdicts by (tree, `path:line` of the text before the edit); raises ValueError for an unknown verdict."""
    labels = {}
    for line in LABELS.read_text(encoding="utf-8").splitlines() if LABELS.exists() else ():
        tree, place, verdict, _ = line.split("\t")
        if verdict not in VERDICTS:
            raise ValueError(f"{LABELS}: {line}")
        labels[tree, place] = verdict
    return labels


def list_applied(found: Measured) -> Iterator[tuple[str, str]]:
    """The safe edits of a tree as labels name them."""
    for site in found.applied:
        where = site["where"]
        yield found.name, f"{where['path']}:{where['line']}"


def draw_judgements(rows: Mapping[str, Sequence[Pair]]) -> Iterator[str]:
    """The section of the results, as lines."""
    labels = read_labels()
    yield from ("## Read by hand", "", "| safe edits | applied | read | right | arguable | wrong |")
    yield "| --- | --: | --: | --: | --: | --: |"
    total: Counter[str] = Counter()
    for language, pairs in rows.items():
        applied = [one for safe, _ in pairs for one in list_applied(safe)]
        found = Counter(labels[one] for one in applied if one in labels)
        counts = {"applied": len(applied), "read": found.total(), **{one: found[one] for one in VERDICTS}}
        total.update(counts)
        yield draw_counts(language, counts)
    yield draw_counts("**both**", total)
    if total["read"]:
        share, strict = (100 * number / total["read"] for number in (total["read"] - total["wrong"], total["right"]))
        yield from ("", f"Not wrong: {share:.1f} % of what was read; right beyond argument: {strict:.1f} %.", "")


def draw_counts(title: str, counts: Mapping[str, int]) -> str:
    """A row of the table."""
    cells = (f"{counts[name]:,}" for name in ("applied", "read", *VERDICTS))
    return f"| {title} | {' | '.join(cells)} |"
