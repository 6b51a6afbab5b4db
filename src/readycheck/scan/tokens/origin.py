"""Where a value comes from, as far as a file says it: written there, out of the environment, out of another file.

A key that is taken out of several (a dictionary by its id, a loop over a list) is known as one of many.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from readycheck.scan.bindings.python_values import read_positional
from readycheck.scan.literals import find_argument, read_literal, read_string
from readycheck.scan.tokens.definitions import Definition, find_definition

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

DEEPEST = 8
READS = frozenset({
    "os.getenv", "os.environ.get", "decouple.config", "starlette.config.Config()", "environs.Env().str",
    "environs.Env()", "environ.Env()", "environ.Env().str", "prettyconf.config", "environs.env.str",
    "os.environ.setdefault",
})  # fmt: skip
MADE = frozenset({
    "secrets.token_hex", "secrets.token_urlsafe", "secrets.token_bytes", "os.urandom", "uuid.uuid4",
    "crypto.randomBytes", "node:crypto.randomBytes",
})  # fmt: skip
PASSED = frozenset({
    "str", "bytes", "SecretStr", "SecretBytes", "Buffer.from", "String", "createSecretKey", "crypto.createSecretKey",
    "b64decode", "base64.b64decode", "Object.freeze",
})  # fmt: skip
METHODS = frozenset({"get_secret_value", "encode", "decode", "strip", "trim", "toString", "export", "as_dict"})
JWKS = ("PyJWKClient", "createRemoteJWKSet", "createLocalJWKSet", "jwks", "Jwks", "JWK", "KeySet", "get_signing_key")
LOOKUPS = frozenset({"get", "find", "at", "pop"})
WRAPPERS = frozenset({
    "parenthesized_expression", "await", "await_expression", "as_expression", "satisfies_expression",
    "non_null_expression", "type_assertion", "spread_element", "list_splat",
})  # fmt: skip


class Sort(StrEnum):
    """Where a value comes from."""

    LITERAL = "literal"
    FALLBACK = "fallback"  # out of the environment, else written in the code
    ENVIRONMENT = "environment"
    GENERATED = "generated"  # made at random at each start
    REFERENCE = "reference"  # out of another file, by the names that the bindings give
    KEY_SET = "key set"  # published by an issuer, by id
    FUNCTION = "function"  # whatever a function gives
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Origin:
    """The source of a value; `names` are variables of the environment, or qualified names of a reference."""

    sort: Sort
    names: tuple[str, ...] = ()
    many: bool = False
    places: tuple[SgNode, ...] = field(default=(), compare=False)


ENVIRONMENTAL = frozenset({Sort.ENVIRONMENT, Sort.FALLBACK})
UNKNOWN = Origin(Sort.UNKNOWN)


def find_origin(unit: Unit, node: SgNode | None, depth: int = 0) -> Origin:
    """Where an expression's value comes from."""
    if node is None or depth > DEEPEST:
        return UNKNOWN
    kind = node.kind()
    if kind in WRAPPERS:
        return find_origin(unit, next(iter(node.named_children()), None), depth + 1)
    known, value = read_literal(node)
    if known:
        return Origin(Sort.LITERAL, places=(node,)) if isinstance(value, str) and value else UNKNOWN
    if any(word in node.text() for word in JWKS) and kind in (
        "call",
        "call_expression",
        "attribute",
        "member_expression",
    ):
        return Origin(Sort.KEY_SET, many=True)
    step = STEPS.get(kind)
    return step(unit, node, depth + 1) if step is not None else UNKNOWN


def step_to_name(unit: Unit, node: SgNode, depth: int) -> Origin:
    """A variable: what it was defined as in this file, else what it is imported as."""
    definition = find_definition(unit, node)
    if definition is not None:
        return follow(unit, definition, depth)
    return refer(unit, node)


def follow(unit: Unit, definition: Definition, depth: int) -> Origin:
    """The origin of what a name was defined as."""
    if definition.is_function:
        return Origin(Sort.FUNCTION, many=True)
    found = find_origin(unit, definition.value, depth)
    return replace(found, many=found.many or definition.many)


