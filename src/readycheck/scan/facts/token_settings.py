"""Settings that hold what tokens are signed with, and what is demanded of them when the service starts.

`secret-setting`: `name`, `sort` and `variables` (see `tokens/origin.py`), `via` (the settings that it is made of).
`secret-demand`: `names`, `least`: a value shorter than that keeps the service from starting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late
from readycheck.scan.literals import find_argument
from readycheck.scan.secrets.names import is_secret_name
from readycheck.scan.tokens.definitions import ASSIGNMENTS
from readycheck.scan.tokens.origin import Origin, Sort, find_origin, list_arguments

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("secret-setting", "secret-demand")
SERVING = True
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = ("*secret*", "*jwt*", "*signing_key*")
SIGNS = compile_late(r"secret|jwt|sign|key", re.IGNORECASE)
FIELDS = ("Field", "pydantic.Field", "constr", "StringConstraints")
STOPS = compile_late(r"\braise\b|\bthrow\b|sys\.exit|process\.exit|\babort\(")
MEASURED = compile_late(
    r"(?:\blen\(\s*(?!set\()(?P<python>[\w.()\"'\[\]]+?(?:\.encode\([^)]*\))?)\s*\)|(?P<script>[\w.?!]+)\.length"
    r"|byteLength\((?P<bytes>[\w.]+)[^)]*\))\s*(?P<sign><=?|>=?)\s*(?P<least>\w+)(?!\s*[-+*/%.\w])"
)
MINIMUM = compile_late(
    r"\.min\(\s*(\w+)|min_?[lL]ength[\"']?\s*[=:]\s*(\w+)|@MinLength\(\s*(\w+)|Length\(\s*min\s*=\s*(\w+)"
)


def collect(unit: Unit) -> Iterator[Fact]:
    """The settings and demands of one file."""
    if unit.language is Language.PYTHON:
        yield from find_python_settings(unit)
        yield from find_validators(unit)
    else:
        yield from find_script_settings(unit)
    if MEASURED.search(unit.text):
        yield from find_measured(unit)


def setting(unit: Unit, node: SgNode, name: str, origin: Origin, via: tuple[str, ...] = ()) -> Fact:
    """The fact about a setting."""
    variables: list[Json] = list(origin.names)
    made_of: list[Json] = list(via)
    data: dict[str, Json] = {"name": name, "sort": origin.sort.value, "variables": variables, "via": made_of}
    return Fact("secret-setting", unit.locate(node), data)


def demand(unit: Unit, node: SgNode, names: list[str], least: int) -> Fact:
    """The fact about a demand."""
    listed: list[Json] = list(names)
    return Fact("secret-demand", unit.locate(node), {"names": listed, "least": least})


def is_wanted(name: str) -> bool:
    """Whether something of that name may be what tokens are signed with."""
    return is_secret_name(name) and SIGNS.search(name) is not None


def find_python_settings(unit: Unit) -> Iterator[Fact]:
    """Assignments to names of secrets, fields of settings classes among them, and properties made of such fields."""
    for node in unit.find_kind("assignment"):
        left, value = node.field("left"), node.field("right")
        name = left.text().rpartition(".")[2] if left is not None else ""
        if not name.isidentifier() or not is_wanted(name):
            continue
        annotation = node.field("type")
        if annotation is not None and is_settings_class(node):
            yield setting(unit, node, name, read_field(unit, name, value))
            least = find_minimum(unit, f"{annotation.text()} {value.text() if value is not None else ''}")
            if least:
                yield demand(unit, node, [name], least)
        elif value is not None:
            yield setting(unit, node, name, find_origin(unit, value))
    yield from find_properties(unit)


def find_properties(unit: Unit) -> Iterator[Fact]:
    """Properties that are made of the fields of the same object."""
    for function in unit.find_kind("function_definition"):
        own, body, parent = function.field("name"), function.field("body"), function.parent()
        if own is None or body is None or parent is None or parent.kind() != "decorated_definition":
            continue
        members = dict.fromkeys(re.findall(r"\bself\.(\w+)", body.text()))
        via = tuple(one for one in members if is_wanted(one))
        if via and "property" in parent.text().partition("def ")[0]:
            yield setting(unit, function, own.text(), Origin(Sort.ENVIRONMENT), via)


def is_settings_class(node: SgNode) -> bool:
    """Whether a statement is a field of a class whose values come from the environment."""
    for parent in node.ancestors():
        if parent.kind() == "function_definition":
            return False
        if parent.kind() == "class_definition":
            bases = parent.field("superclasses")
            return bases is not None and "Settings" in bases.text()
    return False


def read_field(unit: Unit, name: str, value: SgNode | None) -> Origin:
    """A field of a settings class: out of the environment, with the default that is a literal, or made at start."""
    default = value
    callee = value.field("function") if value is not None and value.kind() == "call" else None
    if value is not None and callee is not None and callee.text() in FIELDS:
        positional = list_arguments(value)
        default = find_argument(value, "default") or (positional[0] if positional else None)
        factory = find_argument(value, "default_factory")
        if factory is not None and "secrets." in factory.text():
            return Origin(Sort.GENERATED)
    found = find_origin(unit, default) if default is not None else None
    if found is not None and found.sort in (Sort.LITERAL, Sort.FALLBACK):
        return Origin(Sort.FALLBACK, (name.upper(),))
    return found if found is not None and found.sort is Sort.GENERATED else Origin(Sort.ENVIRONMENT, (name.upper(),))


def find_minimum(unit: Unit, text: str) -> int:
    """The least length that a field's declaration demands; 0 if none."""
    found = MINIMUM.search(text)
    word = next((group for group in found.groups() if group), "") if found is not None else ""
    return read_number(unit, word)


