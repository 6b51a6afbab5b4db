"""The code cells of a Jupyter notebook as one Python text, with the line of the file on which each line stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from readycheck.model.vocabulary import Language
from readycheck.scan.config.error import ConfigError
from readycheck.scan.config.json_text import parse_json
from readycheck.scan.files.disk import Unreadable
from readycheck.scan.late import compile_late
from readycheck.scan.unit import Unit

# `%time`, `!ls`, `?name`, `name?`; but not `% name` and `!= name`, which continue an expression.
MAGIC = compile_late(r"^(\s*)(?:%[A-Za-z%]|!(?!=)|\?|[\w.]+\?\??\s*$)")
ASSIGNED_MAGIC = compile_late(r"^(\s*[\w, ]+=\s*)(?:!(?!=)|%[A-Za-z])")
CELL_MAGIC = compile_late(r"^\s*%%(\w+)")
PYTHON_CELLS = frozenset({"time", "timeit", "capture", "prun", "python", "python3", "pypy"})
# JSON can spell half a character, which no encoding can hold.
LONE_SURROGATE = compile_late(r"[\ud800-\udfff]")
Lines = dict[tuple[str | int, ...], int]


def read_notebook(path: str, text: str) -> Unit:
    """The unit of a notebook. Raises `Unreadable` when it is no notebook, or one in another language."""
    try:
        document, lines = parse_json(text)
    except ConfigError as error:
        raise Unreadable(f"a broken notebook: {error}") from error
    if not isinstance(document, dict):
        raise Unreadable("a broken notebook: no JSON object")
    if "cells" not in document:
        raise Unreadable("a notebook in an old format")
    language = kernel_language(document)
    if language not in ("python", ""):
        raise Unreadable(f"a notebook in {language}")
    rows = list(read_cells(document, lines))
    text = LONE_SURROGATE.sub("\ufffd", "".join(f"{row}\n" for row, _ in rows))
    return Unit(path, Language.PYTHON, text, tuple(line for _, line in rows))


def kernel_language(document: dict[str, Any]) -> str:
    """The language that a notebook's metadata names, in lower case; empty when it names none."""
    metadata = document.get("metadata")
    for key, name in (("kernelspec", "language"), ("language_info", "name")):
        part = metadata.get(key) if isinstance(metadata, dict) else None
        if isinstance(part, dict) and isinstance(part.get(name), str):
            return str(part[name]).lower().replace("ipython", "python")
    return ""


def read_cells(document: dict[str, Any], lines: Lines) -> Iterator[tuple[str, int]]:
    """Each line of code of the Python cells, with its line in the file."""
    cells = document.get("cells")
    for index, cell in enumerate(cells if isinstance(cells, list) else ()):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        rows = list(read_source(cell.get("source"), ("cells", index, "source"), lines))
        magic = next((found for row, _ in rows if row.strip() and (found := CELL_MAGIC.match(row))), None)
        if magic is not None and magic[1] not in PYTHON_CELLS:
            continue
        for row, line in rows:
            yield blank_magic(row), line


def read_source(source: object, path: tuple[str | int, ...], lines: Lines) -> Iterator[tuple[str, int]]:
    """The lines of one cell: a list of strings, one a line, or one string for all of them."""
    pieces = source if isinstance(source, list) else [source]
    row, line = "", 0
    for index, piece in enumerate(pieces):
        here = lines.get((*path, index) if isinstance(source, list) else path, 1)
        for part in str(piece).splitlines(keepends=True) if isinstance(piece, str) else ():
            row, line = (row + part, line) if row else (part, here)
            if part.endswith("\n"):
                yield row.rstrip("\r\n"), line
                row = ""
    if row:
        yield row, line


def blank_magic(row: str) -> str:
    """The line, or a `pass` or `None` in place of what is for the notebook and no Python."""
    if found := MAGIC.match(row):
        return f"{found[1]}pass"
    if found := ASSIGNED_MAGIC.match(row):
        return f"{found[1]}None"
    return row
