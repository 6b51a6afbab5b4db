"""Indexes that Alembic's migrations make beside the models (`schema-model`, see `scan.schema.models`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.schema.python_nodes import Declared, read_call, read_list, read_text, read_where

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("schema-model",)
SERVING = True
LANGUAGES = (Language.PYTHON,)
ANCHORS = ("create_index", "drop_index", "create_unique_constraint")
MAKING = frozenset({"create_index", "create_unique_constraint"})


def collect(unit: Unit) -> Iterator[Fact]:
    """What one migration's way up makes and drops."""
    if "alembic" not in unit.text:
        return
    extra: list[Json] = []
    dropped: list[Json] = []
    for function in unit.find_kind("function_definition"):
        name = function.field("name")
        if name is None or name.text() != "upgrade":
            continue
        for node in function.find_all(kind="call"):
            call = read_call(node)
            if call is not None and call.name in MAKING and (row := read_index(node, call)):
                extra.append(row)
            elif call is not None and call.name == "drop_index" and call.arguments:
                dropped.append(read_name(call.arguments[0]))
    if extra or dropped:
        data: dict[str, Json] = {
            "style": "sqlalchemy", "group": "", "dialect": "", "models": [], "extra": extra, "dropped": dropped,
        }  # fmt: skip
        yield Fact("schema-model", unit.locate(unit.root), data)


def read_name(node: SgNode) -> str:
    """A name, also in `op.f("...")`."""
    call = read_call(node)
    return read_text(call.arguments[0]) if call is not None and call.arguments else read_text(node)


def read_index(node: SgNode, call: Declared) -> Json:
    """An index or unique constraint as [line, table, keys, unique, name, predicate]; None if it cannot be read."""
    given = list(call.arguments)
    name = (
        read_name(given.pop(0)) if given else read_name(call.named["index_name"]) if "index_name" in call.named else ""
    )
    table = read_text(given.pop(0)) if given and given[0].kind() != "list" else find_batch(node)
    listed = given[0] if given else call.named.get("columns")
    keys: list[Json] = [read_key(one) for one in read_list(listed)]
    if not table or not keys or not all(keys):
        return None
    where = read_where(call.named.get("postgresql_where"), str(keys[0]))
    unique = call.name != "create_index" or call.is_true("unique")
    return [call.line, table, keys, unique, name, where]


def read_key(node: SgNode) -> str:
    """A key: a column or `text("...")`."""
    call = read_call(node)
    return read_text(call.arguments[0]) if call is not None and call.arguments else read_text(node)


def find_batch(node: SgNode) -> str:
    """The table of `with op.batch_alter_table("table") as batch:` around a call."""
    for parent in node.ancestors():
        if parent.kind() == "with_statement":
            for one in parent.find_all(kind="call"):
                call = read_call(one)
                if call is not None and call.name == "batch_alter_table" and call.arguments:
                    return read_text(call.arguments[0])
    return ""