def read_number(unit: Unit, word: str) -> int:
    """A number, or the constant of the file that a word names; 0 if it is neither."""
    if word.isdigit():
        return int(word)
    found = (
        re.search(
            rf"(?m)^\s*(?:export\s+)?(?:const\s+)?{re.escape(word)}\b[^=\n]*=\s*(\d+)\s*;?\s*(?:[#/].*)?$", unit.text
        )
        if word
        else None
    )
    return int(found[1]) if found is not None else 0


def find_validators(unit: Unit) -> Iterator[Fact]:
    """Functions that pydantic runs on fields: `@field_validator("jwt_secret")`, and that refuse short values."""
    for decorated in unit.find_kind("decorated_definition"):
        head, _, body = decorated.text().partition("def ")
        fields = re.search(r"@(?:\w+\.)*(?:field_)?validator\(([^)]*)\)", head)
        names = [name for name in re.findall(r"[\"'](\w+)[\"']", fields[1]) if is_wanted(name)] if fields else []
        for _, _, least in find_refusals(unit, decorated) if names and MEASURED.search(body) else ():
            yield demand(unit, decorated, names, least)


def find_measured(unit: Unit) -> Iterator[Fact]:
    """`if len(SECRET) < 32: raise`, `if (config.jwtSecret.length < 32) throw`, anywhere."""
    for node, found, least in find_refusals(unit, unit.root):
        measured = next(found[name] for name in ("python", "script", "bytes") if found[name])
        names = [name for name in re.findall(r"\w+", measured) if is_wanted(name)]
        if names:
            yield demand(unit, node, names[-1:], least)


def find_refusals(unit: Unit, scope: SgNode) -> Iterator[tuple[SgNode, re.Match[str], int]]:
    """The tests of what is measured, and the least length below which the code that follows stops."""
    for node in scope.find_all(kind="if_statement"):
        condition, body = node.field("condition"), node.field("consequence")
        found = MEASURED.search(condition.text()) if condition is not None else None
        if found is None or body is None or found["sign"] not in ("<", "<=") or not STOPS.search(body.text()):
            continue
        least = read_number(unit, found["least"])
        if least:
            yield node, found, least + (found["sign"] == "<=")


def find_script_settings(unit: Unit) -> Iterator[Fact]:
    """Constants and properties that are named like secrets, and the schemas that demand something of them."""
    for kind in ("pair", *ASSIGNMENTS[unit.language]):
        for node in unit.find_kind(kind):
            key = node.field("name") or node.field("key") or node.field("property") or node.field("left")
            value = node.field("value") or node.field("right")
            name = key.text().strip("\"'").rpartition(".")[2] if key is not None else ""
            if not name or not is_wanted(name):
                continue
            text = node.text() if kind.endswith("field_definition") else value.text() if value is not None else ""
            least = find_minimum(unit, text)
            if least and re.search(r"\bstring\(|\bz\.|Joi|yup|@MinLength", text):
                yield demand(unit, node, [name], least)
            elif value is not None:
                origin = find_origin(unit, value)
                if origin.sort is not Sort.UNKNOWN:
                    yield setting(unit, node, name, origin)
