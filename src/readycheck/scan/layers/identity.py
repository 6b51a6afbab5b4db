"""By what a limiter tells callers apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readycheck.scan.late import compile_late
from readycheck.scan.layers.limiters import Limiter, find_counting
from readycheck.scan.layers.mounted import Stack
from readycheck.scan.program.model import Call, Definition, Expression

IDENTITY = compile_late(
    r"\b(?:req(?:uest)?|ctx|c|scope|context|state|g)\b[.\[\"'\w()]*\.?(?:user|identity|account|auth|jwtPayload|session)\b|"
    r"user_?id\b|userId\b|current_?user|\.sub\b|[\"']sub[\"']|account_?id|api_?key|customer_?id|tenant_?id|principal|"
    r"get_?(?:user|identity|current_user)\w*|\buser[.:]|\bidentity\b|\bget_jwt_identity\b|client_?id\b",
    re.IGNORECASE,
)
KEY_OPTIONS = (
    "keyGenerator", "key_func", "key", "keyFunc", "identifier", "getTracker", "generateKey", "id", "keyPrefix",
    "lookup", "customKey", "key_generator", "namespace",
)  # fmt: skip
BY_USER = compile_late(r"(?:^|[\s.])(?:UserRateThrottle|ScopedRateThrottle|AuthRateThrottle|UserThrottle)(?:$|,)")
DEPTH = 4


def find_identity(stack: Stack, limiter: Limiter) -> str:
    """What of a caller's identity is in the key by which a limiter counts, as it is written; empty for none."""
    piece = limiter.piece
    if piece is not None and any(BY_USER.search(name) for name in (*piece.externals, piece.text)):
        return piece.text
    for call in list_makers(stack, piece.call if piece is not None else None):
        option = call.find_option(*KEY_OPTIONS)
        if option is not None:
            return next((text for text in list_texts(stack, call.path, option, DEPTH) if IDENTITY.search(text)), "")
    return find_in_body(stack, limiter)


def list_makers(stack: Stack, call: Call | None) -> Iterator[Call]:
    """The call that makes a limiter, and the one that made the object on which it is called."""
    if call is None:
        return
    yield call
    for origin, _ in stack.facts.program.find_receivers(call):
        module = stack.facts.program.modules.get(origin.path)
        for one in module.variables.get(origin.name, ()) if module is not None else ():
            made = stack.facts.program.find_call(origin.path, one.value) if "c" in one.value else None
            if made is not None:
                yield made


def find_in_body(stack: Stack, limiter: Limiter) -> str:
    """The identity in the arguments of the calls that count."""
    for one in find_counting(limiter):
        for value in (*one.arguments, *one.keywords.values()):
            for text in list_texts(stack, one.path, value, DEPTH):
                if IDENTITY.search(text):
                    return text
    return ""


def list_texts(stack: Stack, path: str, value: Expression, depth: int) -> Iterator[str]:
    """The texts of an expression and of what it is made from: its variables, and what the functions in it return."""
    if "s" in value or value.get("t"):
        yield str(value.get("s") or value["t"])
    for key in ("l", "j", "a"):
        for one in value.get(key) or ():
            yield from list_texts(stack, path, one, depth)
    for place, one in list_sources(stack, path, value) if depth > 0 else ():
        yield from list_texts(stack, place, one, depth - 1)


def list_sources(stack: Stack, path: str, value: Expression) -> Iterator[tuple[str, Expression]]:
    """What is assigned to the variables of an expression, and what its functions return."""
    program = stack.facts.program
    definitions: list[Definition] = program.find_definitions(path, value)
    if "c" in value:
        call = program.modules[path].calls[value["c"]]
        definitions += [one for ref in program.find_called(call) if (one := program.find_definition(ref)) is not None]
    for name in value.get("n") or ():
        ref = program.resolve(path, name)
        definitions += [one for one in [program.find_definition(ref)] if one is not None]
        module = program.modules.get(ref.path)
        yield from ((ref.path, one.value) for one in (module.variables.get(ref.name, ()) if module is not None else ()))
    for definition in definitions:
        yield from ((definition.path, one) for one in definition.returns if not definition.is_class)
