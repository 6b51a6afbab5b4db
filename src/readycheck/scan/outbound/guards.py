"""What a handler does with the failure of what it guards: give another answer, pass the failure on, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.scan.late import compile_late
from readycheck.scan.outbound.lookups import FUNCTIONS

if TYPE_CHECKING:
    from ast_grep_py import SgNode

FALLBACK, PASSED_ON, ERROR, NOTHING = "fallback", "passed-on", "error", "nothing"
RAISES = frozenset({"raise_statement", "throw_statement"})
LOGGING = compile_late(
    r"^(?:await\s+)?(?:console|log(?:ger|ging)?|self\.log(?:ger)?|this\.log(?:ger)?|print|Sentry|sentry_sdk|traceback|metrics|counters|span)\b"
)
FAILED = compile_late(
    r"status\(\s*[45]\d\d|status(?:_code)?\s*[=:]\s*[45]\d\d|HTTP_[45]\d\d|,\s*[45]\d\d\s*\)?;?$|\berror\b[\"']?\s*:|HTTPException|"
    r"success[\"']?\s*:\s*(?:false|False)|ok[\"']?\s*:\s*(?:false|False)|\bnext\(|reject\(|sendError|handleError|toErrorResponse|[\"']type[\"']:\s*[\"']error",
)
EMPTY = compile_late(r"^(?:None|null|undefined|False|false|\"\"|''|\[\]|\{\}|)$")
OWN_ERROR = compile_late(
    r"(?:^|\W)(?:str|repr|String)\(\s*(?:e|ex|err|error|exc)\s*\)|(?:^|\W)(?:e|err|error|ex|exc)(?:\.message|\.stack)?$|f[\"'].*\{(?:e|err|error|ex|exc)\b|\$\{(?:e|err|error)\b",
    re.IGNORECASE,
)
ERROR_NAME = compile_late(
    r"(?:^|[._])(?:last_?)?(?:err(?:or)?s?|exc(?:eption)?|failures?|fail\w*|status\w*|success|ok|retries|attempts?|loading|is\w*|exit_?[cC]ode)$",
    re.IGNORECASE,
)


def classify(body: SgNode) -> tuple[str, SgNode]:
    """What the statements of a handler do, and the statement that does it."""
    found = [(judge_statement(node), node) for node in walk(body)]
    for wanted in (FALLBACK, PASSED_ON, ERROR):
        for one in found:
            if one[0] == wanted and not (wanted == FALLBACK and ends_by_raising(body)):
                return one
    return NOTHING, body


def judge_statement(node: SgNode) -> str:
    """What one statement of a handler does."""
    kind = node.kind()
    if kind in RAISES:
        return PASSED_ON
    if kind == "return_statement":
        parts = node.named_children()
        return judge_value(parts[0].text() if parts else "")
    if kind in ("assignment", "assignment_expression"):
        return judge_assignment(node)
    if kind in ("yield", "yield_expression"):
        return judge_value(node.text().removeprefix("yield").strip())
    if kind in ("call", "call_expression"):
        return ERROR if FAILED.search(node.text()) else FALLBACK if answers(node) else NOTHING
    return NOTHING


def ends_by_raising(body: SgNode) -> bool:
    """Whether the last statement of a handler passes the failure on, whatever comes before."""
    parts = [one for one in body.named_children() if one.kind() != "comment"]
    return bool(parts) and parts[-1].kind() in RAISES


def walk(body: SgNode) -> Iterator[SgNode]:
    """The statements and expressions of a handler, without those of functions inside of it and of calls that log."""
    for child in body.named_children():
        if child.kind() in FUNCTIONS or child.kind() == "comment":
            continue
        if child.kind() == "expression_statement" and LOGGING.match(child.text()):
            continue
        yield child
        yield from walk(child)


def judge_value(text: str) -> str:
    """What a handler gives back: another answer, an error, or nothing."""
    value = " ".join(text.split()).rstrip(";")
    if EMPTY.match(value):
        return NOTHING
    if FAILED.search(value) or OWN_ERROR.search(value) or re.match(r"^(?:error|err|e)\b", value):
        return ERROR
    return FALLBACK


def judge_assignment(node: SgNode) -> str:
    """Whether a handler sets another answer for what failed: not a counter, not the error itself."""
    target, value = node.field("left"), node.field("right")
    if target is None or value is None or ERROR_NAME.search(target.text()):
        return NOTHING
    return judge_value(value.text())


def answers(call: SgNode) -> bool:
    """Whether a call sends a text of ours, called a fallback."""
    return re.search(r"fallback|FALLBACK|DEFAULT_REPL|default_reply|defaultReply", call.text()) is not None
