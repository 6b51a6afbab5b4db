"""The tests of JavaScript and TypeScript backends: dependencies from npm, run with jest on a tree, read as outcomes.

No install script of a package runs, so what one would download (a browser, Prisma's engines) is not there; where tests
need that, `jest/NAME.cjs` says what stands in for it. Which lines ran is what jest's coverage says.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.codemods.measure import HOME
from benchmarks.codemods.own_suites import HERE, SECONDS, Run
from benchmarks.codemods.trees import list_backends
from benchmarks.corpora import Repository, prepare

KINDS = {"failed": "failure", "pending": "skipped", "todo": "skipped"}


@dataclass(frozen=True, slots=True)
class ScriptSuite:
    """How one backend is tested: as `[[script]]` in `own_tests.toml` says.

    `folders` hold a `package.json` each, `install` is the command that fills their `node_modules` and `work` the folder
    in which jest starts, with `config`. `replaced` are changes made in both trees: `[path, text, instead]`.
    """

    name: str
    install: Sequence[str]
    tests: Sequence[str]
    config: str = ""
    folders: Sequence[str] = (".",)
    work: str = "."
    part: str = "all"
    replaced: Sequence[Sequence[str]] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    expected: Mapping[str, str] = field(default_factory=dict)


def list_scripts() -> list[ScriptSuite]:
    """The suites of backends, in the order of the file."""
    rows = tomllib.loads((HERE / "own_tests.toml").read_text(encoding="utf-8")).get("script", [])
    return [ScriptSuite(**row) for row in rows]


def fetch_backend(name: str, git_dirs: dict[str, Path]) -> tuple[str, Path]:
    """`name commit` of a backend and the folder of its untouched tree."""
    corpus = next(one for one in list_backends() if one.name.rpartition("/")[2] == name)
    if not corpus.listing.exists():
        prepare(corpus, None, git_dirs)
    commit = corpus.source.commit[:8] if isinstance(corpus.source, Repository) else ""
    return f"{name} {commit}".strip(), corpus.root


def install_scripts(suite: ScriptSuite, source: Path) -> None:
    """Fill the folders' `node_modules`, if they are not there, apart from the tree."""
    home = HOME / "venvs" / suite.name
    if (home / suite.folders[-1] / "node_modules").is_dir():
        return
    names = ("package.json", "package-lock.json", "pnpm-workspace.yaml")
    for path in (path for name in names for path in source.rglob(name)):
        target = home / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    subprocess.run(suite.install, cwd=home, check=True, stdin=subprocess.DEVNULL)


def copy_backend(suite: ScriptSuite, source: Path, kind: str) -> Path:
    """A fresh copy of the tree, with the replacements made, not yet with the packages."""
    root = HOME / "own" / "trees" / suite.name / kind
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(source, root)
    for path, text, instead in suite.replaced:
        before = (root / path).read_text(encoding="utf-8")
        if text not in before:
            sys.exit(f"{suite.name}: {path} does not say {text!r}")
        (root / path).write_text(before.replace(text, instead), encoding="utf-8")
    return root


def run_scripts(suite: ScriptSuite, tree: Path, tests: Sequence[str], watched: Sequence[str]) -> Run:
    """Run tests of a tree; `watched` are the files whose lines are counted; ends the program when jest cannot run."""
    for folder in suite.folders:
        link = tree / folder / "node_modules"
        if not link.exists():
            link.symlink_to(HOME / "venvs" / suite.name / folder / "node_modules", target_is_directory=True)
    results = HOME / "own" / f"{suite.name}-{tree.name}.json"
    results.unlink(missing_ok=True)
    work = tree / suite.work
    command = [
        "node",
        str((work / "node_modules" / "jest" / "bin" / "jest.js").resolve()),
        "--runInBand",
        "--forceExit",
    ]
    command += ["--json", f"--outputFile={results}", "--coverage", "--coverageReporters=json"]
    command += [f"--coverageDirectory={results.with_suffix('')}", "--silent"]
    command += [f"--collectCoverageFrom={os.path.relpath(tree / path, work)}" for path in watched]
    command += [f"--config={HERE / 'jest' / suite.config}"] if suite.config else []
    with results.with_suffix(".txt").open("wb") as stream:
        subprocess.run(
            [*command, "--", *tests],
            cwd=work,
            env={**os.environ, "CI": "true", "TZ": "UTC", **suite.variables},
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
        )
    if not results.exists():
        sys.exit(f"{suite.name}: jest wrote nothing, see {results.with_suffix('.txt')}")
    return read_scripts(tree, results)


def read_scripts(tree: Path, results: Path) -> Run:
    """The outcomes that jest wrote; a file of tests that cannot be loaded is one failed test."""
    outcomes: dict[str, list[str]] = {}
    files: dict[str, str] = {}
    for one in json.loads(results.read_text(encoding="utf-8"))["testResults"]:
        path = str(Path(one["name"]).relative_to(tree))
        for test in one["assertionResults"] or [{"fullName": "(the file)", "status": one["status"]}]:
            name = f"{path}::{test['fullName']}"
            outcomes.setdefault(name, []).append(KINDS.get(test["status"], test["status"]))
            files[name] = one["name"]
    ran = json.loads((results.with_suffix("") / "coverage-final.json").read_text(encoding="utf-8"))
    records = {(str(Path(path).relative_to(tree)), line) for path, seen in ran.items() for line in list_lines(seen)}
    return Run({name: tuple(sorted(found)) for name, found in outcomes.items()}, files, records, set())


def list_lines(seen: Mapping[str, Any]) -> Iterator[int]:
    """The first lines of the statements of a file that ran."""
    return (seen["statementMap"][key]["start"]["line"] for key, count in seen["s"].items() if count)
