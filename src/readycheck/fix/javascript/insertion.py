"""Where and how a file is given an import: behind those that it has, in its own style."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.model.fix import Edit
from readycheck.scan.bindings.tree import find_kinds
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

DECLARATIONS = frozenset({"lexical_declaration", "variable_declaration"})
LITERALS = frozenset({"string", "number", "true", "false", "null", "regex", "template_string"})
REST_OF_LINE = compile_late(r"[ \t]*(?://[^\r\n]*|/\*[^\r\n]*?\*/[ \t]*)?(?=\r?\n|$)")
HAZARD = compile_late(r"\s*[(\[`+\-/*,.]")
COMMENT = compile_late(r"\s*(?://|/\*)")


@dataclass(frozen=True, slots=True)
class Place:
    """Where import lines go: `offset`, behind a statement (`follows`) or before everything."""

    offset: int
    follows: bool

    def insert(self, unit: Unit, line: str) -> Edit:
        """An edit that puts a line there; without semicolons, one where the next line would go on with it."""
        needs_end = has_semicolons(unit) or HAZARD.match(skip_comments(unit.text, self.offset)) is not None
        text = f"{line};" if needs_end else line
        return Edit(unit.path, self.offset, self.offset, f"\n{text}" if self.follows else f"{text}\n")


def skip_comments(text: str, offset: int) -> str:
    """The text from the next token on."""
    rest = text[offset:].lstrip()
    while COMMENT.match(rest):
        end = rest.find("\n") if rest.startswith("//") else rest.find("*/") + 1
        if end <= 0:
            return ""
        rest = rest[end + 1 :].lstrip()
    return rest[:1]


def has_semicolons(unit: Unit) -> bool:
    """Whether most declarations at the top of a file end with a semicolon in their own line, or most statements."""
    found = [one for one in unit.root.children() if one.kind() in (*DECLARATIONS, "import_statement")]
    found = found or [one for one in unit.root.children() if one.kind() == "expression_statement"]
    ended = sum(unit.text[find_end(one) - 1] == ";" for one in found)
    return ended * 2 >= len(found)


def find_end(statement: SgNode) -> int:
    """The offset of a statement's end, without a semicolon that begins a later line (`;(async () => ...`)."""
    text, end = statement.text(), statement.range().end.index
    bare = text.removesuffix(";").rstrip()
    return end - len(text) + len(bare) if text.endswith(";") and "\n" in text[len(bare) :] else end


def find_place(unit: Unit, *, is_esm: bool) -> Place:
    """Where a file's imports end: what follows may use what is imported there.

    Behind directives, and behind `require`s until the first statement that may run code of this file; a name that is
    bound any later does not exist yet when functions are called that stand further down.
    """
    last, first = None, None
    names: set[str] = set()
    for node in unit.root.children():
        if node.kind() in ("comment", "hash_bang_line", "html_comment"):
            continue
        if not is_leading(node, names, is_esm=is_esm):
            first = first or node
            break
        last = node
    if last is not None and (last.kind() == "expression_statement" or find_end(last) == last.range().end.index):
        return follow(unit, last)
    if last is not None:  # what goes between it and its semicolon would change the statement itself
        return Place(last.range().start.index, follows=False)
    if first is None:
        return Place(len(unit.text), follows=False)
    return Place(find_head(unit, first), follows=False)


def follow(unit: Unit, node: SgNode) -> Place:
    """The end of the line of a statement, behind a comment there; or of the statement, if more code stands there."""
    end = node.range().end.index
    rest = REST_OF_LINE.match(unit.text, end)
    return Place(rest.end() if rest is not None else end, follows=True)


def find_head(unit: Unit, first: SgNode) -> int:
    """The beginning of the first statement, or of the comments that belong to it rather than to the file."""
    attached = first
    for node in reversed(find_before(unit.root.children(), first)):
        if node.kind() != "comment" or node.range().end.line + 1 < attached.range().start.line:
            return attached.range().start.index
        attached = node
    return first.range().start.index


def find_before(children: Iterable[SgNode], node: SgNode) -> list[SgNode]:
    """The nodes before one."""
    return [one for one in children if one.range().end.index <= node.range().start.index]


def is_leading(node: SgNode, names: set[str], *, is_esm: bool) -> bool:
    """Whether a statement belongs to the head of a file; what `require` binds there is added to `names`."""
    kind = node.kind()
    if kind == "import_statement":
        return True
    if kind == "expression_statement":
        inner = node.named_children()[0] if node.named_children() else None
        if inner is not None and inner.kind() == "string":
            return True
        return not is_esm and inner is not None and is_loading(inner, names)
    if is_esm or kind not in DECLARATIONS:
        return False
    declarators = [one for one in node.named_children() if one.kind() == "variable_declarator"]
    values = [one.field("value") for one in declarators]
    if not all(value is None or value.kind() in LITERALS or is_loading(value, ()) for value in values):
        return False
    for declarator in declarators:
        target = declarator.field("name")
        if target is not None:
            names.update(
                one.text() for one in find_kinds(target, ("identifier", "shorthand_property_identifier_pattern"))
            )
    return True


def is_loading(node: SgNode, names: Collection[str]) -> bool:
    """Whether an expression loads a module, takes something out of it, or has a loaded module set something up.

    `require("dotenv").config()` and `dotenv.config({ path })` belong to the head: what follows reads what they set.
    `names` are those of loaded modules. Functions among the arguments may run code of this file before its time.
    """
    is_called = False
    while node.kind() in ("call_expression", "member_expression", "await_expression"):
        if is_plain_load(node):
            return True
        if node.kind() == "call_expression":
            is_called = True
            if find_kinds(node.field("arguments") or node, ("arrow_function", "function_expression")):
                return False
        inner = node.field("function") or node.field("object") or next(iter(node.named_children()), None)
        if inner is None:
            return False
        node = inner
    return is_called and node.kind() == "identifier" and node.text() in names


def is_plain_load(node: SgNode) -> bool:
    """Whether a call is that of `require` or `import` itself."""
    callee = node.field("function") if node.kind() == "call_expression" else None
    return callee is not None and (callee.text() == "require" or callee.kind() == "import")
