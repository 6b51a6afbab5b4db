"""One read of an environment variable as a fact, the same for every language and form.

`env-read`: `name` (null: known only when the code runs; `pattern` is then a regex that the name matches, or empty),
`form`, `required` (null: the code does not say), `checked` (the code stops where it is unset), `default` (as a reader
may see it), `literal` (whether that is a value and no expression), `unsafe` (the sort of secret that the default gives
away), `local` (the default is the address of a store on the machine itself), `opens` (how an unset variable passes for
development), `phase`, `symbol`, and `exempt` (why an unsafe default cannot take effect).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.scan.environ.names import is_for_tests, judge_name, says_where_it_runs
from readycheck.scan.environ.phase import find_phase
from readycheck.scan.environ.secrecy import find_secret, is_local_store, judge_default, shorten
from readycheck.scan.environment import find_condition
from readycheck.scan.late import compile_late
from readycheck.scan.literals import read_literal
from readycheck.scan.secrets.redaction import mask_tokens, redact_span

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

READ = "env-read"
LONGEST = 60
QUOTED = compile_late(r"(['\"`]).*?\1", re.DOTALL)
BLANKS = compile_late(r"\s+")
DEVELOPMENT = compile_late(r"dev|develop|development|local|debug", re.IGNORECASE)
FOR_DEVELOPMENT = compile_late(r"(?:^|\.)(?:Dev|Development|Local|Tests?|Testing)(?:[A-Z]\w*)?(?:\.|$)")
# A condition that takes whatever is not production for development.
OTHER_THAN = compile_late(
    r"(?:!==?|<>|\bis\s+not\b|\bnot\s+in\b)\s*[\[({]*\s*(['\"])(?:prod|production|live)\1", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Read:
    """What a collector knows of a read.

    `whole` is the expression with the default, where there is one around it. `checked` says that the code itself stops
    where a required variable is unset.
    """

    name: str | None
    form: str
    required: bool | None = None
    default: SgNode | None = None
    whole: SgNode | None = None
    pattern: str = ""
    checked: bool = True


def make_read(unit: Unit, place: SgNode, read: Read) -> Fact:
    """The fact of a read that stands at a node."""
    name = read.name or ""
    shown = describe_default(name, read.default)
    whole = read.whole or place
    data: dict[str, Json] = {
        "name": read.name,
        "form": read.form,
        "required": False if shown.text is not None or shown.nothing else read.required,
        "checked": read.required is True and read.checked and shown.text is None,
        "default": shown.text,
        "literal": shown.value is not None,
        "unsafe": shown.unsafe,
        "local": shown.value is not None and is_local_store(shown.value),
        "opens": find_opening(name, whole, shown.value),
        "phase": find_phase(place),
        "symbol": unit.bindings.enclosing_symbol(place),
        "exempt": find_excuse(unit, whole, shown, name),
        "pattern": read.pattern,
    }
    span = unit.locate(place)
    if shown.value and (shown.unsafe or judge_name(name)):
        span = redact_span(span, find_secret(shown.value))
    return Fact(READ, span, data)


@dataclass(frozen=True, slots=True)
class Shown:
    """A default: its text for readers, its value if that is a literal, what it gives away, whether it is none."""

    text: str | None = None
    value: str | None = None
    unsafe: str = ""
    nothing: bool = False


def describe_default(name: str, node: SgNode | None) -> Shown:
    """What a reader may see of a default."""
    if node is None:
        return Shown()
    if node.text() in ("None", "null", "undefined", "..."):
        return Shown(nothing=node.text() != "...")
    known, value = read_literal(unwrap_secret(node))
    if not known:
        return Shown(QUOTED.sub("'…'", BLANKS.sub(" ", node.text()))[:LONGEST])
    return show_value(name, value)


def show_value(name: str, value: Json) -> Shown:
    """What a reader may see of a literal default."""
    text = value if isinstance(value, str) else str(value)
    unsafe = judge_default(name, text) if isinstance(value, str) else ""
    if unsafe or (judge_name(name) and isinstance(value, str)):
        return Shown(shorten(text), text, unsafe)
    return Shown(mask_tokens(text)[:LONGEST], text)


def unwrap_secret(node: SgNode) -> SgNode:
    """What is inside `SecretStr("...")` and parentheses."""
    while node.kind() in ("call", "parenthesized_expression"):
        holder = node.field("arguments") if node.kind() == "call" else node
        callee = node.field("function")
        parts = holder.named_children() if holder is not None else []
        is_wrapper = callee is None or callee.text().rpartition(".")[2] in ("SecretStr", "Secret", "str")
        if len(parts) != 1 or not is_wrapper:
            break
        node = parts[0]
    return node


def find_opening(name: str, whole: SgNode, value: str | None) -> str:
    """How the code takes an unset variable for development: the comparison or the default, or empty."""
    if not says_where_it_runs(name):
        return ""
    if value is not None:
        return value if DEVELOPMENT.fullmatch(value) else ""
    around = whole.parent()
    if around is None or around.kind() not in ("binary_expression", "comparison_operator"):
        return ""
    text = BLANKS.sub(" ", around.text())
    return text[:LONGEST] if OTHER_THAN.search(text) else ""


def find_excuse(unit: Unit, whole: SgNode, shown: Shown, name: str) -> str:
    """Why a default does no harm: only tests or development take it, or the start refuses it."""
    if is_for_tests(name):
        return "for tests, by its name"
    symbol = unit.bindings.enclosing_symbol(whole)
    if FOR_DEVELOPMENT.search(symbol):
        return f"for development, in `{symbol}`"
    if not shown.unsafe:
        return ""
    condition = find_condition(whole)
    if condition:
        return f"only under the condition `{condition}`"
    value = re.escape(shown.value or "")
    refused = rf"(?:[=!]==?|\bin)\s*[\[({{]?\s*(['\"]){value}\1|(['\"]){value}\2\s*[=!]==?"
    return "the code compares the variable with this default" if re.search(refused, unit.text) else ""
