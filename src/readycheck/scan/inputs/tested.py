"""Which expressions a function tests for type, length, range or form before it goes on."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.tree import find_kinds
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

TOKEN = compile_late(r"[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*|\[[\"'][\w-]+[\"']\])*")
ITEM = compile_late(r"\[[\"']([\w-]+)[\"']\]")
COMPARISONS = frozenset({"<", ">", "<=", ">=", "instanceof"})
# Methods whose argument is held against a form or a list, and those that hold their own object against one.
GIVEN = compile_late(r"^(?:test|exec|includes|has|fullmatch|match|isValid|is_valid|some|every)$")
OWN = compile_late(r"^(?:match|isdigit|isnumeric|isdecimal|isalnum|isalpha|isascii|fullmatch)$")
ASKING = compile_late(
    r"(?:^|[._])(?:is_?(?:nan|finite|integer|safeinteger|array|email|uuid|url|mongoid|int|numeric|alpha\w*|date|iso\w*|json"
    r"|string|number|valid\w*|strong\w*|slug|jwt|ip|fqdn|boolean|mobile\w*|length|in|objectid|instance|plain\w*)"
    r"|valid\w*|assert\w*|check\w*|clamp|min|max|len|ensure\w*|parse_?(?:uuid|date\w*|datetime))$",
    re.IGNORECASE,
)
SCRIPT_KINDS = ("unary_expression", "binary_expression", "call_expression", "member_expression")
PYTHON_KINDS = ("comparison_operator", "call")
MOST = 3000


def find_tested(unit: Unit) -> dict[str, set[str]]:
    """For each definition of a file the names and members that it tests, as they are written: `req.body.id`."""
    found: dict[str, set[str]] = defaultdict(set)
    is_python = unit.language is Language.PYTHON
    kinds = PYTHON_KINDS if is_python else SCRIPT_KINDS
    for node in find_kinds(unit.root, kinds)[:MOST]:
        for text in find_python(node) if is_python else find_script(node):
            tokens = [ITEM.sub(r".\1", one.replace("?.", ".")) for one in TOKEN.findall(text)]
            if tokens:
                found[unit.bindings.local.find_owner(node)].update(tokens)
    return found


def find_script(node: SgNode) -> Iterator[str]:
    """What one expression tests in JavaScript."""
    kind = node.kind()
    if kind == "member_expression":
        key, owner = node.field("property"), node.field("object")
        if key is not None and owner is not None and key.text() in ("length", "byteLength"):
            yield owner.text()
        return
    if kind == "call_expression":
        yield from find_asked(node, "object", "property")
        return
    operator = node.field("operator")
    word = operator.text() if operator is not None else ""
    if kind == "unary_expression":
        argument = node.field("argument")
        if word == "typeof" and argument is not None:
            yield argument.text()
    elif word in COMPARISONS:
        yield node.text()


def find_python(node: SgNode) -> Iterator[str]:
    """What one expression tests in Python."""
    if node.kind() == "call":
        yield from find_asked(node, "object", "attribute")
        return
    text = node.text()
    if re.search(r"[<>]|\b(?:not\s+)?in\b", text):
        yield text


def find_asked(call: SgNode, owner_field: str, member_field: str) -> Iterator[str]:
    """What a call tests: its arguments, or what its method belongs to."""
    callee, arguments = call.field("function"), call.field("arguments")
    if callee is None or arguments is None:
        return
    member, owner = callee.field(member_field), callee.field(owner_field)
    name = (member or callee).text()
    if GIVEN.match(name) or ASKING.search(callee.text()[-60:]):
        yield arguments.text()
    if OWN.match(name) and owner is not None:
        yield owner.text()


def is_tested(tested: dict[str, set[str]], owner: str, names: set[str], *, is_whole: bool = False) -> bool:
    """Whether a definition, one inside of it or around it tests one of the names, or something of it.

    Of a whole part of the request (`is_whole`) something in it has to be tested: that it is an object says little.
    """
    for other, tokens in tested.items():
        if other == owner or other.startswith(f"{owner}.") or (other and owner.startswith(f"{other}.")):
            for token in tokens:
                if any((token == name and not is_whole) or token.startswith(f"{name}.") for name in names):
                    return True
    return False
