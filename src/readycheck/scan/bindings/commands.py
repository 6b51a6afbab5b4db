"""Whether code runs only when somebody types a command: functions that click, Typer or Flask put on a command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

Qualify = Callable[["SgNode"], tuple[str, ...]]
LIBRARIES = compile_late(r"^(?:click|asyncclick|rich_click|typer|flask\.cli)\.")
OF_FLASK = compile_late(r"\.cli\.(?:command|group)$")
OF_GROUP = compile_late(r"^(\w+)\.(?:command|group|callback)$")
MAKES = compile_late(r"\b(?:click|typer)\.(?:command|group|Command)\(")
DEEPEST = 4


def is_inside_command(up: Sequence[SgNode], qualify: Qualify) -> bool:
    """Whether one of the functions around a node is a command; `up` are the nodes around it, the nearest first."""
    return any(one.kind() == "decorated_definition" and is_command(one, qualify) for one in up)


def is_command(decorated: SgNode, qualify: Qualify, depth: int = DEEPEST) -> bool:
    """Whether a decorated function is a command or a group of commands."""
    if depth == 0:
        return False
    for decorator in decorated.children():
        if decorator.kind() != "decorator":
            continue
        callee = find_callee(decorator)
        if callee is None:
            continue
        text = callee.text()
        group = OF_GROUP.match(text)
        if OF_FLASK.search(text) or any(map(LIBRARIES.match, qualify(callee))) or makes_commands(callee, text):
            return True
        if group is not None and any(is_command(one, qualify, depth - 1) for one in find_decorated(callee, group[1])):
            return True
    return False


def makes_commands(node: SgNode, name: str) -> bool:
    """Whether a decorator is a function or a class of the file that makes commands itself."""
    if not name.isidentifier():
        return False
    root = node.get_root().root()
    made = (one for kind in ("function_definition", "class_definition") for one in root.find_all(kind=kind))
    return any(read_name(one) == name and MAKES.search(one.text()) is not None for one in made)


def read_name(definition: SgNode) -> str:
    """What a definition is called."""
    name = definition.field("name")
    return name.text() if name is not None else ""


def find_callee(decorator: SgNode) -> SgNode | None:
    """What decorates: of `@cli.command("load")` it is `cli.command`."""
    value = next((one for one in decorator.children() if one.is_named()), None)
    return value.field("function") if value is not None and value.kind() == "call" else value


def find_decorated(node: SgNode, name: str) -> list[SgNode]:
    """The decorated functions of that name in the file of a node."""
    root = node.get_root().root()
    found = []
    for one in root.find_all(kind="decorated_definition"):
        definition = one.field("definition")
        if definition is not None and read_name(definition) == name:
            found.append(one)
    return found
