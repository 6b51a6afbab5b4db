"""Replay Postgres' DDL with Postgres' own grammar."""

from __future__ import annotations

import re
from collections.abc import Callable

from google.protobuf.message import DecodeError
from postgast import PgQueryError, parse
from postgast import pg_query_pb2 as pb

from readycheck.sql.postgres import objects
from readycheck.sql.postgres.alter import alter_table
from readycheck.sql.postgres.blocks import CHANGES, Step, read_block
from readycheck.sql.postgres.conditions import decide
from readycheck.sql.postgres.indexes import create_index
from readycheck.sql.postgres.nodes import Node, read_strings
from readycheck.sql.postgres.tables import create_table, create_table_as
from readycheck.sql.snapshot import Place
from readycheck.sql.split import Statement
from readycheck.sql.state import Refused, State

LONGEST = 300_000  # characters: more is data or an attack
MOST_OPERATORS = 10_000  # Postgres' parser builds chains of them one inside the other: 100,000 overflow its stack
_OPERATOR = re.compile(
    r"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*"
    r"|(?P<one>[-+*/<>=~!@#%^&|?]+|::|\[|\b(?:UNION|JOIN|INTERSECT|EXCEPT|COLLATE|AT)\b)",
    re.IGNORECASE,
)
_RELEVANT = re.compile(r"(?:CREATE|ALTER|DROP|SET|RESET|DO|SELECT|CALL|DISCARD|ROLLBACK|BEGIN|WITH)\b", re.IGNORECASE)
_SELECT = re.compile(r"set_config|\bINTO\b", re.IGNORECASE)
_SILENT = re.compile(
    r"(?:CREATE|ALTER|DROP)\s+(?:OR\s+REPLACE\s+)?(?:CONSTRAINT\s+|EVENT\s+)?(?:TRIGGER|POLICY|EXTENSION|ROLE|USER|DATABASE|"
    r"PUBLICATION|SUBSCRIPTION|AGGREGATE|CAST|OPERATOR|RULE|DEFAULT|COLLATION|SERVER|TEXT|STATISTICS|ACCESS|LANGUAGE|"
    r"GROUP|TABLESPACE|SYSTEM|FOREIGN\s+DATA)\b",
    re.IGNORECASE,
)
_FUNCTION = re.compile(
    r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|PROCEDURE)\s+(?:[\w\"$]+\s*\.\s*)?\"?([\w$]+)", re.IGNORECASE
)
_DATA = re.compile(r"(?:SELECT|WITH|CALL)\b", re.IGNORECASE)

Action = Callable[[State, Node, Place], object]


def apply(state: State, statement: Statement, path: str, first_line: int) -> None:
    """Replay one statement; what goes wrong becomes a problem of the state."""
    place = Place(path, first_line + statement.line - 1)
    text = statement.text
    if not _RELEVANT.match(text) or _SILENT.match(text):
        return
    if function := _FUNCTION.match(text):
        if CHANGES.search(text, function.end()):
            state.functions.add(function[1].lower())
        return
    if _DATA.match(text) and not _SELECT.search(text[:LONGEST]):
        _report_call(state, place, text)
        return
    try:
        _apply_text(state, place, text)
    except Refused as refusal:
        state.report(place, str(refusal), text)


def _report_call(state: State, place: Place, text: str) -> None:
    """A call of a function that changes the schema is something that we did not see."""
    called = [name for name in state.functions if re.search(rf"\b{re.escape(name)}\s*\(", text, re.IGNORECASE)]
    if called:
        state.report(place, f"it calls {called[0]}, which changes the schema", text)


def _apply_text(state: State, place: Place, text: str) -> None:
    if len(text) > LONGEST:
        raise Refused(f"the statement is longer than {LONGEST:,} characters")
    if len(text) > MOST_OPERATORS and _count_operators(text) > MOST_OPERATORS:
        raise Refused(f"it has more than {MOST_OPERATORS:,} operators")
    try:
        tree = parse(text.replace("\0", " "))
    except PgQueryError as error:
        _apply_otherwise(state, place, text, str(error))
        return
    except (DecodeError, UnicodeEncodeError) as error:
        reason = "nested too deeply" if isinstance(error, DecodeError) else "it has characters that no encoding has"
        raise Refused(reason) from error
    state.text = text
    for raw in tree.stmts:
        _apply_node(state, raw.stmt, place, text)


def _count_operators(text: str) -> int:
    return sum(1 for match in _OPERATOR.finditer(text) if match["one"])


def _apply_otherwise(state: State, place: Place, text: str, reason: str) -> None:
    """What Postgres' grammar refuses may be said in another dialect, or hold a template's tokens."""
    from readycheck.sql.ddl_sqlglot import apply_text  # noqa: PLC0415 - sqlglot: rarely needed

    try:
        apply_text(state, place, text, "postgres")
    except Refused:
        raise Refused(f"Postgres does not understand it: {reason}") from None


def _apply_node(state: State, node: Node, place: Place, text: str) -> None:
    kind = node.WhichOneof("node")
    if kind == "do_stmt":
        _apply_block(state, place, text)
    elif kind == "create_schema_stmt":
        before = state.path
        inside = objects.create_schema(state, node.create_schema_stmt, place)
        state.path = (node.create_schema_stmt.schemaname or before[0], *before) if inside else before
        for element in inside:
            _apply_node(state, element, place, text)
        state.path = before
    elif kind == "create_table_as_stmt":
        _create_from_query(state, node.create_table_as_stmt, place)
    elif kind == "select_stmt":
        _select(state, node.select_stmt, place)
    elif kind in _ACTIONS:
        _ACTIONS[kind](state, getattr(node, kind), place)


def _create_from_query(state: State, statement: Node, place: Place) -> None:
    if statement.objtype == pb.OBJECT_MATVIEW:
        objects.create_materialized_view(state, statement, place)
        return
    query = statement.query.select_stmt if statement.query.HasField("select_stmt") else None
    create_table_as(state, statement.into.rel, query, place, if_missing=statement.if_not_exists)


def _select(state: State, statement: Node, place: Place) -> None:
    if statement.HasField("into_clause"):
        create_table_as(state, statement.into_clause.rel, statement, place, if_missing=False)
        return
    for target in statement.target_list:
        call = target.res_target.val.func_call
        if read_strings(call.funcname)[-1:] == ("set_config",) and len(call.args) > 1:
            name, value = (argument.a_const.sval.sval for argument in call.args[:2])
            if name == "search_path":
                objects.set_path(state, [part.strip().strip('"') for part in value.split(",")])


def _create_sequence(state: State, statement: Node, place: Place) -> None:
    del place
    relation = statement.sequence
    state.others.add((state.place_new(relation.schemaname or None), relation.relname))


def _create_foreign_table(state: State, statement: Node, place: Place) -> None:
    create_table(state, statement.base_stmt, place)


def _create_composite(state: State, statement: Node, place: Place) -> None:
    del place
    relation = statement.typevar
    state.others.add((state.place_new(relation.schemaname or None), relation.relname))


def _roll_back(state: State, statement: Node, place: Place) -> None:
    if statement.kind in {pb.TRANS_STMT_ROLLBACK, pb.TRANS_STMT_ROLLBACK_TO}:
        state.report(place, "a ROLLBACK is not replayed: what came before it was kept", "ROLLBACK")


def _apply_block(state: State, place: Place, text: str) -> None:
    """Replay the statements of a DO block that are certain; the others are problems."""
    steps = read_block(text)
    if steps is None:
        if CHANGES.search(text):
            raise Refused("a block of code that cannot be read")
        return
    begin = text[: text.find("$") if "$" in text else 0].count("\n")
    answers: dict[tuple[int, str], bool | None] = {}  # an IF asks once, before the steps of its branches
    for step in steps:
        at = Place(place.path, place.line + begin + step.line - 1)
        certain = True
        for one in step.conditions:
            key = one.line, one.text
            if key not in answers:
                answers[key] = decide(state, one.text)
            if answers[key] is not None and answers[key] != one.must_hold:
                break
            certain = certain and (answers[key] is not None or one.must_hold)
        else:
            _take_step(state, step, at, certain=certain)


def _take_step(state: State, step: Step, place: Place, *, certain: bool) -> None:
    if step.sql is None:
        if CHANGES.search(step.text):
            state.report(place, "a statement that a block of code puts together when it runs", step.text)
    elif CHANGES.match(step.sql.lstrip()):
        if certain:
            _apply_step(state, step, place)
        else:
            state.report(place, "whether a block of code sends this cannot be told", step.text)


def _apply_step(state: State, step: Step, place: Place) -> None:
    try:
        _apply_text(state, place, step.sql or "")
    except Refused as refusal:
        if not step.guarded:
            state.report(place, str(refusal), step.text)


_ACTIONS: dict[str, Action] = {
    "create_stmt": create_table,
    "create_foreign_table_stmt": _create_foreign_table,
    "index_stmt": create_index,
    "alter_table_stmt": alter_table,
    "rename_stmt": objects.rename,
    "alter_object_schema_stmt": objects.set_schema,
    "drop_stmt": objects.drop,
    "view_stmt": objects.create_view,
    "variable_set_stmt": objects.set_variable,
    "create_seq_stmt": _create_sequence,
    "composite_type_stmt": _create_composite,
    "transaction_stmt": _roll_back,
}
