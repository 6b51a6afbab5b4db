"""Words prove nothing: a project that only talks about its controls gets the same report as one that does not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from readycheck.catalog import load_catalogue
from tests.e2e import trap_trees
from tests.e2e.session import PROJECT, Run, Tree

pytestmark = pytest.mark.e2e

LIBRARIES = (
    "slowapi.Limiter", "express-rate-limit", "helmet", "CORSMiddleware", "structlog", "pino", "winston", "loguru",
    "zod", "pydantic", "sentry_sdk.init", "prometheus_client", "pgbouncer", "Alembic", "CREATE INDEX", "SIGTERM",
    "X-Request-ID", "HEALTHCHECK", "NODE_ENV=production", "USER app", "npm ci", "pip-audit", "kubernetes livenessProbe",
)  # fmt: skip


def boast() -> str:
    """Everything that a checklist could want to read, as prose."""
    items = load_catalogue().items
    return "\n".join([*(f"[x] {item.title}: done. {item.proof}" for item in items), *LIBRARIES])


def judge(readycheck: Run, root: Path) -> dict[str, Any]:
    answer = readycheck("scan", ".", "--format", "json", cwd=root)
    assert answer.code == 1
    report = answer.report
    return {key: report[key] for key in ("verdict", "level", "summary", "items", "findings")}


def test_words_change_nothing(readycheck: Run, tmp_path: Path) -> None:
    root = tmp_path / "notes"
    shutil.copytree(PROJECT, root)
    honest = judge(readycheck, root)

    text = boast()
    for name in ("TODO.md", "READINESS.md", "docs/checklist.md", "notes.txt", "CHECKLIST"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    lines = text.splitlines()
    append(root / "api/notes/main.py", "".join(f"# {line}\n" for line in lines) + f'"""{text}"""\n')
    append(root / "web/src/server.ts", "".join(f"// {line}\n" for line in lines) + f"/* {text} */\n`{text}`;\n")
    append(root / "Dockerfile", "".join(f"# {line}\n" for line in lines))
    append(root / "compose.yaml", "".join(f"# {line}\n" for line in lines))
    append(root / ".github/workflows/ci.yml", "".join(f"# {line}\n" for line in lines))
    append(root / "pyproject.toml", "".join(f"# {line}\n" for line in lines))

    assert judge(readycheck, root) == honest


def judge_what_counts(readycheck: Run, root: Path) -> dict[str, Any]:
    """The report without what only counts files, of which there are more where there is dead code."""
    report = judge(readycheck, root)
    return {
        "verdict": report["verdict"],
        "level": report["level"],
        "items": {item["id"]: item["outcome"] for item in report["items"]},
        "findings": sorted(
            (one["rule"], one["where"]["path"], one["where"]["line"], one["message"]) for one in report["findings"]
        ),
    }


def write_words(root: Path, mark: str, sources: Mapping[str, str]) -> None:
    """Everything that a checklist wants to read, in notes and in the comments of all files."""
    for name in ("TODO.md", "docs/READINESS.md", "CHECKLIST"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(boast())
    lines = boast().splitlines()
    for name in sources:
        if name.endswith((".js", ".py")):
            append(root / name, "".join(f"{mark} {line}\n" for line in lines))
    append(root / "Dockerfile", "".join(f"# {line}\n" for line in lines))
    append(root / ".github/workflows/ci.yml", "".join(f"# {line}\n" for line in lines))


def test_nothing_of_a_dead_express_service_counts(readycheck: Run, tree: Tree) -> None:
    root = tree(trap_trees.EXPRESS)
    honest = judge_what_counts(readycheck, root)

    write_words(root, "//", trap_trees.EXPRESS)
    manifest = json.loads((root / "package.json").read_text())
    manifest["dependencies"] |= dict.fromkeys(trap_trees.EXPRESS_LIBRARIES, "^1.0.0")
    (root / "package.json").write_text(json.dumps(manifest) + "\n")
    for name in ("hardening.js", "middleware/security.js", "lib/controls/index.js"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(
            f"{trap_trees.EXPRESS_DEAD}\nmodule.exports = {{ harden, requireAuth, validate, errorHandler }};\n"
        )
    unmounted = trap_trees.EXPRESS_DEAD.replace('const express = require("express");\n', "")
    append(root / "server.js", unmounted.replace("const ", "var "))

    assert judge_what_counts(readycheck, root) == honest


def test_nothing_of_a_dead_python_service_counts(readycheck: Run, tree: Tree) -> None:
    root = tree(trap_trees.PYTHON)
    honest = judge_what_counts(readycheck, root)

    write_words(root, "#", trap_trees.PYTHON)
    append(root / "requirements.txt", "".join(f"{name}==1.0.0\n" for name in trap_trees.PYTHON_LIBRARIES))
    for name in ("app/hardening.py", "app/middleware/security.py", "app/controls/__init__.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(trap_trees.PYTHON_DEAD)
    append(root / "app/main.py", f"\n\n{trap_trees.PYTHON_DEAD}")

    assert judge_what_counts(readycheck, root) == honest


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)
