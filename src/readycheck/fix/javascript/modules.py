"""What a module exports that logs, and how."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from readycheck.fix.javascript.loggers import DEFAULT, REST, UNFAMILIAR, Kind, Logger
from readycheck.scan.bindings.tree import find_kinds
from readycheck.scan.facts.own_loggers import LEVELS, find_methods, read_key
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

MADE: Mapping[Kind, re.Pattern[str]] = {
    "pino": compile_late(r"^pino(?:\.pino|\.default)?\(\)(?:\.child\(\))*$"),
    "winston": compile_late(
        r"^winston(?:\.default)?(?:\.createLogger\(\)|\.loggers\.(?:add|get)\(\))(?:\.child\(\))*$"
    ),
    "bunyan": compile_late(r"^bunyan(?:\.default)?(?:\.createLogger)?\(\)(?:\.child\(\))*$"),
    "nest": compile_late(r"^@nestjs/common\.Logger\(?\)?$"),
}
LEVEL = compile_late(r"\blevel\s*:\s*([^,}\n]{0,300})")
HIDING = compile_late(r"""["'`](?:warn|warning|error|fatal|silent|crit|alert|emerg)["'`]""")
WORDY = compile_late(r"""["'`](?:debug|trace|silly)["'`]""")
IN_TESTS = compile_late(r"""["'`]test["'`]\s*\)?\s*\?\s*["'`]\w+["'`]\s*:""")
LITERAL = compile_late(r"""["'`](\w+)["'`]""")
INDIRECT = compile_late(r"\btransport\b|\bsync\s*:\s*false|\bmultistream\b|\bdestination\b|\bcreateWriteStream\b")
CUSTOM_ERROR = compile_late(
    r"\berrorKey\b|\berr\s*:\s*(?!(?:pino\.)?(?:stdSerializers|std)\b)|\bnestedKey\b|\bmessageKey\b"
)
OWN_LEVELS = compile_late(r"\blevels\s*[:=]\s*\{([^}]{0,2000})\}|\b\w*Levels\s*=\s*\{([^}]{0,2000})\}")
NAMES_LEVELS = compile_late(r"\blevels\b\s*[:,]|\buseOnlyCustomLevels\b")
NPM_LEVELS = compile_late(r"\bconfig\.npm\.levels\b")
SYSLOG = compile_late(r"\bconfig\.syslog\.levels\b")
SYSLOG_LEVELS = ("emerg", "alert", "crit", "error", "warning", "notice", "info", "debug")
MESSAGE = compile_late(
    r"^(?:args?|messages?|msg|text|str|string|line|data|content|parts|params|input|values?|m|info|log)$", re.IGNORECASE
)
CALLABLE = frozenset({"arrow_function", "function_expression", "method_definition", "function_declaration"})


def tell_kind(names: Iterable[str]) -> Kind | None:
    """The library that every one of some qualified names is a logger of."""
    kinds = {next((kind for kind, pattern in MADE.items() if pattern.match(name)), None) for name in names}
    return kinds.pop() if len(kinds) == 1 else None


def describe_library(kind: Kind, text: str) -> Logger:
    """A logger of a library, as far as the text of the module that makes it tells."""
    if kind == "nest":
        return Logger("nest", shows_debug=True, is_direct=True)
    choices = IN_TESTS.sub("", " ".join(LEVEL.findall(text)))
    literals = set(LITERAL.findall(choices))
    return Logger(
        kind,
        shows_info=not HIDING.search(choices),
        shows_debug=bool(literals) and bool(WORDY.search(choices)) and literals <= {"debug", "trace", "silly"},
        is_direct=kind == "pino" and not INDIRECT.search(text),
        keeps_errors=kind == "pino" and not CUSTOM_ERROR.search(text),
        methods=read_levels(text),
    )


def read_levels(text: str) -> dict[str, int]:
    """The methods of a logger with levels of its own; empty: the library's."""
    if SYSLOG.search(text):
        return dict.fromkeys(SYSLOG_LEVELS, REST)
    if not NAMES_LEVELS.search(text) or NPM_LEVELS.search(text):
        return {}
    found = OWN_LEVELS.search(text)
    names = re.findall(r"([\w$]+)[\"']?\s*:", "".join(part or "" for part in found.groups())) if found else []
    return dict.fromkeys(names, REST) or {"": UNFAMILIAR}


def find_own(unit: Unit, export: str) -> Mapping[str, int] | None:
    """The methods of an object or a class with static methods that a module exports as a logger; None if it is none."""
    holder = find_exported(unit, export)
    if holder is None or holder.kind() not in ("object", "class", "class_declaration", "class_body"):
        return None
    body = holder.field("body") or holder
    is_class = holder.kind() != "object"
    methods = {read_key(one): count_parameters(one) for one in find_methods(body) if not is_class or is_static(one)}
    found = {name: count for name, count in methods.items() if name in LEVELS}
    return found if len(found) >= 2 else None  # noqa: PLR2004 - one level is no logger


def is_static(member: SgNode) -> bool:
    """Whether a member belongs to the class itself."""
    return any(child.kind() == "static" or child.text() == "static" for child in member.children())


def count_parameters(member: SgNode) -> int:
    """How many values a method logs: REST if it passes on all, UNFAMILIAR if its parameters are no texts to log."""
    function = member if member.kind() == "method_definition" else member.field("value")
    if function is None or function.kind() not in CALLABLE:
        return UNFAMILIAR
    single = function.field("parameter")
    parameters = function.field("parameters")
    listed = [single] if single is not None else list_parameters(parameters)
    names = [re.split(r"[?:=\s]", one.text().removeprefix("..."), maxsplit=1)[0] for one in listed]
    if not names or not MESSAGE.match(names[0]):
        return UNFAMILIAR
    return REST if listed[0].text().startswith("...") else len(names)


def list_parameters(parameters: SgNode | None) -> list[SgNode]:
    """The parameters in a list."""
    return [one for one in parameters.named_children() if one.kind() != "comment"] if parameters is not None else []


def find_exported(unit: Unit, export: str) -> SgNode | None:
    """The object or class that a module exports under a name."""
    value = next(iter(find_values(unit, export)), None)
    if value is not None and value.kind() == "identifier":
        name = value.text()
        return next((one for one in find_declared(unit.root, name)), None)
    return value


def find_values(unit: Unit, export: str) -> Iterator[SgNode]:
    """The expressions or names that stand for an export."""
    targets = (
        {"module.exports", "exports.default"}
        if export == DEFAULT
        else {f"exports.{export}", f"module.exports.{export}"}
    )
    for node in find_kinds(unit.root, ("assignment_expression",)):
        left, right = node.field("left"), node.field("right")
        if left is not None and right is not None and left.text() in targets:
            yield right
        elif left is not None and right is not None and left.text() == "module.exports" and right.kind() == "object":
            yield from (one for one in find_property(right, export))
    for statement in find_kinds(unit.root, ("export_statement",)):
        yield from read_export(statement, export)


def find_property(node: SgNode, name: str) -> Iterator[SgNode]:
    """The value of a property of an object."""
    for part in node.named_children():
        if part.kind() == "shorthand_property_identifier" and part.text() == name:
            yield from find_declared(part.get_root().root(), name)
        elif part.kind() == "pair" and read_key(part) == name and (value := part.field("value")) is not None:
            yield value


def read_export(statement: SgNode, export: str) -> Iterator[SgNode]:
    """What an export statement says of a name."""
    value, declaration = statement.field("value"), statement.field("declaration")
    is_default = any(child.kind() == "default" for child in statement.children())
    if is_default and export == DEFAULT:
        yield from (one for one in (value, declaration) if one is not None)
    elif declaration is not None and not is_default:
        yield from find_declared(statement, export)
    for specifier in find_kinds(statement, ("export_specifier",)):
        name = specifier.field("name")
        alias = specifier.field("alias") or name
        if name is not None and alias is not None and alias.text() == export:
            yield from find_declared(specifier.get_root().root(), name.text())


def find_declared(root: SgNode, name: str) -> Iterator[SgNode]:
    """The value of a variable, or the class, of a name."""
    for node in find_kinds(root, ("variable_declarator", "class_declaration")):
        own = node.field("name")
        if own is not None and own.text() == name:
            value = node if node.kind() == "class_declaration" else node.field("value")
            yield from (one for one in (value,) if one is not None)
