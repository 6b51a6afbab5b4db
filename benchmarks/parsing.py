"""What a scan with all rules costs, against parsing all of the tree once and nothing else.

    python -m benchmarks.parsing [--runs N]

Writes PARSING.md. Both are processor time of whole commands, interpreter start included, measured in turn. Python may
keep the bytecode, as it does wherever readycheck is installed, whatever PYTHONDONTWRITEBYTECODE says here.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.corpora import WORK, Corpus, find_corpus
from benchmarks.measure import Command, Timing, time_together
from readycheck.catalog import load_catalogue
from readycheck.scan.files.languages import language_of
from readycheck.scan.plan import CODE

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "PARSING.md"
TREES = ("django", "llm")
GOAL = 1.0
HEAD = """# A scan with all rules, against parsing alone

Written by `python -m benchmarks.parsing`. Medians of {runs} runs, {rules} rules, processor seconds of whole commands;
parsing is ast-grep's parser on every source file, once. Goal: a cold scan of Django costs no more than parsing it.
Django is a library: no application and no deployment, so that what only a service can have is not looked for.

| tree | parsing | cold scan | ratio | goal | warm scan, nothing changed | ratio |
| --- | --: | --: | --: | --- | --: | --: |
"""


def parse_all(root: Path) -> None:
    """Parse each source file of a tree once."""
    from ast_grep_py import SgRoot  # noqa: PLC0415 - part of what is measured

    for folder, _, names in os.walk(root):
        for name in names:
            language = language_of(name)
            if language in CODE:
                text = (Path(folder) / name).read_text(encoding="utf-8", errors="replace")
                SgRoot(text, language.value).root()


def measure(corpus: Corpus, runs: int, folder: str) -> list[Timing]:
    """Parsing, a scan without a cache, a scan of which everything is in the cache."""
    python = sys.executable
    usual = (("PYTHONDONTWRITEBYTECODE", ""),)
    cache = (("READYCHECK_CACHE_DIR", folder), *usual)
    scan = (python, "-m", "readycheck", "scan", str(corpus.root), "--format", "json")
    return time_together(
        [
            Command("parse", (python, "-m", "benchmarks.parsing", "--parse", corpus.name), ROOT, usual),
            Command("cold", (*scan, "--no-cache"), ROOT, usual),
            Command("warm", scan, ROOT, cache),
        ],
        runs,
    )


def render(corpus: Corpus, timings: list[Timing]) -> Iterator[str]:
    """One row of the table."""
    parsing, cold, warm = (timing.cpu for timing in timings)
    ratio = cold / parsing
    goal = "" if corpus.name != "django" else "met" if ratio <= GOAL else "**missed**"
    cells = (f"{parsing:.2f}", f"{cold:.2f}", f"{ratio:.1f} x", goal, f"{warm:.2f}", f"{warm / parsing:.1f} x")
    yield f"| {corpus.title} | {' | '.join(cells)} |"


def main() -> int:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.parsing", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--parse", metavar="CORPUS", help="only parse this tree: what is compared with")
    options = parser.parse_args()
    if options.parse:
        parse_all(find_corpus(options.parse).root)
        return 0
    rows: list[str] = []
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        for name in TREES:
            corpus = find_corpus(name)
            rows += render(corpus, measure(corpus, options.runs, folder))
    text = HEAD.format(runs=options.runs, rules=len(load_catalogue().rules)) + "\n".join(rows) + "\n"
    RESULTS.write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
