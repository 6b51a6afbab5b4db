"""SQLAlchemy's conditions and sort keys: `User.email == x`, `func.lower(User.name)`, `or_(...)`, `User.id.in_(...)`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from readycheck.model.rule import Json
from readycheck.scan.queries.mapped.chains import Link, read_link, strip, unroll
from readycheck.scan.queries.mapped.roots import add_root, is_model
from readycheck.scan.queries.mapped.shapes import (
    MIRRORED,
    UNKNOWN,
    Condition,
    Path,
    Shape,
    combine,
    compare,
    merge,
    negate,
    read_pattern,
    read_value,
)

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

OPERATORS = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
FUNCTIONS = frozenset({"lower", "upper", "date", "trim", "length", "char_length"})
PASSING = frozenset({"col", "type_coerce", "literal_column", "column"})
PATTERNS = {
    "contains": ("like", "'%' || ? || '%'"), "icontains": ("ilike", "'%' || ? || '%'"),
    "startswith": ("like", "? || '%'"), "istartswith": ("ilike", "? || '%'"),
    "endswith": ("like", "'%' || ?"), "iendswith": ("ilike", "'%' || ?"),
    "between": ("between", "? AND ?"),
    **dict.fromkeys((
        "is_distinct_from", "isnot_distinct_from", "notlike", "not_like", "notilike", "not_ilike", "op", "match",
        "overlap", "contained_by", "has_key", "regexp_match", "any_", "all_", "is_not_distinct_from",
    ), ("other", "?")),
}  # fmt: skip
COMPARING = {"is_": "=", "is_not": "<>", "isnot": "<>"}
TRUTH = frozenset({"True", "true()", "sa.true()"})
Operand = tuple[Path, str]
DEEPEST = 60


class Conditions:
    """Reads the conditions of one query."""

    def __init__(
        self, unit: Unit, shape: Shape, read_shape: Callable[[Unit, SgNode, Sequence[Link]], Shape | None]
    ) -> None:
        """Take the file, the query, and what reads a query inside of it."""
        self.unit = unit
        self.shape = shape
        self.read_shape = read_shape
        self.depth = 0

    def read(self, node: SgNode | None) -> Condition:
        """One condition."""
        node = strip(node)
        if node is None or self.depth > DEEPEST:
            return UNKNOWN
        self.depth += 1
        try:
            return self.read_kind(node)
        finally:
            self.depth -= 1

    def read_kind(self, node: SgNode) -> Condition:
        """One condition by the kind of its expression."""
        kind, text = node.kind(), node.text()
        readers = {
            "comparison_operator": self.read_comparison, "binary_operator": self.read_operator, "call": self.read_call,
            "unary_operator": self.read_negation,
        }  # fmt: skip
        if text in TRUTH:
            return ["all", []]
        if kind in readers:
            return readers[kind](node)
        if kind == "identifier" and not is_model(self.unit, self.shape, node):
            return self.read_variable(node)
        path = self.read_path(node)
        return compare(path, "=", "TRUE") if path is not None else UNKNOWN

    def read_negation(self, node: SgNode) -> Condition:
        """`~condition`."""
        return negate(self.read(node.field("argument"))) if node.text().startswith("~") else UNKNOWN

    def read_variable(self, node: SgNode) -> Condition:
        """What a variable stands for that is given a value once, in this function."""
        targets = self.unit.bindings.find_targets(node)
        parent = targets[0].parent() if len(targets) == 1 else None
        if parent is None or parent.kind() != "assignment":
            return UNKNOWN
        return self.read(parent.field("right"))

    def read_operator(self, node: SgNode) -> Condition:
        """`a & b`, `a | b`."""
        operator = node.field("operator")
        word = {"&": "all", "|": "any"}.get(operator.text() if operator is not None else "")
        if word is None:
            return UNKNOWN
        sides = [self.read(node.field("left")), self.read(node.field("right"))]
        return merge(word, sides)

    def read_comparison(self, node: SgNode) -> Condition:
        """`User.age >= 18`, also the other way round."""
        parts = node.children()
        if len(parts) != 3:  # noqa: PLR2004 - two sides and what stands between them
            return UNKNOWN
        operator = OPERATORS.get(parts[1].text(), "")
        left, right = self.read_operand(parts[0]), self.read_operand(parts[2])
        if not operator:
            return UNKNOWN
        if left is not None and right is not None and not right[1]:
            return compare(left[0], operator, list(right[0]), left[1])
        if left is not None:
            return make_test(left, operator, read_value(strip(parts[2])))
        if right is not None:
            return make_test(right, MIRRORED.get(operator, operator), read_value(strip(parts[0])))
        return UNKNOWN

    def read_call(self, node: SgNode) -> Condition:
        """`or_(...)`, `User.id.in_(...)`, `User.posts.any(...)`, `exists().where(...)`."""
        link = read_link(node)
        name = link.name
        if name in ("and_", "or_"):
            sides = [self.read(one) for one in link.arguments]
            return UNKNOWN if link.has_rest or not sides else merge("all" if name == "and_" else "any", sides)
        if name == "not_" and link.arguments:
            return negate(self.read(link.arguments[0]))
        callee = node.field("function")
        owner = callee.field("object") if callee is not None else None
        operand = self.read_operand(owner) if name != "exists" else None
        if operand is None:
            return self.read_exists(node, owner)
        return self.read_some(operand[0], link) if name in ("any", "has") else self.read_method(operand, link)

    def read_some(self, path: Path, link: Link) -> Condition:
        """`User.posts.any(Post.draft == True)`: models that are called in it only are rows of the relation."""
        before = list(self.shape.roots)
        inside = [self.read(one) for one in link.arguments]
        inside += [compare(["*", key], "=", read_value(value)) for key, value in link.named.items()]
        own: list[Json] = [[alias, list[Json](names), ""] for alias, names, _ in self.shape.roots[len(before) :]]
        self.shape.roots = before
        return ["some", list[Json](path), combine("all", inside) if inside else ["all", []], own]

    def read_method(self, operand: Operand, link: Link) -> Condition:
        """A method of a column."""
        name, first = link.name, link.arguments[0] if link.arguments else None
        if name in ("in_", "not_in", "notin_"):
            shape = self.find_query(first) if name == "in_" else None
            if shape is not None:
                return ["in", list(operand[0]), shape.to_json()]
            return make_test(operand, "in" if name == "in_" else "not in", "?")
        if name in COMPARING:
            return make_test(operand, COMPARING[name], read_value(first))
        if name in ("like", "ilike"):
            return make_test(operand, name, read_pattern(first))
        operator, value = PATTERNS.get(name, ("", ""))
        return make_test(operand, operator, value) if operator else UNKNOWN

    def read_exists(self, node: SgNode, owner: SgNode | None) -> Condition:
        """`exists().where(...)`, `select(...).where(...).exists()`."""
        base, links = unroll(node) if owner is not None else (None, [])
        is_query = base is not None and base.kind() == "call" and read_link(base).name in ("select", "exists", "query")
        if base is None or not is_query or not any(link.name == "exists" for link in [*links, read_link(base)]):
            return UNKNOWN
        shape = self.read_shape(self.unit, base, [link for link in links if link.name != "exists"])
        return ["exists", shape.to_json()] if shape is not None else UNKNOWN

    def find_query(self, node: SgNode | None) -> Shape | None:
        """The query that an argument is."""
        base, links = unroll(node)
        if base is not None and base.kind() == "call" and read_link(base).name in ("select", "query"):
            return self.read_shape(self.unit, base, links)
        return None

    def read_operand(self, node: SgNode | None) -> Operand | None:
        """A column, or a function around one."""
        node = strip(node)
        if node is None:
            return None
        if node.kind() != "call":
            path = self.read_path(node)
            return (path, "") if path is not None else None
        link = read_link(node)
        callee = node.field("function")
        owner = callee.field("object") if callee is not None else None
        inner = self.read_operand(link.arguments[0]) if link.arguments and not link.has_rest else None
        if inner is not None and link.name in PASSING:
            return inner
        if inner is not None and not inner[1] and link.name in FUNCTIONS and owner is not None:
            return inner[0], link.name
        return None

    def read_path(self, node: SgNode | None) -> Path | None:
        """A member of a model: `User.email`, `users.c.email`, `models.User.email`."""
        if node is None or node.kind() != "attribute":
            return None
        owner, key = node.field("object"), node.field("attribute")
        if owner is None or key is None:
            return None
        if owner.kind() == "attribute" and owner.text().endswith((".c", ".columns")):
            table = owner.field("object")
            return [add_root(self.unit, self.shape, table), key.text()] if table is not None else None
        if not is_model(self.unit, self.shape, owner) or key.text()[:1].isupper():
            return None
        return [add_root(self.unit, self.shape, owner), key.text()]

    def read_key(self, node: SgNode) -> tuple[Path, bool] | None:
        """A sort key: a column and whether it descends."""
        inner = strip(node)
        descending = False
        while inner is not None and inner.kind() == "call":
            link = read_link(inner)
            callee = inner.field("function")
            if link.name not in ("desc", "asc", "nulls_last", "nulls_first", "nullslast", "nullsfirst", "col"):
                return None
            descending = descending or link.name == "desc"
            inner = strip(
                link.arguments[0] if link.arguments else callee.field("object") if callee is not None else None
            )
        if inner is not None and inner.kind() == "unary_operator":
            descending, inner = True, inner.field("argument")
        path = self.read_path(inner)
        return (path, descending) if path is not None else None


def make_test(operand: Operand, operator: str, value: str) -> Condition:
    """A comparison with a value; with NULL it is `IS NULL`."""
    if value == "NULL":
        return compare(operand[0], "null" if operator == "=" else "not null", "", operand[1])
    return compare(operand[0], operator, value, operand[1])
