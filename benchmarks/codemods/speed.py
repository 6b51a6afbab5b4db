"""How much processor time it takes to rewrite the prints of a repository, and how much ast-grep and Fixit take.

    python -m benchmarks.codemods.speed [--runs N] [--git-dir whole/gpt_academic=DIR]

The peers are given a naive rule, `print` becomes `logger.info`: that measures their engines, not a fix to be wanted.
All run in turn, each on a fresh copy, which is not timed. Writes `speed.tsv`, which `RESULTS.md` shows.
"""

from __future__ import annotations

import argparse
import ast
import os
import shutil
import statistics
import sys
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

from benchmarks.codemods.__main__ import unpack_tree
from benchmarks.codemods.measure import HOME
from benchmarks.codemods.oracles import count_undefined
from benchmarks.codemods.trees import GPT_ACADEMIC
from benchmarks.measure import Command, run_once
from benchmarks.peers import HOME as PEERS
from benchmarks.peers import install_python, read_version

TABLE = Path(__file__).parent / "speed.tsv"
RULE = """
import libcst
from fixit import LintRule


class PrintToLogger(LintRule):
    def visit_Call(self, node):
        if isinstance(node.func, libcst.Name) and node.func.value == "print":
            info = libcst.Attribute(libcst.Name("logger"), libcst.Name("info"))
            self.report(node, "print", replacement=node.with_changes(func=info))
"""


def main() -> int:
    """Measure all tools in turn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--git-dir", action="append", default=[], metavar="NAME=DIR")
    given = parser.parse_args()
    git_dirs = {name: Path(folder) for name, _, folder in (one.partition("=") for one in given.git_dir)}
    unpack_tree(GPT_ACADEMIC, git_dirs)
    for name in ("ast-grep", "fixit"):
        install_python(name)
    # Not below `.work/`: Fixit leaves out what the project around it ignores.
    commands = list_commands(Path(tempfile.gettempdir()) / "readycheck-codemods-speed")
    samples: dict[str, list[float]] = {command.name: [] for command in commands}
    lines = []
    for number in range(given.runs):
        for command in commands:
            renew(command.folder)
            samples[command.name].append(run_once(command)[0])
            if number == given.runs - 1:
                lines.append([command.name, *map(str, examine(command.folder))])
    rows = [[*line, f"{statistics.median(samples[line[0]]):.2f}", str(given.runs)] for line in lines]
    TABLE.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    print(TABLE.read_text(encoding="utf-8"))
    return 0


def list_commands(folder: Path) -> Sequence[Command]:
    """The tools on one copy of the tree, with the versions in their names."""
    readycheck = (sys.executable, "-m", "readycheck", "fix", ".", "--rule=print-call", "--unsafe", "--quiet")
    grep, fixit = (str(PEERS / name / "bin" / name) for name in ("ast-grep", "fixit"))
    rules = HOME / "rules"
    rules.mkdir(parents=True, exist_ok=True)
    (rules / "naive_print.py").write_text(RULE, encoding="utf-8")
    naive = ("run", "--lang=python", "--pattern=print($$$A)", "--rewrite=logger.info($$$A)", "--update-all", ".")
    fix = ("--quiet", "--rules", "naive_print:PrintToLogger", "fix", "--automatic", ".")
    path = (("PYTHONPATH", str(rules)),)
    return (
        Command("readycheck, plan and diff", readycheck, folder),
        Command("readycheck, written", (*readycheck, "--write", "--allow-dirty"), folder),
        Command(f"ast-grep {read_version([grep])}", (grep, *naive), folder),
        Command(f"Fixit {read_version([fixit])}", (fixit, *fix), folder, path),
    )


def renew(folder: Path) -> None:
    """A fresh copy of the tree."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(GPT_ACADEMIC.root, folder)
    os.sync()


def examine(folder: Path) -> tuple[int, int, int]:
    """How many prints are left, and how many files do not parse and names are undefined that were whole before."""
    paths = [str(path.relative_to(folder)) for path in sorted(folder.rglob("*.py"))]
    prints = [count_prints(folder / path) for path in paths]
    known = sum(count_prints(GPT_ACADEMIC.root / path) is None for path in paths)
    undefined = sum(count_undefined(folder, paths).values()) - sum(count_undefined(GPT_ACADEMIC.root, paths).values())
    return sum(filter(None, prints)), prints.count(None) - known, undefined


def count_prints(path: Path) -> int | None:
    """The calls of print in a file; None if it does not parse."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            return None
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return sum(isinstance(one, ast.Name) and one.id == "print" for one in calls)


if __name__ == "__main__":
    sys.exit(main())
