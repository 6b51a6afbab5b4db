"""The new text of one console call: callee, arguments, and what has to be said about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.fix.javascript.levels import choose_method
from readycheck.fix.javascript.loggers import REST, Logger
from readycheck.fix.javascript.shapes import Shape, has_comments, is_value_used, list_arguments
from readycheck.fix.javascript.values import has_placeholder, is_caught, is_plain, is_text
from readycheck.model.fix import Edit
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

RETURNS_NOTHING = frozenset({"pino", "bunyan", "nest"})
STACK = "new Error().stack"
RECEIVER = compile_late(r"^(?:(?:globalThis|global|window)\.)?console$|^(?:this|null|undefined)$")
SIMPLE_PLACEHOLDERS = compile_late(r"%[^s]")


@dataclass(frozen=True, slots=True)
class Words:
    """What a file calls its logger and `format` of node:util; `method` is the logger's for this call."""

    logger: str
    format: str
    method: str

    @property
    def callee(self) -> str:
        """`logger.info`."""
        return f"{self.logger}.{self.method}"


@dataclass(frozen=True, slots=True)
class Rewrite:
    """The edits of one call; whether they use `format`; `reason` why they are made on demand only, or empty."""

    edits: tuple[Edit, ...]
    formats: bool = False
    reason: str = ""


def rewrite(unit: Unit, shape: Shape, logger: Logger, words: Words) -> Rewrite | str:
    """Rewrite a use of the console, or say by a code why not."""
    if shape.arguments is None:
        return replace_method(unit, shape, logger, words)
    if shape.form == "call":
        return rewrite_call(unit, shape, logger, words)
    receiver, *given = list_arguments(shape.arguments) or [shape.whole]
    if not RECEIVER.match(receiver.text()) or shape.method == "trace":
        return "form-unknown"
    if shape.form == "bound":
        return replace_bound(unit, shape, logger, words, given)
    return rewrite_applied(unit, shape, given, prefix(shape.whole, logger) + words.callee, words)


def rewrite_call(unit: Unit, shape: Shape, logger: Logger, words: Words) -> Rewrite:
    """A plain call with arguments."""
    arguments = shape.arguments
    if arguments is None:
        raise TypeError("a call has arguments")
    given = list_arguments(arguments)
    begin, end = shape.whole.range().start.index, arguments.range().start.index
    callee = Edit(unit.path, begin, end, prefix(shape.whole, logger) + words.callee)
    if shape.method == "trace":
        edits, formats = add_stack(unit, arguments, given, logger, words)
    else:
        edits, formats = change_arguments(unit, arguments, given, logger, words)
    return Rewrite((callee, *edits), formats)


def prefix(node: SgNode, logger: Logger) -> str:
    """`void `, where the value of the call may be looked at and the logger gives one: the console gives none."""
    return "void " if logger.kind not in RETURNS_NOTHING and is_value_used(node) else ""


def change_arguments(
    unit: Unit, arguments: SgNode, given: Sequence[SgNode], logger: Logger, words: Words
) -> tuple[list[Edit], bool]:
    """The edits that make what the console would print of the arguments what the logger writes."""
    if keeps_arguments(unit, given, logger, words.method):
        return [], False
    if logger.keeps_errors and is_error_last(unit, given) and not has_comments(arguments):
        return lead_with_error(unit, arguments, given, words)
    return wrap(unit, arguments, words), True


def keeps_arguments(unit: Unit, given: Sequence[SgNode], logger: Logger, method: str) -> bool:
    """Whether the logger makes of the arguments, as they are, the text that the console prints."""
    first, more = given[0], given[1:]
    if first.kind() == "spread_element":
        return False
    if not more:
        return is_text(unit, first) or (logger.kind == "own" and logger.methods.get(method) == REST)
    if logger.kind == "bunyan":
        return is_text(unit, first)
    if logger.kind == "pino":
        return is_filled(unit, first, more)
    if logger.kind != "own" or first.kind() not in ("string", "template_string") or has_placeholder(first):
        return False
    takes = logger.methods.get(method, 1)
    return takes == REST or (len(given) == takes == 2 and is_caught(unit, more[0]))  # noqa: PLR2004 - message, error


