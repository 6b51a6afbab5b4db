"""Uses of an environment that another module hands on: `env.X`, `configService.get("X")`, Strapi's `env("X")`.

`env-member`: the data of an `env-read`, and `callee`: the qualified names of the object that the member is taken from.
`env-module`: a module that hands the environment on: `names` of what it exports, and `own`: only what it reads itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.environ.javascript import find_given, finish_read, list_arguments
from readycheck.scan.environ.keys import read_key
from readycheck.scan.environ.names import is_capital
from readycheck.scan.environ.reads import READ, make_read
from readycheck.scan.facts.environment_javascript import find_objects
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

MEMBER, MODULE = "env-member", "env-module"
KINDS = (READ, MEMBER, MODULE)
SERVING = True
LANGUAGES = (Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = (
    "process", "env", "Env", "ENV", "environment", "config", "Config", "ConfigService", "configService", "appEnv",
    "serverEnv", "CONFIG", "settings",
)  # fmt: skip
NEST = {
    "@nestjs/config.ConfigService().get": None,
    "@nestjs/config.ConfigService().getOrThrow": True,
}
# `const config = app.get(ConfigService)`
OBTAINED = compile_late(
    r"\b([A-Za-z_$][\w$]*)\s*(?::[^=\n]+)?=\s*(?:await\s+)?[\w.]+\.(?:get|resolve)(?:<[^>]*>)?\(\s*ConfigService\b"
)
MODULES = compile_late(r"env|config|setting|constant", re.IGNORECASE)
# Where such a module is imported, and where a member is taken that is written as a variable: cheap looks at the text.
IMPORTED = compile_late(
    r"(?:\bfrom|\brequire\(|\bimport)\s*[\"'][^\"'\n]*(?:env|config|setting|constant)", re.IGNORECASE
)
TAKEN = compile_late(r"\.[A-Z][A-Z0-9_]*(?![\w$])")
ROOT = compile_late(r"(?<![\w$.])([A-Za-z_$][\w$]*)\??$")
LONGEST_ROOT = 60
# A module named after the environment that takes it apart itself, into a class or an object.
OWN = compile_late(r"(?:^|/)env(?:ironment)?\.[cm]?[jt]s$")
STRAPI = compile_late(r"\(\s*\{\s*[^)}]*\benv\b[^)}]*\}\s*\)\s*=>")


def collect(unit: Unit) -> Iterator[Fact]:
    """The uses in one module, and whether it hands the environment on itself."""
    if "@nestjs/config" in unit.text:
        yield from find_nest(unit)
    if "config/" in unit.path and STRAPI.search(unit.text):
        yield from find_strapi(unit)
    if "env" in unit.text and "export" in unit.text:
        yield from find_module(unit)
    yield from find_members(unit)


def find_nest(unit: Unit) -> Iterator[Fact]:
    """Reads through Nest's ConfigService; names that are not written in capitals are paths in its configuration."""
    calls = [(one.call, NEST.get(one.name)) for one in unit.find_references(tuple(NEST))]
    for name in {found[1] for found in OBTAINED.finditer(unit.text)}:
        pattern = rf"^{re.escape(name)}\s*\.get(?:OrThrow)?\b"
        calls += [(call, None) for call in unit.root.find_all(kind="call_expression", regex=pattern)]
    for call, required in calls:
        arguments = list_arguments(call) if call is not None else []
        if call is None or not arguments:
            continue
        read = finish_read(unit, call, "ConfigService", find_given(call, arguments[1:]), required)
        for name, _ in read_key(unit, arguments[0]).names:
            if is_capital(name):
                yield make_read(unit, call, replace(read, name=name))


def find_strapi(unit: Unit) -> Iterator[Fact]:
    """`({ env }) => ({ port: env.int("PORT", 1337) })`."""
    for call in unit.root.find_all(kind="call_expression", regex=r"^env(?:\.\w+)?\("):
        callee, arguments = call.field("function"), list_arguments(call)
        if callee is None or not arguments or unit.bindings.qualify(callee):
            continue
        read = finish_read(unit, call, "env()", find_given(call, arguments[1:]))
        for name, _ in read_key(unit, arguments[0]).names:
            yield make_read(unit, call, replace(read, name=name))


def find_module(unit: Unit) -> Iterator[Fact]:
    """Whether the module passes the whole environment on: through a check, or by copying it."""
    holders = ("arguments", "spread_element", "pair", "ternary_expression", "binary_expression", "variable_declarator")
    made = unit.root.find_all(kind="call_expression", regex=r"^createEnv\(") if "@t3-oss/env" in unit.text else ()
    for node in (*made, *find_objects(unit)):
        parent = node.parent()
        if node.kind() == "call_expression" or (parent is not None and parent.kind() in holders):
            names: list[Json] = [*unit.bindings.exports()]
            if names:
                yield Fact(MODULE, unit.locate(node), {"names": names, "own": False})
            return
    if OWN.search(unit.path) and (listed := [*unit.bindings.exports()]):
        first = unit.root.child(0) or unit.root
        yield Fact(MODULE, unit.locate(first), {"names": [*listed], "own": True})


def find_members(unit: Unit) -> Iterator[Fact]:
    """`env.X` on what an import brings in from a module that is called after the environment or a configuration."""
    roots = list_roots(unit.text) if IMPORTED.search(unit.text) else set()
    if not roots:
        return
    known: dict[str, list[str]] = {}
    for node in unit.root.find_all(kind="member_expression", regex=r"^[A-Za-z_$][\w$]*\??\.[A-Z][A-Z0-9_]*$"):
        whose, name = node.field("object"), node.field("property")
        if whose is None or name is None or whose.text() not in roots or not is_capital(name.text()):
            continue
        names = known.get(whose.text())
        if names is None:
            found = unit.bindings.qualify(whose)
            names = known[whose.text()] = [one for one in found if MODULES.search(one) and "globalThis" not in one]
        if names:
            yield make_member(unit, node, whose, name.text(), names)


def list_roots(text: str) -> set[str]:
    """The variables of which a member is taken that is written as an environment variable."""
    found = set()
    for taken in TAKEN.finditer(text):
        root = ROOT.search(text[max(0, taken.start() - LONGEST_ROOT) : taken.start()])
        if root is not None:
            found.add(root[1])
    return found - {"process", "Math", "Number", "JSON"}


def make_member(unit: Unit, node: SgNode, whose: SgNode, name: str, names: list[str]) -> Fact:
    """The fact of one use."""
    read = finish_read(unit, node, f"{whose.text()}.X")
    fact = make_read(unit, node, replace(read, name=name))
    listed: list[Json] = [*names]
    return Fact(MEMBER, fact.where, {**fact.data, "callee": listed})
