"""How Postgres names what nobody named: constraints, indexes, sequences; and how names are quoted.

After makeObjectName, ChooseRelationName, ChooseIndexName and FigureColname of PostgreSQL 18.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

LONGEST_NAME = 63  # bytes, NAMEDATALEN - 1
_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*")
_RESERVED = frozenset(
    re.findall(
        r"\w+",
        """
        all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both
        case cast char character check coalesce collate collation column concurrently constraint create cross
        current_catalog current_date current_role current_schema current_time current_timestamp current_user dec
        decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign
        freeze from full grant greatest group grouping having ilike in initially inner inout int integer intersect
        interval into is isnull join lateral leading least left like limit localtime localtimestamp national
        natural nchar none normalize not notnull null nullif numeric offset on only or order out outer overlaps
        overlay placing position precision primary real references returning right row select session_user setof
        similar smallint some substring symmetric system_user table tablesample then time timestamp to trailing
        treat trim true union unique user using values varchar variadic verbose when where window with
        xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize
        xmltable
        """,
    )
)


def quote(name: str, dialect: str = "postgres") -> str:
    """A name as it has to be written: in quotes where it would be folded or taken for a keyword."""
    if _PLAIN.fullmatch(name) and name not in _RESERVED:
        return name
    mark = "`" if dialect == "mysql" else '"'
    return f"{mark}{name.replace(mark, mark * 2)}{mark}"


def clip(name: str, longest: int = LONGEST_NAME) -> str:
    """A name cut to what the catalog keeps, between two characters."""
    return name.encode("utf-8", "surrogatepass")[:longest].decode("utf-8", "ignore")


def compose(first: str, second: str, label: str) -> str:
    """`first_second_label`, in which the longer of the two is shortened until it fits."""
    room = LONGEST_NAME - (len(second.encode()) > 0) - len(label) - 1
    sizes = [len(first.encode("utf-8", "surrogatepass")), len(second.encode("utf-8", "surrogatepass"))]
    while sum(sizes) > room:
        sizes[0 if sizes[0] > sizes[1] else 1] -= 1
    return "_".join(filter(None, (clip(first, sizes[0]), clip(second, sizes[1]), label)))


def choose(first: str, second: str, label: str, is_taken: Callable[[str], bool]) -> str:
    """The first free one of `first_second_label`, `first_second_label1`, `first_second_label2`, ..."""
    number = 0
    while True:
        name = compose(first, second, f"{label}{number or ''}")
        if not is_taken(name):
            return name
        number += 1


def join_columns(columns: Iterable[str]) -> str:
    """The columns' part of a chosen name: repeated ones numbered, and no more of them than can show."""
    seen: list[str] = []
    for column in columns:
        name, number = column, 0
        while name in seen:
            number += 1
            name = clip(column, LONGEST_NAME - len(str(number))) + str(number)
        seen.append(name)
    text = ""
    for name in seen:
        text = f"{text}_{name}" if text else name
        if len(text.encode("utf-8", "surrogatepass")) > LONGEST_NAME:
            break
    return text


def rename_in(expression: str, old: str, new: str) -> str:
    """An expression's text after a column got another name. Strings, functions and qualifiers keep theirs."""

    def swap(match: re.Match[str]) -> str:
        written = match[0]
        if written[0] == "'":
            return written
        name = written[1:-1].replace('""', '"') if written[0] == '"' else written.lower()
        return quote(new) if name == old else written

    return re.sub(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|[A-Za-z_][\w$]*+(?!\s*\()", swap, expression)
