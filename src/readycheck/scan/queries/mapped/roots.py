"""The models that a chain of calls is about: how they are called in it, and what these names mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readycheck.scan.queries.mapped.chains import MEMBERS, name_callee, read_link

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.queries.mapped.shapes import Shape
    from readycheck.scan.unit import Unit

ALIASES = frozenset({"aliased", "alias"})
MOST_NAMES = 4


def add_root(unit: Unit, shape: Shape, node: SgNode, *, first: bool = False) -> str:
    """Note a model that an expression names; its text is the alias by which the paths of the shape call it."""
    alias = node.text()
    if all(alias != known for known, _, _ in shape.roots):
        root = (alias, name_model(unit, node), "")
        shape.roots.insert(0 if first else len(shape.roots), root)
    return alias


def name_model(unit: Unit, node: SgNode) -> tuple[str, ...]:
    """What the expression of a model may refer to, also what `aliased(User)` stands for."""
    made = find_alias(unit, node)
    if made is not None:
        return tuple(unit.bindings.local.qualify(made))[:MOST_NAMES]
    if node.text() == "cls":
        owner = unit.bindings.enclosing_symbol(node).rpartition(".")[0]
        return (f"#{owner}",) if owner else ()
    return tuple(unit.bindings.local.qualify(node))[:MOST_NAMES]


def find_alias(unit: Unit, node: SgNode) -> SgNode | None:
    """The model in `aliased(User)`, where a name stands for it."""
    for target in unit.bindings.find_targets(node) if node.kind() == "identifier" else ():
        parent = target.parent()
        value = parent.field("right") if parent is not None and parent.kind() == "assignment" else None
        if value is not None and value.kind() == "call" and name_callee(value) in ALIASES:
            return next(iter(read_link(value).arguments), None)
    return None


def is_model(unit: Unit, shape: Shape, node: SgNode) -> bool:
    """Whether an expression is a model by the way in which it is written, or by where it comes from."""
    kind = node.kind()
    if kind not in ("identifier", *MEMBERS):
        return False
    text = node.text()
    if any(text == alias for alias, _, _ in shape.roots) or text == "cls":
        return True
    last = text.rpartition(".")[2]
    if last[:1].isupper() and not last.isupper():
        return True
    return kind == "identifier" and find_alias(unit, node) is not None
