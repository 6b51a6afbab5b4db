"""Calls that write to the log: through a library, an object that is called a logger, the console, or `print`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.model.vocabulary import Language
from readycheck.scan.facts import loggers_javascript, loggers_python
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

LOGGER = compile_late(
    r"(?i)^(?:self\.|this\.|cls\.|app\.|current_app\.|req\.|request\.|fastify\.|server\.|ctx\.|context\.|c\.|opts\.|deps\.)*"
    r"_?(?:\w*logger|log|logging|winston|pino|structlog)(?:\(.*\))?$"
)
LIBRARIES = ("logging.", "structlog.", "loguru.logger", "pino", "winston", "bunyan", "@nestjs/common.Logger")
PRINTS = ("builtins.print", "pprint.pprint", "rich.print")
BINDING = ("structlog.contextvars.bind_contextvars", "structlog.contextvars.bound_contextvars")
ERRORS = frozenset({"error", "exception", "critical", "fatal", "warn", "warning"})
FORWARDED = compile_late(r"\barguments\b|\.\.\.\w+")
MOST_WRAPPERS = 20


@dataclass(frozen=True)
class LogCall:
    """One call, with how grave it says that it is, and the expressions that it is given."""

    node: SgNode
    level: str
    arguments: tuple[SgNode, ...]

    @property
    def is_error(self) -> bool:
        """Whether the call tells of something that went wrong."""
        return self.level in ERRORS


def find_log_calls(unit: Unit) -> Iterator[LogCall]:
    """All calls of a unit, each once."""
    seen: set[int] = set()
    finder = find_python if unit.language is Language.PYTHON else find_script
    for call in finder(unit):
        if call.node.range().start.index not in seen:
            seen.add(call.node.range().start.index)
            yield call


def find_python(unit: Unit) -> Iterator[LogCall]:
    """Method calls on loggers, `print`, and what is bound to every line that follows."""
    for node in unit.root.find_all({"rule": loggers_python.LOG_CALLS}):  # type: ignore[call-overload]
        function = node.field("function")
        owner, method = function.field("object"), function.field("attribute")
        if owner is not None and method is not None and is_logger(unit, owner, function):
            yield make(node, method.text())
    wanted = [name for name in (*PRINTS, *BINDING) if name.rpartition(".")[2] in unit.text]
    for reference in unit.find_references(wanted) if wanted else ():
        call, is_print = reference.call, reference.name in PRINTS
        if call is None or unit.bindings.is_inside_main_guard(call):
            continue
        if not (is_print and unit.bindings.is_inside_command(call)):
            yield make(call, "print" if is_print else "info")


def is_logger(unit: Unit, owner: SgNode, function: SgNode) -> bool:
    """Whether an expression is a logger, by what it resolves to or else by what it is called."""
    names = [name for name in unit.bindings.qualify(function) if not name.startswith(".")]
    if any(name.startswith(LIBRARIES) for name in names):
        return True
    if any(name.startswith(("math.", "numpy.", "np.", "torch.", "cmath.", "globalThis.Math")) for name in names):
        return False
    return LOGGER.match(owner.text()) is not None


def find_script(unit: Unit) -> Iterator[LogCall]:
    """The console under whatever name, loggers, and functions of the file that hand all they get on to the console."""
    if "console" in unit.text:
        wrappers: dict[str, SgNode] = {}
        for reference in unit.find_references(("globalThis.console.*",)):
            if reference.call is None:
                continue
            call = make(reference.call, reference.name.rpartition(".")[2])
            if FORWARDED.search(" ".join(one.text() for one in call.arguments)) and len(wrappers) < MOST_WRAPPERS:
                wrappers |= name_wrapper(reference.call)
            yield call
        for name in wrappers:
            for node in unit.root.find_all(kind="call_expression", regex=rf"^{re.escape(name)}\("):
                yield make(node, name)
    for node in unit.root.find_all({"rule": loggers_javascript.LOG_CALLS}):  # type: ignore[call-overload]
        function = node.field("function")
        owner, method = function.field("object"), function.field("property")
        if owner is not None and method is not None and is_logger(unit, owner, function):
            yield make(node, method.text())


def name_wrapper(call: SgNode) -> dict[str, SgNode]:
    """The function around a call of the console, by its name, if it has one."""
    for parent in call.ancestors():
        if parent.kind() == "function_declaration":
            name = parent.field("name")
            return {name.text(): parent} if name is not None else {}
        if parent.kind() in ("arrow_function", "function_expression"):
            holder = parent.parent()
            name = holder.field("name") if holder is not None and holder.kind() == "variable_declarator" else None
            return {name.text(): parent} if name is not None else {}
    return {}


def make(node: SgNode, level: str) -> LogCall:
    """The call with its arguments; keyword arguments of Python stand as they are."""
    holder = node.field("arguments")
    parts = holder.named_children() if holder is not None else []
    return LogCall(node, level.lower(), tuple(part for part in parts if part.kind() != "comment"))
