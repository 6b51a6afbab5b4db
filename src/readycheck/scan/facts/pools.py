"""Pools of database connections, and connections outside of any pool.

`pool`: `form`, `library`, `limits` (rows of what is limited, the state as `outbound.limits.Judged` names it, and the
limit), `most` (connections at most, null where that is computed), `variable` (what it is bound to), `scoped` (closed by
a `with`), `handler` (made in a function that runs once a request), `brief` (used where it is made and nowhere else: for
a job that comes to an end).
`connection`: `form`, `library`, `handler`, `symbol`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.assignments import find_target
from readycheck.scan.late import compile_late
from readycheck.scan.literals import read_literal
from readycheck.scan.outbound import options_javascript, options_python
from readycheck.scan.outbound.handlers import find_handler
from readycheck.scan.outbound.limits import Judged, Limit, Options, judge_limit
from readycheck.scan.outbound.lookups import find_enclosing
from readycheck.scan.outbound.pools import ANCHORS as POOL_ANCHORS
from readycheck.scan.outbound.pools import CONNECTIONS, POOLS, POSITIONS, PRISMA, PRISMA_CLIENTS, SIZE, SIZES, Pool

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("pool", "connection")
SERVING = True
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = POOL_ANCHORS
NAMES = (*POOLS, *CONNECTIONS, *PRISMA_CLIENTS)
MODULES = frozenset(re.split(r"[./(]", name, maxsplit=1)[0] for name in NAMES)
PLACES = (0, 1, 2, 3)
PRISMA_DATA: dict[str, Json] = {
    "form": "PrismaClient",
    "library": PRISMA,
    "limits": [[SIZE, "unknown", ""]],
    "most": None,
    "variable": "",
    "scoped": True,
    "brief": False,
}
USES = compile_late(r"\.(?:connect|begin|raw_connection|execute|dispose|scalar)\b")


def collect(unit: Unit) -> Iterator[Fact]:
    """The pools and connections that one file makes."""
    present = tuple(module for module in MODULES if module in unit.text)
    names = [name for name in NAMES if name.startswith(present)] if present else []
    for reference in unit.find_references(names) if names else ():
        if reference.call is None:
            continue
        if reference.name in POOLS:
            fact = describe_pool(unit, reference.name, reference.call)
            if fact is not None:
                yield fact
        elif reference.name in PRISMA_CLIENTS:
            yield Fact("pool", unit.locate(reference.call), PRISMA_DATA | describe_place(unit, reference.call))
        else:
            data: dict[str, Json] = {"form": reference.name, "library": CONNECTIONS[reference.name]}
            yield Fact("connection", unit.locate(reference.call), data | describe_place(unit, reference.call))


def describe_pool(unit: Unit, name: str, call: SgNode) -> Fact | None:
    """The fact of one pool; None where somebody else manages the connections, or no network lies before them."""
    pool = POOLS[name]
    is_python = unit.language is Language.PYTHON
    options = (
        options_python.read_options(unit, call) if is_python else options_javascript.read_options(unit, call, PLACES)
    )
    text = call.text()
    if any(option in options.named for option in pool.skip) or "sqlite" in text or "check_same_thread" in text:
        return None
    limits: list[Json] = [[one.what, one.state, one.detail] for one in judge_pool(pool, options)]
    parent = call.parent()
    is_scoped = any(one.kind() == "with_item" for one in call.ancestors()[:3]) if parent is not None else False
    is_scoped |= "@nestjs/typeorm" in unit.text  # whose module closes it
    data: dict[str, Json] = {"form": name, "library": pool.library, "limits": limits, "variable": find_target(call)}
    data |= {"most": find_most(pool, options), "scoped": is_scoped, "brief": is_python and is_brief(unit, call)}
    return Fact("pool", unit.locate(call), data | describe_place(unit, call))


def is_brief(unit: Unit, call: SgNode) -> bool:
    """Whether a pool is only used where it is made: in one function, or by a module's own statements.

    It is never handed on, given back or bound to something that outlives the place: all that stands of it behind the
    assignment is `engine.connect()` and the like.
    """
    name = find_target(call)
    if not name.isidentifier():
        return False
    function = find_enclosing(call)
    text = unit.text if function is None else function.text()
    if function is None and re.search(r"^\s*(?:async )?def \w", text, re.MULTILINE):
        return False
    uses = [one for one in re.finditer(rf"(?<![\w.]){name}\b", text) if not text[one.end() :].lstrip().startswith("=")]
    return bool(uses) and all(USES.match(text, one.end()) for one in uses)


def judge_pool(pool: Pool, options: Options) -> list[Judged]:
    """Size, waiting and recycling of a pool; a size that the library sets is none of its own."""
    size = judge_limit(Limit(SIZE, pool.size or ("size",), None, POSITIONS.get(pool.library, -1)), options)
    return [size, judge_limit(pool.wait, options), judge_limit(pool.recycle, options)]


def find_most(pool: Pool, options: Options) -> int | None:
    """How many connections a pool opens at most, by the numbers that stand there and the library's own."""
    parts = SIZES.get(pool.library)
    if parts is None or options.is_open or len(options.positional) > 1:
        return None
    most = 0
    for names, default in parts:
        node = next((options.named[name] for name in names if name in options.named), None)
        known, value = (True, default) if node is None else read_literal(node)
        if not known or not isinstance(value, int) or isinstance(value, bool) or value < 0:
            return None
        most += value
    return most


def describe_place(unit: Unit, call: SgNode) -> dict[str, Json]:
    """In what a call stands: the symbol, and whether that runs once a request."""
    is_inside = find_enclosing(call) is not None and find_handler(unit, call) is not None
    return {"symbol": unit.bindings.enclosing_symbol(call), "handler": is_inside}
