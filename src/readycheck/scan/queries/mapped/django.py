"""What Django's querysets ask: `Note.objects.filter(user=1, text__icontains=x).order_by("-created")[:10]`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from readycheck.scan.late import compile_late
from readycheck.scan.queries.mapped.chains import ITEM, Link, climb, read_link
from readycheck.scan.queries.mapped.django_lookups import Lookups
from readycheck.scan.queries.mapped.flow import Run, follow
from readycheck.scan.queries.mapped.roots import name_model
from readycheck.scan.queries.mapped.shapes import UNKNOWN, Path, Shape, read_count

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

USES = compile_late(r"\bdjango\b|\.objects\b|get_(?:object|list)_or_404")
MANAGERS = (
    r"^(?:\w+\.)*(?:[A-Z]\w*|cls|self\.model|self\.__class__)"
    r"\.(?:objects|_default_manager|_base_manager|all_objects|global_objects|unscoped)$"
)
OWNED = r"^(?:self|[a-z]\w*)(?:\.[a-z]\w*)?\.[a-z]\w*$"
SHORTCUTS = frozenset({"get_object_or_404", "get_list_or_404", "aget_object_or_404"})
# A query inside of another one, which tells of it.
PARTS = frozenset({
    "filter", "exclude", "get", "Subquery", "Exists", "Prefetch", "annotate", "Q", "union", "difference",
    "intersection",
    "ModelChoiceField", "ModelMultipleChoiceField", "PrimaryKeyRelatedField", "SlugRelatedField",
})  # fmt: skip
FETCHES = frozenset({"first", "last", "get", "latest", "earliest", "exists", "get_or_create", "update_or_create"})
FINISHED = frozenset({*FETCHES, "count", "update", "delete", "aggregate"})
# Nothing of it changes which rows are found, or how.
HARMLESS = frozenset({
    "all", "select_related", "prefetch_related", "only", "defer", "values", "values_list", "using", "iterator",
    "select_for_update", "as_manager", "get_queryset", "non_polymorphic",
})  # fmt: skip
ONE = frozenset({"get", "get_or_create", "update_or_create"})
FILTERS = frozenset({*ONE, "filter", "exclude"})
WAITING = frozenset({
    "aget", "afirst", "alast", "acount", "aexists", "adelete", "aupdate", "aget_or_create", "aaggregate",
    "aupdate_or_create", "alatest", "aearliest",
})  # fmt: skip
QUERYSET = frozenset({
    *HARMLESS, *FINISHED, "filter", "exclude", "order_by", "annotate", "distinct", "reverse",
})  # fmt: skip
MAKING = frozenset({"create", "bulk_create", "bulk_update", "raw", "none", "from_queryset", "as_manager", "acreate"})
ENDS = frozenset({"expression_statement", "return_statement", "block", "module", "assignment"})


def find_shapes(unit: Unit) -> Iterator[tuple[Run, Shape]]:
    """The queries of one file, each with the place at which it is run."""
    if USES.search(unit.text) is None:
        return
    for node in find_beginnings(unit):
        if is_part(node):
            continue
        for run in follow(unit, node):
            shape = read_shape(unit, node, run.links)
            if shape is not None:
                finish(unit, shape, run)
                yield run if run.taker in SHORTCUTS else run.stay(), shape


def find_beginnings(unit: Unit) -> Iterator[SgNode]:
    """Managers, managers of what belongs to an object, and the shortcuts of views."""
    rule: dict[str, Any] = {"kind": "attribute", "regex": MANAGERS}
    yield from unit.root.find_all({"rule": rule})  # type: ignore[call-overload]
    methods = "|".join(sorted(QUERYSET))
    inner: dict[str, Any] = {"kind": "attribute", "regex": OWNED}
    outer: dict[str, Any] = {
        "kind": "attribute",
        "has": {"field": "attribute", "regex": f"^(?:{methods})$"},
        "all": [{"has": {"field": "object", **inner}}],
    }
    for one in unit.root.find_all({"rule": outer}) if "django" in unit.text else ():  # type: ignore[call-overload]
        owner = one.field("object")
        parent = one.parent()
        if owner is not None and parent is not None and parent.kind() == "call" and name_owner(unit, owner):
            yield owner
    for call in unit.find_kind("call") if "_or_404" in unit.text else ():
        link = read_link(call)
        if link.name in SHORTCUTS and link.arguments and link.arguments[0].text().rpartition(".")[2][:1].isupper():
            yield call


def name_owner(unit: Unit, node: SgNode) -> tuple[str, ...]:
    """The model of the object in `note.lines`, where it is known: `self` in a model, or a name with a type."""
    owner = node.field("object")
    if owner is None or re.match(r".*\.objects$", node.text()):
        return ()
    if owner.text() == "self":
        symbol = unit.bindings.enclosing_symbol(node).rpartition(".")[0]
        return (f"#{symbol}",) if symbol else ()
    names = unit.bindings.local.qualify(owner)
    found = [
        re.sub(r"(?:\.objects\.(?:get|create|first|last|aget))?\(\)$", "", one) for one in names if one.endswith("()")
    ]
    return tuple(one for one in found if "(" not in one and one.rpartition(".")[2].lstrip("#")[:1].isupper())


def is_part(node: SgNode) -> bool:
    """Whether a query stands inside of another one, or in a declaration."""
    for parent in node.ancestors():
        if parent.kind() in ENDS:
            return False
        if parent.kind() == "argument_list":
            call = parent.parent()
            if call is not None and call.kind() == "call" and read_link(call).name in PARTS:
                return True
    return False


def read_shape(unit: Unit, start: SgNode, links: Sequence[Link]) -> Shape | None:
    """The shape of one chain; None where nothing is asked."""
    reader = Reader(unit)
    if start.kind() == "call":
        reader.open_shortcut(start)
    else:
        reader.open(start)
    for link in links:
        if link.name in MAKING:
            return None
        reader.take(link)
    return reader.shape


def finish(unit: Unit, shape: Shape, run: Run) -> None:
    """What the place at which it ends says of a query."""
    names = [link.name for link in (*run.links, *run.rest)]
    shape.fetches = [*shape.fetches, *(name for name in names if name in FETCHES)]
    if run.taker in SHORTCUTS:
        link = read_link(run.call)
        reader = Reader(unit, shape)
        reader.filter(Link("get", link.node, link.arguments[1:], link.named, has_rest=link.has_rest))
        shape.fetches.append("get")
        return
    is_read = run.taker in ("list", "len", "sorted", "set", "tuple", "enumerate", "any", "bool", "dict", "zip", "map")
    is_run = is_read or any(name in FINISHED or name == ITEM for name in names)
    shape.open = shape.open or (not is_run and (run.open or bool(run.taker)))


class Reader:
    """Reads the links of one chain, one after the other."""

    def __init__(self, unit: Unit, shape: Shape | None = None) -> None:
        """Take the file, and the query if it was begun already."""
        self.unit = unit
        self.shape = shape or Shape("django")
        self.lookups = Lookups(unit, read_query)

    def open(self, start: SgNode) -> None:
        """`Note.objects`, or `user.notes`."""
        model = start.field("object")
        names = name_owner(self.unit, start)
        key = start.field("attribute")
        if names and key is not None:
            self.shape.roots.append(("", names, f".{key.text()}"))
        elif model is not None:
            self.shape.roots.append(("", name_model(self.unit, model), ""))

    def open_shortcut(self, call: SgNode) -> None:
        """`get_object_or_404(Note, pk=1)`."""
        link = read_link(call)
        self.shape.roots.append(("", name_model(self.unit, link.arguments[0]), ""))
        self.filter(Link("get", call, link.arguments[1:], link.named, has_rest=link.has_rest))
        if "list" not in link.name:
            self.shape.fetches.append("get")
        else:
            self.shape.limit = ""

    def take(self, link: Link) -> None:
        """One link."""
        name = link.name.removeprefix("a") if link.name in WAITING else link.name
        takers = {"values": self.choose, "values_list": self.choose, "order_by": self.order, ITEM: self.cut}
        if name in takers:
            takers[name](link)
        elif name in FILTERS:
            self.filter(Link(name, link.node, link.arguments, link.named, link.optional, link.has_rest))
        elif name in ("first", "last", "latest", "earliest", "exists"):
            self.take_first(name, link)
        elif name in ("count", "update", "delete", "aggregate"):
            self.shape.kind = name
        elif name in ("annotate", "distinct"):
            self.lookups.extra.update(link.named)
            self.shape.grouped = True
        elif name == "reverse":
            self.shape.order = [(path, not down) for path, down in self.shape.order]
        elif name not in HARMLESS:
            self.shape.lose(optional=link.optional)

    def choose(self, link: Link) -> None:
        """`.values("id")`: what a query inside of another one gives."""
        key = self.lookups.read_key(link.arguments[0]) if len(link.arguments) == 1 else None
        self.shape.columns = [key[0]] if key is not None else []

    def filter(self, link: Link) -> None:
        """Lookups and `Q` objects that must all hold; `get` asks for enough to tell that there is more than one."""
        if link.name in ONE:
            self.shape.order, self.shape.limit = [], "21"
        found = [self.lookups.read(one) for one in link.arguments]
        found += [
            self.lookups.read_lookup(key, value)
            for key, value in link.named.items()
            if key not in ("defaults", "create_defaults") or link.name not in ("get_or_create", "update_or_create")
        ]
        if link.has_rest:
            found.append(UNKNOWN)
        if link.name == "exclude":
            known = UNKNOWN not in found
            self.shape.add(["not", ["all", list(found)]] if known else UNKNOWN, optional=link.optional)
            return
        for one in found:
            self.shape.add(one, optional=link.optional)

    def order(self, link: Link) -> None:
        """`.order_by("-created", "user__name")`; it replaces what it was ordered by."""
        keys: list[tuple[Path, bool]] | None = []
        for one in link.arguments:
            key = self.lookups.read_key(one)
            keys = [*keys, key] if keys is not None and key is not None else None
        self.shape.order = []
        self.shape.set_order(None if link.has_rest else keys, optional=link.optional)

    def take_first(self, name: str, link: Link) -> None:
        """One row: the first in the order that holds, or by a member that is named."""
        if name in ("latest", "earliest"):
            keys = [key for one in link.arguments if (key := self.lookups.read_key(one)) is not None]
            self.shape.order = [(path, down != (name == "latest")) for path, down in keys]
        elif name in ("first", "last"):
            order = self.shape.order or [(["", "pk"], False)]
            self.shape.order = order if name == "first" else [(path, not down) for path, down in order]
        self.shape.limit = "1"

    def cut(self, link: Link) -> None:
        """`[:10]`, `[20:30]`, `[0]`."""
        if link.optional:
            self.shape.open = True
            return
        inner = next((one for one in link.node.named_children()[1:] if one.kind() != "comment"), None)
        if inner is None or inner.kind() != "slice":
            self.shape.limit = "1"
            self.shape.fetches.append("first")
            return
        begin, _, end = inner.text().partition(":")
        parts = inner.named_children()
        self.shape.offset = "" if not begin.strip() else read_count(parts[0])
        self.shape.limit = "" if not end.strip() else "?" if begin.strip() else read_count(parts[-1])


def read_query(unit: Unit, node: SgNode) -> Shape | None:
    """The query that an expression is: `Note.objects.filter(...).values("id")`."""
    rule: dict[str, Any] = {"kind": "attribute", "regex": MANAGERS}
    if node.kind() not in ("call", "attribute"):
        return None
    start = node if node.kind() == "attribute" and re.match(MANAGERS, node.text()) else node.find({"rule": rule})  # type: ignore[call-overload]
    if start is None or start.range().start.index != node.range().start.index:
        return None
    top, links = climb(start)
    return read_shape(unit, start, links) if top.range().end.index == node.range().end.index else None
