"""How Django settings connect to a database: anew for each request, or by way of a pool.

`pool`, as `readycheck.scan.facts.pools` describes it; `fault` where every request opens a connection of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.facts.commands import DEVELOPMENT
from readycheck.scan.late import compile_late
from readycheck.scan.outbound.limits import Limit, Options, judge_limit
from readycheck.scan.outbound.pools import RECYCLE, SIZE, WAIT

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("pool",)
SERVING = True
LANGUAGES = (Language.PYTHON,)
ANCHORS = ("DATABASES",)
NETWORKED = compile_late(r"postgres|postgis|mysql|oracle|mssql|cockroach", re.IGNORECASE)
LIMITS = (
    Limit(SIZE, ("max_size",)),
    Limit(WAIT, ("timeout",), 30.0),
    Limit(RECYCLE, ("max_lifetime", "max_idle"), 3600.0),
)
ELSEWHERE = compile_late(r"conn_max_age|[\"']pool[\"']|DATABASES\s*[\[.]|pgbouncer", re.IGNORECASE)
ANEW = "connects anew for each request: CONN_MAX_AGE is 0, and there is no pool"


def collect(unit: Unit) -> Iterator[Fact]:
    """The pool of one settings module, or that there is none; nothing where another place may decide about it."""
    if DEVELOPMENT.search(unit.path):
        return
    for node in unit.find_kind("assignment"):
        left, right = node.field("left"), node.field("right")
        if left is None or right is None or right.kind() != "dictionary" or not left.text().startswith("DATABASES"):
            continue
        pools = [one for one in find_pairs(right, "pool") if one.kind() == "dictionary"]
        for pool in pools:
            options = Options(dict(read_pairs(pool)), (), "**" in pool.text())
            limits: list[Json] = [
                [one.what, one.state, one.detail] for one in (judge_limit(x, options) for x in LIMITS)
            ]
            yield make_fact(unit, pool, limits, "")
        if left.text() == "DATABASES" and not pools and not decides_elsewhere(unit, right):
            for _, database in read_pairs(right):
                if database.kind() == "dictionary" and connects_anew(database):
                    yield make_fact(unit, database, [], ANEW)


def decides_elsewhere(unit: Unit, databases: SgNode) -> bool:
    """Whether another statement of the module has a say in how long connections live."""
    rest = unit.text.replace(databases.text(), "", 1)
    return (
        re.search(r"CONN_MAX_AGE|conn_max_age|[\"']pool[\"']|DATABASES\s*[\[.]|PgBouncer|pgbouncer", rest) is not None
    )


def connects_anew(database: SgNode) -> bool:
    """Whether a database of the settings is reached over a network, with a connection for each request."""
    pairs = dict(read_pairs(database))
    engine, age = pairs.get("ENGINE"), pairs.get("CONN_MAX_AGE")
    if engine is None or engine.kind() != "string" or not NETWORKED.search(engine.text()) or "**" in database.text():
        return False
    return "pool" not in database.text() and (age is None or age.text() == "0")


def read_pairs(dictionary: SgNode) -> Iterator[tuple[str, SgNode]]:
    """The keys of a dictionary that are texts, with their values."""
    for pair in dictionary.named_children():
        key, value = pair.field("key"), pair.field("value")
        if pair.kind() == "pair" and key is not None and value is not None:
            yield key.text().strip("\"'"), value


def find_pairs(dictionary: SgNode, name: str) -> Iterator[SgNode]:
    """The values under one key, at any depth."""
    for key, value in read_pairs(dictionary):
        if key == name:
            yield value
        elif value.kind() == "dictionary":
            yield from find_pairs(value, name)


def make_fact(unit: Unit, node: SgNode, limits: list[Json], fault: str) -> Fact:
    """The fact of one database of the settings."""
    data: dict[str, Json] = {"form": "DATABASES", "library": "Django", "limits": limits, "variable": "", "scoped": True}
    return Fact("pool", unit.locate(node), data | {"brief": False, "fault": fault, "symbol": "", "handler": False})
