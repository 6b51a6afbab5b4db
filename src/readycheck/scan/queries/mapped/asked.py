"""The queries that libraries write, as statements beside those in SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.scan.checks.contract import Facts
from readycheck.scan.queries.mapped.models import Models
from readycheck.scan.queries.mapped.writing import UnreadError, Writer, Written
from readycheck.scan.queries.statements import Place, Statement
from readycheck.scan.schema.source import Source

MAPPED = ("mapped-query", "model-member")
"""The kinds of facts that they are made of."""


def list_mapped(facts: Facts, sources: Sequence[Source]) -> Iterator[Statement]:
    """Each query as SQL; without a text where its model or one of its members is not known.

    Of a call that the configuration declares that alone holds, whatever library it looks like.
    """
    models = Models(facts, sources)
    found = facts.get("mapped-query", ())
    declared = {place for fact in found if fact.data["style"] == "helper" for place in list_places(fact)}
    for fact in found:
        if fact.data["style"] != "helper" and not declared.isdisjoint(list_places(fact)):
            continue
        written = write(models, fact)
        if isinstance(written, Written):
            yield make_statement(fact, written)
        elif not is_doubtful(fact):
            yield Statement(
                fact.where, str(fact.data["style"]), (), str(fact.data["text"]), dynamic=True, calls=list_places(fact),
                symbol=str(fact.data["symbol"]), table=name_root(fact), partial=True,
                covers=read_places(fact, "covers"),
            )  # fmt: skip


def is_doubtful(fact: Fact) -> bool:
    """Whether only a known model would have made it a query: `note.lines.all()`, `users.delete(...)`."""
    roots: Any = fact.data["roots"]
    return str(roots[0][2]).startswith(".") or str(fact.data["style"]) in ("knex", "drizzle", "supabase")


def name_root(fact: Fact) -> str:
    """What the model of a query is called in the code."""
    roots: Any = fact.data["roots"]
    alias, names, table = roots[0]
    return str(alias) or str(table).lstrip("*~") or str(next(iter(names), "")).rpartition(".")[2].lstrip("#")


def list_places(fact: Fact) -> tuple[Place, ...]:
    """The places of the calls that run a query."""
    return read_places(fact, "calls")


def read_places(fact: Fact, key: str) -> tuple[Place, ...]:
    """Places of a fact's file."""
    places: Any = fact.data.get(key, ())
    return tuple((fact.where.path, int(line), int(column)) for line, column in places)


def write(models: Models, fact: Fact) -> Written | str:
    """The text of one query, or what could not be looked up."""
    shape: Mapping[str, Any] = fact.data
    try:
        return Writer(models, fact.where.path).write(shape)
    except UnreadError as error:
        return str(error)


def make_statement(fact: Fact, written: Written) -> Statement:
    """The statement of one query."""
    data: Mapping[str, Any] = fact.data
    shown = written.render("").replace("SELECT 1 FROM", "SELECT ... FROM", 1)
    return Statement(
        fact.where,
        str(data["style"]),
        (written.render('"'), written.render("`")),
        shown,
        bool(data.get("dynamic") or data.get("unknown")),
        list_places(fact),
        str(data["symbol"]),
        tuple(map(str, data.get("fetches", ()))),
        bool(data.get("open") or data.get("unknown")),
        written.tables[0] if written.tables else "",
        partial=bool(data.get("unknown")) or written.narrowed,
        covers=read_places(fact, "covers"),
    )
