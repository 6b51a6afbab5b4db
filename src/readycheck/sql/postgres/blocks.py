"""DO blocks and procedures of Postgres: which statements they would send, as far as that can be read off them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from postgast import PgQueryError, parse, parse_plpgsql

Plan = dict[str, Any]
CHANGES = re.compile(r"\b(?:CREATE|ALTER|DROP|RENAME)\b", re.IGNORECASE)
_SEND = ("PLpgSQL_stmt_execsql", "PLpgSQL_stmt_dynexecute")


@dataclass(frozen=True, slots=True)
class Condition:
    """What an IF asks, and on which line; whether it has to hold."""

    text: str
    line: int
    must_hold: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A statement that a block sends. `sql` is None when its text is put together at run time.

    `guarded` says that it is sent only when something else holds, or that its failure is caught. `conditions` are those
    around it.
    """

    sql: str | None
    line: int
    guarded: bool
    text: str = ""
    conditions: tuple[Condition, ...] = ()


def read_block(statement: str) -> list[Step] | None:
    """The statements of a DO block in order; None when the block cannot be read."""
    try:
        functions = parse_plpgsql(statement)
    except PgQueryError:
        return None
    return [
        step for function in functions for step in _walk(function["PLpgSQL_function"].get("action", {}), guarded=False)
    ]


def _walk(node: Plan, *, guarded: bool) -> Iterator[Step]:
    for kind, body in node.items():
        if kind == "PLpgSQL_stmt_block":
            caught = guarded or "exceptions" in body
            yield from _walk_all(body.get("body", []), guarded=caught)
        elif kind == "PLpgSQL_stmt_if":
            yield from _walk_branches(body)
        elif kind in _SEND:
            yield from _read(kind, body, guarded=guarded)
        elif kind in {"PLpgSQL_stmt_case", "PLpgSQL_stmt_loop"} or "body" in body or "stmts" in body:
            for step in _walk_all(body.get("body", body.get("stmts", [])), guarded=True):
                yield replace(step, sql=None, guarded=True)


def _walk_all(nodes: list[Plan], *, guarded: bool) -> Iterator[Step]:
    for node in nodes:
        yield from _walk(node, guarded=guarded)


def _walk_branches(body: Plan) -> Iterator[Step]:
    """The steps of all branches, each with what has to hold for it."""
    denied: tuple[Condition, ...] = ()
    line = int(body.get("lineno", 1))
    branches = [(body.get("cond", {}), body.get("then_body", []))]
    branches += [
        (one["PLpgSQL_if_elsif"].get("cond", {}), one["PLpgSQL_if_elsif"].get("stmts", []))
        for one in body.get("elsif_list", [])
    ]
    for condition, steps in branches:
        text = condition.get("PLpgSQL_expr", {}).get("query", "")
        for step in _walk_all(steps, guarded=True):
            yield replace(step, conditions=(*denied, Condition(text, line, must_hold=True), *step.conditions))
        denied = (*denied, Condition(text, line, must_hold=False))
    for step in _walk_all(body.get("else_body", []), guarded=True):
        yield replace(step, conditions=(*denied, *step.conditions))


def _read(kind: str, body: Plan, *, guarded: bool) -> Iterator[Step]:
    field = "sqlstmt" if kind == _SEND[0] else "query"
    text = body.get(field, {}).get("PLpgSQL_expr", {}).get("query", "")
    line = int(body.get("lineno", 1))
    if kind == _SEND[0]:
        yield Step(text, line, guarded, text)
    else:
        yield Step(_read_literal(text), line, guarded, text)


def _read_literal(expression: str) -> str | None:
    """The string that EXECUTE is given, when it is a constant."""
    try:
        tree = parse(f"SELECT {expression}")
    except PgQueryError:
        return None
    targets = tree.stmts[0].stmt.select_stmt.target_list if tree.stmts else []
    if len(targets) == 1 and targets[0].res_target.val.HasField("a_const"):
        constant = targets[0].res_target.val.a_const
        return str(constant.sval.sval) if constant.HasField("sval") else None
    return None
