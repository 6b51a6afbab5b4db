"""How often is a finding right? Findings on public backends, read by hand, against what a scan says today.

    python -m benchmarks.precision [--git-dir NAME=DIR ...] [--only NAME ...] [--reports DIR]

Every line of `labels/*.tsv` is one finding that somebody read in its source: `rule  tree  path:line  verdict  why`.
The labelled trees are fetched, scanned once with all rules (or their JSON reports taken from DIR/NAME.json), and
compared; the result is written to `benchmarks/precision/RESULTS.md`. Exit code 1 when a tree is not the pinned one,
when a rule of high confidence is right less often than it may be, or when what was read as right is not found.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.corpora import WORK, prepare
from benchmarks.precision.results import Finding, Label, Measured, measure_rules, render
from benchmarks.precision.trees import TREES
from readycheck.catalog import load_catalogue

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "RESULTS.md"
VERDICTS = ("right", "wrong", "arguable")
FIELDS = 5


def read_labels() -> Iterator[Label]:
    """The labels of all files; ends the program at a line that is none."""
    for path in sorted((FOLDER / "labels").glob("*.tsv")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            fields = line.split("\t")
            place, _, row = (*fields, "", "", "")[2].rpartition(":")
            if len(fields) not in {FIELDS - 1, FIELDS} or fields[3] not in VERDICTS or not row.isdigit():
                sys.exit(f"{path}:{number}: not a label: {line!r}")
            finding = Finding(fields[0], fields[1], place, int(row))
            yield Label(finding, fields[3], fields[4].strip() if len(fields) == FIELDS else "")


def scan(name: str, root: Path) -> dict[str, Any]:
    """The JSON report of one tree."""
    command = [sys.executable, "-m", "readycheck", "scan", str(root), "--format", "json", "--fail-on", "never"]
    printed = subprocess.run(command, check=False, stdout=subprocess.PIPE)
    if printed.returncode:
        sys.exit(f"the scan of {name} ended with {printed.returncode}")
    report: dict[str, Any] = json.loads(printed.stdout)
    return report


def list_findings(name: str, report: dict[str, Any]) -> Iterator[tuple[Finding, list[Finding]]]:
    """The findings of a report, each with the other places that it names."""
    for one in report["findings"]:
        places = [
            Finding(one["rule"], name, where["path"], where["line"])
            for where in (one["where"], *one["also"])
            if where["kind"] == "span"
        ]
        if places:
            yield places[0], places[1:]


def gather(
    names: list[str], reports: Path | None, git_dirs: dict[str, Path]
) -> tuple[Counter[str], dict[Finding, int], bool]:
    """Findings a rule, every place that a finding names, and whether all trees are the pinned ones."""
    totals: Counter[str] = Counter()
    places: Counter[Finding] = Counter()
    is_pinned = True
    for name in names:
        if reports:
            report = json.loads((reports / f"{name}.json").read_text(encoding="utf-8"))
        else:
            tree = TREES[name]
            digest = prepare(tree, None, git_dirs)
            if digest != tree.digest:
                print(f"{name} is not the pinned tree: its list has the sha256 {digest}", flush=True)
                is_pinned = False
            report = scan(name, tree.root)
        for finding, others in list_findings(name, report):
            totals[finding.rule] += 1
            places.update({finding, *others})
    return totals, dict(places), is_pinned


def main() -> int:
    """Read, fetch, scan, compare, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.precision", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--git-dir", action="append", default=[], metavar="NAME=DIR", help="a local clone to read from")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="this tree (repeatable)")
    parser.add_argument("--reports", type=Path, metavar="DIR", help="take NAME.json from here instead of scanning")
    options = parser.parse_args()
    git_dirs = {f"whole/{name}": Path(folder) for name, _, folder in (pair.partition("=") for pair in options.git_dir)}
    (WORK / "corpora").mkdir(parents=True, exist_ok=True)
    labels = [label for label in read_labels() if not options.only or label.finding.tree in options.only]
    unknown = {label.finding.tree for label in labels} - TREES.keys()
    if unknown:
        sys.exit(f"no such tree: {', '.join(sorted(unknown))}")
    named = options.only or TREES
    totals, places, is_pinned = gather([name for name in TREES if name in named], options.reports, git_dirs)
    measured = measure_rules(labels, totals, places, load_catalogue().rules)
    if not options.only:
        RESULTS.write_text(render(measured, TREES), encoding="utf-8")
    return 0 if report_faults(measured) and is_pinned else 1


def report_faults(measured: list[Measured]) -> bool:
    """Print which rules fall short and which right findings are gone; whether there are none."""
    is_good = True
    for one in measured:
        if one.falls_short:
            print(f"{one.rule.id}: {one.precision} right, at high confidence")
            is_good = False
        for label in one.lost:
            print(f"{one.rule.id}: no longer found, and read as right: {label.finding.tree} {label.finding.place}")
            is_good = False
    return is_good


if __name__ == "__main__":
    sys.exit(main())
