"""Statements without their values: what one asks, so that a server's word for it can be found in the code."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST = 100_000
BREAKDOWNS = (AttributeError, KeyError, IndexError, TypeError, ValueError, RecursionError)
"""Seen of the parser's Python side on texts that it cannot take."""
KINDS = frozenset({"select_stmt", "insert_stmt", "update_stmt", "delete_stmt", "merge_stmt"})


@dataclass(frozen=True, slots=True)
class Shape:
    """One query: `text` in Postgres' own spelling with `$n` for each value, no comment; `fingerprint` of libpg_query.

    The same fingerprint means the same query but for spelling, values, and how many values a list has. `tables` are the
    names of what it reads and writes, without their schemas.
    """

    text: str
    fingerprint: str
    tables: tuple[str, ...] = ()


def find_shape(text: str) -> Shape | None:
    """The shape of a query of Postgres; None for what is none: other statements, several in one, what it cannot parse.

    Parameters may be written in any driver's way.
    """
    if len(text) > LONGEST:
        return None
    import postgast  # noqa: PLC0415 - start-up time

    from readycheck.sql.analysis.parameters import number  # noqa: PLC0415 - likewise

    try:
        plain = postgast.normalize(number(text))
        tree = postgast.parse(plain)
        if [one.stmt.WhichOneof("node") in KINDS for one in tree.stmts] != [True]:
            return None
        tables = tuple(dict.fromkeys(name.rpartition(".")[2] for name in postgast.extract_tables(tree)))
        return Shape(postgast.deparse(tree), postgast.fingerprint(plain).hex, tables)
    except (postgast.PgQueryError, *BREAKDOWNS):
        return None
