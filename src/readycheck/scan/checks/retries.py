"""Checks on how a lost database connection is met."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readycheck.model.evidence import Fact, Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.late import compile_late
from readycheck.scan.outbound.reaching import read_running
from readycheck.scan.program.model import Call, Definition

TENACITY = frozenset({"tenacity.retry", "tenacity.Retrying", "tenacity.AsyncRetrying"})
BACKOFF = frozenset({"backoff.on_exception"})
SCRIPT_RETRIES = {
    "async-retry": "async-retry", "async-retry.default": "async-retry",
    "exponential-backoff.backOff": "exponential-backoff",
    "p-retry": "p-retry", "p-retry.default": "p-retry", "promise-retry": "promise-retry",
    "promise-retry.default": "promise-retry",
}  # fmt: skip
RANDOM_BY_DEFAULT = frozenset({"async-retry"})
RANDOM = compile_late(r"random|jitter", re.IGNORECASE)
DATABASE = compile_late(
    r"^(?:psycopg2?|psycopg_pool|asyncpg|sqlalchemy|aiomysql|pymysql|pg|pg-pool|mysql2?(?:/promise)?|knex|sequelize|mongoose|"
    r"@prisma/client|typeorm|postgres|django\.db)\b"
)
FOREIGN = compile_late(
    r"connector|query_?runner|plugin|agent|tool|integration|datasource|data_source|provider|vector|migrat|script",
    re.IGNORECASE,
)
"""Folders of what connects to other people's databases."""
RETRYING = frozenset({"mongoose", "PyMongo"})
"""Drivers that retry by themselves."""
DEPTH = 3


@requires("pool", "connection", "outbound", "retry-loop", *PROGRAM)
def database_retried(facts: Facts, rule: Rule) -> CheckResult:
    """What talks to the database is tried again a limited number of times, after pauses that are random."""
    pools = facts.get("pool", ())
    databases = [*pools, *(one for one in facts.get("outbound", ()) if one.data["sort"] == "database")]
    databases = databases or [one for one in facts.get("connection", ()) if not FOREIGN.search(one.where.path)]
    if not databases or any(one.data["library"] in RETRYING for one in databases):
        return CheckResult(0)
    matches = [*find_library_matches(facts, rule), *find_loop_matches(facts, rule)]
    helpers = [place for pool in facts.get("pool", ()) for place in find_helpers(facts, pool)]
    belongs = tuple(dict.fromkeys([*(one.where for one in facts.get("pool", ())), *helpers, databases[0].where]))
    return CheckResult(len(databases), tuple(matches), belongs)


@requires("retry-loop", *PROGRAM)
def database_retry_unbounded(facts: Facts, rule: Rule) -> CheckResult:
    """A loop tries to reach the database for ever, in step with every other process."""
    loops = [one for one in facts.get("retry-loop", ()) if one.data["database"]]
    matches = []
    for one in loops:
        if one.data["bounded"] or one.data["jitter"]:
            continue
        names = one.data["tried"]
        tried = str(names[0]) if isinstance(names, list) and names else "the database"
        message = f"tries `{tried}` for ever, after pauses that are the same in every process"
        exempt = None if facts.live.is_live(one.where.path) else "in a file that nothing starts"
        matches.append(Match(rule.id, one.where, str(one.data["symbol"]), tried, message, exempt))
    return CheckResult(len(loops), tuple(matches))


@requires("failure-ignored", *PROGRAM)
def database_failure_ignored(facts: Facts, rule: Rule) -> CheckResult:
    """The service starts although its database could not be reached, and nothing tries again."""
    ignored = facts.get("failure-ignored", ())
    matches = []
    for one in ignored:
        message = (
            f"a failure of `{one.data['tried']}` at start is only logged: the service goes on without its database"
        )
        exempt = None if facts.live.is_live(one.where.path) else "in a file that nothing starts"
        where = one.where
        matches.append(Match(rule.id, where, str(one.data["symbol"]), str(one.data["tried"]), message, exempt))
    return CheckResult(len(ignored), tuple(matches))


