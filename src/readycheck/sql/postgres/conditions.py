"""Whether a condition on the catalog holds at this point of the replay, as far as it is one of the usual questions."""

from __future__ import annotations

import re

from readycheck.sql.state import State

_PAIR = re.compile(r"(?:\b(\w+)\b\s*(?:::\w+\s*)?=\s*'((?:[^']|'')*)')", re.IGNORECASE)
_EXISTS = re.compile(r"\s*(NOT\s+)?\(?\s*EXISTS\s*\(\s*SELECT\b", re.IGNORECASE)
_REGCLASS = re.compile(r"\s*(?:pg_catalog\.)?to_regclass\(\s*'([^']*)'\s*\)\s+IS\s+(NOT\s+)?NULL\s*$", re.IGNORECASE)
_FROM = re.compile(r"\bFROM\s+(?:(?:pg_catalog|information_schema)\s*\.\s*)?(\w+)", re.IGNORECASE)


def decide(state: State, condition: str) -> bool | None:
    """True or False when it asks whether a table, column, index or constraint exists; None when it asks otherwise."""
    if asked := _REGCLASS.match(condition):
        exists = _has_relation(state, asked[1].rpartition(".")[2].strip('"'))
        return exists == bool(asked[2])
    head = _EXISTS.match(condition)
    source = _FROM.search(condition)
    if head is None or source is None or re.search(r"\bOR\b", condition, re.IGNORECASE):
        return None
    values = {name.lower(): value.replace("''", "'") for name, value in _PAIR.findall(condition)}
    answer = _ask(state, source[1].lower(), values)
    return None if answer is None else answer != bool(head[1])


def _ask(state: State, catalog: str, values: dict[str, str]) -> bool | None:
    if catalog in {"pg_constraint", "table_constraints"}:
        name = values.get("conname") or values.get("constraint_name")
        return None if name is None else any(state.has_constraint(schema, name) for schema in state.schemas)
    if catalog == "pg_indexes" and (name := values.get("indexname")):
        return any(index[1] == name for index in state.owners)
    if catalog in {"tables", "pg_tables", "pg_class"}:
        name = values.get("table_name") or values.get("tablename") or values.get("relname")
        return None if name is None else _has_relation(state, name)
    if catalog == "columns":
        table, column = values.get("table_name"), values.get("column_name")
        if table and column and not set(values) - {"table_name", "column_name", "table_schema", "table_catalog"}:
            found = [one for name, one in state.tables.items() if name[1] == table]
            return any(one.find_column(column) for one in found)
    return None


def _has_relation(state: State, name: str) -> bool:
    return any(one[1] == name for one in (*state.tables, *state.views, *state.owners, *state.others))
