"""The tables `queries` of the configuration: functions of the project that make queries.

| key | value |
|---|---|
| function | name of a method, or dotted name of a function (`app.db.fetch`, `db.q`); or a list of such |
| parameters | the names of its parameters in order, for calls by position |
| sql | the parameter that is the query, as text in SQL |
| table | instead of `sql`: the parameter that is the name of the table |
| kind | with `table`: select, update, delete, insert; without: select |
| keyvalues | with `table`: the parameter with columns and the values that they must have, or are given (insert) |
| keys | with `table`: the parameter with a column, or a list of them, that must have one of many values |
| order, direction | with `table`: the parameters with the columns to order by, and with `ASC` or `DESC` |
| limit | with `table`: the parameter with the number of rows |
| one-row | whether never more than one row comes back |

A parameter is its name (in JavaScript also that of a property of an object which is handed over), or its position in
the call, from 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import get_args

from readycheck.audit.errors import SettingsError, suggest
from readycheck.audit.fixing import parse_choice, parse_truth
from readycheck.audit.values import parse_words
from readycheck.model.helper import Argument, QueryHelper, QueryKind

FUNCTION = re.compile(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*")
NAME = re.compile(r"[A-Za-z_$][\w$]*")
LAST_POSITION = 30
OF_TABLES = ("kind", "keyvalues", "keys", "order", "direction", "limit")


def parse_helpers(value: object, root: Path) -> tuple[QueryHelper, ...]:
    """The helpers. Raises SettingsError with the problems of all of them, by their number."""
    if not isinstance(value, list):
        raise SettingsError('must be tables, such as [[queries]] with function = "db.q" and sql = 0')
    helpers, problems = [], []
    for number, table in enumerate(value, 1):
        try:
            helpers.append(parse_helper(table, root))
        except SettingsError as error:
            problems += [f"number {number}: {problem}" for problem in error.problems]
    if problems:
        raise SettingsError(problems)
    return tuple(helpers)


def parse_helper(table: object, root: Path) -> QueryHelper:
    """One of the tables. Raises SettingsError with all of its problems."""
    if not isinstance(table, dict):
        raise SettingsError("must be a table")
    found: dict[str, object] = {}
    problems: list[str] = []
    for key, given in table.items():
        if key not in KEYS:
            problems.append(f'unknown key "{key}"{suggest(str(key), KEYS)}')
            continue
        try:
            name = "functions" if key == "function" else key.replace("-", "_")
            found[name] = KEYS[key](given, root)
        except SettingsError as error:
            problems += [f"{key}: {problem}" for problem in error.problems]
    problems += find_conflicts(table)
    if problems:
        raise SettingsError(problems)
    return QueryHelper(**found)  # type: ignore[arg-type]  # each parser gives its field's type


def find_conflicts(table: Mapping[str, object]) -> list[str]:
    """What is missing, and what does not go together."""
    problems = [] if "function" in table else ["function is missing"]
    if ("sql" in table) is ("table" in table):
        problems.append("must have one of sql and table: the parameter that is the query, or that names its table")
    elif "sql" in table:
        problems += [f"{key} goes with table only, not with sql" for key in OF_TABLES if key in table]
    return problems


def parse_functions(value: object, root: Path) -> tuple[str, ...]:
    """One name, or several."""
    names = parse_words([value] if isinstance(value, str) else value, root)
    wrong = [name for name in names if FUNCTION.fullmatch(name) is None]
    if wrong or not names:
        raise SettingsError([f'"{name}" is no name of a function' for name in wrong] or "must name a function")
    return names


def parse_parameters(value: object, root: Path) -> tuple[str, ...]:
    """Names, each once."""
    names = parse_words(value, root)
    wrong = [name for name in names if NAME.fullmatch(name) is None]
    if wrong:
        raise SettingsError([f'"{name}" is no name of a parameter' for name in wrong])
    if len(set(names)) < len(names):
        raise SettingsError("names a parameter twice")
    return names


def parse_argument(value: object, _root: Path) -> Argument:
    """A parameter's name or position."""
    if isinstance(value, str) and NAME.fullmatch(value):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LAST_POSITION:
        return value
    raise SettingsError(f"must be the name of a parameter, or its position from 0 to {LAST_POSITION}")


KINDS: Sequence[str] = get_args(QueryKind)
KEYS: Mapping[str, Callable[[object, Path], object]] = {
    "function": parse_functions,
    "parameters": parse_parameters,
    "kind": parse_choice(KINDS),
    "one-row": parse_truth,
    **dict.fromkeys(("sql", "table", "keyvalues", "keys", "order", "direction", "limit"), parse_argument),
}
