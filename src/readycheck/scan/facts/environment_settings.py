"""Fields of pydantic's settings classes, each of which is read from the environment when the class is called.

`env-settings`: `name` of a class, `bases` (qualified names of the bases that lie in other modules; none where it is a
settings class by itself), `prefix`, `checks` (a validator demands more than the fields do).
`env-field`: the data of an `env-read`, whose `name` lacks the prefix of a class that another module may give, and
`owner`: the class. `own` says that the name is an alias, before which no prefix is put.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.python_values import read_positional
from readycheck.scan.environ.reads import Read, make_read
from readycheck.scan.late import compile_late
from readycheck.scan.literals import find_argument, iterate_arguments, read_argument, read_literal

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

SETTINGS, FIELD = "env-settings", "env-field"
KINDS = (SETTINGS, FIELD)
SERVING = True
LANGUAGES = (Language.PYTHON,)
ANCHORS = ("BaseSettings", "pydantic_settings", "pydantic", "SettingsConfigDict", "env_prefix", "Settings", "settings")
BASES = frozenset({
    "pydantic_settings.BaseSettings", "pydantic_settings.main.BaseSettings", "pydantic.BaseSettings",
    "pydantic.v1.BaseSettings", "pydantic.env_settings.BaseSettings",
})  # fmt: skip
FIELDS = ("pydantic.Field", "pydantic.v1.Field", "pydantic.fields.Field")
LOOKS_RIGHT = compile_late(r"^class\s+\w+\s*\([^)]*(?:Settings|Config)\b", re.MULTILINE)
UNSET = compile_late(r"\bnot\s+self\.\w+|\bself\.\w+\s+is\s+None|\bnot\s+\w+\.get\(")
NO_FIELDS = compile_late(r"^(?:model_config|Config|_\w*)$|^__")
CHOICES = compile_late(r"""["']([A-Za-z_]\w*)["']""")


@dataclass(frozen=True, slots=True)
class Options:
    """What a settings class says about the names of its variables."""

    prefix: str = ""
    exact: bool = False
    nested: str = ""


def collect(unit: Unit) -> Iterator[Fact]:
    """The settings classes of one module, and those that may be some by a base of another module."""
    if not LOOKS_RIGHT.search(unit.text):
        return
    known: dict[str, Options] = {}
    for node in unit.find_kind("class_definition"):
        name, bases = node.field("name"), node.field("superclasses")
        if name is None or bases is None:
            continue
        names = [one for base in bases.named_children() for one in unit.bindings.qualify(base)]
        local = [base.text() for base in bases.named_children() if base.text() in known]
        others = [one for one in names if one not in BASES and may_be_settings(one)]
        is_settings = bool(local) or not BASES.isdisjoint(names)
        if is_settings or others:
            options = read_options(node, known[local[0]] if local else Options())
            if is_settings:
                known[name.text()] = options
            yield from make_facts(unit, node, options, [] if is_settings else others)


def may_be_settings(name: str) -> bool:
    """Whether a qualified name may be that of a settings class of the project."""
    return name.rpartition(".")[2].endswith(("Settings", "Config")) and not name.startswith(("pydantic.", "builtins."))


def make_facts(unit: Unit, node: SgNode, options: Options, others: list[str]) -> Iterator[Fact]:
    """The facts of one class: itself, and each field."""
    name = node.field("name")
    owner = name.text() if name is not None else ""
    listed: list[Json] = [*others]
    data: dict[str, Json] = {"name": owner, "bases": listed, "prefix": options.prefix}
    data["checks"] = demands_more(node)
    yield Fact(SETTINGS, unit.locate(name or node), data)
    body = node.field("body")
    for statement in body.named_children() if body is not None else ():
        field = next(iter(statement.named_children()), None) if statement.kind() == "expression_statement" else None
        if field is not None and field.kind() == "assignment":
            yield from read_field(unit, field, options, owner)
    if options.nested:
        pattern = rf"{re.escape(options.prefix)}\w+{re.escape(options.nested)}\w+"
        fact = make_read(unit, name or node, Read(None, "settings field", pattern=pattern))
        yield Fact(FIELD, fact.where, {**fact.data, "owner": owner, "own": True})


def demands_more(node: SgNode) -> bool:
    """Whether a validator of the whole class refuses it where a field is not set, defaults notwithstanding."""
    methods = node.find_all(kind="decorated_definition", regex=r"^@(?:\w+\.)?(?:model|root)_validator\b")
    tests = [test for method in methods for test in method.find_all(kind="if_statement")]
    for test in tests:
        condition, body = test.field("condition"), test.field("consequence")
        if condition is not None and body is not None and UNSET.search(condition.text()) and "raise" in body.text():
            return True
    return False


def read_options(node: SgNode, inherited: Options) -> Options:
    """What `model_config` or the inner `Config` of a class say, on top of what its base says."""
    given: dict[str, Json] = {}
    body = node.field("body")
    for statement in body.named_children() if body is not None else ():
        if statement.kind() == "class_definition" and statement.text().startswith("class Config"):
            inner = statement.field("body")
            for part in inner.find_all(kind="assignment") if inner is not None else ():
                left, right = part.field("left"), part.field("right")
                if left is not None and right is not None:
                    given[left.text()] = read_literal(right)[1]
        elif statement.text().startswith("model_config"):
            given |= read_config(statement)
    return Options(
        str(given.get("env_prefix") or inherited.prefix),
        given.get("case_sensitive") is True or inherited.exact,
        str(given.get("env_nested_delimiter") or inherited.nested),
    )


def read_config(statement: SgNode) -> Mapping[str, Json]:
    """The literal values in `model_config = SettingsConfigDict(...)` or `model_config = {...}`."""
    call = next(iter(statement.find_all(kind="call")), None)
    if call is not None:
        return {key: read_literal(value)[1] for key, value in iterate_arguments(call)}
    pairs = ((pair.field("key"), pair.field("value")) for pair in statement.find_all(kind="pair"))
    return {
        str(read_literal(key)[1]): read_literal(value)[1]
        for key, value in pairs
        if key is not None and value is not None
    }


def read_field(unit: Unit, field: SgNode, options: Options, owner: str) -> Iterator[Fact]:
    """The reads of one field: one for each name under which it is looked up."""
    left, kind, value = field.field("left"), field.field("type"), field.field("right")
    if left is None or kind is None or left.kind() != "identifier" or NO_FIELDS.match(left.text()):
        return
    if "ClassVar" in kind.text() or "InitVar" in kind.text():
        return
    call = find_call(unit, kind, value)
    default = value if call is None or call != value else find_field_default(call)
    if call is not None and default is None and (made := find_argument(call, "default_factory")) is not None:
        default = made
    aliases = read_aliases(call) if call is not None else []
    names = aliases or [options.prefix + left.text()]
    for name in names:
        full = name if options.exact else name.upper()
        required = default is None if len(names) == 1 else None
        fact = make_read(unit, field, Read(full, "settings field", required, default, checked=False))
        yield Fact(FIELD, fact.where, {**fact.data, "owner": owner, "own": bool(aliases)})


def find_call(unit: Unit, kind: SgNode, value: SgNode | None) -> SgNode | None:
    """The `Field(...)` of a field: its value, or inside `Annotated[...]`."""
    for node in [value] if value is not None and value.kind() == "call" else kind.find_all(kind="call"):
        callee = node.field("function")
        if callee is not None and any(name in FIELDS for name in unit.bindings.qualify(callee)):
            return node
    return None


def find_field_default(call: SgNode) -> SgNode | None:
    """The default that `Field(...)` gives; None if it demands a value."""
    value = next(iter(read_positional(call)), None) or find_argument(call, "default")
    return None if value is None or value.text() == "..." else value


def read_aliases(call: SgNode) -> list[str]:
    """The names that `alias`, `validation_alias` or pydantic 1's `env` give a field."""
    for key in ("validation_alias", "env", "alias"):
        value = find_argument(call, key)
        if value is None:
            continue
        known, text = read_argument(call, key)
        return [text] if known and isinstance(text, str) else CHOICES.findall(value.text())
    return []
