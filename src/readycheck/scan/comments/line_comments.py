"""Comments of configuration files, told from `#` and `//` inside strings by a simple tokenizer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late

BLOCK_SCALAR = compile_late(r"(?:^|[\s:-])[|>][+-]?\d?[+-]?\s*(?:#.*)?$")
STRING = r"\"(?:[^\"\\]|\\.)*+\"?|'[^']*+'?"
HASH = compile_late(rf"(?P<skip>{STRING})|(?P<comment>(?:^|(?<=\s))#)")
SLASHES = compile_late(rf"(?P<skip>{STRING})|(?P<comment>//)")
TOML_QUOTES = compile_late(r'"""|\'\'\'')


def find_comments(language: Language, lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The row and column (from 0) of each comment in a YAML, TOML, JSON, Dockerfile or plain text file."""
    skipped = find_string_rows(language, lines)
    pattern = SLASHES if language is Language.JSON else HASH
    for row, line in enumerate(lines):
        if row in skipped:
            continue
        if language is Language.DOCKERFILE:
            if line.lstrip().startswith("#"):
                yield row, len(line) - len(line.lstrip())
            continue
        for found in pattern.finditer(line):
            if found.lastgroup == "comment":
                yield row, found.start()
                break


def find_string_rows(language: Language, lines: Sequence[str]) -> frozenset[int]:
    """The rows that lie inside a string over several lines."""
    if language is Language.YAML:
        return frozenset(find_block_scalars(lines))
    if language is Language.TOML:
        return frozenset(find_toml_strings(lines))
    return frozenset()


def find_block_scalars(lines: Sequence[str]) -> Iterator[int]:
    """The rows of YAML block scalars: everything indented deeper than the line that ends in `|` or `>`."""
    indent = -1
    for row, line in enumerate(lines):
        depth = len(line) - len(line.lstrip())
        if indent >= 0 and (depth > indent or not line.strip()):
            yield row
            continue
        indent = depth if BLOCK_SCALAR.search(line) else -1


def find_toml_strings(lines: Sequence[str]) -> Iterator[int]:
    """The rows of TOML strings in triple quotes, the first excepted."""
    inside = ""
    for row, line in enumerate(lines):
        rest = line
        if inside:
            yield row
            _, found, rest = line.partition(inside)
            inside = "" if found else inside
        while not inside and (opening := TOML_QUOTES.search(rest)):
            _, found, rest = rest[opening.end() :].partition(opening[0])
            inside = "" if found else opening[0]


def find_line_scope(language: Language, lines: Sequence[str], row: int, column: int) -> tuple[int, int]:
    """The rows (from 0) that a comment speaks for: its own line, or the next one with content."""
    first = row
    if not lines[row][:column].strip():
        mark = "//" if language is Language.JSON else "#"
        following = range(row + 1, len(lines))
        first = next((at for at in following if lines[at].strip() and not lines[at].lstrip().startswith(mark)), row)
    last = first
    if language is Language.DOCKERFILE:
        while last + 1 < len(lines) and (lines[last].rstrip().endswith("\\") or lines[last].lstrip().startswith("#")):
            last += 1
    return first, last
