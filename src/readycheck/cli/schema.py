"""What `readycheck schema` shows."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.audit.errors import count
from readycheck.cli.console import print_note
from readycheck.cli.inventory import Inventory, Row, Wish, check_inventory_format, print_inventory
from readycheck.cli.stored import read_stored
from readycheck.scan.inventories.schema import list_problems, make_rows

HEADINGS = ("TABLE", "PART", "WHAT", "NOTE", "WHERE")
MOST_PROBLEMS = 10


def show_schema(wish: Wish) -> None:
    """Print the inventory. Raises AuditError or OSError."""
    check_inventory_format(wish.format)
    sources = read_stored(wish).reading.sources
    print_inventory(Inventory("schema", "table", HEADINGS, list_cells), make_rows(sources), wish.format)
    problems = list_problems(sources)
    for problem in problems[:MOST_PROBLEMS]:
        print_note(f"not replayed: {problem}")
    if len(problems) > MOST_PROBLEMS:
        print_note(f"and {count(len(problems) - MOST_PROBLEMS, 'more statement')} not replayed")


def list_cells(row: Row) -> list[tuple[str, ...]]:
    """The lines of one table: itself, its keys, its indexes."""
    columns = row["columns"] if isinstance(row["columns"], list) else []
    primary = row["primary_key"] if isinstance(row["primary_key"], list) else []
    name = str(row["table"]) if row["schema"] in ("public", "main", "") else f"{row['schema']}.{row['table']}"
    note = f"key: {', '.join(map(str, primary))}" if primary else "no primary key"
    head = (name, "table", count(len(columns), "column"), note, f"{row['file']}:{row['line']}")
    return [head, *list_keys(row), *list_indexes(row)]


def list_keys(row: Row) -> Iterator[tuple[str, ...]]:
    """A line for each foreign key."""
    keys = row["foreign_keys"] if isinstance(row["foreign_keys"], list) else []
    for key in keys:
        if isinstance(key, dict) and isinstance(key["columns"], list):
            what = f"{', '.join(map(str, key['columns']))} -> {key['references']}"
            yield "", "foreign key", what, "" if key["indexed"] else "not indexed", f"{key['file']}:{key['line']}"


def list_indexes(row: Row) -> Iterator[tuple[str, ...]]:
    """A line for each index."""
    indexes = row["indexes"] if isinstance(row["indexes"], list) else []
    for index in indexes:
        if isinstance(index, dict) and isinstance(index["columns"], list):
            notes = [
                "unique" if index["unique"] else "",
                f"where {index['predicate']}" if index["predicate"] else "",
                str(index["method"]) if index["method"] not in ("btree", "") else "",
                "" if index["valid"] else "not valid",
            ]
            place = f"{index['file']}:{index['line']}"
            yield "", "index", ", ".join(map(str, index["columns"])), ", ".join(filter(None, notes)), place
