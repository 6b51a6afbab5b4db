"""`--verify`: the planner's word on the two chat backends, from an empty copy of their schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from readycheck.cli.app import run
from tests.unit.database.server import Server, run_server

pytestmark = pytest.mark.e2e

FIXTURES = Path(__file__).parents[2] / "fixtures"
SEED = {
    "companions (created_by)", "conversations (user_id)", "conversations (companion_id)", "messages (conversation_id)",
    "memories (user_id)", "memories (companion_id)",
}  # fmt: skip


def scan(capfd: pytest.CaptureFixture[str], folder: Path, *options: str) -> dict[str, Any]:
    run(["scan", str(folder), "--select", "database-indexes", "--format", "json", "--no-cache", *options])
    report: dict[str, Any] = json.loads(capfd.readouterr().out)
    return report


def list_findings(report: dict[str, Any]) -> list[str]:
    return [str(one["message"]) for one in report["findings"]]


def test_the_planner_proves_what_the_seed_lacks(capfd: pytest.CaptureFixture[str]) -> None:
    report = scan(capfd, FIXTURES / "express_chat", "--verify")
    proved = {text.partition(" refers to ")[0] for text in list_findings(report) if "; planner: Seq Scan" in text}
    assert proved >= SEED
    assert all("-> Index Scan using" in text for text in list_findings(report) if "planner:" in text)
    assert any(
        "of what was found lacking: " in one["message"] and " proved" in one["message"] for one in report["notices"]
    )


def test_the_planner_finds_an_index_for_all_that_the_reference_backend_asks(capfd: pytest.CaptureFixture[str]) -> None:
    report = scan(capfd, FIXTURES / "chat_backend", "--verify")
    assert list_findings(report) == []
    item = next(one for one in report["items"] if one["id"] == "database-indexes")
    assert item["outcome"] == "pass"
    assert "reads no table row by row for any of them" in json.dumps(item)


def test_the_inventory_shows_the_plans(capfd: pytest.CaptureFixture[str]) -> None:
    run(["queries", str(FIXTURES / "express_chat"), "--verify", "--format", "json"])
    rows = json.loads(capfd.readouterr().out)["queries"]
    plans = {f"{row['file']}:{row['line']}": row["plan"] for row in rows}
    plan = plans["server/models/userModel.js:15"]
    assert plan["way"] == "filtered"
    assert plan["before"] == ["Seq Scan on users, Filter: ((users.email)::text = $1)"]
    assert plan["after"] == ["Index Scan using users_email_idx on users, Index Cond: ((users.email)::text = $1)"]
    assert {one["way"] for one in plans.values() if one} == {"filtered", "looked-up", "whole", "not-planned"}
    assert run(["queries", str(FIXTURES / "express_chat"), "--verify"]) == 0
    assert "CREATE INDEX CONCURRENTLY users_email_idx ON users (email);\n    planner: " in capfd.readouterr().out


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with run_server() as running:
        yield running


def test_a_database_of_ones_own_must_be_empty(
    server: Server, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = str(FIXTURES / "express_chat")
    arguments = ["scan", folder, "--select", "database-indexes", "--fail-on", "never", "--verify-env", "SCRATCH_DSN"]
    assert run(arguments) == 2
    assert "SCRATCH_DSN: the variable is not set" in capfd.readouterr().err
    monkeypatch.setenv("SCRATCH_DSN", server.dsn(server.make_database("CREATE TABLE kept (id int)")))
    assert run(arguments) == 2
    assert "is not empty: it has public.kept" in capfd.readouterr().err
    monkeypatch.setenv("SCRATCH_DSN", server.dsn("nowhere"))
    assert run(arguments) == 3
    monkeypatch.setenv("SCRATCH_DSN", server.dsn(server.make_database()))
    assert run(arguments) == 0
    assert "planner: Seq Scan" in " ".join(capfd.readouterr().out.split())


def test_without_a_schema_nothing_is_planned_and_the_report_says_so(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "main.py").write_text("from fastapi import FastAPI\napp = FastAPI()\n", encoding="utf-8")
    report = scan(capfd, tmp_path, "--verify")
    assert [one["message"] for one in report["notices"] if one["kind"] == "planner-proof"] == [
        "--verify: no Postgres schema was found in the project, so nothing was planned"
    ]
