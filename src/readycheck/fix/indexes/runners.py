"""Code of the project's own that runs files of SQL: whether it begins a transaction for them."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from readycheck.fix.contract import Project
from readycheck.fix.refusal import RefusedError
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late

SCRIPTS = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX})
LISTS = compile_late(r"\breaddir|\bglob\b|\.iterdir\(|\.glob\(|listdir\(|scandir\(|\bfast-glob\b|importlib\.resources")
RUNS = compile_late(r"\.(?:query|execute|unsafe|raw|executescript|exec)\(")
WRAPS = compile_late(
    r"[\"'`]\s*BEGIN\b|\.begin\(|\.transaction\(|\.\$transaction\(|\bwith\s+\w*conn\w*\s*:|START TRANSACTION",
    re.IGNORECASE,
)
AUTOCOMMIT = compile_late(r"\bautocommit\s*=\s*True|\.autocommit\s*=\s*True|set_autocommit\(True\)|AUTOCOMMIT")
NODE_POSTGRES = compile_late(r"[\"'](?:pg|postgres)[\"']|/(?:pool|db|database|client|connection)[\"']")


def check_runner(project: Project, folder: str) -> None:
    """Refuse unless exactly one file runs what lies in a folder, and it begins no transaction.

    node-postgres sends what it is given as it is; Python's drivers begin a transaction unless told not to.
    """
    name = PurePosixPath(folder).name
    found = []
    for file in project.files:
        if file.language not in SCRIPTS and file.language is not Language.PYTHON:
            continue
        text = project.read(file.path) or ""
        is_named = re.search(rf"[\"'`/]{re.escape(name)}(?:[\"'`/]|\b)", text) is not None
        if is_named and ".sql" in text and LISTS.search(text) and RUNS.search(text):
            found.append((file.language, text))
    if len(found) != 1:
        raise RefusedError("runner-unknown")
    language, text = found[0]
    if WRAPS.search(text):
        raise RefusedError("runner-in-transaction")
    knows = AUTOCOMMIT if language is Language.PYTHON else NODE_POSTGRES
    if not knows.search(text):
        raise RefusedError("runner-unknown")
