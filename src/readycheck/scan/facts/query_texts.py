"""Texts in code that are SQL, whoever runs them.

`query-text`: `pieces` (see `queries.pieces`), `calls`: [line, column, name, receiver] of each call that is given the
text, `symbol` (the definition around it), `holder` (the name of the variable or key that it is kept under, or empty),
`more` (something is added to it later), `whole` (nothing but this expression is the text).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.facts.sql_statements import is_safe
from readycheck.scan.late import compile_late
from readycheck.scan.origins.tracer import Purpose
from readycheck.scan.origins.tracing import make_tracer
from readycheck.scan.queries.pieces import INSIDE, SUMS, Piece, read_pieces, show
from readycheck.scan.sql_text import begins_statement

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.origins.tracer import Tracer
    from readycheck.scan.unit import Unit

KINDS = ("query-text",)
SERVING = True
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = (
    "SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP", "WITH", "REPLACE", "select", "insert", "update",
    "delete", "create", "alter",
)  # fmt: skip
VERBS = (
    r"(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|WITH|REPLACE|TRUNCATE|MERGE"
    r"|select|insert|update|delete|create|alter|drop|with)"
)
BEGINNING = compile_late(rf"""["'`]\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*\(?{VERBS}\s""")
WRITTEN = r"^[rRbBuUfF]{0,2}(?:\"\"\"|'''|[\"'`])(?:\s|\\n|--[^\n]*\n|/\*[^*]*\*/)*\(?" + VERBS + r"(?:\s|\\n)"
RUNNING = compile_late(
    r"^(?:a?_?execute\w*|exec\w*|_?(?:query|fetch|run|select|read_sql)(?:[A-Z_]\w*|many|row|val|row)?|raw\w*|stream|scalars?"
    r"|mogrify|\$queryRaw\w*|\$executeRaw\w*|unsafe|iterate|cursor|get|all|any|one|many|none|each|prepare|first|map|task"
    r"|oneOrNone|manyOrNone|sql|literal|copy|copy_expert|Query\w*|txn\w*)$"
)
# They only hand the text on.
WRAPPING = frozenset({
    "text", "SQL", "Raw", "RawSQL", "dedent", "cleandoc", "freeze", "Composed", "parse", "sqlparse", "minify",
    "normalize", "TextClause",
})  # fmt: skip
METHODS = frozenset({
    "strip", "trim", "encode", "format", "bindparams", "columns", "execution_options", "replace", "rstrip", "lstrip",
    "trimEnd", "trimStart", "toString", "replaceAll",
})  # fmt: skip
# What is given to them is read by people, or compared.
NO_RUNNING = compile_late(
    r"^(?:log|debug|info|warn|warning|error|exception|critical|trace|print\w*|write|writeln|Error|\w+Error|\w+Exception|t"
    r"|describe|it|test|expect|\w*assert\w*|includes|startsWith|endsWith|startswith|endswith|match|search|compile|sub"
    r"|split|help|add_argument|Field|option|describe_\w+|gettext\w*|_|usage|echo)$"
)
# They gather pieces of a text: it is no query by itself.
BRACES = compile_late(r"\{\w*\}")
GATHERING = frozenset({"append", "push", "extend", "join", "concat", "insert", "unshift", "add", "setdefault"})
KEYS = frozenset({"text", "sql", "query", "statement"})
PASSING = frozenset({*INSIDE, "await", "await_expression"})
MEMBERS = frozenset({"attribute", "member_expression"})
KEEPERS = frozenset({"pair", "keyword_argument"})
MOST_TEXTS = 600
MOST_CALLS = 12
DEEPEST = 12


def collect(unit: Unit) -> Iterator[Fact]:
    """The SQL of one file."""
    if BEGINNING.search(unit.text) is None:
        return
    tracer = make_tracer(unit, Purpose(is_safe, compile_late(r"(?!)")))
    kinds = ("string",) if unit.language is Language.PYTHON else ("string", "template_string")
    rule: dict[str, Any] = {"any": [{"kind": kind} for kind in kinds], "regex": WRITTEN}
    seen: set[tuple[int, int]] = set()
    for node in unit.root.find_all({"rule": rule})[:MOST_TEXTS]:  # type: ignore[call-overload]
        whole = find_whole(node)
        place = (whole.range().start.index, whole.range().end.index)
        if place not in seen and not is_docstring(whole):
            seen.add(place)
            fact = read_text(tracer, node, whole)
            if fact is not None:
                yield fact