def find_library_matches(facts: Facts, rule: Rule) -> Iterator[Match]:
    """Retries by libraries that are bounded, random, and concern the database."""
    for call in facts.program.iterate_calls():
        names = {*call.names, *facts.program.find_externals(call.path, call.names)}
        found = judge_library(call, names)
        if not found or not facts.live.runs(call.path, call.owner):
            continue
        users = (one for one in find_users(facts, call) if "migrat" not in one.path)  # these have requests behind them
        user = next((one for one in users if touches_database(facts, one)), None)
        if user is not None:
            message = f"{found} around `{user.name}`, with a limit and random pauses"
            also = (facts.program.locate(user),)
            yield Match(rule.id, facts.program.locate(call), call.owner, call.text, message, also=also)


def judge_library(call: Call, names: set[str]) -> str:
    """The library of a retry that is bounded and random, or empty."""
    if names & TENACITY:
        stop, wait = call.keywords.get("stop"), call.keywords.get("wait")
        is_good = stop is not None and "stop_never" not in repr(stop) and wait is not None and RANDOM.search(repr(wait))
        return "tenacity" if is_good else ""
    if names & BACKOFF:
        bounded = "max_tries" in call.keywords or "max_time" in call.keywords
        jitter = call.keywords.get("jitter")
        return "backoff" if bounded and (jitter is None or jitter.get("v", 1) is not None) else ""
    library = next((SCRIPT_RETRIES[name] for name in names if name in SCRIPT_RETRIES), "")
    if not library:
        return ""
    forever = call.find_option("forever")
    random = call.find_option("randomize", "jitter")
    is_random = random is not None and random.get("v", True) is not False and random.get("s") != "none"
    is_random |= library in RANDOM_BY_DEFAULT and random is None
    return library if is_random and forever is None else ""


def find_users(facts: Facts, call: Call) -> Iterator[Definition]:
    """The functions that a retry is for: decorated, around it, calling the one that makes it, or given to it."""
    module = facts.program.modules[call.path]
    if call.decorates:
        yield from (one for name, one in module.definitions.items() if name == call.decorates)
        return
    owner = module.definitions.get(call.owner)
    if owner is not None:
        yield owner
        for caller in facts.program.callers.get(owner.ref, ()):
            above = facts.program.modules[caller.path].definitions.get(caller.owner)
            if above is not None:
                yield above
    for argument in call.arguments[:1]:
        yield from facts.program.find_definitions(call.path, argument)


def touches_database(facts: Facts, definition: Definition) -> bool:
    """Whether a function, or what it calls, asks a database driver for something."""
    for call in read_running(facts.program, definition, DEPTH):
        names = {*call.names, *facts.program.find_externals(call.path, call.names)}
        if any(DATABASE.match(name) for name in names):
            return True
    return any(DATABASE.match(str(name)) for base in definition.bases for name in base.get("n", ()))


def find_loop_matches(facts: Facts, rule: Rule) -> Iterator[Match]:
    """Loops of our own that end, and whose pauses are random."""
    for one in facts.get("retry-loop", ()):
        is_good = one.data["database"] and one.data["bounded"] and one.data["jitter"]
        if is_good and facts.live.runs(one.where.path, str(one.data["symbol"])):
            names = one.data["tried"]
            tried = str(names[0]) if isinstance(names, list) and names else ""
            yield Match(
                rule.id,
                one.where,
                str(one.data["symbol"]),
                tried,
                f"`{tried}` is tried again, with a limit and random pauses",
            )


def find_helpers(facts: Facts, pool: Fact) -> Iterator[Span]:
    """Where the file that makes a pool sends queries to it: what a retry belongs around."""
    module = facts.program.modules.get(pool.where.path)
    form = f"{pool.data['form']}()"
    for call in module.calls if module is not None else ():
        if call.owner and call.method in ("query", "execute") and any(name.startswith(form) for name in call.names):
            yield facts.program.locate(call)
