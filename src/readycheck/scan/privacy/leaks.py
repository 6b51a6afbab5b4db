"""What each log call gives away: the worst of all that it is given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.symbols import find_symbol
from readycheck.scan.late import compile_late
from readycheck.scan.privacy.calls import LogCall, find_log_calls
from readycheck.scan.privacy.leaves import Leaf, find_leaves
from readycheck.scan.privacy.sensitive import (
    TALK,
    Found,
    Tier,
    is_person,
    judge_message,
    judge_name,
    shorten,
)
from readycheck.scan.secrets.names import is_secret_name
from readycheck.scan.tokens.definitions import FUNCTIONS, find_definition

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

PARAMETERS = frozenset({"params", "parameters", "values", "bindings", "binds", "bind_params"})
STATEMENTS = frozenset({"sql", "query", "text", "statement", "stmt", "querytext", "sqltext"})
SQL = compile_late(r"(?i)\b(?:select|insert\s+into|update|delete\s+from|returning)\b")
WIDE = compile_late(r"(?i)returning\s+\*|select\s+\*|\b(?:\w+\.)?(?:email|password\w*|phone|content|summary|address)\b")
VERIFIED = compile_late(r"(?i)(?:verify|decode)\w*\(")
EVENTS = compile_late(r"\.(?:onAny|prependAny|onAnyOutgoing)\($")
MOST_CALLS = 400
MASKED = compile_late(
    r"(?i)mask|redact|obfuscat|anonymi[sz]|(?<!re)hash|censor|scrub|for_?log|loggable|safe_?log|last_?(?:4|four)|prefix|hidden"
)
# The last few characters, or the first few: `card[-4:]`, `token[:4]`.
ENDING = compile_late(r"\[(?:-\d+:|:[1-6])\]$")
TAKEN = compile_late(r"^(\w+)\.(?:splice|slice|shift|pop|concat)\(")
DESCRIBING = compile_late(r"\b(?:properties|traits|user|email|body|content|payload)\b")


@dataclass(frozen=True)
class Leak:
    """A log call and what it gives away."""

    call: LogCall
    found: Found


@lru_cache(maxsize=1)
def find_leaks(unit: Unit) -> tuple[Leak, ...]:
    """The leaks of one unit; remembered, since several rules ask for them one after the other."""
    leaks = []
    for number, call in enumerate(find_log_calls(unit)):
        if number >= MOST_CALLS:
            break
        found = min(list_found(unit, call), key=lambda one: one.tier, default=None)
        if found is not None:
            leaks.append(Leak(call, found))
    return tuple(leaks)


def list_found(unit: Unit, call: LogCall) -> Iterator[Found]:
    """Everything sensitive that a call is given."""
    leaves = [
        replace(leaf, is_first=index == 0 and not leaf.is_text)
        for index, argument in enumerate(call.arguments)
        for leaf in find_leaves(argument)
    ]
    names = {leaf.node.text().lower() for leaf in leaves}
    for leaf in leaves:
        found = judge_leaf(unit, call, leaf)
        if found is not None:
            yield found
        elif leaf.node.text().lower() in PARAMETERS and names & STATEMENTS and not is_spread(leaf.node):
            yield Found(Tier.PERSONAL, f"the values of a query, whatever they are (`{leaf.node.text()}`)")


def is_spread(node: SgNode) -> bool:
    """Whether an expression is spread over the arguments: `...args` of a function that hands everything on."""
    parent = node.parent()
    return parent is not None and parent.kind() in ("spread_element", "list_splat")


def judge_leaf(unit: Unit, call: LogCall, leaf: Leaf) -> Found | None:
    """What one leaf is: by its name, by what it is logged as, by what it was defined as, by what its callers give."""
    text = leaf.node.text()
    found = judge_name(text, path=unit.path, whole=unit.text)
    if found is not None and not is_masked(unit, leaf):
        return found
    if unit.language is not Language.PYTHON and not leaf.is_text and is_person(text) and not call.is_error:
        return Found(Tier.PERSONAL, f"a whole user, with all that is known of it (`{shorten(text)}`)")
    is_loose = not (leaf.is_first or leaf.is_text or call.is_error)
    message = judge_message(text, is_loose=is_loose, path=unit.path, whole=unit.text)
    if message is not None and not is_masked(unit, leaf):
        return message
    if leaf.node.kind() in ("call_expression", "call"):
        is_answer = text.endswith(".text()") and not call.is_error and TALK.search(unit.path)
        return Found(Tier.MESSAGE, f"what a provider answered (`{shorten(text)}`)") if is_answer else None
    return judge_rows(unit, leaf) or judge_definition(unit, leaf)


def is_masked(unit: Unit, leaf: Leaf) -> bool:
    """Whether a value is a masked one: by its name, or by what it was defined as."""
    if MASKED.search(leaf.node.text()) or MASKED.search(leaf.label) or ENDING.search(leaf.node.text()):
        return True
    definition = find_definition(unit, leaf.node) if leaf.node.kind() == "identifier" else None
    return (
        definition is not None and definition.value is not None and MASKED.search(definition.value.text()) is not None
    )


def judge_rows(unit: Unit, leaf: Leaf) -> Found | None:
    """Whole rows of a table that holds more than ids."""
    text = leaf.node.text().replace("?.", ".")
    if unit.language is Language.PYTHON or leaf.is_text or re.search(r"(?:^|\.)rows(?:\[\d+\])?$", text) is None:
        return None
    function = next((one for one in leaf.node.ancestors() if one.kind() in FUNCTIONS), unit.root)
    if SQL.search(function.text()) and WIDE.search(function.text()):
        return Found(Tier.PERSONAL, f"whole rows of the database (`{shorten(text)}`)")
    return None


def judge_definition(unit: Unit, leaf: Leaf) -> Found | None:
    """A variable by what it was defined as in this file."""
    node = leaf.node
    if node.kind() not in ("identifier", "shorthand_property_identifier"):
        return None
    name = node.text()
    definition = find_named(unit, node)
    value = definition.text() if definition is not None else ""
    if name in ("payload", "decoded", "claims") and VERIFIED.search(value):
        return Found(Tier.PERSONAL, f"what a token says of somebody (`{name}`)")
    if name.lower() in STATEMENTS and definition is not None and is_filled(definition):
        return Found(Tier.PERSONAL, f"a query with the values in it (`{name}`)")
    taken = TAKEN.match(value) if unit.language is not Language.PYTHON else None
    if taken is not None and DESCRIBING.search(" ".join(list_pushed(unit, taken[1]))):
        return Found(Tier.PERSONAL, f"all that was gathered about somebody (`{name}`)")
    if name in ("config", "settings", "cfg", "conf") and holds_secrets(definition):
        return Found(Tier.SECRET, f"all settings, secrets included (`{name}`)")
    return judge_parameter(unit, node)


def list_pushed(unit: Unit, name: str) -> Iterator[str]:
    """The keys of the objects that are put into a list of the file."""
    for call in unit.root.find_all(kind="call_expression", regex=rf"^{re.escape(name)}\.(?:push|unshift)\("):
        holder = call.field("arguments")
        for one in holder.named_children() if holder is not None else ():
            yield from (part.text().partition(":")[0] for part in one.named_children() if one.kind() == "object")


def find_named(unit: Unit, node: SgNode) -> SgNode | None:
    """The expression that a variable, or a shorthand property, was defined as."""
    if node.kind() == "identifier":
        definition = find_definition(unit, node)
        return definition.value if definition is not None else None
    for scope in (*(one for one in node.ancestors() if one.kind() in FUNCTIONS), unit.root):
        for one in scope.find_all(kind="variable_declarator", regex=rf"^{re.escape(node.text())}\b"):
            return one.field("value")
    return None


def is_filled(value: SgNode) -> bool:
    """Whether a text is put together from values."""
    holes = ("template_substitution",) if value.kind() == "template_string" else ()
    if value.kind() == "string" and value.text()[:1] in "fF":
        holes = ("interpolation",)
    return any(value.find(kind=kind) is not None for kind in holes) and SQL.search(value.text()) is not None


def holds_secrets(value: SgNode | None) -> bool:
    """Whether an object has a property that is named like a secret."""
    if value is None or value.kind() not in ("object", "dictionary"):
        return False
    keys = [pair.field("key") for pair in value.find_all(kind="pair")]
    return any(key is not None and is_secret_name(key.text().strip("\"'")) for key in keys)


def judge_parameter(unit: Unit, node: SgNode) -> Found | None:
    """A parameter by what the function's calls in this file are given for it."""
    name = node.text()
    for function in node.ancestors():
        if function.kind() not in FUNCTIONS:
            continue
        holder = function.field("parameters")
        listed = [one.text() for one in holder.named_children()] if holder is not None else []
        if f"...{name}" in listed and (call := function.parent()) is not None and is_event_handler(call):
            return Found(Tier.MESSAGE, f"what clients send (`{name}`)")
        if name not in listed:
            continue
        own = find_symbol([function]).rpartition(".")[2]
        return judge_given(unit, own, listed.index(name)) if own else None
    return None


def is_event_handler(holder: SgNode) -> bool:
    """Whether a function is given to what calls it for each event of a socket."""
    call = holder.parent() if holder.kind() == "arguments" else None
    callee = call.field("function") if call is not None else None
    return callee is not None and EVENTS.search(f"{callee.text()}(") is not None


def judge_given(unit: Unit, function: str, index: int) -> Found | None:
    """The worst of what the calls of a function in this file are given at one position."""
    kind = "call" if unit.language is Language.PYTHON else "call_expression"
    found = []
    for call in unit.root.find_all(kind=kind, regex=rf"^{re.escape(function)}\("):
        holder = call.field("arguments")
        given = [one for one in holder.named_children() if one.kind() != "comment"] if holder is not None else []
        if len(given) > index:
            text = given[index].text()
            found.append(judge_name(text, path=unit.path, whole=unit.text))
            found.append(judge_message(text, is_loose=True, path=unit.path, whole=unit.text))
    return min((one for one in found if one is not None), key=lambda one: one.tier, default=None)