def find_whole(node: SgNode) -> SgNode:
    """The outermost expression that puts texts together and begins with this one."""
    whole = node
    for parent in node.ancestors():
        kind = parent.kind()
        begins = parent.range().start.index == whole.range().start.index
        if kind in INSIDE or (kind in (*SUMS, "concatenated_string") and begins):
            whole = parent
        else:
            break
    while whole.kind() in INSIDE:
        inner = [child for child in whole.named_children() if child.kind() != "comment"]
        if not inner:
            break
        whole = inner[0]
    return whole


def is_docstring(node: SgNode) -> bool:
    """Whether a text stands on its own, as a statement."""
    parent = node.parent()
    return parent is not None and parent.kind() == "expression_statement"


def read_text(tracer: Tracer, node: SgNode, whole: SgNode) -> Fact | None:
    """The fact about one text, if it is SQL that something may run."""
    user, key = find_user(whole)
    pieces = open_braces(read_pieces(tracer, find_template(whole)), user)
    shown = "".join(show(pieces))
    if not begins_statement(shown):
        return None
    calls, holder, more, single = find_calls(tracer.unit, user)
    names = [str(call[2]) for call in calls]
    if names and all(name in GATHERING or NO_RUNNING.match(name) for name in names):
        return None
    calls = [call for call in calls if call[2] not in GATHERING and not NO_RUNNING.match(str(call[2]))]
    verb = shown.lstrip(" \t\r\n(").partition(" ")[0]
    if not verb.isupper() and not any(RUNNING.match(name) for name in names):
        return None
    if not calls and not (holder or key):
        return None
    written: list[Json] = [piece if isinstance(piece, str) else list[Json](piece) for piece in pieces]
    data: dict[str, Json] = {
        "pieces": written,
        "calls": [list[Json](call) for call in calls],
        "symbol": tracer.unit.bindings.enclosing_symbol(whole),
        "holder": holder or key,
        "more": more,
        "whole": single,
        "first": find_first_line(node),
    }
    return Fact("query-text", tracer.unit.locate(whole), data)


def open_braces(pieces: list[Piece], user: SgNode) -> list[Piece]:
    """The pieces; in the text of psycopg's `SQL("... {} ...").format(...)` the braces are names."""
    if last_name(user) != "format" or "SQL(" not in user.text():
        return pieces
    found: list[Piece] = []
    for piece in pieces:
        parts = BRACES.split(piece) if isinstance(piece, str) else []
        for place, part in enumerate(parts):
            found += [["name", "{}"], part] if place else [part]
        found += [piece] if not isinstance(piece, str) else []
    return found


def find_first_line(node: SgNode) -> int:
    """The line (from 1) on which a text begins: that of its quote."""
    return node.range().start.line + 1


def find_template(whole: SgNode) -> SgNode:
    """The expression with what is filled into it by `format`, or cut off its ends."""
    template = whole
    for parent in whole.ancestors():
        if parent.kind() in ("attribute", "member_expression", *INSIDE):
            continue
        callee = parent.field("function") if parent.kind() in ("call", "call_expression") else None
        key = (callee.field("attribute") or callee.field("property")) if callee is not None else None
        owner = callee.field("object") if callee is not None else None
        if key is None or owner is None or key.text() not in METHODS:
            break
        if owner.range().start.index != whole.range().start.index and owner.kind() not in INSIDE:
            break
        template = parent
    return template


def find_user(node: SgNode) -> tuple[SgNode, str]:
    """What takes the text: the node that stands in for it as an argument or value, and the key that it is given by."""
    key = ""
    current = node
    for parent in node.ancestors()[:DEEPEST]:
        kind = parent.kind()
        if kind in KEEPERS:
            name = parent.field("key") or parent.field("name")
            key = name.text().strip("\"'") if name is not None else key
            current = parent
        elif kind in ("argument_list", "arguments"):
            call = parent.parent()
            if call is None or last_name(call) not in WRAPPING:
                break
            current, key = call, ""
        elif kind in PASSING or (kind == "object" and key in KEYS) or takes_method(parent, current):
            current = parent if kind not in MEMBERS else current
        else:
            break
    return current, key


