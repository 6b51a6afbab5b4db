from __future__ import annotations

import json
from pathlib import Path

import pytest

from readycheck.audit.errors import CannotAuditError, UsageError
from readycheck.cli.environment import find_given, show_environment
from readycheck.cli.inventory import Wish

CODE = "import os\n\nurl = os.environ['DATABASE_URL']\nkey = os.getenv('SECRET_KEY', 'a-secret-of-ours')\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "main.py").write_text(CODE)
    (tmp_path / ".env.example").write_text("DATABASE_URL=\n")
    return tmp_path


def test_the_table(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    show_environment(Wish(project, "terminal"), [], from_shell=False)
    lines = [line.split() for line in capfd.readouterr().out.splitlines()]
    assert lines == [
        ["VARIABLE", "READ", "REQUIRED", "DEFAULT", "DECLARED", "SET", "VERDICT"],
        ["DATABASE_URL", "main.py:3", "yes", "-", "dotenv", "-"],
        ["SECRET_KEY", "main.py:4", "no", "a-se…", "-", "-", "read-but-undeclared,", "unsafe-default"],
        [],
        ["2", "variables"],
    ]


def test_json_and_what_is_set(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (project / "prod.env").write_text("SECRET_KEY=hunter2hunter2\nDATABASE_URL=\n")
    show_environment(Wish(project, "json"), [project / "prod.env"], from_shell=False)
    out = capfd.readouterr().out
    document = json.loads(out)
    assert document["schema"] == "readycheck/env/v1"
    assert {row["name"]: row["set"] for row in document["env"]} == {"DATABASE_URL": False, "SECRET_KEY": True}
    assert document["env"][0]["verdict"] == ["required-and-unset"]
    assert "hunter2" not in out
    assert "secret-of-ours" not in out


def test_the_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SET_HERE", "1")
    given = find_given([], from_shell=True)
    assert given is not None
    assert given["SET_HERE"]
    assert find_given([], from_shell=False) is None


def test_what_cannot_be_read(project: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        find_given([tmp_path / "missing.env"], from_shell=False)
    with pytest.raises(UsageError, match="did you mean"):
        show_environment(Wish(project, "jsn"), [], from_shell=False)
    with pytest.raises(CannotAuditError):
        show_environment(Wish(tmp_path / "nowhere", "json"), [], from_shell=False)
