"""Queries that object mappers and query builders write (`mapped-query`).

The data is that of `scan.queries.mapped.shapes.Shape`, with `calls`: [line, column] of the call that runs it, `covers`:
those of all calls that it is made of, `symbol` (the definition around it) and `text` (its source, shortened).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.queries.mapped.shapes import Shape

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.queries.mapped.flow import Run
    from readycheck.scan.unit import Unit

KINDS = ("mapped-query",)
SERVING = True
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = (
    "select(", ".query", "update(", "delete(", ".get(", ".objects", "findMany", "findUnique", "findFirst", "updateMany",
    "deleteMany", "findAll", "findOne", "findAndCount", "findBy", "createQueryBuilder", "knex", ".from(", "count(",
    "findByPk", "findOneBy", ".filter(", ".exclude(", ".all()", "_or_404", "findOrCreate", ".destroy(",
)  # fmt: skip
MOST_QUERIES = 400
LONGEST_TEXT = 160


def collect(unit: Unit) -> Iterator[Fact]:
    """The queries of one file."""
    found = find_python(unit) if unit.language is Language.PYTHON else find_script(unit)
    seen: set[tuple[int, int, str]] = set()
    for _, (run, shape) in zip(range(MOST_QUERIES), found, strict=False):
        fact = make_fact(unit, run, shape)
        key = (fact.where.line, fact.where.column, str(fact.data))
        if key not in seen:
            seen.add(key)
            yield fact


def find_python(unit: Unit) -> Iterator[tuple[Run, Shape]]:
    """Those of SQLAlchemy and Django."""
    from readycheck.scan.queries.mapped import django, sqlalchemy  # noqa: PLC0415 - for the files that need them

    yield from sqlalchemy.find_shapes(unit)
    yield from django.find_shapes(unit)


def find_script(unit: Unit) -> Iterator[tuple[Run, Shape]]:
    """Those of the libraries for JavaScript."""
    from readycheck.scan.queries.mapped import scripts  # noqa: PLC0415 - likewise

    yield from scripts.find_shapes(unit)


def place(node: SgNode) -> list[int]:
    """Line and column (from 1) of a node."""
    start = node.range().start
    return [start.line + 1, start.column + 1]


def make_fact(unit: Unit, run: Run, shape: Shape) -> Fact:
    """The fact about one query: at the call that runs it."""
    data = shape.to_json()
    here = place(run.call)
    data["calls"] = [] if shape.lazy else [list[Json](here)]
    covered = [place(link.node) for link in run.links]
    data["covers"] = [list[Json](one) for one in dict.fromkeys(tuple(one) for one in [*covered, here])]
    data["symbol"] = unit.bindings.enclosing_symbol(run.call)
    data["text"] = re.sub(r"\s+", " ", run.call.text())[:LONGEST_TEXT]
    return Fact("mapped-query", unit.locate(run.call), data)
