"""What a JavaScript or TypeScript module exports, and what each export is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.scan.bindings.javascript_imports import is_type_import, read_source
from readycheck.scan.bindings.javascript_values import find_properties, list_parts
from readycheck.scan.bindings.tree import find_kinds

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.bindings.values import Values

NAMES = ("identifier", "shorthand_property_identifier_pattern")
NAMED = frozenset({
    "function_declaration", "generator_function_declaration", "class_declaration", "abstract_class_declaration",
    "enum_declaration", "internal_module",
})  # fmt: skip
Export = tuple[str, tuple[str, ...]]


def find_exports(values: Values) -> dict[str, tuple[str, ...]]:
    """Each exported name with the qualified names of its value (none: unknown, or made in this file).

    The default export and `module.exports` are `default`; `*` lists the modules that are exported as a whole.
    """
    found: dict[str, tuple[str, ...]] = {}
    for name, names in (*find_es_exports(values), *find_commonjs_exports(values)):
        found[name] = tuple(dict.fromkeys((*found.get(name, ()), *names)))
    return found


def find_es_exports(values: Values) -> Iterator[Export]:
    """`export` statements, except those of types."""
    statements = find_kinds(values.tree.root, ("export_statement",)) if "export" in values.tree.text else []
    for statement in statements:
        if is_type_import(statement):
            continue
        if statement.field("source") is not None:
            yield from read_reexport(statement)
            continue
        value, declaration = statement.field("value"), statement.field("declaration")
        is_default = any(child.kind() in ("default", "=") for child in statement.children())
        if is_default:
            value = value or next(iter(list_parts(statement)), None)
            yield "default", values.qualify(value) if value is not None else ()
        elif declaration is not None:
            yield from read_declaration(values, declaration)
        else:
            yield from read_clause(values, statement)


def read_reexport(statement: SgNode) -> Iterator[Export]:
    """`export ... from "module"`."""
    module = read_source(statement)
    for part in list_parts(statement):
        if part.kind() == "namespace_export":
            yield part.named_children()[-1].text(), (module,)
        elif part.kind() == "export_clause":
            for name, alias in read_specifiers(part):
                yield alias, (module if name.text() == "default" else f"{module}.{name.text()}",)
    if any(child.kind() == "*" for child in statement.children()):
        yield "*", (module,)


def read_clause(values: Values, statement: SgNode) -> Iterator[Export]:
    """`export { a, b as c }`."""
    for part in list_parts(statement):
        if part.kind() == "export_clause":
            for name, alias in read_specifiers(part):
                yield alias, values.qualify(name)


def read_specifiers(clause: SgNode) -> Iterator[tuple[SgNode, str]]:
    """The names in braces, each with the name under which it is exported."""
    for specifier in list_parts(clause):
        name = specifier.field("name")
        if name is not None and not is_type_import(specifier):
            yield name, (specifier.field("alias") or name).text().strip("\"'")


def read_declaration(values: Values, declaration: SgNode) -> Iterator[Export]:
    """`export const a = ...`, `export function b() {}`."""
    name = declaration.field("name")
    if declaration.kind() in NAMED and name is not None:
        yield name.text(), ()
    for declarator in list_parts(declaration):
        target = declarator.field("name") if declarator.kind() == "variable_declarator" else None
        for node in find_kinds(target, NAMES) if target is not None else ():
            yield node.text(), values.qualify(node)


def find_commonjs_exports(values: Values) -> Iterator[Export]:
    """`module.exports = ...`, `module.exports.a = ...`, `exports.a = ...`."""
    for word in ("module", "exports"):
        for node in values.scopes.find_table(word).uses:
            if values.scopes.resolve(node)[0] is None:
                yield from read_assignment(values, node, word)


def read_assignment(values: Values, node: SgNode, word: str) -> Iterator[Export]:
    """The export that an assignment to a member of `module` or `exports` makes."""
    path: list[str] = [word]
    for parent in values.tree.find_ancestors(node):
        if parent.kind() == "member_expression" and (name := parent.field("property")) is not None:
            path.append(name.text())
            continue
        value = parent.field("right") if parent.kind() == "assignment_expression" else None
        if value is not None and path[-1] != word and (parent.field("left") or node).text().startswith(word):
            yield from name_export(values, path, value)
        return


def name_export(values: Values, path: list[str], value: SgNode) -> Iterator[Export]:
    """An export by the path that is assigned to; an object literal that is all of it exports its properties."""
    names = path[2:] if path[0] == "module" and path[1] == "exports" else path[1:]
    if path[0] == "module" and path[1] != "exports":
        return
    while value.kind() == "assignment_expression" and (inner := value.field("right")) is not None:
        value = inner
    if len(names) == 1:
        yield names[0], values.qualify(value)
    elif not names:
        yield "default", values.qualify(value)
        for name, parts in find_properties(value).items() if value.kind() == "object" else ():
            yield name, tuple(one for part in parts if part.node is not None for one in values.qualify(part.node))
