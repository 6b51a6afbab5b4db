"""Do the projects' own tests still say the same after `readycheck fix --write --unsafe`?

    python -m benchmarks.codemods.own_tests [--cache DIR] [--git-dir NAME=DIR ...] [--only NAME ...]

Each project of `own_tests.toml` is laid out twice, one copy is rewritten, and its tests run on both. Tests that differ
are run once more on both, and differ only if they do so again. Writes `OWN_TESTS.md`; exit code 1 when a test differs
that is not listed in `own_tests.toml`, with the reason that was seen by reading it. Installs and runs public packages.
"""

from __future__ import annotations

import argparse
import difflib
import json
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.codemods.measure import HOME, run_fix
from benchmarks.codemods.own_page import render
from benchmarks.codemods.own_scripts import (
    ScriptSuite,
    copy_backend,
    fetch_backend,
    install_scripts,
    list_scripts,
    run_scripts,
)
from benchmarks.codemods.own_suites import Run, Suite, install, list_suites, run_tests
from benchmarks.codemods.trees import list_sdists
from benchmarks.corpora import fetch_archive, read_archive

PAGE = Path(__file__).parent / "OWN_TESTS.md"
Trees = tuple[Path, Path]


@dataclass(frozen=True, slots=True)
class Compared:
    """One project: what was rewritten, what ran, and which tests differ (`id: before -> after`)."""

    title: str
    part: str
    files: int
    calls: int
    reached: int
    tests: int
    passed: int
    failures: int
    unsteady: list[str] = field(default_factory=list)
    different: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """One project, installed and laid out: its two trees, the rule to fix in the second, and how its tests are run.

    `run` takes a tree, the tests and the paths of the files that are rewritten.
    """

    suite: Suite | ScriptSuite
    title: str
    trees: Trees
    rule: str
    run: Callable[[Path, Sequence[str], Sequence[str]], Run]


def main() -> int:
    """Compare, write, and say whether anything differs that should not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, help="a folder that holds the archives already")
    parser.add_argument("--git-dir", action="append", default=[], metavar="NAME=DIR")
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME")
    given = parser.parse_args()
    (HOME / "own" / "trees").mkdir(parents=True, exist_ok=True)
    (HOME / "own" / "trees" / "pytest.ini").touch()  # else a project without settings would be tested with ours
    git_dirs = {f"whole/{name}": Path(folder) for name, _, folder in (one.partition("=") for one in given.git_dir)}
    suites: list[Suite | ScriptSuite] = [*list_suites(), *list_scripts()]
    for suite in suites:
        if not given.only or suite.name in given.only:
            task = lay_sdist(suite, given.cache) if isinstance(suite, Suite) else lay_backend(suite, git_dirs)
            found = compare(task)
            place_result(suite.name).write_text(json.dumps(asdict(found)), encoding="utf-8")
            print(f"{suite.name}: {found.tests} tests, {len(found.different)} differ", flush=True)
    rows = [read_result(suite) for suite in suites if place_result(suite.name).exists()]
    PAGE.write_text(render(rows), encoding="utf-8")
    return 1 if any(row["different"] or row["failures"] for row in rows) else 0


def place_result(name: str) -> Path:
    """Where the result of one project is kept, so that a single one can be measured again."""
    return HOME / "own" / f"{name}.result.json"


def read_result(suite: Suite | ScriptSuite) -> dict[str, Any]:
    """The kept result of one project; the differences that were read and listed are `expected`, with the reason."""
    found: dict[str, Any] = json.loads(place_result(suite.name).read_text(encoding="utf-8"))
    known = {name: suite.expected[name] for name in found["different"] if name in suite.expected}
    rest = {name: text for name, text in found["different"].items() if name not in known}
    return {**found, "expected": known, "different": rest}


def lay_sdist(suite: Suite, cache: Path | None) -> Task:
    """Install a Python project and unpack it twice."""
    sdist = next(sdist for sdist in list_sdists() if sdist.name.lower() == suite.name)
    archive = fetch_archive(sdist.archive, cache)
    install(suite, archive)
    trees = (unpack(suite, archive, "before"), unpack(suite, archive, "after"))
    title = sdist.archive.requirement.replace("==", " ")
    return Task(suite, title, trees, "print-call", lambda tree, tests, _: run_tests(suite, tree, tests))


def lay_backend(suite: ScriptSuite, git_dirs: dict[str, Path]) -> Task:
    """Install a backend and copy its tree twice."""
    title, source = fetch_backend(suite.name, git_dirs)
    install_scripts(suite, source)
    trees = (copy_backend(suite, source, "before"), copy_backend(suite, source, "after"))
    return Task(suite, title, trees, "console-call", partial(run_scripts, suite))


def unpack(suite: Suite, archive: Path, kind: str) -> Path:
    """A fresh copy of the project's sdist."""
    root = HOME / "own" / "trees" / suite.name / kind
    shutil.rmtree(root, ignore_errors=True)
    for path, data in read_archive(archive, ()):
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return root


def compare(task: Task) -> Compared:
    """Rewrite the second tree, test both, and test again what differs."""
    suite, (before, after) = task.suite, task.trees
    wish = ("--write", "--unsafe", "--allow-dirty")
    report = run_fix(after, HOME / "own" / f"{suite.name}.fix.json", (task.rule,), *wish)
    paths = [one["path"] for one in report["files"]]
    old, new = (task.run(tree, suite.tests, paths) for tree in task.trees)
    differing = find_differing(old, new)
    real = keep_steady(task, paths, old, differing)
    changed = {(path, line) for path in paths for line in list_changed(before / path, after / path)}
    return Compared(
        title=task.title,
        part=suite.part,
        files=len(paths),
        calls=sum(site["state"] == "written" for site in report["sites"]),
        reached=len(new.records & changed),
        tests=len(old.outcomes),
        passed=sum(set(found) == {"passed"} for found in old.outcomes.values()),
        failures=len(new.failures - old.failures),
        unsteady=sorted(differing.keys() - real.keys()),
        different=real,
    )


def find_differing(old: Run, new: Run) -> dict[str, str]:
    """The tests whose outcome is not the same, or that ran in one tree only."""
    names = sorted(old.outcomes.keys() | new.outcomes.keys())
    pairs = {name: (old.outcomes.get(name, ("missing",)), new.outcomes.get(name, ("missing",))) for name in names}
    return {name: f"{'+'.join(was)} -> {'+'.join(now)}" for name, (was, now) in pairs.items() if was != now}


def keep_steady(task: Task, paths: Sequence[str], old: Run, differing: dict[str, str]) -> dict[str, str]:
    """The differences that a second run of their files shows again."""
    if not differing:
        return {}
    files = sorted({old.files.get(name, "") for name in differing} - {""}) or task.suite.tests
    again = find_differing(
        *(task.run(tree, [relocate(file, task.trees, tree) for file in files], paths) for tree in task.trees)
    )
    return {name: text for name, text in differing.items() if again.get(name) == text}


def relocate(file: str, trees: Trees, tree: Path) -> str:
    """A file of tests, named by its place in one tree, in another one."""
    first, _ = trees
    return str(tree / Path(file).relative_to(first)) if Path(file).is_relative_to(first) else file


def list_changed(before: Path, after: Path) -> Iterator[int]:
    """The lines of a file that are new or other than before."""
    old, new = (path.read_text(encoding="utf-8", errors="replace").splitlines() for path in (before, after))
    for tag, _, _, first, last in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from range(first + 1, last + 1)


if __name__ == "__main__":
    sys.exit(main())
