"""What `readycheck queries` shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from readycheck.audit.errors import count
from readycheck.cli.console import print_note, write_stdout
from readycheck.cli.inventory import Inventory, Row, Wish, check_inventory_format, print_inventory
from readycheck.cli.stored import read_stored
from readycheck.model.rule import Json
from readycheck.scan.inventories.queries import make_rows
from readycheck.scan.queries.mappers import find_mapped

if TYPE_CHECKING:
    from readycheck.cli.verifying import Proven

HEADINGS = ("WHERE", "STYLE", "TABLES", "PREDICATES", "ORDER", "SQL")
LONGEST = 100


def show_queries(wish: Wish, *, verify: bool = False, variable: str | None = None) -> None:
    """Print the inventory, with what Postgres' planner says of it where that is wished for.

    Raises AuditError or OSError.
    """
    check_inventory_format(wish.format)
    stored = read_stored(wish)
    rows = make_rows(stored.reading.asked, list(find_mapped(stored.facts, stored.reading)))
    proven = None
    if verify or variable is not None:
        from readycheck.cli.verifying import add_plans, prove_all  # noqa: PLC0415 - parsers and a server

        proven = prove_all(stored, variable)
        add_plans(rows, proven)
    headings = HEADINGS if proven is None else (*HEADINGS[:-1], "PLAN", HEADINGS[-1])
    print_inventory(Inventory("queries", "query", headings, list_cells, "queries"), rows, wish.format)
    if proven is not None and wish.format == "terminal":
        print_proofs(proven)
    dynamic = sum(1 for row in rows if row["dynamic"])
    unread = [row for row in rows if row["kind"] == "unreadable"]
    if dynamic and wish.format == "terminal":
        print_note(f"of {count(dynamic, 'query', 'queries')} only parts are constant: the rest is known when they run")
    if unread and wish.format == "terminal":
        first = f"{unread[0]['file']}:{unread[0]['line']}"
        print_note(f"{count(len(unread), 'query', 'queries')} could not be read, the first in {first}")


def list_cells(row: Row) -> list[tuple[str, ...]]:
    """The line of one query."""
    tables = row["tables"] if isinstance(row["tables"], list) else []
    sql = " ".join(str(row["sql"] or "").split())
    style = f"{row['style']}{', dynamic' if row['dynamic'] else ''}"
    plan = row.get("plan")
    planned = (str(plan["way"]) if isinstance(plan, dict) else "-",) if "plan" in row else ()
    return [
        (
            f"{row['file']}:{row['line']}", style, ", ".join(map(str, tables)) or "-", join_pairs(row["predicates"]),
            join_pairs(row["order"]), *planned, sql if len(sql) <= LONGEST else f"{sql[: LONGEST - 3]}...",
        )
    ]  # fmt: skip


def print_proofs(proven: Sequence[Proven]) -> None:
    """The indexes that would help, each with the plans before and after it, and what could not be planned."""
    from readycheck.cli.verifying import list_notices  # noqa: PLC0415 - as above

    lines = [
        f"{one.need.proposal.statement}\n    {one.text}"
        for each in proven
        for one in each.proof.proved
        if one.need.proposal is not None and one.text
    ]
    if lines:
        write_stdout("\n".join(["", "Indexes that would help", *lines]) + "\n")
    for notice in list_notices(proven):
        print_note(notice.message)


def join_pairs(pairs: Json) -> str:
    """Table and column pairs in a cell."""
    shown = [".".join(map(str, pair)) for pair in pairs if isinstance(pair, list)] if isinstance(pairs, list) else []
    return ", ".join(shown) or "-"