def refer(unit: Unit, node: SgNode) -> Origin:
    """What an expression is called elsewhere."""
    names = tuple(
        name for name in unit.bindings.qualify(node) if not name.startswith(("builtins.", "globalThis.", "#"))
    )
    return Origin(Sort.REFERENCE, names) if names else UNKNOWN


def step_to_member(unit: Unit, node: SgNode, depth: int) -> Origin:
    """`process.env.X`, `settings.jwt_secret`, `this.secret`."""
    owner, name = node.field("object"), node.field("property") or node.field("attribute")
    if owner is None or name is None:
        return UNKNOWN
    if owner.text() in ("process.env", "import.meta.env", "Bun.env", "env", "Env"):
        return Origin(Sort.ENVIRONMENT, (name.text(),))
    if owner.text() in ("self", "this", "cls"):
        definition = find_definition(unit, node)
        return follow(unit, definition, depth) if definition is not None else refer(unit, node)
    found = refer(unit, node)
    if found.sort is not Sort.UNKNOWN or owner.kind() != "identifier":
        return found
    definition = find_definition(unit, owner)
    if definition is not None and definition.value is not None and definition.value.kind() == "object":
        inner = next(
            (pair.field("value") for pair in definition.value.named_children() if key_of(pair) == name.text()), None
        )
        return find_origin(unit, inner, depth)
    return found


def key_of(pair: SgNode) -> str:
    """The name of a property."""
    key = pair.field("key")
    return key.text().strip("\"'") if key is not None else ""


def step_to_subscript(unit: Unit, node: SgNode, depth: int) -> Origin:
    """`os.environ["X"]`, `process.env["X"]`, `keys[kid]`."""
    owner = node.field("value") or node.field("object")
    index = node.field("subscript") or node.field("index")
    if owner is None or index is None:
        return UNKNOWN
    known, key = read_string(index) if index.kind() in ("string", "template_string") else (False, None)
    if owner.text() in ("os.environ", "environ", "process.env") and known:
        return Origin(Sort.ENVIRONMENT, (str(key),))
    found = find_origin(unit, owner, depth)
    is_constant = known or read_literal(index)[0]
    return replace(found, many=found.many and not is_constant)


def step_to_call(unit: Unit, node: SgNode, depth: int) -> Origin:
    """A read of the environment, a conversion, a lookup among several keys, a method that passes its object on."""
    callee = node.field("function") or node.field("constructor")
    if callee is None:
        return UNKNOWN
    names = unit.bindings.qualify(callee)
    arguments = list_arguments(node)
    if READS.intersection(names) or is_reader(callee):
        return read_call(unit, node, arguments, depth)
    if MADE.intersection(names):
        return Origin(Sort.GENERATED)
    text = callee.text()
    if text in PASSED or text.rpartition(".")[2] in PASSED or text.endswith("TextEncoder().encode"):
        return find_origin(unit, arguments[0] if arguments else None, depth)
    method, owner = callee.field("attribute") or callee.field("property"), callee.field("object")
    passes = method is not None and method.text() in (METHODS | LOOKUPS)
    return find_origin(unit, owner, depth) if passes and owner is not None else refer(unit, node)


def is_reader(callee: SgNode) -> bool:
    """Whether a method is one of NestJS's ConfigService and its like."""
    method, owner = callee.field("property"), callee.field("object")
    if method is None or owner is None:
        return False
    return method.text() in ("get", "getOrThrow") and "config" in owner.text().lower()


def read_call(unit: Unit, node: SgNode, arguments: list[SgNode], depth: int) -> Origin:
    """A call that reads a variable, with or without a default."""
    known, name = read_literal(arguments[0]) if arguments else (False, None)
    default = find_argument(node, "default") or (arguments[1] if len(arguments) > 1 else None)
    if default is not None and find_origin(unit, default, depth).sort is Sort.LITERAL:
        return Origin(Sort.FALLBACK, (str(name),) if known else (), places=(default,))
    return Origin(Sort.ENVIRONMENT, (str(name),)) if known else UNKNOWN


