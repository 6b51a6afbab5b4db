"""How Django names what nobody named.

After `names_digest` and `BaseDatabaseSchemaEditor._create_index_name` of Django 5.2: a name is made of the table, the
columns and a digest of both, cut to what Postgres keeps.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

LONGEST = 63


def digest(*parts: str, length: int = 8) -> str:
    """The beginning of the digest of some names."""
    return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()[:length]


def name_index(table: str, columns: Sequence[str], suffix: str = "") -> str:
    """The name of an index or constraint; suffixes are `_like`, `_uniq`, `_idx`, `_fk_table_column`."""
    own = table.replace('"', "").rpartition(".")[2]
    tail = f"{digest(own, *columns)}{suffix}"
    joined = "_".join(columns)
    name = f"{own}_{joined}_{tail}"
    if len(name) <= LONGEST:
        return name
    if len(tail) > LONGEST / 3:
        tail = tail[: LONGEST // 3]
    room = (LONGEST - len(tail)) // 2 - 1
    name = f"{own[:room]}_{joined[:room]}_{tail}"
    return f"D{name[:-1]}" if name[0] == "_" or name[0].isdigit() else name


def name_own_index(table: str, keys: Sequence[str], suffix: str = "idx") -> str:
    """The name of an index in `Meta.indexes` that has none; keys are columns, `-` before those in reverse."""
    own = table.replace('"', "").rpartition(".")[2]
    first = keys[0].removeprefix("-") if keys else ""
    name = f"{own[:11]}_{first[:7]}_{digest(own, *keys, suffix, length=6)}_{suffix}"
    return f"D{name[1:]}" if name[0] == "_" or name[0].isdigit() else name


def shorten_table(name: str) -> str:
    """A table's name as Postgres can keep it (`truncate_name`)."""
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 4]}{digest(name, length=4)}"
