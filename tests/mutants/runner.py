"""Each mutant takes one hardening away from the reference backend; the scan must notice, and nothing else may change.

    python -m tests.mutants.runner [NAME ...]

A mutant is a patch in `fixtures/mutants`, a unified diff against `fixtures/chat_backend`. The lines above the diff say
what it does: `item:` the item that must no longer pass, `what:` what was taken away, in a sentence, and where one fault
is one of several items (a signing secret in the code is a secret in the code), `also:` the others, which must fall as
well. A file that the patch does not touch is analysed once for all mutants.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from readycheck.audit.known import list_checks
from readycheck.audit.run import build_report
from readycheck.audit.settings import Settings
from readycheck.catalog import load_catalogue
from readycheck.model.evidence import Observed, Scan
from readycheck.model.report import Target
from readycheck.model.vocabulary import Outcome
from readycheck.scan.engine import ScanOptions, scan

ROOT = Path(__file__).parents[2]
BACKEND = ROOT / "fixtures" / "chat_backend"
PATCHES = ROOT / "fixtures" / "mutants"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One patch."""

    name: str
    item: str
    also: tuple[str, ...]
    what: str
    path: Path


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant: the outcome and the reason of its item, and the other items that changed with it."""

    mutant: Mutant
    before: str
    outcome: str
    reason: str
    collateral: Mapping[str, str]

    @property
    def is_killed(self) -> bool:
        """Whether the scan noticed: the item passed, and does not any more."""
        return self.before == Outcome.PASS.value != self.outcome


def list_mutants(names: Sequence[str] = ()) -> list[Mutant]:
    """All mutants, or those with the given names."""
    found = [read_mutant(path) for path in sorted(PATCHES.glob("*.patch"))]
    return [one for one in found if not names or one.name in names or one.item in names]


def read_mutant(path: Path) -> Mutant:
    """The mutant of one patch; ValueError if its head does not say what it is."""
    head = read_head(path)
    return Mutant(path.stem, head["item"], tuple(head.get("also", "").split()), head["what"], path)


def read_head(path: Path) -> dict[str, str]:
    """What the lines above the diff say; ValueError if they do not say what the mutant is."""
    head: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith(("--- ", "diff ")):
            break
        key, colon, text = line.partition(": ")
        if colon:
            head[key] = text.strip()
    if not head.get("item") or not head.get("what"):
        raise ValueError(f"{path.name}: the lines above the diff must say `item:` and `what:`")
    return head


class Laboratory:
    """A copy of the backend in which one mutant after the other is made and unmade."""

    def __init__(self, folder: Path) -> None:
        """Take an empty folder."""
        self.root = folder / "chat_backend"
        os.environ["READYCHECK_CACHE_DIR"] = str(folder / "cache")  # unchanged files are analysed once
        tracked = subprocess.run(["git", "ls-files", "-z"], cwd=BACKEND, capture_output=True, check=True).stdout
        for name in tracked.decode().split("\0"):
            if name and (BACKEND / name).is_file():
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(BACKEND / name, self.root / name)
        self.catalogue = load_catalogue(known_checks=list_checks())

    @cached_property
    def healthy(self) -> dict[str, tuple[str, str]]:
        """The outcome and the reason of each item without any mutant."""
        return self.judge()

    def judge(self, observed: Sequence[Observed] = ()) -> dict[str, tuple[str, str]]:
        """The outcome and the reason of each item, with what was observed of the running service if it ran."""
        found: Scan = scan(self.root, self.catalogue.rules, ScanOptions(jobs=1))
        report = build_report(
            replace(found, root=str(self.root)),
            self.catalogue,
            Settings(),
            today=date(2026, 11, 29),
            target=Target(str(self.root)),
            version="0",
            observed=observed,
        )
        return {one.item.id: (one.outcome.value, one.reason) for one in report.items}

    def examine(self, mutant: Mutant) -> Verdict:
        """Apply the patch, judge, and take it back."""
        healthy = self.healthy
        self.apply(mutant)
        try:
            ill = self.judge()
        finally:
            self.apply(mutant, "--reverse")
        outcome, reason = ill[mutant.item]
        changed = {
            item: f"{healthy[item][0]} -> {ill[item][0]}: {ill[item][1]}"
            for item in ill
            if item != mutant.item and (ill[item][0] != healthy[item][0]) is not (item in mutant.also)
        }
        return Verdict(mutant, healthy[mutant.item][0], outcome, reason, changed)

    def apply(self, mutant: Mutant, *options: str) -> None:
        """Apply a patch; git's plain `apply` needs no repository."""
        command = ["git", "apply", "--whitespace=nowarn", *options, str(mutant.path)]
        subprocess.run(command, cwd=self.root, check=True, env={**os.environ, "GIT_CEILING_DIRECTORIES": "/"})


def examine_all(mutants: Sequence[Mutant]) -> Iterator[Verdict]:
    """The verdict on each mutant."""
    with tempfile.TemporaryDirectory(prefix="readycheck-mutants-") as folder:
        laboratory = Laboratory(Path(folder))
        for mutant in mutants:
            yield laboratory.examine(mutant)


def main() -> int:
    """Print what became of each mutant, and how many were killed; 1 unless all were, without collateral."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.runner", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("names", nargs="*", help="these mutants only, by name or item")
    parser.add_argument("--quiet", action="store_true", help="only those that survive or change something else")
    options = parser.parse_args()
    mutants = list_mutants(options.names)
    killed = clean = 0
    for verdict in examine_all(mutants):
        killed += verdict.is_killed
        clean += not verdict.collateral
        if not options.quiet or not verdict.is_killed or verdict.collateral:
            print_verdict(verdict)
    print(f"{killed} of {len(mutants)} mutants killed, {len(mutants) - clean} changed another item")
    return 0 if mutants and killed == clean == len(mutants) else 1


def print_verdict(verdict: Verdict) -> None:
    """One mutant, its item's outcome, and what else changed."""
    word = "killed  " if verdict.is_killed else "SURVIVED"
    print(f"{word} {verdict.mutant.name} ({verdict.before} -> {verdict.outcome})", flush=True)
    print(f"         {verdict.mutant.what}")
    print(f"         {verdict.mutant.item}: {verdict.reason[:300]}")
    for item, change in verdict.collateral.items():
        print(f"         ALSO {item}: {change[:300]}")


if __name__ == "__main__":
    sys.exit(main())
