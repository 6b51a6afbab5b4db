"""Reading Postgres' parse tree: names, types and expressions as the catalog spells them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from postgast import ParseResult, PgQueryError, deparse
from postgast import pg_query_pb2 as pb

from readycheck.sql.names import quote

Node = Any  # the parser's messages are generated at import time: they have no types that a checker could know

_TYPES = {
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "float4": "real",
    "float8": "double precision",
    "bool": "boolean",
    "varchar": "character varying",
    "bpchar": "character",
    "varbit": "bit varying",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "time": "time without time zone",
    "timetz": "time with time zone",
    "char": '"char"',
}
_SERIALS = {
    "serial": "integer",
    "serial4": "integer",
    "bigserial": "bigint",
    "serial8": "bigint",
    "smallserial": "smallint",
    "serial2": "smallint",
}


def read_strings(nodes: Node) -> tuple[str, ...]:
    """The texts of a list of string nodes."""
    return tuple(node.string.sval for node in nodes)


def read_name(nodes: Node) -> tuple[str | None, str]:
    """Schema and name out of a dotted name; a database name before them is left out."""
    parts = read_strings(nodes)
    return (parts[-2] if len(parts) > 1 else None), parts[-1]


def read_relation(relation: Node) -> tuple[str | None, str]:
    """Schema and name of a RangeVar."""
    return relation.schemaname or None, relation.relname


def is_serial(kind: Node) -> bool:
    """Whether a column type is one of the serial ones."""
    names = read_strings(kind.names)
    return len(names) == 1 and names[0] in _SERIALS


def print_type(kind: Node) -> str:
    """A type as format_type() prints it."""
    names = read_strings(kind.names)
    if not names:
        return "unknown"
    own = names[-1]
    if len(names) > 1 and names[-2] not in {"pg_catalog", "public"}:
        text = f"{quote(names[-2])}.{quote(own)}"
    else:
        spelled = _SERIALS.get(own, own) if len(names) == 1 else own
        is_own = spelled in _SERIALS.values() or names[:-1] == ("pg_catalog",)
        text = _TYPES.get(spelled) or (spelled if is_own else quote(spelled))
    return _insert_modifier(text, print_modifiers(kind)) + "[]" * bool(kind.array_bounds)


def print_modifiers(kind: Node) -> str:
    """`(10,2)`, or nothing."""
    numbers = []
    names = read_strings(kind.names)
    for node in kind.typmods:
        if node.HasField("a_const"):
            constant = node.a_const
            numbers.append(constant.sval.sval if constant.HasField("sval") else str(constant.ival.ival))
        elif node.HasField("column_ref"):
            numbers.append(read_strings(node.column_ref.fields)[-1])
    if names[-1] == "interval":
        numbers = numbers[1:]  # the first one is a mask of fields
    if names[-1] == "numeric" and len(numbers) == 1:
        numbers.append("0")
    return f"({','.join(numbers)})" if numbers else ""


def _insert_modifier(text: str, modifiers: str) -> str:
    if not modifiers:
        return text
    for word in (" without time zone", " with time zone"):
        if text.endswith(word):
            return text.removesuffix(word) + modifiers + word
    return text + modifiers


def print_expression(node: Node) -> str:
    """The SQL text of an expression."""
    result = ParseResult()
    target = result.stmts.add().stmt.select_stmt.target_list.add().res_target
    target.val.CopyFrom(node)
    try:
        return str(deparse(result)).removeprefix("SELECT ")
    except PgQueryError:  # a tree that the parser made but the printer does not know: the reader sees that it is there
        return "(expression)"


def walk(node: Node) -> Iterator[Node]:
    """A message and all messages below it."""
    stack = [node]
    while stack:
        one = stack.pop()
        yield one
        for field, value in one.ListFields():
            if field.message_type is not None:
                stack.extend(reversed(value) if field.is_repeated else (value,))


def list_columns(node: Node) -> tuple[str, ...]:
    """The columns that an expression names, each once."""
    found = []
    for one in walk(node):
        if one.DESCRIPTOR.name == "ColumnRef":
            last = one.fields[-1]
            if last.HasField("string"):
                found.append(last.string.sval)
    return tuple(dict.fromkeys(found))


def label_expression(node: Node) -> str:
    """The name that Postgres gives to an expression, after FigureColname; `expr` when it has none."""
    kind = node.WhichOneof("node")
    one = getattr(node, kind)
    label = _FIXED_LABELS.get(kind, "expr")
    if kind == "column_ref":
        names = [field.string.sval for field in one.fields if field.HasField("string")]
        label = names[-1] if names else label
    elif kind == "func_call":
        label = read_strings(one.funcname)[-1]
    elif kind == "type_cast":
        label = _or(label_expression(one.arg), read_strings(one.type_name.names)[-1])
    elif kind == "collate_clause":
        label = label_expression(one.arg)
    elif kind == "a_indirection":
        names = [item.string.sval for item in one.indirection if item.HasField("string")]
        label = names[-1] if names else label_expression(one.arg)
    elif kind == "case_expr" and one.HasField("defresult"):
        label = _or(label_expression(one.defresult), label)
    elif kind == "min_max_expr":
        label = "greatest" if one.op == pb.IS_GREATEST else "least"
    return label


def _or(label: str, other: str) -> str:
    return label if label != "expr" else other


_FIXED_LABELS = {"coalesce_expr": "coalesce", "case_expr": "case", "a_array_expr": "array", "row_expr": "row"}
