"""What `readycheck env` shows, and where it takes from what is set."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from readycheck.audit.errors import UsageError, count
from readycheck.cli.console import print_note
from readycheck.cli.inventory import Inventory, Row, Wish, check_inventory_format, print_inventory, read_project
from readycheck.model.rule import Json
from readycheck.scan.environ.dotenv import parse_dotenv
from readycheck.scan.inventories.environment import KINDS
from readycheck.scan.inventories.environment_rows import make_rows

LARGEST = 1_000_000
SET = {True: "set", False: "not set", None: "-"}
MOST_PLACES = 3


def show_environment(wish: Wish, env_files: Sequence[Path], *, from_shell: bool) -> None:
    """Print the inventory. Raises AuditError or OSError."""
    check_inventory_format(wish.format)
    given = find_given(env_files, from_shell=from_shell)
    rows = make_rows(read_project(wish, KINDS).files, given)
    headings = ("VARIABLE", "READ", "REQUIRED", "DEFAULT", "DECLARED", "SET", "VERDICT")
    print_inventory(Inventory("env", "variable", headings, list_cells), rows, wish.format)
    unset = [str(row["name"]) for row in rows if "required-and-unset" in list_texts(row["verdict"])]
    if unset and wish.format == "terminal":
        print_note(f"{count(len(unset), 'required variable')} not set here: {', '.join(unset)}")


def find_given(env_files: Sequence[Path], *, from_shell: bool) -> Mapping[str, bool] | None:
    """Which variables are set, and whether to anything: the shell's count before those of files, as dotenv has it."""
    if not env_files and not from_shell:
        return None
    found: dict[str, bool] = {}
    for path in env_files:
        found |= read_names(path)
    if from_shell:
        found |= {name: bool(value) for name, value in os.environ.items()}
    return found


def read_names(path: Path) -> dict[str, bool]:
    """The names that a file sets. Raises UsageError for what is no such file."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(f"--env-file {path}: {(error.strerror or 'cannot be read').lower()}") from error
    if len(data) > LARGEST:
        raise UsageError(f"--env-file {path}: larger than a file of variables would be")
    return parse_dotenv(data.decode("utf-8", "replace"))


def list_cells(row: Row) -> list[tuple[str, ...]]:
    """The lines of one variable: the first with its verdicts, one for each of the first places where it is read."""
    reads = row["reads"] if isinstance(row["reads"], list) else []
    declared = row["declared"] if isinstance(row["declared"], list) else []
    sources = list(dict.fromkeys(str(one["source"]) for one in declared if isinstance(one, dict)))
    verdict = ", ".join(list_texts(row["verdict"]))
    given = row["set"]
    ends = (", ".join(sources) or "-", SET[given if isinstance(given, bool) else None], verdict)
    name = str(row["name"]) if row["name"] is not None else "(unknown)"
    lines: list[tuple[str, ...]] = []
    for one in reads[:MOST_PLACES]:
        if isinstance(one, dict):
            cells = (
                f"{one['file']}:{one['line']}",
                describe_required(one["required"]),
                describe_default(one["default"]),
            )
            lines.append((name if not lines else "", *cells, *(ends if not lines else ("", "", ""))))
    if len(reads) > MOST_PLACES:
        lines.append(("", f"and {count(len(reads) - MOST_PLACES, 'more place')}", "", "", "", "", ""))
    return lines or [(name, "-", "-", "-", *ends)]


def describe_required(value: Json) -> str:
    """Whether a read demands the variable."""
    return {True: "yes", False: "no"}.get(value, "?") if isinstance(value, bool) else "?"


def describe_default(value: Json) -> str:
    """The default in a cell."""
    return "-" if value is None else str(value)[:30] or '""'


def list_texts(value: Json) -> list[str]:
    """The texts of a JSON list."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
