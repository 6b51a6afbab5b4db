"""JavaScript's and TypeScript's part of the bindings, for tree-sitter's grammars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.grammar import Grammar
from readycheck.scan.bindings.javascript_exports import find_exports
from readycheck.scan.bindings.javascript_flow import find_flow, find_returns
from readycheck.scan.bindings.javascript_imports import find_imports, find_loads
from readycheck.scan.bindings.javascript_names import classify, find_member, find_member_use
from readycheck.scan.bindings.javascript_scopes import find_scopes, is_ordered
from readycheck.scan.bindings.javascript_values import (
    find_guard,
    find_properties,
    is_name,
    is_target,
    is_type,
    take_step,
)
from readycheck.scan.bindings.occurrence import Import, Value
from readycheck.scan.late import compile_late

GLOBAL_OBJECTS = ("globalThis", "window", "self", "global")
GLOBAL_OBJECT = compile_late(rf"^globalThis(?:\.(?:{'|'.join(GLOBAL_OBJECTS)}))+(?=[.(]|$)")
QUOTES = "\"'`"


def name_global(name: str, imports: Iterable[Import]) -> tuple[str, ...]:  # noqa: ARG001 - no star imports here
    """Globals; the global object's other names are all `globalThis`."""
    return ("globalThis",) if name in GLOBAL_OBJECTS else (f"globalThis.{name}",)


def seed_names(wanted: frozenset[str], text: str) -> Iterator[str]:
    """Globals go by their own names and as members of the global object."""
    for name in wanted:
        module, dot, member = name.partition(".")
        if module == "globalThis" and dot and "." not in member and "(" not in member:
            yield member
    if "globalThis" in wanted:
        yield from (name for name in GLOBAL_OBJECTS if name in text)


def may_import(wanted: frozenset[str], text: str) -> bool:
    """Whether the beginning of a wanted module's name stands in the text, in quotes as loading it takes."""
    for name in wanted:
        if name.startswith("globalThis"):
            continue
        if name.startswith("."):
            if (name.lstrip("./").partition(".")[0] or ".") in text:
                return True
        elif any(quote + name.partition(".")[0] in text for quote in QUOTES):
            return True
    return False


def has_star_imports(text: str) -> bool:  # noqa: ARG001 - the same question to every adapter
    """Star imports bind a name here."""
    return False


def join_name(value: Value) -> str:
    """The name of a value: a module's default export is the module itself, and the global object has one name."""
    suffix = value.suffix
    while value.is_module and (suffix == ".default" or suffix.startswith((".default.", ".default("))):
        suffix = suffix[len(".default") :]
    name = value.name + suffix
    return GLOBAL_OBJECT.sub("globalThis", name) if name.startswith("globalThis.") else name


def list_kinds(language: Language) -> tuple[str, ...]:
    """Variables, shorthand properties, members, and in TypeScript the names of types and classes."""
    kinds = (
        "identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern", "property_identifier",
        "private_property_identifier",
    )  # fmt: skip
    return kinds if language is Language.JAVASCRIPT else (*kinds, "type_identifier")


GRAMMAR = Grammar(
    list_kinds=list_kinds,
    classify=classify,
    find_scopes=find_scopes,
    is_ordered=is_ordered,
    is_type=is_type,
    is_name=is_name,
    is_target=is_target,
    take_step=take_step,
    find_guard=find_guard,
    find_returns=find_returns,
    find_flow=find_flow,
    find_member=find_member,
    find_member_use=find_member_use,
    name_global=name_global,
    seed_names=seed_names,
    may_import=may_import,
    has_star_imports=has_star_imports,
    find_imports=find_imports,
    find_loads=find_loads,
    join_name=join_name,
    find_properties=find_properties,
    find_exports=find_exports,
)
