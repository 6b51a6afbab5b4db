"""Checks on pools of database connections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from readycheck.model.evidence import Fact, Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.late import compile_late
from readycheck.scan.outbound.pools import BLOCKING, CLOSING, PRISMA
from readycheck.scan.outbound.repeated import find_maker, find_route_above
from readycheck.scan.program.methods import may_be_called
from readycheck.scan.program.model import Call

GOOD = ("set", "default")
DATABASE = compile_late(r"(?:^|[._])(?:db|database|\w*data_?source|pool|engine|sequelize|knex|sql|orm)$", re.IGNORECASE)
"""What a database is called where it is closed in another file, in a way that cannot be followed."""
MOST_CLIENTS = 2
"""Prisma clients of one service: one for writing, one for reading elsewhere."""
LANGUAGE = ("globalThis.", "builtins.")


@requires("pool", "connection", *PROGRAM)
def connection_pool_bounded(facts: Facts, rule: Rule) -> CheckResult:
    """Each pool has a size of its own, a limit for waiting, renewed connections, and is closed at the end.

    While one of them cannot be judged nothing counts as examined; what a pool lacks is told by another rule.
    """
    pools = [one for one in facts.get("pool", ()) if facts.live.is_live(one.where.path) and not one.data.get("brief")]
    if not pools or find_repeated(pools, facts) or any(find_faults(one, facts) or is_unclear(one) for one in pools):
        return CheckResult(0)
    matches = [describe(rule, one, facts) for one in pools]
    return CheckResult(len(pools), tuple(matches))


@requires("pool", *PROGRAM)
def connection_pool_incomplete(facts: Facts, rule: Rule) -> CheckResult:
    """A pool lacks a size, a limit for waiting, is never closed, or is one of several of the same client."""
    pools = [one for one in facts.get("pool", ()) if not one.data.get("brief")]
    repeated = find_repeated(pools, facts)
    matches = []
    for pool in pools:
        faults = [*find_faults(pool, facts), *(repeated if is_further(pool, pools, facts) else ())]
        if faults:
            message = f"`{pool.data['form']}` {join(faults)}"
            exempt = None if facts.live.is_live(pool.where.path) else "in a file that nothing starts"
            matches.append(
                Match(rule.id, pool.where, str(pool.data["symbol"]), str(pool.data["form"]), message, exempt)
            )
    return CheckResult(len(pools), tuple(matches))


@requires("pool", "connection", *PROGRAM)
def connection_per_request(facts: Facts, rule: Rule) -> CheckResult:
    """A connection, or a whole pool, is made anew for each request."""
    made = (*facts.get("pool", ()), *facts.get("connection", ()))
    matches = []
    for one in made:
        if one.data["handler"]:
            matches.append(tell_repeated(rule, one, "in a function that runs once a request"))
        elif caller := find_asking(one, facts):
            name = caller.owner.rpartition(".")[2] or "a handler"
            where = f"which {name} ({caller.path}:{caller.line}) calls once a request"
            matches.append(tell_repeated(rule, one, f"in `{one.data['symbol']}`, {where}"))
        elif found := find_route_above(facts, one):
            way, route = found
            through = f" through {' and '.join(way)}" if way else ""
            where = f"which {route.path or 'a route'} ({route.where.path}:{route.where.line}) reaches{through}"
            matches.append(tell_repeated(rule, one, f"in `{one.data['symbol']}`, {where}, once a request"))
    return CheckResult(len(made), tuple(matches))


def tell_repeated(rule: Rule, made: Fact, where: str) -> Match:
    """The match of something that is made once a request."""
    message = f"`{made.data['form']}` {'makes a pool' if made.kind == 'pool' else 'connects'} {where}"
    return Match(rule.id, made.where, str(made.data["symbol"]), str(made.data["form"]), message)


def find_asking(made: Fact, facts: Facts) -> Call | None:
    """A handler's call of the function that makes a connection, and gives it back or uses it."""
    definition = find_maker(facts, made)
    if definition is None:
        return None
    for call in facts.program.callers.get(definition.ref, ()):
        if is_in_handler(call, facts) and facts.live.is_live(call.path):
            return call
    return None


