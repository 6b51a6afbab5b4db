"""JavaScript and TypeScript: what a module imports from others by a path, and what it exports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.scan.bindings.tree import find_kinds
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

EXPORTED = compile_late(
    r"\bexport\s+(?:declare\s+)?(?:default\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\s*\*?|class|const\s+enum|const|let|var|type|interface|enum"
    r"|namespace|module)\s+([\w$]+)"
)
LISTED = compile_late(r"\bexport\s*(?:type\s*)?\{([^}]*)\}")
PATTERN = compile_late(r"\bexport\s+(?:const|let|var)\s*[{\[]([^=]*)[}\]]\s*=")
SEVERAL = compile_late(r"\bexport\s+(?:const|let|var)\s+[^=;{]+=[^;\n]*,\s*[\w$]+\s*=")
STAR = compile_late(r"\bexport\s*\*\s*(?:as\s+([\w$]+))?")
WHOLE = compile_late(r"\bmodule\.exports\s*=\s*\{")
OTHER = compile_late(
    r"\bmodule\.exports\s*=(?!\s*\{)|\bObject\.(?:assign|define\w+)\(\s*(?:module\.)?exports|\b__exportStar\b|\bexports\[|\bmodule\.exports\["
)
SINGLE = compile_late(r"\b(?:module\.)?exports\.([\w$]+)\s*=")
MODERN = compile_late(r"^\s*(?:export|import)\b", re.MULTILINE)


def list_imports(root: SgNode) -> Iterator[tuple[str, list[str], int, bool]]:
    """Each import by a path: the path, the names that are taken out of it, the line, whether it may fail."""
    for node in find_kinds(root, ("import_statement", "export_statement")):
        source = node.field("source")
        if source is None or re.match(r"^(?:import|export)\s+type\b", node.text()):
            continue
        names = [] if node.kind() == "export_statement" else list_specifiers(node)
        yield source.text().strip("\"'"), names, node.range().start.line + 1, False
    for call in find_kinds(root, ("call_expression",), r"^require\("):
        arguments = call.field("arguments")
        first = next(iter(arguments.named_children()), None) if arguments is not None else None
        if first is not None and first.kind() == "string":
            yield first.text().strip("\"'"), list_taken(call), call.range().start.line + 1, is_guarded(call)


def list_specifiers(node: SgNode) -> list[str]:
    """The names that an import statement takes, without types."""
    found = []
    for one in find_kinds(node, ("import_specifier",)):
        name = one.field("name")
        if name is not None and not one.text().startswith("type "):
            found.append(name.text())
    return found


def list_taken(call: SgNode) -> list[str]:
    """What a pattern or a member takes out of a required module."""
    parent = call.parent()
    if parent is None:
        return []
    if parent.kind() == "member_expression":
        member = parent.field("property")
        return [member.text()] if member is not None else []
    pattern = parent.field("name") if parent.kind() == "variable_declarator" else None
    if pattern is None or pattern.kind() != "object_pattern":
        return []
    found = []
    for one in pattern.named_children():
        key = one.field("key") or one
        if one.kind() in ("shorthand_property_identifier_pattern", "pair_pattern"):
            found.append(key.text())
    return found


def is_guarded(node: SgNode) -> bool:
    """Whether a module may be missing: it is required in a `try` or under a condition."""
    return any(
        parent.kind()
        in ("try_statement", "catch_clause", "if_statement", "ternary_expression", "binary_expression", "switch_case")
        for parent in node.ancestors()
    )


def list_exports(root: SgNode, text: str) -> tuple[set[str], bool]:
    """The names that a module exports, and whether there may be others."""
    found = set(EXPORTED.findall(text)) | set(SINGLE.findall(text))
    for listed in LISTED.findall(text):
        for one in listed.split(","):
            words = one.replace("type ", " ").split()
            found |= {words[-1]} if words else set()
    for pattern in PATTERN.findall(text):
        found |= set(re.findall(r"[\w$]+", pattern))
    is_open = bool(SEVERAL.search(text) or OTHER.search(text) or any(not one for one in STAR.findall(text)))
    found |= {one for one in STAR.findall(text) if one}
    for node in find_kinds(root, ("assignment_expression",)) if WHOLE.search(text) else ():
        left, right = node.field("left"), node.field("right")
        if left is not None and left.text() == "module.exports" and right is not None and right.kind() == "object":
            for part in right.named_children():
                key = part.field("key") or part.field("name") or part
                if part.kind() == "spread_element" or key.kind() == "computed_property_name":
                    is_open = True
                elif part.kind() != "comment":
                    found.add(key.text().strip("\"'"))
    return found, is_open
