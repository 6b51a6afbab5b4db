"""Breakpoints of Python: the statements, the imports that only they use, and `pass` where nothing else is left."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.fix.breakpoints.lines import find_lines
from readycheck.fix.calls.places import find_node
from readycheck.fix.refusal import RefusedError
from readycheck.model.evidence import Match
from readycheck.model.fix import Edit
from readycheck.scan.checks.breakpoints import DEBUGGERS

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

SERVERS = ("debugpy.listen", "debugpy.wait_for_client", "pydevd.settrace", "pydevd_pycharm.settrace")
SHELLS = ("IPython.embed", "IPython.terminal.embed.embed")
IMPORTS = frozenset({"import_statement", "import_from_statement"})


@dataclass(frozen=True, slots=True)
class Stop:
    """A breakpoint: its statement, and why it is taken out only on demand (or empty)."""

    statement: SgNode
    reason: str


def find_stop(unit: Unit, match: Match) -> Stop:
    """The statement of a match. Raises RefusedError."""
    if match.exempt:
        raise RefusedError("asked-for")
    call = find_node(unit, match, ("call",))
    statement = call.parent() if call is not None else None
    if call is None or statement is None or statement.kind() != "expression_statement":
        raise RefusedError("breakpoint-in-expression")
    arguments = call.field("arguments")
    if arguments is None or any(arguments.find(kind=kind) for kind in ("call", "await", "yield", "named_expression")):
        raise RefusedError("arguments-run")
    names = {one.name for one in unit.find_references(DEBUGGERS) if one.call == call}
    server, shell = names & set(SERVERS), names & set(SHELLS)
    return Stop(statement, "debug-server" if server else "interactive-shell" if shell else "")


def take_out(unit: Unit, stops: Sequence[Stop], others: Sequence[Stop] = ()) -> list[tuple[Edit, ...]]:
    """The edits for each of some breakpoints that are taken out together, where `others` are taken out before."""
    own = [stop.statement for stop in stops]
    gone = {stop.statement for stop in others}
    imports = {one: tuple(find_users(unit, one)) for one in find_imports(unit)}
    unused = [one for one, users in imports.items() if users and all(is_within(use, [*own, *gone]) for use in users)]
    gone |= {one for one in unused if all(is_within(use, gone) for use in imports[one])}
    removed = {*own, *unused} - gone
    edits = {one: edit for group in list_groups(removed) for one, edit in take_group(unit, group, removed, gone)}

    def list_edits(statement: SgNode) -> Iterator[Edit]:
        """The edits that one breakpoint needs."""
        for one in unused:
            if one in edits and any(is_within(use, [statement]) for use in imports[one]):
                yield edits[one]
        yield edits[statement]

    return [tuple(dict.fromkeys(list_edits(statement))) for statement in own]


def is_within(node: SgNode, statements: Iterable[SgNode]) -> bool:
    """Whether a node lies in one of some statements."""
    place = node.range().start.index
    return any(one.range().start.index <= place < one.range().end.index for one in statements)


def find_imports(unit: Unit) -> Iterator[SgNode]:
    """The import statements that bind one name, which a debugger's is and which nobody exports."""
    modules = {part for name in DEBUGGERS for part in re.split(r"[.(]", name)[:2]} - {"builtins", "sys", "breakpoint"}
    for kind in sorted(IMPORTS):
        for statement in unit.find_kind(kind):
            names = statement.text().replace("(", " ").replace(")", " ")
            words = set(re.findall(r"\w+", names))
            if words & modules and "," not in names and "*" not in names:
                yield statement


def find_users(unit: Unit, statement: SgNode) -> Iterator[SgNode]:
    """Where the name is read that an import statement binds; the statement itself where that cannot be told."""
    words = [node for kind in ("identifier",) for node in statement.find_all(kind=kind)]
    is_plain = statement.kind() == "import_statement" and not re.search(r"\bas\b", statement.text())
    name = (words[0] if is_plain else words[-1]) if words else None
    if name is None or re.search(rf"[\"']{re.escape(name.text())}[\"']", unit.text):
        yield statement
        return
    yield from unit.bindings.find_uses(name)


def list_groups(removed: Iterable[SgNode]) -> list[list[SgNode]]:
    """The statements that stand in one line with those that are taken out: `import pdb; pdb.set_trace()` is a group."""
    groups: dict[SgNode, list[SgNode]] = {}
    for statement in removed:
        first = statement
        while (before := find_neighbour(first, -1)) is not None:
            first = before
        group = [first]
        while (behind := find_neighbour(group[-1], 1)) is not None:
            group.append(behind)
        groups[first] = group
    return list(groups.values())


def find_neighbour(statement: SgNode, step: int) -> SgNode | None:
    """The statement before or behind another one in its line."""
    siblings = statement.prev_all() if step < 0 else statement.next_all()
    nearest = next((one for one in siblings if one.is_named() and one.kind() != "comment"), None)
    if nearest is None:
        return None
    above, below = (nearest, statement) if step < 0 else (statement, nearest)
    return nearest if above.range().end.line == below.range().start.line else None


def take_group(
    unit: Unit, group: Sequence[SgNode], removed: set[SgNode], gone: set[SgNode]
) -> Iterator[tuple[SgNode, Edit]]:
    """One edit for the statements of a line, for each of them that is taken out."""
    start, end = group[0].range().start.index, group[-1].range().end.index
    kept = [one.text() for one in group if one not in removed]
    column = group[0].range().start.column
    has_head = unit.lines[group[0].range().start.line][:column].strip() != ""
    if kept:
        edit = Edit(unit.path, start, end, "; ".join(kept))
    elif has_head or is_first_of_emptied(group[0], removed, gone):
        edit = Edit(unit.path, start, end, "pass")
    else:
        edit = Edit(unit.path, *find_lines(unit.text, start, end), "")
    for one in group:
        if one in removed:
            yield one, edit


def is_first_of_emptied(statement: SgNode, removed: set[SgNode], gone: set[SgNode]) -> bool:
    """Whether a statement is the first that goes of a block that is left without any."""
    block = statement.parent()
    if block is None or block.kind() != "block":
        return False
    statements = [one for one in block.named_children() if one.kind() != "comment"]
    going = [one for one in statements if one in removed]
    return going[0] == statement and all(one in removed or one in gone for one in statements)
