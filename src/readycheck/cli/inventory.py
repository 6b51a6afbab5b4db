"""What the commands that show an inventory have in common: read the project, make rows, print a table or JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from readycheck.audit.errors import CannotAuditError, UsageError, count, suggest
from readycheck.audit.settings import load_settings, merge
from readycheck.catalog.problems import escape_controls
from readycheck.cli.console import print_note, write_stdout
from readycheck.cli.listing import align
from readycheck.cli.pipeline import find_base
from readycheck.cli.progress import make_progress
from readycheck.model.evidence import Scan
from readycheck.model.rule import Json
from readycheck.render.serialise import dump_json
from readycheck.scan.engine import ScanOptions, gather_facts

FORMATS = ("terminal", "json")
WIDEST = 60
Row = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Inventory:
    """How an inventory is shown: its name, what one row is called, the headings, and the lines of cells of a row.

    `plural` is what several rows are called where that is not one `s` more.
    """

    name: str
    noun: str
    headings: Sequence[str]
    list_cells: Callable[[Row], Sequence[Sequence[str]]]
    plural: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for."""

    path: Path
    format: str
    config: Path | None = None
    exclude: Sequence[str] = ()
    jobs: int | None = None


def check_inventory_format(name: str) -> None:
    """Raise UsageError if an inventory has no such format."""
    if name not in FORMATS:
        raise UsageError(f'--format: no format "{name}"{suggest(name, FORMATS)}; one of {", ".join(FORMATS)}')


def read_project(wish: Wish, kinds: Sequence[str]) -> Scan:
    """The facts of these kinds in a project. Raises AuditError where there is nothing to read."""
    base = find_base(wish.path)
    settings = load_settings(base, wish.config)
    exclude = (*settings.exclude, *wish.exclude) if wish.exclude else ()
    settings = merge(settings, exclude=exclude, jobs=wish.jobs)
    options = ScanOptions(
        exclude=settings.exclude,
        max_bytes=settings.max_file_size,
        jobs=settings.jobs,
        roles=settings.roles,
        helpers=settings.queries,
    )
    with make_progress(0) or nullcontext() as progress:
        found = gather_facts(wish.path, kinds, options, progress)
    if not found.files:
        raise CannotAuditError(f"nothing to read in {wish.path}: is this the project's folder?")
    for file in found.files:
        for error in file.errors:
            print_note(f"could not look into all of {error.path}: {error.reason}")
    return found


def print_inventory(inventory: Inventory, rows: Sequence[Row], format_: str) -> None:
    """The rows on stdout, in one of the formats."""
    if format_ == "json":
        listed: list[Json] = [dict(row) for row in rows]
        write_stdout(dump_json({"schema": f"readycheck/{inventory.name}/v1", inventory.name: listed}, 3), "utf-8")
    else:
        write_stdout(draw_table(inventory, rows))


def draw_table(inventory: Inventory, rows: Sequence[Row]) -> str:
    """The rows as aligned columns, and how many there are."""
    lines = [cells for row in rows for cells in inventory.list_cells(row)]
    table = [tuple(inventory.headings), *(tuple(escape_controls(cell) for cell in cells) for cells in lines)]
    widths = [min(WIDEST, max(len(line[column]) for line in table)) for column in range(len(inventory.headings) - 1)]
    drawn = [align(line, widths).rstrip() for line in table]
    return "\n".join([*drawn, "", count(len(rows), inventory.noun, inventory.plural)]) + "\n"
