"""What `readycheck queries` shows."""

from __future__ import annotations

from readycheck.audit.errors import count
from readycheck.cli.console import print_note
from readycheck.cli.inventory import Inventory, Row, Wish, check_inventory_format, print_inventory
from readycheck.cli.stored import read_stored
from readycheck.model.rule import Json
from readycheck.scan.inventories.queries import make_rows
from readycheck.scan.queries.mappers import find_mapped

HEADINGS = ("WHERE", "STYLE", "TABLES", "PREDICATES", "ORDER", "SQL")
LONGEST = 100


def show_queries(wish: Wish) -> None:
    """Print the inventory. Raises AuditError or OSError."""
    check_inventory_format(wish.format)
    stored = read_stored(wish)
    rows = make_rows(stored.reading.asked, list(find_mapped(stored.facts)))
    print_inventory(Inventory("queries", "query", HEADINGS, list_cells, "queries"), rows, wish.format)
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
    return [
        (
            f"{row['file']}:{row['line']}", style, ", ".join(map(str, tables)) or "-", join_pairs(row["predicates"]),
            join_pairs(row["order"]), sql if len(sql) <= LONGEST else f"{sql[: LONGEST - 3]}...",
        )
    ]  # fmt: skip


def join_pairs(pairs: Json) -> str:
    """Table and column pairs in a cell."""
    shown = [".".join(map(str, pair)) for pair in pairs if isinstance(pair, list)] if isinstance(pairs, list) else []
    return ", ".join(shown) or "-"
