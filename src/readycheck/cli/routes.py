"""What `readycheck routes` shows."""

from __future__ import annotations

from pathlib import Path

from readycheck.cli.inventory import Inventory, Row, Wish, check_inventory_format, print_inventory, read_project
from readycheck.probe.exchange import Route
from readycheck.scan.checks.contract import PROGRAM
from readycheck.scan.engine import join, sort_facts
from readycheck.scan.inventories.routes import make_rows

HEADINGS = ("METHOD", "PATH", "ACCESS", "GUARDS", "HANDLER", "WHERE", "NOTE")
MOST_GUARDS = 3


def show_routes(wish: Wish) -> None:
    """Print the inventory. Raises AuditError or OSError."""
    check_inventory_format(wish.format)
    files = read_project(wish, PROGRAM).files
    rows = make_rows(join(files, sort_facts(files)).web)
    print_inventory(Inventory("routes", "route", HEADINGS, list_cells), rows, wish.format)


def list_routes(path: Path, config: Path | None) -> list[Route]:
    """The routes of a project that are known to be served, for the probe."""
    files = read_project(Wish(path, "json", config), PROGRAM).files
    rows = make_rows(join(files, sort_facts(files)).web)
    return [
        Route(str(row["method"]), str(row["path"]), str(row["access"]), "code")
        for row in rows
        if not row["unresolved"] and not row["condition"] and "{?}" not in str(row["path"])
    ]


def list_cells(row: Row) -> list[tuple[str, ...]]:
    """The line of one route."""
    guards = row["guards"] if isinstance(row["guards"], list) else []
    names = [str(one["name"]) for one in guards if isinstance(one, dict)]
    shown = ", ".join(names[:MOST_GUARDS]) + (", ..." if len(names) > MOST_GUARDS else "")
    notes = [str(row["unresolved"] or ""), f"only if {row['condition']}" if row["condition"] else ""]
    return [
        (
            str(row["method"]), str(row["path"]), str(row["access"]), shown or "-", str(row["handler"]),
            f"{row['file']}:{row['line']}", "; ".join(note for note in notes if note),
        )
    ]  # fmt: skip
