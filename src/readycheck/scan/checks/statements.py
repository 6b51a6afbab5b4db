"""Checks on limits that the database keeps for statements."""

from __future__ import annotations

from readycheck.model.evidence import Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires

WITH_LIMITS = (
    "pg",
    "psycopg",
    "asyncpg",
    "sqlalchemy",
    "mysql",
    "aiomysql",
    "knex",
    "typeorm",
    "sequelize",
    "postgres",
)


@requires("statement-timeout", "pool", *PROGRAM)
def statement_timeout_set(facts: Facts, rule: Rule) -> CheckResult:
    """A limit for statements is set for the service's role, its server, or the connections of its pool.

    A file that only migrates speaks for its own connections. Where no pool is in sight there is nothing to limit.
    """
    matches = []
    for one in facts.get("statement-timeout", ()):
        is_code = one.data["source"] == "code"
        if one.data["migrates"] or (is_code and not facts.live.runs(one.where.path, str(one.data["symbol"]))):
            continue
        message = f"`{one.data['form']}`"
        matches.append(Match(rule.id, one.where, str(one.data["symbol"]), str(one.data["form"]), message))
    pools = [
        one
        for one in facts.get("pool", ())
        if facts.live.is_live(one.where.path) and is_limitable(str(one.data["library"]))
    ]
    return CheckResult(len(pools) or len(matches), tuple(matches), tuple(one.where for one in pools))


def is_limitable(library: str) -> bool:
    """Whether a library's database keeps such limits."""
    return library.lower().startswith(WITH_LIMITS)
