"""Words prove nothing: a project that only talks about its controls gets the same report as one that does not."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from readycheck.catalog import load_catalogue
from tests.e2e.session import PROJECT, Run

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


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)
