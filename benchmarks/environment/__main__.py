"""How much of what public backends read from the environment `readycheck env` sees, and how much of that is right.

    python -m benchmarks.environment [--git-dir NAME=DIR ...] [--only NAME ...]

Fetches the pinned trees (about 100 MB below `benchmarks/.work/`), labels them by other means (`labels.py`), compares,
and writes `benchmarks/environment/RESULTS.md`. Exit code 1 when a goal is missed or a tree is not the pinned one.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpora import WORK, Corpus, list_files, prepare
from benchmarks.environment.labels import UNSAFE, Label, is_left_out, label_file
from benchmarks.environment.trees import TREES
from readycheck.model.vocabulary import Role
from readycheck.scan.engine import ScanOptions, gather_facts
from readycheck.scan.inventories.environment import KINDS
from readycheck.scan.inventories.environment_rows import Project, make_rows

RESULTS = Path(__file__).with_name("RESULTS.md")
LEAST = 0.95
LEAST_UNSAFE = 0.9
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Compared:
    """One tree: labels, what we list; unsafe defaults likewise; dynamic reads and the verdicts on them; lines."""

    tree: Corpus
    labels: frozenset[Label]
    listed: frozenset[Label]
    unsafe: Counter[tuple[str, str]]
    found_unsafe: Counter[tuple[str, str]]
    dynamic: int
    missing: int
    lines: int

    @property
    def right(self) -> int:
        """Reads that both sides know."""
        return len(self.labels & self.listed)

    @property
    def right_unsafe(self) -> int:
        """Unsafe defaults that both sides know."""
        return (self.unsafe & self.found_unsafe).total()


def compare(tree: Corpus) -> Compared:
    """Label a tree, list it, count."""
    scan = gather_facts(tree.root, KINDS, ScanOptions())
    project = Project(scan.files)
    reads = [fact for fact in project.environment.reads if not is_left_out(fact.where.path)]
    listed = frozenset((one.where.path, one.where.line, str(one.data["name"])) for one in reads if one.data["name"])
    labels: set[Label] = set()
    lines = 0
    for path in list_files(tree):
        text = (tree.root / path).read_text(encoding="utf-8", errors="replace")
        labels |= set(label_file(tree.name, path, text))
        lines += 0 if is_left_out(path) else text.count("\n")
    known = {file.path for file in scan.files}
    unsafe = [
        one
        for one in reads
        if one.data["unsafe"] and not one.data["exempt"] and project.roles[one.where.path] is Role.SERVER
    ]
    rows = [row for row in make_rows(scan.files, {}) if row["name"] is None]
    return Compared(
        tree,
        frozenset(label for label in labels if label[0] in known),
        listed,
        Counter(UNSAFE.get(tree.name, ())),
        Counter((one.where.path, str(one.data["name"])) for one in unsafe),
        sum(len(row["reads"]) for row in rows if isinstance(row["reads"], list)),
        sum(1 for row in rows if row["verdict"]),
        lines,
    )


def render(compared: Sequence[Compared]) -> str:
    """The results as Markdown."""
    rows = [
        f"| {one.tree.name} | {one.tree.title} | {one.lines:,} | {len(one.labels):,} | {len(one.listed):,} "
        f"| {ratio(one.right, len(one.listed))} | {ratio(one.right, len(one.labels))} | {one.dynamic} "
        f"| {one.unsafe.total()} | {one.found_unsafe.total()} | {one.right_unsafe} |"
        for one in compared
    ]
    total = summarise(compared)
    return HEAD + "\n".join(rows) + "\n\n" + "\n".join(f"- {line}" for line in total.values()) + "\n" + FOOT


def summarise(compared: Sequence[Compared]) -> Mapping[str, str]:
    """The sums, in words."""
    labels, listed = sum(len(one.labels) for one in compared), sum(len(one.listed) for one in compared)
    right, lines = sum(one.right for one in compared), sum(one.lines for one in compared)
    unsafe, right_unsafe = sum(one.unsafe.total() for one in compared), sum(one.right_unsafe for one in compared)
    false = sum(one.found_unsafe.total() for one in compared) - right_unsafe
    dynamic, missing = sum(one.dynamic for one in compared), sum(one.missing for one in compared)
    return {
        "precision": f"Reads: {right:,} of {listed:,} listed are labelled: precision {ratio(right, listed)}.",
        "recall": f"Reads: {right:,} of {labels:,} labelled are listed: recall {ratio(right, labels)}.",
        "dynamic": f"Reads whose name only running tells: {dynamic}, of which {missing} are called missing.",
        "unsafe": f"Unsafe defaults: {right_unsafe} of {unsafe} found, {false} false in {lines:,} lines.",
    }


def ratio(part: int, whole: int) -> str:
    """A share in per cent."""
    return f"{part / whole:.1%}" if whole else "-"


def meets_goals(compared: Sequence[Compared]) -> bool:
    """Whether precision, recall and the unsafe defaults are as good as they are meant to be."""
    labels, listed = sum(len(one.labels) for one in compared), sum(len(one.listed) for one in compared)
    right = sum(one.right for one in compared)
    unsafe, right_unsafe = sum(one.unsafe.total() for one in compared), sum(one.right_unsafe for one in compared)
    false = sum(one.found_unsafe.total() for one in compared) - right_unsafe
    reads = right >= LEAST * labels and right >= LEAST * listed and not any(one.missing for one in compared)
    return reads and right_unsafe >= LEAST_UNSAFE * unsafe and false * 10_000 <= sum(one.lines for one in compared)


def show_differences(one: Compared) -> None:
    """The first differences of a tree, for whoever wants to judge them."""
    print(f"{one.tree.name}: {one.right} of {len(one.listed)} listed and {len(one.labels)} labelled", flush=True)
    for title, places in (("not labelled", one.listed - one.labels), ("not listed", one.labels - one.listed)):
        for path, line, name in sorted(places)[:SHOWN]:
            print(f"  {title}: {path}:{line} {name}")
    for path, name in (one.found_unsafe - one.unsafe).elements():
        print(f"  not labelled as unsafe: {path} {name}")
    for path, name in (one.unsafe - one.found_unsafe).elements():
        print(f"  not found to be unsafe: {path} {name}")


def main() -> int:
    """Fetch, compare, print, write."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.environment", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--git-dir", action="append", default=[], metavar="NAME=DIR", help="a local clone to read from")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="this tree (repeatable)")
    options = parser.parse_args()
    git_dirs = {name: Path(folder) for name, _, folder in (pair.partition("=") for pair in options.git_dir)}
    (WORK / "corpora").mkdir(parents=True, exist_ok=True)
    compared, is_pinned = [], True
    for tree in TREES:
        if options.only and tree.name not in options.only:
            continue
        digest = prepare(tree, None, git_dirs)
        if digest != tree.digest:
            print(f"{tree.name} is not the pinned tree: its list has the sha256 {digest}")
            is_pinned = False
        compared.append(compare(tree))
        show_differences(compared[-1])
    if not options.only:
        RESULTS.write_text(render(compared), encoding="utf-8")
    print("\n".join(summarise(compared).values()))
    return 0 if is_pinned and meets_goals(compared) else 1


