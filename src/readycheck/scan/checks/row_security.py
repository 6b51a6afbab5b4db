"""Checks on databases that clients reach without the service between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from readycheck.model.evidence import Fact, Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires

REACHED = ("browser-database", "sql-table", "sql-row-security")
SCHEMA = "public."
MOST_PLACES = 5


@requires(*PROGRAM, *REACHED)
def table_without_row_security(facts: Facts, rule: Rule) -> CheckResult:
    """A table that browsers reach lets everybody read and change all of its rows."""
    clients, tables = facts.get("browser-database", ()), find_tables(facts)
    if not clients or not tables or is_programmed(facts):
        return CheckResult(0, absent=explain_absence(facts))
    matches = []
    for name, table in tables.items():
        if not list_said(facts, name, "enable") or is_disabled(facts, name):
            client = clients[0].where
            reached = f"browsers reach it with the client of {client.path}:{client.line}"
            message = f"{name} has no row-level security, and {reached}"
            matches.append(Match(rule.id, table.where, text=name, message=message, also=(client,)))
    return CheckResult(len(tables), tuple(matches))


@requires(*PROGRAM, *REACHED)
def row_security_on(facts: Facts, rule: Rule) -> CheckResult:
    """Every table that browsers reach guards its rows; without such a client there is nothing to examine."""
    clients, tables = facts.get("browser-database", ()), find_tables(facts)
    guarded = [name for name in tables if list_said(facts, name, "enable") and not is_disabled(facts, name)]
    if not clients or not tables or len(guarded) < len(tables) or is_programmed(facts):
        return CheckResult(0, absent=explain_absence(facts))
    policies = sum(1 for one in facts.get("sql-row-security", ()) if one.data["what"] == "policy")
    message = f"row-level security is on for all {len(tables)} tables that migrations create, with {policies} policies"
    places = [list_said(facts, name, "enable")[0].where for name in guarded]
    return CheckResult(
        len(tables), (Match(rule.id, places[0], text="rls", message=message, also=tuple(places[1:MOST_PLACES])),)
    )


def explain_absence(facts: Facts) -> str:
    """Why row-level security is no matter here: there is an application, and nothing in the tree goes round it."""
    if facts.get("browser-database") or not facts.web.applications:
        return ""
    return "no client in this project reaches a database without the service between"


def find_tables(facts: Facts) -> Mapping[str, Fact]:
    """The tables of the schema that clients see, as the migrations leave them."""
    tables = {str(one.data["table"]): one for one in sorted(facts.get("sql-table", ()), key=order)}
    for one in facts.get("sql-row-security", ()):
        name = str(one.data["table"])
        if one.data["what"] == "drop" and name in tables and order(tables[name]) < order(one):
            del tables[name]
    return {name: table for name, table in tables.items() if name.startswith(SCHEMA)}


def order(fact: Fact) -> tuple[str, int]:
    """The order in which migrations run: by the names of their files."""
    return fact.where.path, fact.where.line


def list_said(facts: Facts, table: str, what: str) -> Sequence[Fact]:
    """What the migrations say of one table."""
    said = facts.get("sql-row-security", ())
    return [one for one in said if one.data["table"] == table and one.data["what"] == what]


def is_disabled(facts: Facts, table: str) -> bool:
    """Whether the last word on a table is that its rows are not guarded."""
    said = [one for what in ("enable", "disable") for one in list_said(facts, table, what)]
    return bool(said) and max(said, key=order).data["what"] == "disable"


def is_programmed(facts: Facts) -> bool:
    """Whether some tables are guarded by a program, whose tables are not known."""
    return bool(list_said(facts, "*", "enable"))
