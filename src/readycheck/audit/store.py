"""The table `database` of the configuration: what the project says about its running database.

| key | value |
|---|---|
| dsn-env | name of the variable that holds the DSN; never the DSN itself |
| schemas | the schemas that are the project's; all, if it names none |
| statement-timeout | seconds that one statement of the audit may take, 0.1 to 300 |
| pools | how many connections the pools of all processes hold together |
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from readycheck.audit.errors import SettingsError, suggest
from readycheck.audit.service import are_texts

KEYS = ("dsn-env", "schemas", "statement-timeout", "pools")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
LEAST_SECONDS, MOST_SECONDS = 0.1, 300
MOST_POOLS = 1_000_000


@dataclass(frozen=True, slots=True)
class Store:
    """What the configuration says about the running database; empty where it says nothing."""

    dsn_env: str | None = None
    schemas: tuple[str, ...] = ()
    statement_timeout: float | None = None
    pools: int | None = None


def parse_store(value: object, _root: object) -> Store:
    """The table as a Store. Raises SettingsError with all problems."""
    if not isinstance(value, dict):
        raise SettingsError('must be a table, such as {dsn-env = "DATABASE_URL"}')
    problems = [f'unknown key "{key}"{suggest(key, KEYS)}' for key in value if key not in KEYS]
    problems += [problem for key in KEYS if key in value and (problem := find_problem(key, value[key]))]
    if problems:
        raise SettingsError(problems)
    seconds = value.get("statement-timeout")
    return Store(
        value.get("dsn-env"),
        tuple(value.get("schemas", ())),
        None if seconds is None else float(seconds),
        value.get("pools"),
    )


def find_problem(key: str, value: object) -> str:
    """What is wrong with the value of a key; empty if nothing is. It never repeats what may be a DSN."""
    if key == "dsn-env":
        is_name = isinstance(value, str) and NAME.fullmatch(value)
        return "" if is_name else "dsn-env: must be the name of a variable, not a DSN"
    if key == "schemas":
        return "" if are_texts(value) else "schemas: must be a list of texts"
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if key == "statement-timeout":
        is_right = is_number and LEAST_SECONDS <= value <= MOST_SECONDS  # type: ignore[operator]  # a number by now
        return "" if is_right else f"statement-timeout: must be seconds from {LEAST_SECONDS} to {MOST_SECONDS}"
    is_right = isinstance(value, int) and is_number and 1 <= value <= MOST_POOLS
    return "" if is_right else f"pools: must be a whole number from 1 to {MOST_POOLS}"
