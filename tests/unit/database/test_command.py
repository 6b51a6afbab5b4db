"""`readycheck database` as a user starts it: exit codes, and what it never shows."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from readycheck.cli.app import run
from tests.unit.database.server import PASSWORD, Server

SCHEMA = (
    "CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE notes (id int PRIMARY KEY, user_id int REFERENCES users)"
)
INDEX = "CREATE INDEX ON notes (user_id)"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_finding_fails_the_gate_and_its_index_repairs_it(
    server: Server, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    role, database = server.make_role(), server.make_database(SCHEMA)
    monkeypatch.setenv("NOTES_DSN", server.dsn(database, role))
    assert run(["database", "--dsn-env", "NOTES_DSN", "--select", "database-indexes"]) == 1
    assert "CREATE INDEX CONCURRENTLY notes_user_id_idx ON notes (user_id)" in " ".join(capfd.readouterr().out.split())
    server.run(INDEX, database=database)
    assert run(["database", "--dsn-env", "NOTES_DSN", "--select", "database-indexes"]) == 0
    assert PASSWORD not in "".join(capfd.readouterr())


def test_what_was_recorded_is_judged_again_without_a_server(
    server: Server, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    role, database = server.make_role(), server.make_database(SCHEMA, "INSERT INTO users VALUES (4711471)")
    monkeypatch.setenv("NOTES_DSN", server.dsn(database, role))
    arguments = ["--format", "json", "--fail-on", "never"]
    run(["database", "--dsn-env", "NOTES_DSN", "--record", "kept.json", *arguments])
    first = json.loads(capfd.readouterr().out)
    monkeypatch.delenv("NOTES_DSN")
    run(["database", "--replay", "kept.json", *arguments])
    again = json.loads(capfd.readouterr().out)
    assert again == first
    assert again["target"]["database"] == f"postgresql://{role}@127.0.0.1:{server.port}/{database}"
    kept = (tmp_path / "kept.json").read_text(encoding="utf-8")
    assert PASSWORD not in kept
    assert "4711471" not in kept


def test_a_project_is_held_against_it(
    server: Server, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    role, database = server.make_role(), server.make_database(SCHEMA, INDEX)
    monkeypatch.setenv("NOTES_DSN", server.dsn(database, role))
    folder = tmp_path / "project/migrations"
    folder.mkdir(parents=True)
    (folder / "0001_notes.sql").write_text(f"{SCHEMA};\n{INDEX};\n", encoding="utf-8")
    (folder / "0002_text.sql").write_text("ALTER TABLE notes ADD COLUMN text text;\n", encoding="utf-8")
    (folder.parent / "app.py").write_text("import flask\napp = flask.Flask(__name__)\n", encoding="utf-8")
    assert run(["database", "--dsn-env", "NOTES_DSN", "--code", "project", "--fail-on", "medium"]) == 1
    assert "the database lacks the column notes.text" in " ".join(capfd.readouterr().out.split())
    assert run(["audit", "project", "--database-env", "NOTES_DSN", "--fail-on", "medium", "--format", "json"]) == 1
    report = json.loads(capfd.readouterr().out)
    (found,) = [one for one in report["findings"] if one["rule"] == "live-db-schema-behind"]
    assert found["where"] == {"kind": "relation", "schema": "public", "table": "notes", "columns": ["text"]}
    assert found["also"][0]["path"] == "migrations/0002_text.sql"
    (indexes,) = [one for one in report["items"] if one["id"] == "database-indexes"]
    assert {one["rule"] for one in indexes["evidence"] if one["outcome"] == "pass"} >= {"live-db-foreign-key-unindexed"}


@pytest.mark.parametrize("way", ["argument", "variable"])
@pytest.mark.parametrize("kind", ["password", "database", "syntax", "scheme", "refused"])
def test_no_way_in_is_exit_code_3_and_shows_no_password(
    server: Server, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], kind: str, way: str
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    dsn = {
        "password": make_conninfo(server.dsn(), password="s3cr3t"),  # noqa: S106
        "database": make_conninfo(server.dsn("nowhere")),
        "syntax": "postgresql://app:s3cr3t%zz@127.0.0.1/chat",
        "scheme": "mysql://app:s3cr3t@127.0.0.1/chat",
        "refused": f"postgresql://app:s3cr3t@127.0.0.1:{port}/chat",
    }[kind]
    monkeypatch.setenv("NOTES_DSN", dsn)
    assert run(["database", *([dsn] if way == "argument" else ["--dsn-env", "NOTES_DSN"])]) == 3
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("readycheck: ")
    assert "s3cr3t" not in err
    assert PASSWORD not in err
    assert "Traceback" not in err


def test_a_database_that_is_away_does_not_cost_the_audit(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "app.py").write_text("import flask\napp = flask.Flask(__name__)\n", encoding="utf-8")
    monkeypatch.setenv("NOTES_DSN", "postgresql://app:s3cr3t@127.0.0.1:1/chat")
    assert run(["audit", ".", "--database-env", "NOTES_DSN", "--fail-on", "never", "--format", "json"]) == 3
    out, err = capfd.readouterr()
    assert any(notice["kind"] == "channel-broken" for notice in json.loads(out)["notices"])
    assert "s3cr3t" not in out + err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--dsn-env", "NOTHING_IS_SET"],
        ["postgresql://a@b/c", "--dsn-env", "NOTHING_IS_SET"],
        ["--replay", "nowhere.json"],
    ],
)
def test_a_wrong_command_line_is_exit_code_2(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["database", *arguments]) in (2, 3)
    assert capfd.readouterr().out == ""


def test_a_password_on_the_command_line_is_taken_with_a_word(server: Server, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["database", server.dsn(), "--select", "database-indexes", "--fail-on", "never"]) in (0, 3)
    assert "use --dsn-env NAME" in capfd.readouterr().err


POOLED = {
    "app.py": """