def is_filled(unit: Unit, first: SgNode, more: Sequence[SgNode]) -> bool:
    """Whether a text has exactly one `%s` for each further value, all of which pino writes as the console does."""
    text = first.text()
    if first.kind() != "string" or SIMPLE_PLACEHOLDERS.search(text) or text.count("%s") != len(more):
        return False
    return all(is_plain(unit, one) for one in more)


def is_error_last(unit: Unit, given: Sequence[SgNode]) -> bool:
    """Whether the last argument is a caught error that fills no placeholder."""
    if not is_caught(unit, given[-1]):
        return False
    return all(one.kind() != "spread_element" and not has_placeholder(one) for one in given[:-1])


def lead_with_error(unit: Unit, arguments: SgNode, given: Sequence[SgNode], words: Words) -> tuple[list[Edit], bool]:
    """`("m:", err)` becomes `({ err }, "m:")`: what pino writes with its stack, message and properties."""
    *others, error = given
    name = error.text()
    fields = "{ err }" if name == "err" else f"{{ err: {name} }}"
    if not others:
        extent = error.range()
        return [Edit(unit.path, extent.start.index, extent.end.index, fields)], False
    start = others[0].range().start.index
    cut = Edit(unit.path, others[-1].range().end.index, arguments.range().end.index - 1, "")
    if len(others) == 1 and is_text(unit, others[0]):
        return [Edit(unit.path, start, start, f"{fields}, "), cut], False
    opened = Edit(unit.path, start, start, f"{fields}, {words.format}(")
    return [opened, Edit(cut.path, cut.start, cut.end, ")")], True


def wrap(unit: Unit, arguments: SgNode, words: Words) -> list[Edit]:
    """All arguments as those of `format`, which makes the very text that the console prints."""
    start = arguments.range().start.index + 1
    return [Edit(unit.path, start, start, f"{words.format}("), wrap_end(unit, arguments)]


def wrap_end(unit: Unit, arguments: SgNode) -> Edit:
    """One more closing parenthesis."""
    end = arguments.range().end.index - 1
    return Edit(unit.path, end, end, ")")


def add_stack(
    unit: Unit, arguments: SgNode, given: Sequence[SgNode], logger: Logger, words: Words
) -> tuple[list[Edit], bool]:
    """The stack of `console.trace`: a field where the logger has fields beside the text, else part of the text."""
    inside = arguments.range().start.index + 1
    fields = f"{{ stack: {STACK} }}, "
    has_fields = logger.kind in ("pino", "bunyan")
    if not given:
        text = f'{fields}"Trace"' if has_fields else STACK
        return [Edit(unit.path, inside, arguments.range().end.index - 1, text)], False
    if has_fields:
        is_single = len(given) == 1 and is_text(unit, given[0])
        edits = [] if is_single else [wrap_end(unit, arguments)]
        return [
            Edit(unit.path, inside, inside, fields + ("" if is_single else f"{words.format}(")),
            *edits,
        ], not is_single
    opened, closed = wrap(unit, arguments, words)
    cut = Edit(unit.path, given[-1].range().end.index, closed.start, f", {STACK})")
    return [opened, cut], True


def rewrite_applied(unit: Unit, shape: Shape, given: Sequence[SgNode], callee: str, words: Words) -> Rewrite | str:
    """`console.log.call(console, a, b)`, and `console.log.apply(console, list)`, whose list is spread."""
    is_applied = shape.form == "applied"
    if not given or (is_applied and (len(given) != 1 or not is_list(unit, given[0]))):
        return "form-unknown"
    first, last, whole = given[0].range(), given[-1].range(), shape.whole.range()
    opened = f"{callee}({words.format}({'...' if is_applied else ''}"
    edits = (
        Edit(unit.path, whole.start.index, first.start.index, opened),
        Edit(unit.path, last.end.index, whole.end.index, "))"),
    )
    return Rewrite(edits, formats=True)


