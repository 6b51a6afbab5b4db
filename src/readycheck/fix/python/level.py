"""Which level a print deserves: by the code around it, and, as a guess that somebody has to look at, by its words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.fix.python.call import PrintCall, Qualify
from readycheck.fix.python.layout import is_debugging, read_before
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

HANDLERS = frozenset({"except_clause", "except_group_clause"})
BODIES = frozenset({"function_definition", "class_definition", "lambda", "module"})
NOT_ERRORS = compile_late(r"\b(?:KeyboardInterrupt|CancelledError|GeneratorExit|SystemExit|StopIteration)\b")
TRACEBACKS = frozenset({"traceback.format_exc()", "traceback.format_exc"})
# What a text says is judged in the languages that the sources read so far are written in.
ERRORS = compile_late(
    r"(?i)\berrors?\b|\bfail(?:ed|ure|s|ing)?\b|\bexceptions?\b|\btraceback\b|\bfatal\b|\bcritical\b|\bunable to\b"
    r"|\b(?:could|can) ?not\b|\bcan't\b|\bcouldn't\b|\binvalid\b|\bcrash(?:ed)?\b|\baborted\b|\bdenied\b|❌|🚨|💥"
    r"|错误|失败|异常|出错|無效|无法|ошибк|не удалось|erreur|échec|fehler|fehlgeschlagen"
    r"|\bfallo\b|\bfalha\b|\berro\b|エラー|失敗"
)
WARNINGS = compile_late(
    r"(?i)\bwarn(?:ing|ings)?\b|\bdeprecat\w*|\bmissing\b|\bnot found\b|\btimed? ?out\b|\bretry(?:ing)?\b"
    r"|\bskip(?:ped|ping)?\b|\balready in use\b|\bno\b.*\bfound\b|\bunavailable\b"
    r"|\bnot (?:yet )?(?:been )?(?:defined|set|available|supported|installed|implemented|tested|checked)\b"
    r"|\brequires you to\b|\bunhandled\b"
    r"|\boutdated\b|\brefused\b|\brejected\b|\bplease (?:install|set|check|provide)\b|\bno longer\b"
    r"|\bignor(?:ed|ing)\b|\bunexpected\b|\bunknown\b|⚠|警告|注意|意外|未找到|未能|找不到|缺少|avertissement|warnung|предупрежд"
)
DEBUG = compile_late(r"(?i)\bdebug(?:ging)?\b|^\W*>{3,}|\bhere\b[!.]*$")
# A level that the author has written in front: `[WARN]`, `Debug -`, `ERROR:`.
HEADS = compile_late(r"(?i)^\W*(?:(debug)|(warn(?:ing)?)|(err(?:or)?|fatal|critical))\b\s*[\]:\-|)>,!]")
METHODS = ("debug", "warning", "error")
ERROR_NAMES = compile_late(r"^(?:e|ex|exc|(?:\w+_)?(?:err|errors?|exceptions?|traceback)(?:_\w+)?)$")


@dataclass(frozen=True, slots=True)
class Level:
    """The method to call; `reason` is empty where nothing had to be guessed. `message` takes the arguments' place."""

    method: str = "info"
    reason: str = ""
    message: str | None = None


def find_level(call: PrintCall, qualify: Qualify) -> Level:
    """The level of a call."""
    handler = find_handler(call.node)
    if handler is not None:
        return judge_handled(call, handler, qualify)
    if call.to_stderr:
        return Level("error", "level-inferred")
    level = judge_words(call, qualify)
    if level != Level():
        return level
    before = read_before(call.node)
    method = "error" if ERRORS.search(before) else "warning" if WARNINGS.search(before) else "info"
    method = "debug" if method == "info" and is_debugging(call.node) else method
    return level if method == "info" else Level(method, "level-inferred")


def find_handler(node: SgNode) -> SgNode | None:
    """The `except` in which a node runs while the exception is being handled."""
    for parent in node.ancestors():
        if parent.kind() in HANDLERS:
            return parent
        if parent.kind() in BODIES:
            return None
    return None


def judge_handled(call: PrintCall, handler: SgNode, qualify: Qualify) -> Level:
    """Inside `except`: with the traceback, unless the exception goes on to whoever logs it."""
    header = handler.text().partition(":")[0]
    if NOT_ERRORS.search(header):
        return Level("info", "level-inferred")
    if raises(handler):
        return Level("error", "level-inferred")
    values = call.values
    if len(values) == 1 and any(name in TRACEBACKS for name in qualify(values[0])):
        return Level("exception", "message-invented", '"unhandled error"')
    return Level("exception", "traceback-added")


def raises(handler: SgNode) -> bool:
    """Whether the handler raises something itself."""
    return any(
        next((one for one in found.ancestors() if one.kind() in BODIES | HANDLERS), None) == handler
        for found in handler.find_all(kind="raise_statement")
    )


def judge_words(call: PrintCall, qualify: Qualify) -> Level:
    """What the text says, and what the values are called."""
    text = " ".join(list_words(call))
    head = HEADS.match(text)
    if head is not None:
        return Level(
            next(method for method, word in zip(METHODS, head.groups(), strict=True) if word), "level-inferred"
        )
    is_error = any(ERROR_NAMES.match(name) for name in list_names(call))
    if any("traceback.format" in name for one in call.values for name in qualify(one)):
        return Level("error", "level-inferred")
    if is_error or ERRORS.search(text):
        return Level("error", "level-inferred")
    if WARNINGS.search(text):
        return Level("warning", "level-inferred")
    return Level("debug", "level-inferred") if DEBUG.search(text) else Level()


def list_words(call: PrintCall) -> Iterator[str]:
    """The constant parts of the strings that are printed."""
    for value in call.values:
        for content in value.find_all(kind="string_content"):
            yield content.text()


def list_names(call: PrintCall) -> Iterator[str]:
    """The plain names among the values, and in the braces of an f-string."""
    for value in call.values:
        if value.kind() == "identifier":
            yield value.text()
        member = value.field("attribute") if value.kind() == "attribute" else None
        if member is not None:
            yield member.text()
        for braces in value.find_all(kind="interpolation"):
            yield from (one.text() for one in braces.named_children() if one.kind() == "identifier")
