"""Where the keys of a TOML text stand; the standard parser does not tell."""

from __future__ import annotations

from readycheck.scan.late import compile_late

HEADER = compile_late(r"^\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?$")
KEY = r"(?:[\w-]+|\"[^\"]*\"|'[^']*')"
PAIR = compile_late(rf"^\s*({KEY}(?:\s*\.\s*{KEY})*)\s*=")
PART = compile_late(KEY)
MAX_COLUMNS = 500  # bounds what the expressions can cost on a hostile line
MULTILINE = compile_late(r'"""|\'\'\'')


def find_toml_lines(text: str) -> dict[tuple[str | int, ...], int]:
    """The line (from 1) of each table, table of a list and key, by path.

    Best effort: keys of inline tables and items of lists are not listed; look for the nearest path above them.
    """
    lines: dict[tuple[str | int, ...], int] = {(): 1}
    counts: dict[tuple[str, ...], int] = {}
    table: tuple[str | int, ...] = ()
    inside = ""
    for number, row in enumerate(text.split("\n"), 1):
        if inside:
            inside = "" if inside in row else inside
            continue
        header, pair = HEADER.match(row[:MAX_COLUMNS]), PAIR.match(row[:MAX_COLUMNS])
        if header is not None and pair is None:
            table = open_table(split_key(header[2]), header[1] == "[[", counts)
            lines.setdefault(table, number)
        elif pair is not None:
            lines.setdefault((*table, *split_key(pair[1])), number)
            quote = MULTILINE.search(row)
            inside = quote[0] if quote and row.count(quote[0]) % 2 else ""
    return lines


def split_key(text: str) -> tuple[str, ...]:
    """The parts of a dotted key, unquoted."""
    return tuple(part.strip("\"'") for part in PART.findall(text))


def open_table(parts: tuple[str, ...], is_list: bool, counts: dict[tuple[str, ...], int]) -> tuple[str | int, ...]:  # noqa: FBT001 - private helper, read at its one call
    """The path of a table header; each `[[...]]` opens the next item of its list."""
    if is_list:
        counts[parts] = counts.get(parts, -1) + 1
    path: list[str | int] = []
    for index, part in enumerate(parts):
        path.append(part)
        if parts[: index + 1] in counts:
            path.append(counts[parts[: index + 1]])
    return tuple(path)
