"""Imports that new code needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readycheck.model.fix import Edit

if TYPE_CHECKING:
    from readycheck.scan.unit import Unit

IMPORTS = frozenset({"import_statement", "import_from_statement"})


def import_module(unit: Unit, module: str) -> tuple[str, tuple[Edit, ...]]:
    """The name by which a Python file knows a module at its top, and the edit that imports it if it does not."""
    for statement in unit.root.named_children():
        for one in statement.named_children() if statement.kind() == "import_statement" else ():
            name, alias = one.field("name"), one.field("alias")
            if one.text() == module:
                return module, ()
            if name is not None and alias is not None and name.text() == module:
                return alias.text(), ()
    return module, (insert_import(unit, f"import {module}"),)


def import_name(unit: Unit, module: str, name: str) -> tuple[str, tuple[Edit, ...]]:
    """The name by which a Python file knows a member of a module, and the edit that imports it if it does not."""
    known = next((local for local, found in unit.bindings.imports().items() if found == f"{module}.{name}"), "")
    return (known, ()) if known else (name, (insert_import(unit, f"from {module} import {name}"),))


def insert_import(unit: Unit, line: str) -> Edit:
    """An import before the first one that is not from `__future__`, else behind the docstring."""
    top = unit.root.named_children()
    statements = [one for one in top if one.kind() != "comment"]
    first = next((one for one in statements if one.kind() in IMPORTS), None)
    if first is not None:
        start = first.range().start.index
        return Edit(unit.path, start, start, f"{line}\n")
    docstring = next((one for one in statements if one.kind() == "expression_statement"), None)
    head = [one for one in statements if one.kind() == "future_import_statement"]
    behind = head[-1] if head else docstring if docstring is not None and docstring == statements[0] else None
    if behind is None or not behind.text().lstrip("rbuRBU").startswith(('"', "'", "from")):
        start = statements[0].range().start.index if statements else 0
        return Edit(unit.path, start, start, f"{line}\n\n")
    end = behind.range().end.index
    return Edit(unit.path, end, end, f"\n\n{line}")