def takes_method(parent: SgNode, current: SgNode) -> bool:
    """Whether a method of a text is taken or called that only hands the text on."""
    if parent.kind() in MEMBERS:
        name = parent.field("attribute") or parent.field("property")
        return name is not None and name.text() in METHODS
    if parent.kind() not in ("call", "call_expression") or current.kind() in ("argument_list", "arguments"):
        return False
    return last_name(parent) in METHODS | WRAPPING


def last_name(call: SgNode) -> str:
    """The last part of what is called."""
    callee = call.field("function") or call.field("constructor")
    if callee is None:
        return ""
    key = callee.field("attribute") or callee.field("property")
    if key is not None:
        return key.text()
    return callee.text().partition("<")[0].rpartition(".")[2]


def find_calls(unit: Unit, user: SgNode) -> tuple[list[list[Json]], str, bool, bool]:
    """The calls that are given a text, the variable that holds it, whether more is added, and whether it is all."""
    call = find_call(user)
    if call is not None:
        return [describe_call(call)], "", False, True
    target = find_target(user)
    if target is None:
        return [], "", False, True
    uses = unit.bindings.find_uses(target) if target.kind() in ("identifier", "shorthand_property_identifier") else ()
    calls: list[list[Json]] = []
    more, single = False, True
    for use in uses[:60]:
        parent = use.parent()
        if parent is not None and parent.kind() in ("augmented_assignment", "augmented_assignment_expression"):
            more = more or parent.field("left") == use
            continue
        if (
            parent is not None
            and parent.kind() in ("assignment", "assignment_expression")
            and parent.field("left") == use
        ):
            single = False
            continue
        taken = find_call(find_user(use)[0])
        if taken is not None and len(calls) < MOST_CALLS:
            calls.append(describe_call(taken))
    targets = unit.bindings.find_targets(target) if target.kind() == "identifier" else ()
    for one in targets:
        holder = one.parent()
        if holder is not None and holder.kind() in ("augmented_assignment", "augmented_assignment_expression"):
            more = True
    return calls, target.text(), more, single and len(targets) < 2  # noqa: PLR2004 - one place that gives it a value


def find_call(user: SgNode) -> SgNode | None:
    """The call of which something is an argument, also the template of a tag."""
    parent = user.parent()
    if parent is None:
        return None
    if parent.kind() in ("call_expression", "call") and parent.field("arguments") == user:
        return parent
    if parent.kind() in ("argument_list", "arguments"):
        call = parent.parent()
        return call if call is not None and call.kind() in ("call", "call_expression", "new_expression") else None
    return None


def describe_call(call: SgNode) -> list[Json]:
    """A call by its place, its name and what it is called on."""
    start = call.range().start
    callee = call.field("function") or call.field("constructor")
    owner = callee.field("object") if callee is not None else None
    return [start.line + 1, start.column + 1, last_name(call), owner.text()[:80] if owner is not None else ""]


def find_target(user: SgNode) -> SgNode | None:
    """The variable or member that is given the text, or of whose list or table it is an element."""
    for parent in user.ancestors()[:DEEPEST]:
        kind = parent.kind()
        if kind in ("assignment", "assignment_expression"):
            return parent.field("left")
        if kind in ("variable_declarator", "public_field_definition", "field_definition"):
            return parent.field("name") or parent.field("property")
        if kind in ("augmented_assignment", "augmented_assignment_expression"):
            return None
        if kind not in (
            "dictionary", "object", "list", "array", "tuple", "set", "conditional_expression", "ternary_expression",
            "pair", "as_expression", "parenthesized_expression", "satisfies_expression",
        ):  # fmt: skip
            return None
    return None


def is_dynamic(pieces: list[Piece], *, more: bool) -> bool:
    """Whether the form of a statement, not only its values, is known when it runs."""
    return more or any(not isinstance(piece, str) and piece[0] == "name" for piece in pieces)
