"""Whether an edited tree is still whole, asked of others than readycheck: Python's compiler, ruff, TypeScript, difflib.

None of this looks at how an edit was planned: a tree before, a tree after, and the places that the plan names.
"""

from __future__ import annotations

import ast
import difflib
import json
import subprocess
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers import HOME, RUFF

INSERTED = ("import ", "from ", "const ", "let ", "var ", "logger", "log", "_logger", "#", "//", '"use strict"')
SCRIPT = Path(__file__).parent / "syntax.cjs"


@dataclass(frozen=True, slots=True)
class Edited:
    """One file before and after, with the stretches of lines (first, last) that the plan said it would change."""

    path: str
    before: str
    after: str
    planned: Sequence[tuple[int, int]]


def find_syntax_errors(files: Sequence[Edited], source: Path, copy: Path) -> list[str]:
    """Files that parsed before, in `source`, and do not any more, in `copy`."""
    python = [file for file in files if file.path.endswith(".py")]
    broken = [file.path for file in python if not parses(file.after) and parses(file.before)]
    scripts = [file.path for file in files if not file.path.endswith(".py")]
    if not scripts:
        return broken
    known = set(check_scripts(scripts, source))
    return broken + [path for path in check_scripts(scripts, copy) if path not in known]


def parses(text: str) -> bool:
    """Whether Python compiles a text; only compiled, never run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(text, "edited", "exec", flags=ast.PyCF_ONLY_AST, dont_inherit=True)
            compile(text, "edited", "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return False
    return True


def check_scripts(paths: Sequence[str], folder: Path) -> list[str]:
    """The files below `folder` in which TypeScript's parser finds a syntax error."""
    given = json.dumps(
        {"typescript": str(HOME / "eslint" / "node_modules" / "typescript"), "folder": str(folder), "paths": paths}
    )
    printed = subprocess.run(["node", str(SCRIPT)], input=given.encode(), check=True, stdout=subprocess.PIPE).stdout
    listed: list[str] = json.loads(printed)
    return listed


def count_undefined(folder: Path, paths: Sequence[str]) -> Counter[str]:
    """How many undefined names ruff sees in each Python file."""
    python = [str(folder / path) for path in paths if path.endswith(".py")]
    if not python:
        return Counter()
    command = [str(RUFF), "check", "--isolated", "--no-cache", "--ignore-noqa", "--config=exclude=[]"]
    command += ["--no-respect-gitignore", "--select=F821", "--exit-zero", "--output-format=json", *python]
    rows = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return Counter(str(Path(row["filename"]).relative_to(folder)) for row in rows if row["code"] == "F821")


def find_new_undefined(before: Mapping[str, int], after: Mapping[str, int]) -> list[str]:
    """The files that have more undefined names than before."""
    return [path for path, number in after.items() if number > before.get(path, 0)]


def find_stray_changes(files: Sequence[Edited]) -> list[str]:
    """Lines that changed though the plan does not name them: `path:line` (of the text before)."""
    return [f"{file.path}:{line}" for file in files for line in find_stray_lines(file)]


def find_stray_lines(file: Edited) -> Iterator[int]:
    """The lines of one file that changed off the planned places; bindings and imports may be inserted anywhere."""
    before, after = file.before.splitlines(), file.after.splitlines()
    planned = {line for first, last in file.planned for line in range(first, last + 1)}
    for tag, start, end, low, high in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        touched = range(start + 1, end + 1)
        if tag == "insert" and all(is_binding(line) for line in after[low:high]):
            continue
        yield from (line for line in touched if line not in planned and before[line - 1].strip())
        if tag == "insert" and not {start, start + 1} & planned:
            yield start + 1


def is_binding(line: str) -> bool:
    """Whether an inserted line is an import, a logger, a comment or blank."""
    return not line.strip() or line.strip().startswith(INSERTED)
