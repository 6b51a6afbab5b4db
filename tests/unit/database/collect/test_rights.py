"""What roles see: one that may do nothing but connect, the one of the reference backend, one that monitors."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import psycopg
import pytest

from readycheck.catalog import load_catalogue
from readycheck.database.collect.collector import collect
from readycheck.database.dsn import parse_dsn
from readycheck.database.judge import judge
from tests.unit.database.chat import list_statements
from tests.unit.database.server import PASSWORD, Server, find_binaries

DEPLOY = Path(__file__).parents[4] / "fixtures/chat_backend/deploy/postgres/10-chat.sql"
RULES = [rule for rule in load_catalogue().rules if rule.id.startswith("live-db-")]
SCHEMA = "CREATE TABLE users (id serial PRIMARY KEY); CREATE TABLE notes (id int, user_id int REFERENCES users)"


def test_a_role_that_may_only_connect_sees_the_schema_and_learns_which_grants_the_rest_needs(server: Server) -> None:
    role, database = server.make_role(), server.make_database(SCHEMA, "CREATE EXTENSION pg_stat_statements")
    server.run("REVOKE ALL ON SCHEMA public FROM PUBLIC", database=database)
    inspection = collect(parse_dsn(server.dsn(database, role)), {})
    assert inspection.snapshot is not None
    assert [table.name for table in inspection.snapshot.tables] == ["notes", "users"]
    assert set(inspection.skipped) == {"activity", "busiest", "logins", "statements"}
    assert f"GRANT pg_read_all_stats TO {role}" in inspection.skipped["activity"]
    assert f"GRANT SELECT ON pg_hba_file_rules TO {role}" in inspection.skipped["logins"]
    assert f"GRANT USAGE ON SCHEMA public TO {role}" in inspection.skipped["statements"]
    seen = judge(inspection, RULES)
    assert seen.errors == ()
    assert {match.rule for match in seen.matches} == {"live-db-foreign-key-unindexed"}
    assert "GRANT SELECT ON ALL SEQUENCES" in seen.reasons["live-db-key-nearly-used-up"]
    assert role in seen.proofs["live-db-role-superuser"]


def test_the_grants_that_are_named_are_those_that_help(server: Server) -> None:
    role, database = server.make_role(), server.make_database("CREATE EXTENSION pg_stat_statements")
    server.run("REVOKE ALL ON SCHEMA public FROM PUBLIC", database=database)
    dsn = parse_dsn(server.dsn(database, role))
    for reason in collect(dsn, {}).skipped.values():
        for grant in reason.partition("; ")[2].split("; "):
            server.run(grant, database=database)
    inspection = collect(dsn, {})
    assert inspection.skipped == {}
    assert any(row.text("method") == "scram-sha-256" for row in inspection.rows("logins"))


def test_a_superuser_is_found(server: Server) -> None:
    inspection = collect(parse_dsn(server.dsn()), {})
    seen = judge(inspection, RULES)
    assert "live-db-role-superuser" in {match.rule for match in seen.matches}
    assert "asked for a password" in seen.proofs["live-db-login-without-password"]


def test_a_member_of_a_mighty_role_is_found(server: Server) -> None:
    role = server.make_role()
    server.run(f"GRANT pg_execute_server_program TO {role}")
    seen = judge(collect(parse_dsn(server.dsn(server.make_database(), role)), {}), RULES)
    (found,) = [match.message for match in seen.matches if match.rule == "live-db-role-superuser"]
    assert found == f"the role {role} is a member of pg_execute_server_program"


def test_trust_is_found_by_the_login_and_by_the_file(server: Server) -> None:
    role = server.make_role()
    file = server.folder / "pg_hba.conf"
    before = file.read_text(encoding="utf-8")
    open_lines = f"host all {role} 127.0.0.1/32 trust\nhost all all 10.0.0.0/8 trust\n"
    file.write_text(open_lines + before, encoding="utf-8")
    try:
        server.run("SELECT pg_reload_conf()")
        trusted = judge(collect(parse_dsn(server.dsn(server.make_database(), role)), {}), RULES)
        mighty = judge(collect(parse_dsn(server.dsn()), {}), RULES)
    finally:
        file.write_text(before, encoding="utf-8")
        server.run("SELECT pg_reload_conf()")
    rule = "live-db-login-without-password"
    assert any("let " + role + " in without" in match.message for match in trusted.matches if match.rule == rule)
    assert any("10.0.0.0" in match.message for match in mighty.matches if match.rule == rule)


def test_a_session_that_stays_in_its_transaction_is_seen_by_who_may_see_it(server: Server) -> None:
    role, database = server.make_role(), server.make_database()
    dsn = server.dsn(database, role)
    with psycopg.connect(dsn) as idle:
        idle.execute("SELECT 1")
        rows = collect(parse_dsn(dsn), {}).rows("activity")
    assert [row.text("state") for row in rows] == ["idle in transaction"]


def test_the_reference_backend_as_its_own_role(server: Server) -> None:
    words = {"CHAT_OWNER_PASSWORD": PASSWORD, "CHAT_APP_PASSWORD": PASSWORD, "CHAT_BACKUP_PASSWORD": PASSWORD}
    if not (psql := find_binaries() / "psql").exists():
        pytest.skip("no psql")
    subprocess.run(
        [psql, "--no-psqlrc", "--quiet", "--file", DEPLOY, server.dsn()],
        env={**os.environ, **words}, check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    server.run(*list_statements(), database="chat", role="chat_owner")
    inspection = collect(parse_dsn(server.dsn("chat", "chat_app")), {"pools": 60})
    seen = judge(inspection, RULES)
    assert seen.errors == ()
    told = {match.rule: match.message for match in seen.matches}
    assert told["live-db-statement-timeout"] == "statement_timeout is 30 seconds for chat_app, set for the role"
    assert set(told) == {"live-db-statement-timeout", "live-db-pools-exceed-connections"}  # the tests' server is small
    assert seen.proofs["live-db-foreign-key-unindexed"].startswith("a valid index begins with each of 13 foreign keys")
    assert "no superuser" in seen.proofs["live-db-role-superuser"]
    assert "asked chat_app for a password" in seen.proofs["live-db-login-without-password"]
    assert seen.proofs["live-db-statements-untracked"].startswith("pg_stat_statements ")
    assert "less than 75% used" in seen.proofs["live-db-key-nearly-used-up"]


def test_a_table_that_anybody_reaches_is_found(server: Server) -> None:
    server.run("CREATE ROLE anon NOLOGIN", "CREATE ROLE authenticated NOLOGIN")
    database = server.make_database(
        "CREATE TABLE open (id int)",
        "CREATE TABLE guarded (id int)",
        "ALTER TABLE guarded ENABLE ROW LEVEL SECURITY",
        "CREATE TABLE own (id int)",
        "GRANT SELECT ON open, guarded TO anon",
        "GRANT INSERT ON open TO authenticated",
    )
    seen = judge(collect(parse_dsn(server.dsn(database, server.make_role())), {}), RULES)
    found = [match.message for match in seen.matches if match.rule == "live-db-table-unguarded"]
    assert found == ["anon and authenticated may reach open, and no row-level security says which of its rows"]
