"""One tree: plan, write, look at it with other eyes, run again."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.codemods.oracles import (
    Edited,
    count_undefined,
    find_new_undefined,
    find_stray_changes,
    find_syntax_errors,
)
from benchmarks.corpora import WORK

HOME = WORK / "codemods"
SETTINGS = '[fix]\nlogging-configured = true\npython-logger = "logging"\n'
"""What a team that asks for the migration would say; otherwise every rewritten print waits for `--unsafe`."""


@dataclass
class Measured:
    """What became of the sites of one tree, and what is wrong with it afterwards (all of these should be empty)."""

    name: str
    sites: int = 0
    split: Counter[str] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    files: int = 0
    left: list[str] = field(default_factory=list)
    faults: dict[str, list[str]] = field(default_factory=dict)
    applied: list[dict[str, Any]] = field(default_factory=list)


Pair = tuple[Measured, Measured]
"""One tree with its safe fixes only, and with the unsafe ones too."""


def run_fix(root: Path, report: Path, rules: Sequence[str], *options: str) -> dict[str, Any]:
    """The JSON report of one run of `readycheck fix`; ends the program where it could not do its work."""
    settings = HOME / "readycheck.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    command = [sys.executable, "-m", "readycheck", "fix", str(root), "--quiet", f"--report=json={report}"]
    command += [f"--config={settings}", *(f"--rule={rule}" for rule in rules), *options]
    done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if done.returncode not in {0, 1}:
        sys.exit(f"readycheck fix {root} ended with {done.returncode}: {done.stderr.decode(errors='replace')}")
    found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return found


def measure(name: str, source: Path, rules: Sequence[str]) -> Pair:
    """A tree with its safe fixes, and with the unsafe ones too; the second is only done where there are any."""
    safe = measure_once(name, source, rules, "")
    unsafe = measure_once(name, source, rules, "--unsafe") if safe.split["unsafe"] else replace(safe, applied=[])
    return safe, unsafe


def measure_once(name: str, source: Path, rules: Sequence[str], wish: str) -> Measured:
    """Fix a copy of a tree and look at the result; a run that wrote nothing is not repeated."""
    copy = HOME / "copies" / f"{name}{wish}"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(source, copy, symlinks=True)
    options = ("--write", "--allow-dirty", *filter(None, (wish,)))
    report = run_fix(copy, HOME / f"{copy.name}.json", rules, *options)
    again = run_fix(copy, HOME / f"{copy.name}-again.json", rules, *options) if count_written(report) else report
    found = judge(name, source, copy, report, again)
    if not any(found.faults.values()):
        shutil.rmtree(copy)
    return found


def count_written(report: dict[str, Any]) -> int:
    """How many sites a run wrote."""
    return sum(site["state"] == "written" for site in report["sites"])


def keep(pair: Pair) -> None:
    """Put what was measured beside the copies, for a run that goes on where this one was ended."""
    rows = [{**vars(one), "reasons": [[*why, number] for why, number in one.reasons.items()]} for one in pair]
    target = HOME / "measured" / f"{pair[0].name}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(rows), encoding="utf-8")


def recall(name: str) -> Pair | None:
    """What an earlier run measured of this tree."""
    source = HOME / "measured" / f"{name}.json"
    if not source.exists():
        return None
    safe, unsafe = (
        Measured(
            **{
                **row,
                "split": Counter(row["split"]),
                "reasons": Counter({(kind, why): number for kind, why, number in row["reasons"]}),
            }
        )
        for row in json.loads(source.read_text(encoding="utf-8"))
    )
    return safe, unsafe


def judge(name: str, source: Path, copy: Path, report: dict[str, Any], again: dict[str, Any]) -> Measured:
    """What the report says, and what others say about the files that it wrote."""
    sites = report["sites"]
    found = Measured(name, len(sites), Counter(site["safety"] for site in sites))
    found.reasons = Counter((site["safety"], site["reason"]) for site in sites if site["safety"] != "safe")
    found.left = [f"{one.get('path', '')}: {one.get('reason', '')}" for one in report["problems"]]
    found.applied = [site for site in sites if site["state"] == "written"]
    edited = list(read_edited(source, copy, report))
    paths = [file.path for file in edited]
    found.files = len(edited)
    found.faults = {
        "syntax": find_syntax_errors(edited, source, copy),
        "undefined names": find_new_undefined(count_undefined(source, paths), count_undefined(copy, paths)),
        "off the planned places": find_stray_changes(edited),
        "second run": [
            f"{site['where']['path']}:{site['where']['line']}" for site in again["sites"] if site["state"] == "written"
        ],
        "no reason": [
            f"{site['where']['path']}:{site['where']['line']}"
            for site in sites
            if site["safety"] == "refused" and (not site["reason"] or site["reason"] == "no-plan")
        ],
    }
    return found


def read_edited(source: Path, copy: Path, report: dict[str, Any]) -> list[Edited]:
    """The files that differ, with the lines that the written sites name."""
    planned: dict[str, list[tuple[int, int]]] = {}
    for site in report["sites"]:
        if site["state"] == "written" and site["where"]["kind"] == "span":
            where = site["where"]
            planned.setdefault(where["path"], []).append((where["line"], where["end_line"]))
    files = []
    for one in report["files"]:
        before, after = source / one["path"], copy / one["path"]
        if not one["new"] and before.read_bytes() != after.read_bytes():
            old, new = (path.read_bytes().decode("utf-8", "surrogateescape") for path in (before, after))
            files.append(Edited(one["path"], old, new, planned.get(one["path"], [])))
    return files
