"""The database of a project as its files and code show it: schemas, and the queries that are asked of them."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from readycheck.scan.checks.contract import Facts
from readycheck.scan.program.program import Program
from readycheck.scan.queries.analysed import Reading, read_all
from readycheck.scan.queries.dialects import find_dialect
from readycheck.scan.queries.mapped.asked import MAPPED, list_mapped
from readycheck.scan.queries.statements import QUERIES, find_statements
from readycheck.scan.schema.sources import SCHEMA, find_sources

STORED = tuple(dict.fromkeys((*QUERIES, *SCHEMA, *MAPPED)))
"""The kinds of facts (beside those of the program) that a check must require to ask for the database."""

_KNOWN: WeakKeyDictionary[Program, dict[tuple[int, ...], Reading]] = WeakKeyDictionary()


def read_database(facts: Facts) -> Reading:
    """The databases and the queries, read once for all checks of a scan that are given the facts of the same roles."""
    known = _KNOWN.setdefault(facts.program, {})
    key = tuple(len(facts.get(kind, ())) for kind in STORED)
    if key not in known:
        default = find_dialect(facts.program)
        sources = find_sources(facts, default)
        statements = [*find_statements(facts), *list_mapped(facts, sources)]
        readable = [one for one in statements if one.texts]
        known[key] = read_all(sources, readable, default, [one for one in statements if not one.texts])
    return known[key]
