"""The arguments of a print as those of a logger's method: every value kept, in its order, nothing raised.

What the loggers do with arguments, as executed: `logging` interpolates `%` only where there are arguments, and lazily;
`loguru` interpolates `{}` only where there are arguments; `structlog` raises TypeError or keeps `positional_args` apart
under some of its wrappers, so that the text has to be whole before it gets it. `{!s}` rather than `{}`: print shows
what `str` gives, not what `__format__` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from readycheck.fix.python.call import SILENT, PrintCall, is_splat
from readycheck.fix.python.literals import TEXTS, evaluate, is_constant, is_plain, list_strings, read_prefix, write
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

Change = tuple[int, int, str]
OPENING = compile_late(r"^([uU]?(?:\"{3}|'{3}|\"|'))(?:\\n)+")
LEADING, TRAILING = compile_late(r"(?:\\n)+"), compile_late(r"(?<!\\)(?:\\n)+$")
MAKES_TEXT = ("format", "join")


@dataclass(frozen=True, slots=True)
class Style:
    """How a logger takes values: the mark that one stands for, what has to be doubled, who interpolates."""

    mark: str
    doubled: str
    is_eager: bool = False

    def protect(self, text: str) -> str:
        """A text that interpolation gives back as it is."""
        return "".join(one * 2 if one in self.doubled else one for one in text)


STYLES = {
    "logging": Style("%s", "%"),
    "structlog": Style("%s", "%", is_eager=True),
    "loguru": Style("{!s}", "{}"),
}


def adapt_arguments(call: PrintCall, style: Style) -> list[Change]:
    """The changes inside the parentheses. Raises RefusedError where a comment would be lost."""
    dropped = [(*call.find_gap(one), "") for one in call.dropped]
    if call.arguments.kind() == "generator_expression":
        return [*dropped, *wrap_generator(call.arguments, style)]
    if len(call.values) == 1 and is_text(call.values[0]):
        return [*dropped, *trim(call.values[0])]
    if len(call.values) == 1 and is_splat(call.values[0]):
        return [*dropped, *join_splat(call, call.values[0])]
    return [*dropped, *interpolate(call, style)]


def trim(node: SgNode) -> Iterator[Change]:
    """Take line ends away from the start and the end of a text: a record is a line of its own."""
    strings = list_strings(node) if node.kind() in TEXTS else []
    if not strings or any("r" in read_prefix(one).lower() for one in strings):
        return
    parts = [strings[0].children()[1:-1], strings[-1].children()[1:-1]]
    whole = node.text()
    base = node.range().start.index
    start = strings[0].children()[0].range().end.index
    end = strings[-1].children()[-1].range().start.index
    first = LEADING.match(whole, start - base)
    last = TRAILING.search(whole[: end - base]) if parts[1] and parts[1][-1].kind() == "string_content" else None
    if first is not None and parts[0] and first[0] and first.end() + base < end:
        yield start, first.end() + base, ""
        start = first.end() + base
    quote = strings[-1].children()[-1].text()[0]
    if last is not None and last.start() + base > start and whole[last.start() - 1] != quote:
        yield last.start() + base, end, ""


def wrap_generator(node: SgNode, style: Style) -> Iterator[Change]:
    """`print(x for x in y)` shows the generator itself."""
    start, end = node.range().start.index, node.range().end.index
    yield start, start, f'("{style.mark}" % (' if style.is_eager else f'("{style.mark}", '
    yield end, end, ",))" if style.is_eager else ")"


def is_text(node: SgNode) -> bool:
    """Whether an expression is a `str` by its form, so that it can be the message itself."""
    kind = node.kind()
    if kind in ("string", "concatenated_string"):
        return not any("b" in read_prefix(one).lower() for one in list_strings(node))
    if kind == "parenthesized_expression":
        inner = [one for one in node.named_children() if one.kind() not in SILENT]
        return len(inner) == 1 and is_text(inner[0])
    if kind == "binary_operator":
        return is_text_operation(node)
    if kind == "call":
        callee = node.field("function")
        holder, name = (callee.field("object"), callee.field("attribute")) if callee is not None else (None, None)
        return holder is not None and name is not None and name.text() in MAKES_TEXT and is_constant(holder)
    return False


def is_text_operation(node: SgNode) -> bool:
    """`"..." % values`, `"..." + text`, `"-" * 60`."""
    left, operator, right = node.field("left"), node.field("operator"), node.field("right")
    if left is None or operator is None or right is None:
        return False
    if operator.text() == "+":
        return is_text(left) or is_text(right)
    return operator.text() in ("%", "*") and is_text(left)


def join_splat(call: PrintCall, splat: SgNode) -> list[Change]:
    """`*values` as one text, made as print makes it."""
    start = splat.range().start.index
    glue = f'"{write(call.separator, source=call.node.text())}"'
    end = splat.range().end.index
    return [(start, start + 1, f"{glue}.join(map(str, "), (end, end, "))")]


def interpolate(call: PrintCall, style: Style) -> list[Change]:
    """A message with a mark for each value, and the values behind it."""
    is_host = is_constant(call.values[0])
    found = write_message(call, style, is_host=is_host)
    if found is None:
        is_host, found = False, write_message(call, style, is_host=False)
    if found is None:
        raise AssertionError(call.node.text())
    literal, kept = found
    changes = [(*call.find_gap(one), "") for one in call.values[1:] if one not in kept]
    for one in kept:
        changes += join_splat(call, one) if is_splat(one) else []
    first = call.values[0].range()
    if is_host:
        changes.append((first.start.index, first.end.index, literal))
        return [*changes, *(interpolate_now(call, kept) if kept and style.is_eager else ())]
    if style.is_eager:
        end = kept[-1].range().end.index
        closing = (end, end, ",)" if len(kept) == 1 else ")")
        return [(first.start.index, first.start.index, f"{literal} % ("), *changes, closing]
    return [(first.start.index, first.start.index, f"{literal}, "), *changes]


def interpolate_now(call: PrintCall, kept: Sequence[SgNode]) -> Iterator[Change]:
    """`"text", value` as `"text" % (value,)`."""
    comma = next(
        one for one, after in pairwise(call.arguments.children()) if one.text() == "," and is_before(after, kept[0])
    )
    start, end = comma.range().start.index, comma.range().end.index
    text = call.node.text()[end - call.node.range().start.index :]
    blanks = len(text) - len(text.lstrip(" \t"))
    yield start, end + blanks, " % ("
    last = kept[-1].range().end.index
    yield last, last, ",)" if len(kept) == 1 else ")"


def is_before(node: SgNode, value: SgNode) -> bool:
    """Whether a node is the value, or a comment or the end of a line in front of it."""
    while node.kind() in SILENT:
        following = node.next()
        if following is None:
            return False
        node = following
    return node == value


def write_message(call: PrintCall, style: Style, *, is_host: bool) -> tuple[str, list[SgNode]] | None:
    """The literal of the message, and the values that it does not hold; None if it cannot be written.

    `is_host`: the first value is a literal, which is extended. What is written must evaluate to what is meant.
    """
    source = call.node.text()
    texts = [read_embedded(one, source) for one in call.values]
    texts[0] = (evaluate(call.values[0].text()) or "").lstrip("\n") if is_host else None
    texts[-1] = texts[-1].rstrip("\n") if texts[-1] is not None and len(texts) > 1 else texts[-1]
    kept = [one for one, text in zip(call.values, texts, strict=True) if text is None]
    guard = style.protect if kept else str
    parts = [style.mark if text is None else guard(text) for text in texts]
    glue = guard(call.separator)
    if not is_host:
        return f'"{write(glue.join(parts), source=source)}"', kept
    literal = extend(call.values[0], style if kept else None, "".join(glue + part for part in parts[1:]), source)
    return (literal, kept) if literal is not None and evaluate(literal) == glue.join(parts) else None


def read_embedded(node: SgNode, source: str) -> str | None:
    """The text of a literal that may become a part of the message: short, on one line."""
    if node.kind() != "string" or not is_constant(node):
        return None
    text = evaluate(node.text())
    if text is None or "\n" in node.text() or not all(one.isascii() or one in source for one in text):
        return None
    return text


def extend(host: SgNode, style: Style | None, more: str, source: str) -> str | None:
    """A literal with a text behind it, and what interpolation would take for its own doubled; None if it is raw."""
    strings = list_strings(host)
    last = strings[-1]
    quote = last.children()[-1].text()
    is_raw = "r" in read_prefix(last).lower()
    if is_raw and not is_plain(more):
        return None
    pieces, position = [], host.range().start.index
    whole = host.text()
    base = position
    for one in strings:
        begin, finish = one.children()[0].range().end.index, one.children()[-1].range().start.index
        body = whole[begin - base : finish - base]
        tail = (more if is_raw else write(more, quote[0], source)) if one == last else ""
        pieces += [whole[position - base : begin - base], style.protect(body) if style else body, tail]
        position = finish
    literal = "".join([*pieces, whole[position - base :]])
    return literal if is_raw else OPENING.sub(r"\1", literal)
