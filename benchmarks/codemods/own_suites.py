"""The projects' own tests: installed into an environment of their own, run on a tree, read as outcomes.

This benchmark runs public packages; readycheck never does. The environment holds the project's dependencies (pinned in
`pins/NAME.txt`) and the project's metadata; the tree that is tested is named first, by `PYTHONPATH`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
import venv
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.codemods.measure import HOME

HERE = Path(__file__).parent
SECONDS = 900
"""Time for one run: generous, for a machine that does other work too."""
OPTIONS = (
    "-p", "no:cacheprovider", "-p", "readycheck_watch", "--rootdir=.", "-o", "addopts=", "-o", "junit_family=xunit1",
    "--continue-on-collection-errors", "--log-level=INFO",
)  # fmt: skip
"""Nothing of ours but the plugin; the rewritten calls are at INFO and above, and shall run."""
Outcomes = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Suite:
    """How one project is tested: as `own_tests.toml` says.

    `module` is the import that must come from the tree and `source` the folder that holds it; `expected` are tests
    that may change their outcome, each with the reason that was seen by reading it.
    """

    name: str
    module: str
    tests: Sequence[str]
    source: str = "."
    needs: Sequence[str] = ()
    options: Sequence[str] = ()
    part: str = "all"
    expected: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """Outcomes by test id, the files that tests lie in, and the places (path, line) of log calls that ran or failed."""

    outcomes: Outcomes
    files: Mapping[str, str]
    records: set[tuple[str, int]]
    failures: set[tuple[str, int]]


def list_suites() -> list[Suite]:
    """The suites, in the order of the file."""
    rows = tomllib.loads((HERE / "own_tests.toml").read_text(encoding="utf-8"))["suite"]
    return [Suite(**row) for row in rows]


def find_python(name: str) -> Path:
    """The interpreter of a project's environment."""
    return HOME / "venvs" / name / "bin" / "python"


def install(suite: Suite, archive: Path) -> None:
    """Make the environment, if it is not there; the first time, what was chosen is pinned for the next."""
    python, pins = find_python(suite.name), HERE / "pins" / f"{suite.name}.txt"
    done = python.parent.parent / "installed.txt"
    if pins.exists() and done.exists() and done.read_bytes() == pins.read_bytes():
        return
    if not python.exists():
        venv.create(python.parent.parent, with_pip=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
    if pins.exists():
        subprocess.run([*pip, "install", "--quiet", "--requirement", str(pins)], check=True)
        subprocess.run([*pip, "install", "--quiet", "--no-deps", str(archive)], check=True)
    else:
        subprocess.run([*pip, "install", "--quiet", "pytest", *suite.needs, str(archive)], check=True)
        frozen = subprocess.run([*pip, "freeze", "--exclude", suite.name], check=True, stdout=subprocess.PIPE)
        pins.parent.mkdir(exist_ok=True)
        pins.write_bytes(frozen.stdout)
    shutil.copyfile(pins, done)


def run_tests(suite: Suite, tree: Path, tests: Sequence[str]) -> Run:
    """Run tests of a tree; ends the program when they cannot be run, or when another tree was the one imported."""
    watched, results = (HOME / "own" / f"{suite.name}-{tree.name}.{kind}" for kind in ("json", "xml"))
    for path in (watched, results):
        path.unlink(missing_ok=True)
    command = [str(find_python(suite.name)), "-m", "pytest", "-q", *OPTIONS, f"--junitxml={results}"]
    printed = results.with_suffix(".txt")
    with printed.open("wb") as stream:
        done = subprocess.run(
            [*command, *suite.options, *tests],
            cwd=tree,
            env=make_environment(suite, tree, watched),
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
        )
    if done.returncode not in {0, 1} or not watched.exists():
        sys.exit(f"{suite.name}: pytest ended with {done.returncode}, see {printed}")
    return read_run(tree, results, json.loads(watched.read_text(encoding="utf-8")))


def make_environment(suite: Suite, tree: Path, watched: Path) -> dict[str, str]:
    """The environment of the tests: the tree first, then the plugin; nothing of readycheck's own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST", "VIRTUAL"))}
    return own | {
        "PATH": f"{find_python(suite.name).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join([str(tree / suite.source), str(HERE / "hook")]),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "READYCHECK_MODULE": suite.module,
        "READYCHECK_WATCH": str(watched),
    }


def read_run(tree: Path, results: Path, seen: dict[str, object]) -> Run:
    """The outcomes that pytest wrote, and what the plugin saw; ends the program when the module is not the tree's."""
    if not str(seen["module"]).startswith(f"{tree}{os.sep}"):
        sys.exit(f"{results.stem}: the tests ran {seen['module']}, not {tree}")
    outcomes: dict[str, list[str]] = {}
    files: dict[str, str] = {}
    for case in ET.parse(results).iter("testcase"):  # noqa: S314 - written by pytest a moment ago
        name = f"{case.get('classname')}::{case.get('name')}"
        kinds = [child.tag for child in case if child.tag in {"failure", "error", "skipped"}]
        outcomes.setdefault(name, []).extend(kinds or ["passed"])
        files[name] = case.get("file") or ""
    return Run(
        {name: tuple(sorted(found)) for name, found in outcomes.items()},
        files,
        read_places(tree, seen["records"]),
        read_places(tree, seen["failures"]),
    )


def read_places(tree: Path, rows: object) -> set[tuple[str, int]]:
    """The places that lie in the tree, relative to it."""
    if not isinstance(rows, list):
        raise TypeError(f"places are a list, not {rows!r}")
    return {(str(Path(path).relative_to(tree)), line) for path, line in rows if Path(path).is_relative_to(tree)}
