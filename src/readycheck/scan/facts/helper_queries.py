"""Queries that functions of the project make, as its configuration declares them.

`mapped-query`, of the style `helper`, for those that are given a table (see `mapped_queries`). `helper-text` for those
that are given SQL: `pieces` (see `queries.pieces`) or nothing where the text is not known, `calls`: one of [line,
column], `symbol` (the definition around it), `name` (what is called), `one` (never more than one row comes back),
`text` (the call, shortened).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.helper import QueryHelper
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.origins.tracer import Tracer
    from readycheck.scan.queries.mapped.helpers import HelperCall
    from readycheck.scan.unit import Unit

KINDS = ("mapped-query", "helper-text")
SERVING = True
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
MOST_CALLS = 400
LONGEST_TEXT = 160


def list_anchors(helpers: Sequence[QueryHelper]) -> tuple[str, ...]:
    """The last parts of the names that are declared."""
    return tuple(dict.fromkeys(name.rpartition(".")[2] for helper in helpers for name in helper.functions))


def collect_helped(helpers: Sequence[QueryHelper], unit: Unit) -> Iterator[Fact]:
    """The calls of declared functions in one file."""
    from readycheck.scan.facts.mapped_queries import make_fact  # noqa: PLC0415 - where something is declared
    from readycheck.scan.facts.sql_statements import is_safe  # noqa: PLC0415 - likewise
    from readycheck.scan.origins.tracer import Purpose  # noqa: PLC0415 - likewise
    from readycheck.scan.origins.tracing import make_tracer  # noqa: PLC0415 - likewise
    from readycheck.scan.queries.mapped.flow import Run  # noqa: PLC0415 - likewise
    from readycheck.scan.queries.mapped.helpers import find_calls, read_shape  # noqa: PLC0415 - likewise

    tracer = make_tracer(unit, Purpose(is_safe, compile_late(r"(?!)")))
    for _, call in zip(range(MOST_CALLS), find_calls(unit, helpers), strict=False):
        if call.helper.sql is not None:
            yield read_text(tracer, call)
        else:
            yield make_fact(unit, Run((call.link,), call.link.node), read_shape(tracer, call))


def read_text(tracer: Tracer, call: HelperCall) -> Fact:
    """The fact about a call that is given SQL."""
    from readycheck.scan.facts.mapped_queries import place  # noqa: PLC0415 - likewise
    from readycheck.scan.queries.pieces import read_pieces  # noqa: PLC0415 - likewise

    node = find_text(tracer.unit, call.find(call.helper.sql))
    pieces = read_pieces(tracer, node) if node is not None else []
    written: list[Json] = [piece if isinstance(piece, str) else list[Json](piece) for piece in pieces]
    data: dict[str, Json] = {
        "pieces": written,
        "calls": [list[Json](place(call.link.node))],
        "symbol": tracer.unit.bindings.enclosing_symbol(call.link.node),
        "name": call.link.name,
        "one": call.helper.one_row,
        "text": re.sub(r"\s+", " ", call.link.node.text())[:LONGEST_TEXT],
    }
    return Fact("helper-text", tracer.unit.locate(node or call.link.node), data)


def find_text(unit: Unit, node: SgNode | None) -> SgNode | None:
    """The expression that an argument is, or that its variable is given once."""
    from readycheck.scan.queries.mapped.chains import strip  # noqa: PLC0415 - likewise

    node = strip(node)
    if node is None or node.kind() != "identifier":
        return node
    targets = unit.bindings.find_targets(node)
    parent = targets[0].parent() if len(targets) == 1 else None
    if parent is None or parent.kind() not in ("assignment", "variable_declarator"):
        return None
    return strip(parent.field("right") or parent.field("value"))
