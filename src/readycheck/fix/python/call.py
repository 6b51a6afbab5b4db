"""The call of print, taken apart: values, keywords, and the places between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.fix.python.literals import evaluate, is_constant
from readycheck.fix.refusal import RefusedError
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

Qualify = Callable[["SgNode"], tuple[str, ...]]
SILENT = frozenset({"comment", "line_continuation"})
KNOWN = frozenset({"sep", "end", "file", "flush"})
STREAMS = {"sys.stdout": "out", "sys.stderr": "err"}
ORIGINALS = frozenset({"sys.__stdout__", "sys.__stderr__"})
STREAM_NAME = compile_late(r"^(?:__)?std(?:out|err)(?:__)?$")
CONSTANT = compile_late(r"^(?:True|False|None|[\w.]+)$")
NONE = "None"


@dataclass(frozen=True, slots=True)
class PrintCall:
    """A call of print whose keywords are understood.

    `values` are the positional arguments, in order; `dropped` the keywords, which a logger does not know; `separator`
    is what print writes between values, `to_stderr` where it writes them.
    """

    node: SgNode
    callee: SgNode
    arguments: SgNode
    values: tuple[SgNode, ...]
    dropped: tuple[SgNode, ...]
    separator: str
    to_stderr: bool

    @property
    def is_statement(self) -> bool:
        """Whether nothing uses the value of the call."""
        parent = self.node.parent()
        return parent is not None and parent.kind() == "expression_statement" and len(parent.children()) == 1

    def find_gap(self, argument: SgNode) -> tuple[int, int]:
        """The stretch that has to go with an argument that is not the first: from the end of the one before it.

        Raises RefusedError when a comment stands in between.
        """
        before = None
        for one in self.arguments.children():
            if one == argument:
                break
            if one.kind() not in SILENT | {",", "("}:
                before = one
        start = before.range().end.index if before is not None else self.arguments.range().start.index + 1
        end = argument.range().end.index
        if any(one.kind() == "comment" and start <= one.range().start.index < end for one in self.arguments.children()):
            raise RefusedError("comment-lost")
        return start, end


def read_call(call: SgNode, qualify: Qualify) -> PrintCall:
    """Take a call apart. Raises RefusedError for arguments that no log record can stand for."""
    callee, arguments = call.field("function"), call.field("arguments")
    if callee is None or arguments is None:
        raise RefusedError("unknown-arguments")
    if arguments.kind() == "generator_expression":
        return PrintCall(call, callee, arguments, (arguments,), (), " ", to_stderr=False)
    given = [one for one in arguments.named_children() if one.kind() not in SILENT]
    keywords = [one for one in given if one.kind() == "keyword_argument"]
    values = [one for one in given if one.kind() != "keyword_argument" and not is_mapping(one)]
    named = dict(name_keywords(keywords))
    if len(named) < len(keywords) or len(given) > len(keywords) + len(values) or not KNOWN.issuperset(named):
        raise RefusedError("unknown-arguments")
    flush = named.get("flush")
    if flush is not None and not CONSTANT.match(flush.text()):
        raise RefusedError("unknown-arguments")
    if given[: len(values)] != values:
        raise RefusedError("unusual-arguments")
    if not ends_line(named.get("end")):
        raise RefusedError("partial-line")
    stream = find_stream(named.get("file"), qualify)
    return PrintCall(
        call,
        callee,
        arguments,
        tuple(values),
        tuple(keywords),
        read_separator(named.get("sep"), values),
        to_stderr=stream == "err",
    )


def is_splat(argument: SgNode) -> bool:
    """Whether an argument is `*values`; the parser takes `*f(x)` for a call of `*f`."""
    return argument.text().startswith("*")


def is_mapping(argument: SgNode) -> bool:
    """Whether an argument is `**options`."""
    return argument.text().startswith("**")


def name_keywords(keywords: Sequence[SgNode]) -> Iterator[tuple[str, SgNode]]:
    """The keywords of a call by name."""
    for one in keywords:
        name, value = one.field("name"), one.field("value")
        if name is not None and value is not None:
            yield name.text(), value


def ends_line(end: SgNode | None) -> bool:
    """Whether what is printed is a whole line."""
    if end is None or end.text() == NONE:
        return True
    return is_constant(end) and evaluate(end.text()) in ("\n", "\n\n", "\r\n")


def find_stream(file: SgNode | None, qualify: Qualify) -> str:
    """`out` or `err`. Raises RefusedError for every other file."""
    if file is None or file.text() == NONE:
        return "out"
    holder = file.field("object") if file.kind() == "attribute" else None
    is_direct = qualify(holder) == ("sys",) if holder is not None else file.kind() == "identifier" and is_stream(file)
    names = qualify(file)
    if ORIGINALS.intersection(names):
        raise RefusedError("original-stream")  # named by code that must not meet what replaced the stream: a logger
    streams = {STREAMS.get(name, "") for name in names}
    if len(streams) != 1 or "" in streams or not is_direct:
        raise RefusedError("data-file")  # what only may be a stream is a file for all we know
    return streams.pop()


def is_stream(name: SgNode) -> bool:
    """Whether a variable is called like a stream: what a parameter's default gives it, a caller may replace."""
    return STREAM_NAME.match(name.text()) is not None


def read_separator(separator: SgNode | None, values: Sequence[SgNode]) -> str:
    """What stands between two values. Raises RefusedError if that only shows when the call runs."""
    if separator is None or separator.text() == NONE:
        return " "
    text = evaluate(separator.text()) if is_constant(separator) else None
    if text is not None:
        return text
    if len(values) == 1 and not is_splat(values[0]) and separator.kind() == "identifier":
        return " "
    raise RefusedError("separator-unknown")
