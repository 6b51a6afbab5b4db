"""A layer's line behind the statement that makes an application."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from readycheck.fix.calls.brackets import find_indent
from readycheck.fix.calls.imports import import_name
from readycheck.fix.calls.places import find_node, prefer_quote
from readycheck.fix.javascript.insertion import find_place, has_semicolons
from readycheck.fix.javascript.sources import list_variables, write_import
from readycheck.fix.layers.recipes import DEFAULT, RECIPES, Recipe
from readycheck.fix.packages import Packages
from readycheck.fix.refusal import RefusedError
from readycheck.model.evidence import Match
from readycheck.model.fix import Edit
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late
from readycheck.scan.module_names import strip_ending

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

LOADED = compile_late(r"(?:\bfrom\s*|\brequire\(\s*|\bimport\(\s*)[\"'](\.[^\"']*)[\"']")
STATEMENTS = frozenset({"expression_statement", "lexical_declaration", "variable_declaration"})
WRAPPERS = frozenset({"await_expression", "await", "parenthesized_expression", "as_expression"})
BINDING = {"variable_declarator": "name", "assignment": "left", "assignment_expression": "left"}


def mount(unit: Unit, match: Match, packages: Packages) -> tuple[tuple[Edit, ...], str, str]:
    """The edits, the line, and why it is made on demand only. Raises RefusedError."""
    is_python = unit.language is Language.PYTHON
    call = find_node(unit, match, ("call",) if is_python else ("call_expression", "new_expression"))
    callee = (call.field("function") or call.field("constructor")) if call is not None else None
    if call is None or callee is None:
        raise RefusedError("application-unclear")
    found = [recipe for name in unit.bindings.qualify(callee) if (recipe := RECIPES.get((match.rule, name)))]
    if not found:
        raise RefusedError("no-standard-line")
    recipe = found[0]
    if recipe.package and recipe.package not in packages.pypi | packages.npm:
        raise RefusedError("dependency-missing", f"`{recipe.install}`")
    app, statement = find_holder(call)
    if re.search(rf"\.(?:route|mount|use|register|include_router)\([^()]*\b{re.escape(app)}\s*[,)]", unit.text):
        raise RefusedError("mounted-elsewhere")
    name, edits = bring_in(unit, recipe)
    line = recipe.line.format(app=app, name=name).replace('"', prefer_quote(unit))
    end = ";" if not is_python and has_semicolons(unit) else ""
    place = statement.range().end.index
    if not statement.text().endswith(";") and unit.text.startswith(";", place):
        place += 1
    return (*edits, Edit(unit.path, place, place, f"\n{find_indent(unit, statement)}{line}{end}")), line, recipe.reason


def find_holder(call: SgNode) -> tuple[str, SgNode]:
    """The name that holds an application, and the statement that makes it. Raises RefusedError."""
    node = call.parent()
    while node is not None and node.kind() in WRAPPERS:
        node = node.parent()
    field = BINDING.get(node.kind()) if node is not None else None
    target = node.field(field) if node is not None and field is not None else None
    statement = node.parent() if node is not None else None
    if target is None or target.kind() != "identifier" or statement is None or statement.kind() not in STATEMENTS:
        raise RefusedError("application-unclear")
    outer = statement.parent()
    if outer is not None and outer.kind() == "export_statement":
        return target.text(), outer
    return target.text(), statement


def bring_in(unit: Unit, recipe: Recipe) -> tuple[str, tuple[Edit, ...]]:
    """The name of what a recipe needs, and the import that is missing for it. Raises RefusedError."""
    if not recipe.module:
        return "", ()
    if unit.language is Language.PYTHON:
        name, edits = import_name(unit, recipe.module, recipe.export)
        if edits and unit.bindings.occurs(name):
            raise RefusedError("import-name-taken")
        return name, edits
    wanted = {recipe.module, f"{recipe.module}.{recipe.export}"}
    known = next((one.text() for one in list_variables(unit) if wanted & set(unit.bindings.qualify(one))), "")
    if known:
        return known, ()
    name = "helmet" if recipe.export == DEFAULT else recipe.export
    if unit.bindings.occurs(name):
        raise RefusedError("import-name-taken")
    kinds = ("import_statement", "export_statement")
    is_esm = unit.path.endswith((".mjs", ".mts")) or any(unit.find_kind(kind) for kind in kinds)
    line = write_import(unit, recipe.export, name, recipe.module, is_esm=is_esm)
    return name, (find_place(unit, is_esm=is_esm).insert(unit, line),)


def is_loaded(unit: Unit, others: Iterable[Unit]) -> bool:
    """Whether a file that makes another application loads this one, which then is a part of that."""
    own = strip_ending(unit.path)
    for other in others:
        folder = posixpath.dirname(other.path)
        for name in LOADED.findall(other.text):
            target = strip_ending(posixpath.normpath(posixpath.join(folder, name)))
            if other.path != unit.path and own in (target, f"{target}/index"):
                return True
    return False