def is_in_handler(call: Call, facts: Facts) -> bool:
    """Whether a call stands in a function that is decorated as a route or takes a request and an answer."""
    definition = facts.program.modules[call.path].definitions.get(call.owner)
    if definition is None or definition.is_class:
        return False
    names = [str(one["name"]).lstrip("_") for one in definition.parameters[:2]]
    is_pair = len(names) > 1 and names[0] in ("req", "request") and names[1] in ("res", "response", "reply")
    calls = (facts.program.modules[call.path].calls[one["c"]] for one in definition.decorators if "c" in one)
    return is_pair or any(one.method in ("get", "post", "put", "patch", "delete", "route") for one in calls)


def find_repeated(pools: Sequence[Fact], facts: Facts) -> list[str]:
    """What is wrong with several Prisma clients in one service, in words; each has a pool of its own."""
    count = len({one.where.path for one in list_prisma(pools, facts)})
    return (
        [f"is one of {count} clients, each with a pool of its own: make one and import it"]
        if count > MOST_CLIENTS
        else []
    )


def list_prisma(pools: Sequence[Fact], facts: Facts) -> list[Fact]:
    """The Prisma clients that running code makes when it is loaded."""
    return [
        one
        for one in pools
        if one.data["library"] == PRISMA and not one.data["symbol"] and facts.live.is_live(one.where.path)
    ]


def is_further(pool: Fact, pools: Sequence[Fact], facts: Facts) -> bool:
    """Whether a pool is a Prisma client beside others of the same service."""
    return pool in list_prisma(pools, facts)


def find_faults(pool: Fact, facts: Facts) -> list[str]:
    """What a pool lacks, in words."""
    states = {row[0]: row[1] for row in read_rows(pool)}
    faults = [str(pool.data["fault"])] if pool.data.get("fault") else []
    lacking = [what for what, state in states.items() if state in ("missing", "off")]
    if lacking:
        faults.append(f"has no {' and no '.join(what.removeprefix('a ') for what in lacking)} of its own")
    is_closed = bool(pool.data["scoped"]) or pool.data["form"] in BLOCKING
    if not is_closed and not any(True for _ in find_closing(pool, facts)):
        faults.append("is never closed")
    return faults


def is_unclear(pool: Fact) -> bool:
    """Whether a pool's options come in through what the scan cannot see."""
    return any(row[1] == "unknown" for row in read_rows(pool))


def read_rows(pool: Fact) -> Iterator[tuple[str, str, str]]:
    """What is limited, the state, and the limit."""
    rows = pool.data["limits"]
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, list):
            yield str(row[0]), str(row[1]), str(row[2])


def find_closing(pool: Fact, facts: Facts) -> Iterator[Call]:
    """The calls that close a pool, in what runs."""
    variable = str(pool.data["variable"]).removeprefix("self.").removeprefix("this.")
    made = f"{pool.data['form']}()"
    for call in facts.program.iterate_calls():
        if call.method not in CLOSING or not may_be_called(facts.program, facts.live, call.path, call.owner):
            continue
        refs = [ref for name in call.names for ref in (facts.program.resolve(call.path, name),)]
        names = {ref.name for ref in refs} | facts.program.find_externals(call.path, call.names)
        is_likely = DATABASE.search(call.text.rpartition(".")[0]) is not None and call.path != pool.where.path
        is_likely = is_likely and not facts.program.find_definitions(call.path, {"n": list(call.names)})
        is_likely = is_likely and all(
            name.startswith(LANGUAGE) for name in facts.program.find_externals(call.path, call.names)
        )
        is_own = is_likely or any(
            ref.path == pool.where.path and ref.name == f"{variable}.{call.method}" for ref in refs
        )
        if is_own or any(name.startswith(made) for name in names):
            yield call


def describe(rule: Rule, pool: Fact, facts: Facts) -> Match:
    """What proves a pool: its limits, and where it is closed."""
    details = [f"{what.removeprefix('a ')}: {detail}" for what, state, detail in read_rows(pool) if state in GOOD]
    closing = next(find_closing(pool, facts), None)
    by = "by its `with`" if pool.data["scoped"] is True and pool.data["library"] != "Django" else "with the process"
    closed = f"closed {by}" if closing is None else f"closed at {closing.path}:{closing.line}"
    also = () if closing is None else (facts.program.locate(closing),)
    message = f"`{pool.data['form']}` has {', '.join(details)}; {closed}"
    return Match(rule.id, pool.where, str(pool.data["symbol"]), str(pool.data["form"]), message, also=also)


def join(parts: list[str]) -> str:
    """Two faults in one sentence."""
    return " and ".join(parts)
