"""What keeps statements and transactions from running for ever, and connections from running out."""

from __future__ import annotations

from readycheck.database.checks.contract import count, decide, locate_server, make_match, reads, tell_duration
from readycheck.database.inspection import Demand, Inspection
from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule

MINUTE = 60
LONGEST_IDLE = 5 * MINUTE
LONGEST_STATEMENT = 15 * MINUTE
TOOLS = ("pg_dump", "pg_restore", "pg_basebackup", "psql", "vacuumdb", "reindexdb")
NEARLY_ALL = 0.9
MILLISECONDS = 1000
SOURCES = {"database user": "for the role in this database", "user": "for the role", "database": "for the database"}


@reads("settings")
def statement_timeout_kept(inspection: Inspection, rule: Rule) -> Judgement:
    """The server ends statements of this role after a time, whoever sends them."""
    row = inspection.setting("statement_timeout")
    value = row.number("value") if row else None
    if row is None or not value:
        return Judgement(
            1 if row else 0,
            unproven=f"the server sets no statement_timeout for {inspection.role}; "
            "what the service sets on its own connections is not seen from here",
        )
    where_set = SOURCES.get(row.text("set_for"), "for the server")
    told = f"statement_timeout is {tell_duration(value / MILLISECONDS)} for {inspection.role}, set {where_set}"
    where = locate_server("SETTING", "statement_timeout", f"{int(value)} ms")
    return Judgement(1, (make_match(rule, where, told, places=[row.place]),))


@reads("activity")
def transaction_left_open(inspection: Inspection, rule: Rule) -> Judgement:
    """A session sits in a transaction and does nothing, or a prepared transaction waits for its second half."""
    sessions = [row for row in inspection.rows("activity") if row.text("state")]
    matches = []
    for row in sessions:
        idle = row.number("unchanged") or 0.0
        if row.text("state").startswith("idle in transaction") and idle >= LONGEST_IDLE:
            told = f"a session of {row.text('role')}{name_application(row.text('application'))} has been idle in a "
            told += f"transaction for {tell_duration(idle)}: it keeps its locks, and VACUUM from cleaning up"
            matches.append(make_match(rule, locate_server("SESSION", row.text("role")), told, places=[row.place]))
    for row in inspection.rows("prepared"):
        age = row.number("age") or 0.0
        if age >= LONGEST_IDLE:
            told = f"a prepared transaction of {row.text('role')} has been waiting for {tell_duration(age)}"
            matches.append(make_match(rule, locate_server("PREPARED", row.text("role")), told, places=[row.place]))
    proof = f"none of {count(len(sessions), 'session')} is idle in a transaction for {tell_duration(LONGEST_IDLE)}"
    return decide(matches, len(sessions), proof, inspection.explain_skipped("activity") or "no other session was there")


@reads("activity")
def statement_runs_on(inspection: Inspection, rule: Rule) -> Judgement:
    """A statement of a client has been running for longer than anybody waits."""
    seen = [row for row in inspection.rows("activity") if row.text("state")]
    sessions = [row for row in seen if row.text("kind") == "client backend"]
    matches = []
    for row in sessions:
        running, application = row.number("statement") or 0.0, row.text("application")
        if row.text("state") == "active" and running >= LONGEST_STATEMENT and application not in TOOLS:
            told = f"a statement of {row.text('role')}{name_application(application)} has been running for "
            told += f"{tell_duration(running)}: nothing stops it"
            matches.append(make_match(rule, locate_server("SESSION", row.text("role")), told, places=[row.place]))
    proof = f"none of {count(len(sessions), 'session')} has been running a statement for long"
    return decide(matches, len(sessions), proof, inspection.explain_skipped("activity") or "no other session was there")


def name_application(name: str) -> str:
    """` (worker)`, or nothing for a session that does not say what it is."""
    return f" ({name})" if name else ""


@reads("settings")
def pools_exceed_connections(inspection: Inspection, rule: Rule) -> Judgement:
    """All pools together may open more connections than the server has for this role."""
    pools = inspection.facts.get("pools")
    limits = list_limits(inspection)
    if not limits:
        return Judgement(unproven="max_connections is not known")
    most, what = min(limits)
    demand = inspection.project.demand if inspection.project else None
    if isinstance(pools, int):
        told, place = f"the pools hold {count(pools, 'connection')} in all", None
    elif demand is not None:
        pools, told, place = demand.total, describe_demand(demand), demand.place
    else:
        told = f"{what} is {most}, and nobody said how many connections all processes hold together: --pools N"
        return Judgement(1, unproven=told)
    if pools > most:
        row = inspection.setting("max_connections")
        places = [one for one in (place, row.place if row else None) if one is not None]
        where = locate_server("SETTING", what, str(most))
        return Judgement(
            1, (make_match(rule, where, f"{told}, but {what} leaves room for {most} only", places=places),)
        )
    if place is not None:
        told = f"{told}, and {what} is {most}; how many all processes hold together nobody said: --pools N"
        return Judgement(1, unproven=told)
    return Judgement(1, proof=f"{told}, and {what} leaves room for {most}")


def describe_demand(demand: Demand) -> str:
    """What the code's largest pool comes to, at the least."""
    words = [str(demand.most)]
    words += [count(demand.workers, "worker")] if demand.workers > 1 else []
    words += [count(demand.replicas, "copy", "copies")] if demand.replicas > 1 else []
    told = f"the code opens at least {count(demand.total, 'connection')} unless a pooler stands in between"
    return f"{told} ({' x '.join(words)})"


def list_limits(inspection: Inspection) -> list[tuple[int, str]]:
    """How many connections each limit leaves to a role that is no superuser."""
    limits = []
    if (row := inspection.setting("max_connections")) is not None:
        reserved = [inspection.setting(name) for name in ("superuser_reserved_connections", "reserved_connections")]
        kept = sum(int(one.number("value") or 0) for one in reserved if one)
        limits.append((int(row.number("value") or 0) - kept, f"max_connections less {kept} reserved ones"))
    role = inspection.row("role")
    if role is not None:
        words = {"limit": f"the connection limit of {inspection.role}", "database_limit": "that of the database"}
        own = [(int(role.number(name) or 0), what) for name, what in words.items()]
        limits += [limit for limit in own if limit[0] > 0]  # -1: none
    return limits


@reads("settings", "statistics")
def connections_nearly_out(inspection: Inspection, rule: Rule) -> Judgement:
    """Nearly all connections that the server has are in use."""
    limit, statistics = inspection.setting("max_connections"), inspection.rows("statistics")[0]
    most, used = (limit.number("value") or 0) if limit else 0, statistics.number("connections")
    if limit is None or not most or used is None:
        return Judgement(unproven="max_connections or the connections in use are not known")
    told = f"{int(used)} of {int(most)} connections are in use"
    where = locate_server("SETTING", "max_connections", f"{int(used)} in use")
    matches = [make_match(rule, where, told, places=[limit.place])] if used >= most * NEARLY_ALL else []
    return decide(matches, 1, told, "")
