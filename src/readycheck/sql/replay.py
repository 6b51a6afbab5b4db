"""Schema history in, schema out: scripts are replayed statement by statement, in the order in which they are given."""

from __future__ import annotations

from collections.abc import Iterable

from readycheck.sql.snapshot import Dialect, Place, Script, Snapshot
from readycheck.sql.split import Statement, split
from readycheck.sql.state import State

BREAKDOWNS = (AttributeError, KeyError, IndexError, TypeError, ValueError)  # seen of sqlglot on texts that are no SQL


def replay(sources: Iterable[Script], dialect: Dialect = "postgres") -> Snapshot:
    """The database after all scripts ran. Never fatal: what could not be replayed is a `Problem` of the snapshot.

    Scripts are taken in the given order (putting migrations in order, and leaving out the down ones, is the caller's);
    a statement that fails as it would in the database changes nothing, and the next one is replayed. The search path
    begins anew with each file.
    """
    state, path = State(dialect), None
    for script in sources:
        if script.path != path:
            state.begin_session()
            path = script.path
        _run(state, script)
    return state.to_snapshot()


def _run(state: State, script: Script) -> None:
    if state.dialect == "postgres":
        from readycheck.sql.ddl_postgres import apply  # noqa: PLC0415 - postgast: start-up time
    else:
        from readycheck.sql.ddl_sqlglot import apply  # noqa: PLC0415 - sqlglot: likewise
    for statement in split(script.text, state.dialect):
        try:
            apply(state, statement, script.path, script.first_line)
        except RecursionError:
            state.report(_find_place(script, statement), "nested too deeply", statement.text)
        except BREAKDOWNS as error:
            reason = f"the parser broke on it: {type(error).__name__}"
            state.report(_find_place(script, statement), reason, statement.text)


def _find_place(script: Script, statement: Statement) -> Place:
    return Place(script.path, script.first_line + statement.line - 1)
