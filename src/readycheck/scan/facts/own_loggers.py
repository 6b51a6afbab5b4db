"""Loggers that a project writes itself.

`own-logger`: an object or a class called like a logger, whose methods print text: `text` (its name) and `message`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.tree import find_kinds
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("own-logger",)
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
SERVING = True
ANCHORS = ("console", "print")
NAME = compile_late(r"^_?(?:[a-zA-Z]*[lL]ogger|log|Log|LOG|logging|Logging)$")
LEVELS = frozenset({"log", "info", "warn", "warning", "error", "debug", "fatal", "success", "critical"})
PRINTING = compile_late(
    r"^(?:(?:globalThis\.)?console\.(?:log|info|warn|error|debug|trace)|print|process\.std(?:out|err)\.write)$"
)
RECORDS = compile_late(r"JSON\.stringify\(|json\.dumps\(|orjson\.dumps\(|to_json|toJSON|formatRecord|serialize")
LIBRARY = compile_late(
    r"\b(?:winston|pino|bunyan|log4js|structlog|loguru)\b|\bcreateLogger\(|\blogging\.getLogger\(|\bgetLogger\("
)
FEWEST = 2


def collect(unit: Unit) -> Iterator[Fact]:
    """The own loggers of one file."""
    is_python = unit.language is Language.PYTHON
    kinds = (
        ("class_definition",) if is_python else ("variable_declarator", "class_declaration", "assignment_expression")
    )
    for node in find_kinds(unit.root, kinds):
        name = node.field("name") or node.field("left")
        body = node.field("body") or node.field("value") or node.field("right")
        if name is None or body is None or not NAME.match(read_name(name.text(), unit.path)):
            continue
        if body.kind() not in ("object", "class_body", "block", "class"):
            continue
        methods = {read_key(one) for one in find_methods(body)} & LEVELS
        printed = [call for call in find_kinds(body, ("call" if is_python else "call_expression",)) if prints(call)]
        if len(methods) < FEWEST or not printed:
            continue
        if LIBRARY.search(body.text()):
            continue  # what it prints itself is for a terminal; the lines of production go through a library
        records = [call for call in printed if RECORDS.search(call.text())]
        if len(records) * 2 < len(printed):
            own = name.text()
            text = f"`{own}` is a logger of its own: its {len(methods)} levels print text without fields to search by"
            data: dict[str, Json] = {"text": own, "message": text, "symbol": ""}
            yield Fact("own-logger", unit.locate(node), data)


def read_name(text: str, path: str) -> str:
    """What a variable is called; `module.exports` of a file goes by the file's name."""
    if text in ("module.exports", "exports.default"):
        return path.rpartition("/")[2].partition(".")[0]
    return text.rpartition(".")[2]


def find_methods(body: SgNode) -> Iterator[SgNode]:
    """The members of an object or a class that may be functions."""
    for one in body.named_children():
        if one.kind() in (
            "pair",
            "method_definition",
            "function_definition",
            "public_field_definition",
            "field_definition",
        ):
            yield one
        elif one.kind() == "decorated_definition":
            yield from (inner for inner in one.named_children() if inner.kind() == "function_definition")


def read_key(member: SgNode) -> str:
    """What a member is called."""
    key = member.field("key") or member.field("name") or member.field("property")
    return key.text().strip("\"'") if key is not None else ""


def prints(call: SgNode) -> bool:
    """Whether a call writes to the console."""
    callee = call.field("function")
    return callee is not None and PRINTING.match(callee.text()) is not None