def list_arguments(call: SgNode) -> list[SgNode]:
    """The positional arguments of a call in either language."""
    if call.kind() == "call":
        return read_positional(call)
    holder = call.field("arguments")
    return [one for one in holder.named_children() if one.kind() != "comment"] if holder is not None else []


def step_to_choice(unit: Unit, node: SgNode, depth: int) -> Origin:
    """`a or b`, `a || b`, `a ?? b`, `a if test else b`: a literal on either side is what everybody can guess."""
    parts = [find_origin(unit, part, depth) for part in list_choices(node)]
    literal = next((part for part in parts if part.sort in (Sort.LITERAL, Sort.FALLBACK)), None)
    others = [part for part in parts if part.sort not in (Sort.LITERAL, Sort.UNKNOWN)]
    is_test = node.kind() in ("ternary_expression", "conditional_expression")
    if literal is not None and is_test and not any(one.sort in ENVIRONMENTAL for one in parts):
        return UNKNOWN  # which of them it is may depend on anything
    if literal is not None:
        names = tuple(name for part in others for name in part.names)
        return Origin(Sort.FALLBACK if len(parts) > 1 else Sort.LITERAL, names, places=literal.places)
    return others[0] if others else UNKNOWN


def list_choices(node: SgNode) -> list[SgNode]:
    """The expressions that a choice may give."""
    if node.kind() == "ternary_expression":
        found = [node.field("consequence"), node.field("alternative")]
    elif node.kind() == "conditional_expression":
        parts = node.named_children()
        found = [parts[0], parts[-1]] if parts else []
    else:
        operator = node.field("operator")
        if operator is None or operator.text() not in ("or", "||", "??"):
            return []
        found = [node.field("left"), node.field("right")]
    return [one for one in found if one is not None]


def step_to_several(unit: Unit, node: SgNode, depth: int) -> Origin:
    """A list, a tuple or a dictionary of keys: one of many if there are several."""
    elements = [one for one in node.named_children() if one.kind() != "comment"]
    values = [one.field("value") or one for one in elements]
    origins = [find_origin(unit, value, depth) for value in values]
    if not origins:
        return UNKNOWN
    names = tuple(name for one in origins for name in one.names)
    worst = next((one for one in origins if one.sort in (Sort.LITERAL, Sort.FALLBACK)), origins[0])
    return replace(worst, names=names, many=len(origins) > 1 or any(one.many for one in origins))


def step_to_comprehension(unit: Unit, node: SgNode, depth: int) -> Origin:
    """`{id(key): key for key in keys}`: as many as what it runs over."""
    clause = next((one for one in node.named_children() if one.kind() == "for_in_clause"), None)
    found = find_origin(unit, clause.field("right") if clause is not None else None, depth)
    return replace(found, many=True)


def step_to_function(_unit: Unit, _node: SgNode, _depth: int) -> Origin:
    """A function that is asked for the key of each token."""
    return Origin(Sort.FUNCTION, many=True)


STEPS: Mapping[str, Callable[[Unit, SgNode, int], Origin]] = {
    "identifier": step_to_name,
    "attribute": step_to_member,
    "member_expression": step_to_member,
    "subscript": step_to_subscript,
    "subscript_expression": step_to_subscript,
    "call": step_to_call,
    "call_expression": step_to_call,
    "new_expression": step_to_call,
    "boolean_operator": step_to_choice,
    "binary_expression": step_to_choice,
    "conditional_expression": step_to_choice,
    "ternary_expression": step_to_choice,
    "list": step_to_several,
    "tuple": step_to_several,
    "array": step_to_several,
    "dictionary": step_to_several,
    "dictionary_comprehension": step_to_comprehension,
    "list_comprehension": step_to_comprehension,
    "generator_expression": step_to_comprehension,
    "arrow_function": step_to_function,
    "function_expression": step_to_function,
}
