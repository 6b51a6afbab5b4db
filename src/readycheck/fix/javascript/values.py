"""What an expression certainly is when the code runs: a text, a plain value, a caught error."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from readycheck.fix.javascript.shapes import WRAPPERS
from readycheck.scan.bindings.tree import find_kinds
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

PLACEHOLDER = compile_late(r"%[sdifjoOc%]")
ADDED = "+"
TURNS_TO_TEXT = frozenset({
    "globalThis.String", "util.inspect", "node:util.inspect", "util.format", "node:util.format",
})  # fmt: skip
TEXT_METHODS = frozenset({
    "toUpperCase", "toLowerCase", "trim", "trimStart", "trimEnd", "padStart", "padEnd", "repeat", "slice", "concat",
    "replace", "replaceAll", "substring", "toString",
})  # fmt: skip
COLOURS = compile_late(
    r"^(?:chalk|colors(?:/safe)?|@colors/colors(?:/safe)?|kleur(?:/colors)?|picocolors|ansi-colors|cli-color|colorette"
    r"|yoctocolors|nanocolors|ansis)(?:\.|$|\()"
)
ESCAPE = compile_late(r"\\(?:x1[bB]|u001[bB]|u\{1[bB]\}|033|e)\[")
EVENTS = compile_late(r"""^["'](?:error|uncaughtException|unhandledRejection)["']$""")
LISTENING = frozenset({"on", "once", "addListener", "addEventListener", "prependListener"})
FUNCTIONS = frozenset({"arrow_function", "function_expression"})
MOST_STEPS = 20


def is_text(unit: Unit, node: SgNode, steps: int = MOST_STEPS) -> bool:
    """Whether an expression is certainly a string."""
    kind = node.kind()
    if kind in ("string", "template_string"):
        return True
    if kind == "unary_expression":
        return node.text().startswith("typeof")
    if steps <= 0:
        return False
    if kind == "call_expression":
        return is_text_call(unit, node, steps - 1)
    parts, enough = list_sources(unit, node)
    return bool(parts) and enough(is_text(unit, one, steps - 1) for one in parts)


def list_sources(unit: Unit, node: SgNode) -> tuple[list[SgNode], Callable[[Iterable[bool]], bool]]:
    """The expressions that make the value of one, and whether any or all of them must be texts for it to be one."""
    kind = node.kind()
    found: list[SgNode | None] = []
    if kind in WRAPPERS and kind != "as_expression":
        found = [*node.named_children()[:1]]
    elif kind == "binary_expression":
        operator = node.field("operator")
        if operator is not None and operator.text() == ADDED:
            found = [node.field("left"), node.field("right")]
    elif kind == "ternary_expression":
        found = [node.field("consequence"), node.field("alternative")]
    elif kind == "identifier":
        found = [find_constant(unit, node)]
    return [one for one in found if one is not None], any if kind == "binary_expression" else all


def is_text_call(unit: Unit, call: SgNode, steps: int) -> bool:
    """`String(x)`, and methods of what is certainly a string."""
    callee = call.field("function")
    if callee is None:
        return False
    names = unit.bindings.qualify(callee)
    if names and TURNS_TO_TEXT.issuperset(names):
        return True
    key, whose = callee.field("property"), callee.field("object")
    if callee.kind() != "member_expression" or key is None or whose is None:
        return False
    if whose.kind() == "array" and key.text() == "join":
        return True
    return key.text() in TEXT_METHODS and is_text(unit, whose, steps)


def find_constant(unit: Unit, name: SgNode) -> SgNode | None:
    """The value of a `const` of this file."""
    targets = unit.bindings.find_targets(name)
    declarator = targets[0].parent() if len(targets) == 1 else None
    if declarator is None or declarator.kind() != "variable_declarator" or declarator.field("name") != targets[0]:
        return None
    declaration = declarator.parent()
    is_constant = declaration is not None and declaration.text().startswith("const")
    return declarator.field("value") if is_constant else None


def is_plain(unit: Unit, node: SgNode) -> bool:
    """Whether an expression is certainly a string, a number that is written out, or true or false."""
    if is_simple(node) or is_text(unit, node):
        return True
    value = find_constant(unit, node) if node.kind() == "identifier" else None
    return value is not None and is_simple(value)


def is_simple(node: SgNode) -> bool:
    """Whether an expression is true, false, or a number; not a `10n`, whose `n` only the console shows."""
    return node.kind() in ("true", "false") or (node.kind() == "number" and not node.text().endswith("n"))


def has_placeholder(node: SgNode) -> bool:
    """Whether a text, as it is written, holds something that the console puts further arguments into."""
    return PLACEHOLDER.search(node.text()) is not None


def is_caught(unit: Unit, node: SgNode) -> bool:
    """Whether a name is what a `catch`, a rejection or an error event gave, and has not been assigned to since."""
    if node.kind() != "identifier":
        return False
    targets = unit.bindings.find_targets(node)
    if len(targets) != 1:
        return False
    target = targets[0]
    parent = target.parent()
    if parent is not None and parent.kind() == "catch_clause":
        return parent.field("parameter") == target
    function = find_function(target)
    return function is not None and (is_handler(function) or is_tested(node))


def find_function(target: SgNode) -> SgNode | None:
    """The function of which a name is the first parameter."""
    holder = target.parent()
    if holder is not None and holder.kind() in ("required_parameter", "optional_parameter"):
        if holder.field("value") is not None:
            return None
        target, holder = holder, holder.parent()
    if holder is None:
        return None
    if holder.kind() == "arrow_function" and holder.field("parameter") == target:
        return holder
    if holder.kind() != "formal_parameters" or holder.named_children()[0] != target:
        return None
    return holder.parent()


def is_handler(function: SgNode) -> bool:
    """Whether a function is given to `.catch`, as the second one to `.then`, or to an emitter for its errors."""
    holder = function.parent()
    call = holder.parent() if holder is not None and holder.kind() == "arguments" else None
    callee = call.field("function") if call is not None else None
    key = callee.field("property") if callee is not None and callee.kind() == "member_expression" else None
    if holder is None or key is None or function.kind() not in FUNCTIONS:
        return False
    given = [one for one in holder.named_children() if one.kind() != "comment"]
    if key.text() == "catch":
        return given[0] == function
    if key.text() == "then":
        return len(given) > 1 and given[1] == function
    return key.text() in LISTENING and len(given) > 1 and EVENTS.match(given[0].text()) is not None


def is_tested(node: SgNode) -> bool:
    """Whether a name that is called like an error stands where only `if (name)` leads."""
    name = node.text()
    if "err" not in name.lower():
        return False
    child = node
    for parent in node.ancestors():
        if parent.kind() == "if_statement" and parent.field("consequence") == child:
            condition = parent.field("condition")
            if condition is not None and condition.text().strip("() ") == name:
                return True
        if parent.kind() in FUNCTIONS | {"function_declaration", "method_definition"}:
            return False
        child = parent
    return False


def is_coloured(unit: Unit, arguments: SgNode) -> bool:
    """Whether a text is coloured for a terminal, by escape codes or by a library."""
    if ESCAPE.search(arguments.text()):
        return True
    for node in find_kinds(arguments, ("identifier",)):
        if any(COLOURS.match(name) for name in unit.bindings.qualify(node)):
            return True
        value = find_constant(unit, node)
        if value is not None and ESCAPE.search(value.text()):
            return True
    return False