HEAD = """# Environment variables: what is read, and what `readycheck env` sees of it

Written by `python -m benchmarks.environment`. The labels come from a reading that shares nothing with readycheck
(`ast` for Python, regexes for JavaScript, and the projects' own functions, schemas and settings classes written down by
hand in `labels.py`); tests, type declarations and code that is only shown as text are left out on both sides. A label
is a file, a line and a name.

| tree | commit | lines | labelled | listed | precision | recall | dynamic | unsafe | found | right |
| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |
"""
FOOT = """
The labels of the first eighteen trees and readycheck were written side by side: a difference was read by hand, and
whichever side was wrong was mended. The last four (fief, kitsune, formbricks, langfuse) were labelled before anybody
had looked at what is listed there: at first sight 3,344 of 3,375 listed reads were labelled (99.1 %) and 3,344 of 3,466
labels listed (96.5 %). Most of what was missed then were labels on the key of a mapping whose read stands a line below.

What differs still was read by hand, too. In outline the pages of plug-ins import `~/env`, what the server wrote into
the page, which is taken for the server's own module. In ghostfolio `app.get(ConfigurationService)` is not followed, for
a container may return anything. In langfuse and formbricks the reads that are not labelled are there: lists of names
that a loop asks for, aliases, an import beside a type. The one false default fills in a secret for integration tests,
in a file that nothing but its folder's name tells from server code.

Unsafe defaults count in server code only, and only where nothing keeps them from taking effect.
"""

if __name__ == "__main__":
    sys.exit(main())
