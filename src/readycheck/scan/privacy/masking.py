"""Whether a function takes secrets out of what is logged: it names some, and drops, replaces or overwrites them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

DEEPEST = 5
SECRETS = r"(?:\w*_)?(?:passw|secret|token|authorization|cookie|api_?key|email|credit|ssn|bearer)"
NAMING = compile_late(rf"(?i)[\"'`/][^\"'`/\n]*{SECRETS}|\.{SECRETS}")
DOING = compile_late(
    r"(?i)\.pop\(|\bdel\s|\bdelete\s|\.sub\(|\.replace\(|redacted|\*{3,}|\[filtered\]|\[removed\]|\[hidden\]|<hidden>"
    r"|\bmask\w*\("
)
DEFINED = {
    Language.PYTHON: ("function_definition", "class_definition", "assignment"),
    Language.JAVASCRIPT: ("function_declaration", "variable_declarator", "class_declaration"),
    Language.TYPESCRIPT: ("function_declaration", "variable_declarator", "class_declaration"),
    Language.TSX: ("function_declaration", "variable_declarator", "class_declaration"),
}
WORD = compile_late(r"[A-Za-z_$][\w$]*")


def masks_secrets(unit: Unit, node: SgNode) -> bool:
    """Whether a function, a class or an expression does so, itself or by what it uses of the same file."""
    text = "\n".join(expand(unit, node))
    return NAMING.search(text) is not None and DOING.search(text) is not None


def expand(unit: Unit, node: SgNode) -> list[str]:
    """The code of a node, and of all that it mentions and that the same file defines at its top."""
    known = index_definitions(unit)
    seen: set[str] = set()
    texts = [strip_comments(node)]
    work = list(WORD.findall(texts[0]))
    for _ in range(DEEPEST):
        following = []
        for name in work:
            if name in known and name not in seen:
                seen.add(name)
                text = strip_comments(known[name])
                texts.append(text)
                following += WORD.findall(text)
        work = following
    return texts


def strip_comments(node: SgNode) -> str:
    """The code of a node without comments and docstrings, which prove nothing."""
    text = node.text()
    start = node.range().start.index
    for comment in sorted(find_prose(node), key=lambda one: -one.range().start.index):
        extent = comment.range()
        text = text[: extent.start.index - start] + text[extent.end.index - start :]
    return text


def find_prose(node: SgNode) -> list[SgNode]:
    """Comments, and strings that stand alone as a statement."""
    statements = node.find_all(kind="expression_statement")
    strings = [one.child(0) for one in statements if len(one.children()) == 1 and one.children()[0].kind() == "string"]
    return [*node.find_all(kind="comment"), *(one for one in strings if one is not None)]


def index_definitions(unit: Unit) -> dict[str, SgNode]:
    """What the file defines at its top, by name."""
    found: dict[str, SgNode] = {}
    kinds = DEFINED[unit.language]
    for statement in unit.root.children():
        inner = [deeper for child in statement.children() for deeper in (child, *child.children())]
        for one in (statement, *inner):
            name = one.field("name") or one.field("left") if one.kind() in kinds else None
            if name is not None:
                found.setdefault(name.text(), one)
    return found