def is_list(unit: Unit, node: SgNode) -> bool:
    """Whether an expression is certainly a list: a literal, what its methods give, `arguments`, a rest parameter."""
    while node.kind() == "call_expression" and (callee := node.field("function")) is not None:
        whose, key = callee.field("object"), callee.field("property")
        if whose is None or key is None or key.text() not in ("concat", "slice", "map", "filter"):
            return False
        node = whose
    if node.kind() == "identifier":
        targets = unit.bindings.find_targets(node)
        holders = [one.parent() for one in targets]
        is_rest = bool(holders) and all(one is not None and one.kind() == "rest_pattern" for one in holders)
        return is_rest or (node.text() == "arguments" and not targets)
    return node.kind() == "array"


def replace_method(unit: Unit, shape: Shape, logger: Logger, words: Words) -> Rewrite | str:
    """The method where it is passed on: a function with the same parameters."""
    if shape.method == "trace":
        return "console-passed-on"
    extent = shape.whole.range()
    receiver = find_receiver(shape.whole)
    void = "" if logger.kind in RETURNS_NOTHING else "void "
    if receiver is not None and receiver in ("catch", "then"):
        name = "err" if is_rejection(shape.whole, receiver) else "value"
        fields = name == "err" and logger.keeps_errors
        text = "{ err }" if fields else f"{words.format}({name})"
        new = f"({name}) => {void}{words.callee}({text})"
        return Rewrite((Edit(unit.path, extent.start.index, extent.end.index, new),), formats=not fields)
    new = write_function(unit, words, void, "")
    return Rewrite(
        (Edit(unit.path, extent.start.index, extent.end.index, new),), formats=True, reason="function-for-method"
    )


def replace_bound(unit: Unit, shape: Shape, logger: Logger, words: Words, given: Sequence[SgNode]) -> Rewrite | str:
    """`console.log.bind(console, "[worker]")`: a function that puts the bound values first."""
    parent = shape.whole.parent()
    if parent is None or parent.kind() not in ("variable_declarator", "pair", "arguments", "assignment_expression"):
        return "form-unknown"
    if not all(is_plain(unit, one) for one in given):
        return "form-unknown"
    void = "" if logger.kind in RETURNS_NOTHING else "void "
    bound = "".join(f"{one.text()}, " for one in given)
    extent = shape.whole.range()
    new = write_function(unit, words, void, bound)
    return Rewrite(
        (Edit(unit.path, extent.start.index, extent.end.index, new),), formats=True, reason="function-for-method"
    )


def write_function(unit: Unit, words: Words, void: str, bound: str) -> str:
    """An arrow function that logs all that it is given."""
    annotation = "" if unit.language == "javascript" else ": unknown[]"
    return f"(...parts{annotation}) => {void}{words.callee}({words.format}({bound}...parts))"


def find_receiver(method: SgNode) -> str | None:
    """The method that a function is passed to."""
    arguments = method.parent()
    call = arguments.parent() if arguments is not None and arguments.kind() == "arguments" else None
    callee = call.field("function") if call is not None else None
    key = callee.field("property") if callee is not None and callee.kind() == "member_expression" else None
    return key.text() if key is not None else None


def is_rejection(method: SgNode, receiver: str) -> bool:
    """Whether what is passed to `catch` or `then` is given the reason of a rejection."""
    arguments = method.parent()
    given = list_arguments(arguments) if arguments is not None else []
    return receiver == "catch" or (len(given) > 1 and given[1] == method)


def find_caught(unit: Unit, arguments: SgNode) -> Iterator[SgNode]:
    """The uses of caught errors in the arguments of a call."""
    for node in arguments.find_all({"rule": {"kind": "identifier"}}):
        if is_caught(unit, node):
            yield node


def pick_method(unit: Unit, shape: Shape, logger: Logger) -> tuple[str, str]:
    """The logger's method for a call, and why it is a guess (empty: it is none).

    What is caught is an error, whatever the code calls it: structure comes before words. No method: an empty name.
    """
    is_error = shape.method == "log" and (
        any(True for _ in find_caught(unit, shape.arguments))
        if shape.arguments is not None
        else (receiver := find_receiver(shape.whole)) is not None
        and receiver in ("catch", "then")
        and is_rejection(shape.whole, receiver)
    )
    wanted = "error" if is_error else shape.method
    return choose_method(logger, wanted), "level-guessed" if is_error else ""