from fastapi import FastAPI
from sqlalchemy import create_engine, text

engine = create_engine("postgresql://x", pool_size=8, max_overflow=2)
app = FastAPI()


@app.get("/notes")
def list_notes(owner: int) -> list[int]:
    with engine.connect() as connection:
        return [row.id for row in connection.execute(text("SELECT id FROM notes WHERE user_id = :owner"), {})]
""",
    "Dockerfile": 'FROM python:3.12\nCMD ["uvicorn", "app:app", "--workers", "4"]\n',
    "migrations/0001_notes.sql": f"{SCHEMA};\n",
    "pyproject.toml": '[tool.readycheck.database]\ndsn-env = "NOTES_DSN"\nschemas = ["public"]\n',
}


@pytest.fixture
def pooled(tmp_path: Path) -> Path:
    for name, text in POOLED.items():
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "project"


def test_the_configuration_names_the_database_and_the_code_its_pools(
    server: Server, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], pooled: Path
) -> None:
    database = server.make_database(SCHEMA, "CREATE SCHEMA other", "CREATE TABLE other.t (u int REFERENCES users)")
    monkeypatch.setenv("NOTES_DSN", server.dsn(database, server.make_role()))
    run(["audit", str(pooled), "--fail-on", "never", "--format", "json"])
    report = json.loads(capfd.readouterr().out)
    found = {one["rule"]: one for one in report["findings"]}
    assert "at least 40 connections" in found["live-db-pools-exceed-connections"]["message"]
    assert [(one["path"], one["line"]) for one in found["live-db-pools-exceed-connections"]["also"]] == [("app.py", 5)]
    keys = [one["where"] for one in report["findings"] if one["rule"] == "live-db-foreign-key-unindexed"]
    assert [(one["schema"], one["table"]) for one in keys] == [("public", "notes")]
    run(["audit", str(pooled), "--fail-on", "never", "--format", "json", "--pools", "20"])
    again = {one["rule"] for one in json.loads(capfd.readouterr().out)["findings"]}
    assert "live-db-pools-exceed-connections" not in again


def test_a_variable_that_only_the_configuration_names_may_be_unset(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, pooled: Path
) -> None:
    monkeypatch.delenv("NOTES_DSN", raising=False)
    assert run(["audit", str(pooled), "--fail-on", "never", "--format", "json"]) == 0
    out, err = capfd.readouterr()
    assert json.loads(out)["target"]["database"] is None
    assert "NOTES_DSN, which the configuration names, is not set" in err
