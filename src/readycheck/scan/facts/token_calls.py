"""Calls that sign JSON web tokens or check them.

`token-call`: `library`, `operation` (`sign`, `verify`, `read`), `pinned` (the algorithms that it takes are named; null:
not known), `fault` (what is wrong with them, or empty), `symmetric` (null: not known), `checked` (false: nobody looks
at the signature), `sort`, `names`, `many` (of the key, see `tokens/origin.py`), `owner` (the function around it).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late
from readycheck.scan.literals import find_argument, iterate_properties, read_literal
from readycheck.scan.tokens.definitions import find_definition
from readycheck.scan.tokens.origin import Origin, Sort, find_origin, list_arguments

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("token-call",)
SERVING = True
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = (
    "jwt", "jose", "authlib", "joserfc", "fastapi_users", "jsonwebtoken", "jwtVerify", "SignJWT", "passport-jwt",
    "express-jwt", "fastify-jwt", "koa-jwt", "JwtModule", "JwtService", "PyJWT",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """How a library is called: where the key stands, where the options are, and how the algorithms are named there."""

    library: str
    operation: str
    key: int | str
    options: int = -1
    algorithms: str = "algorithms"
    pins: bool = False  # the library takes one algorithm only, or those that its object was made with


PYTHON: Mapping[str, Form] = {
    **{f"{module}.decode": Form("PyJWT", "verify", 1, 2) for module in ("jwt", "jwt.api_jwt", "jwt.PyJWT()")},
    **{f"{module}.encode": Form("PyJWT", "sign", 1) for module in ("jwt", "jwt.api_jwt", "jwt.PyJWT()")},
    "jose.jwt.decode": Form("python-jose", "verify", 1, 2),
    "jose.jwt.encode": Form("python-jose", "sign", 1),
    "authlib.jose.jwt.decode": Form("Authlib", "verify", 1),
    "authlib.jose.jwt.encode": Form("Authlib", "sign", 2),
    "authlib.jose.JsonWebToken().decode": Form("Authlib", "verify", 1, pins=True),
    "joserfc.jwt.decode": Form("joserfc", "verify", 1, pins=True),
    "joserfc.jwt.encode": Form("joserfc", "sign", 2),
    "fastapi_users.authentication.JWTStrategy": Form("FastAPI Users", "verify", "secret", pins=True),
}
SCRIPT: Mapping[str, Form] = {
    **{f"{module}.verify": Form("jsonwebtoken", "verify", 1, 2) for module in ("jsonwebtoken", "jsonwebtoken.default")},
    **{f"{module}.sign": Form("jsonwebtoken", "sign", 1) for module in ("jsonwebtoken", "jsonwebtoken.default")},
    **{f"{name}.decode": Form("jsonwebtoken", "read", 1) for name in ("jsonwebtoken", "jsonwebtoken.default")},
    **{name: Form("jwt-decode", "read", 1) for name in ("jwt-decode", "jwt-decode.default", "jwt-decode.jwtDecode")},
    "jose.decodeJwt": Form("jose", "read", 1),
    "jose.jwtVerify": Form("jose", "verify", 1, 2),
    "passport-jwt.Strategy": Form("passport-jwt", "verify", "secretOrKey", 0),
    "express-jwt": Form("express-jwt", "verify", "secret", 0),
    "express-jwt.expressjwt": Form("express-jwt", "verify", "secret", 0),
    "express-jwt.default": Form("express-jwt", "verify", "secret", 0),
    "koa-jwt": Form("koa-jwt", "verify", "secret", 0),
    "koa-jwt.default": Form("koa-jwt", "verify", "secret", 0),
    "@nestjs/jwt.JwtModule.register": Form("@nestjs/jwt", "verify", "secret", 0, "verifyOptions"),
    "@nestjs/jwt.JwtModule.registerAsync": Form("@nestjs/jwt", "verify", "secret", 0, "verifyOptions"),
    "@nestjs/jwt.JwtService().verify": Form("@nestjs/jwt", "verify", "secret", 1),
    "@nestjs/jwt.JwtService().verifyAsync": Form("@nestjs/jwt", "verify", "secret", 1),
    "@nestjs/jwt.JwtService().sign": Form("@nestjs/jwt", "sign", "secret", 1),
    "@nestjs/jwt.JwtService().signAsync": Form("@nestjs/jwt", "sign", "secret", 1),
}
PLUGINS: Mapping[str, Form] = {
    name: Form("@fastify/jwt", "verify", "secret", 0, "verify")
    for name in ("@fastify/jwt", "@fastify/jwt.default", "fastify-jwt", "@fastify/jwt.fastifyJwt")
}
OTHER_KEYS = ("secretOrPrivateKey", "publicKey", "privateKey", "secretOrKeyProvider", "key")
ALGORITHM = compile_late(r"[\"'`](none|HS\d{3}|[REP]S\d{3}\w?|EdDSA|ES256K)[\"'`]", re.IGNORECASE)
FROM_TOKEN = compile_late(r"(?:header|unverified)\w*(?:\([^()]*\))?(?:\[|\.get\(|\.)\s*[\"']?alg\b", re.IGNORECASE)
UNCHECKED = compile_late(r"[\"']verify_signature[\"']\s*:\s*False|\bverify_signature\s*=\s*False")


def collect(unit: Unit) -> Iterator[Fact]:
    """The calls of one file."""
    forms = PYTHON if unit.language is Language.PYTHON else SCRIPT
    for reference in unit.find_references(tuple(forms)):
        if reference.call is not None:
            yield from describe(unit, reference.call, forms[reference.name])
    if unit.language is not Language.PYTHON and "jwt" in unit.text:
        yield from find_plugins(unit)
        yield from find_strategies(unit)


def find_plugins(unit: Unit) -> Iterator[Fact]:
    """`fastify.register(jwt, options)`."""
    for reference in unit.find_references(tuple(PLUGINS)):
        holder = reference.node.parent()
        call = holder.parent() if holder is not None and holder.kind() == "arguments" else None
        arguments = list_arguments(call) if call is not None else []
        if call is not None and len(arguments) > 1 and arguments[0] == reference.node:
            yield from describe_options(unit, call, PLUGINS[reference.name], arguments[1])


def find_strategies(unit: Unit) -> Iterator[Fact]:
    """NestJS: `class JwtStrategy extends PassportStrategy(Strategy) { constructor() { super({ secretOrKey }) } }`."""
    if "passport-jwt" not in unit.text or "PassportStrategy" not in unit.text:
        return
    for call in unit.root.find_all(kind="call_expression", regex=r"^super\("):
        arguments = list_arguments(call)
        if arguments and arguments[0].kind() == "object":
            yield from describe_options(unit, call, SCRIPT["passport-jwt.Strategy"], arguments[0])


def describe(unit: Unit, call: SgNode, form: Form) -> Iterator[Fact]:
    """The fact of one call."""
    arguments = list_arguments(call)
    if isinstance(form.key, str) and call.kind() != "call":
        options = arguments[form.options] if len(arguments) > form.options >= 0 else None
        if options is not None:
            yield from describe_options(unit, call, form, options)
        return
    key = find_argument(call, form.key if isinstance(form.key, str) else "key")
    if key is None:
        index = 0 if isinstance(form.key, str) else form.key
        key = arguments[index] if len(arguments) > index else None
    if call.kind() == "call":
        named = find_argument(call, form.algorithms)
        if named is None and len(arguments) > form.options > 0:
            named = arguments[form.options]
        yield make(unit, call, form, find_origin(unit, key), judge_named(unit, call, form, named))
    else:
        options = arguments[form.options] if len(arguments) > form.options > 0 else None
        yield make(unit, call, form, find_origin(unit, key), judge_options(unit, form, options))


def describe_options(unit: Unit, call: SgNode, form: Form, options: SgNode) -> Iterator[Fact]:
    """The fact of a call whose key stands among its options."""
    found = find_object(unit, options)
    if found is None:
        return
    properties = dict(iterate_properties(found))
    key = next((properties[name] for name in (str(form.key), *OTHER_KEYS) if name in properties), None)
    if key is None:
        return
    origin = Origin(Sort.FUNCTION, many=True) if "secretOrKeyProvider" in properties else find_origin(unit, key)
    yield make(unit, call, form, origin, judge_options(unit, form, found))


def find_object(unit: Unit, node: SgNode) -> SgNode | None:
    """The object literal that an expression is, was defined as, or that a factory inside of it gives."""
    if node.kind() == "identifier":
        definition = find_definition(unit, node)
        node = definition.value if definition is not None and definition.value is not None else node
    objects = [node, *node.find_all(kind="object")] if node.kind() == "object" else node.find_all(kind="object")
    wanted = ("secret", "secretOrKey", *OTHER_KEYS)
    return next((one for one in objects if any(name in wanted for name, _ in iterate_properties(one))), None)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is known of the algorithms that a call takes."""

    pinned: bool | None
    fault: str = ""
    symmetric: bool | None = None
    checked: bool = True


def judge_named(unit: Unit, call: SgNode, form: Form, value: SgNode | None) -> Judgement:
    """The algorithms of a Python call."""
    if form.operation == "sign":
        return Judgement(pinned=None)
    options = find_argument(call, "options")
    off = find_argument(call, "verify")
    if (options is not None and UNCHECKED.search(expand(unit, options))) or (off is not None and off.text() == "False"):
        return Judgement(pinned=None, checked=False)
    if form.pins:
        return Judgement(pinned=True)
    if value is None:
        starred = any(one.kind() == "dictionary_splat" for one in call.find_all(kind="dictionary_splat"))
        return Judgement(pinned=None if starred else False, fault="" if starred else "no algorithm is named")
    return judge_value(unit, value)


def judge_options(unit: Unit, form: Form, options: SgNode | None) -> Judgement:
    """The algorithms among the options of a JavaScript call."""
    if form.operation != "verify":
        return Judgement(pinned=None, checked=form.operation == "sign")
    if options is not None and options.kind() == "identifier":
        definition = find_definition(unit, options)
        options = definition.value if definition is not None and definition.value is not None else options
    if options is None or options.kind() in ("arrow_function", "function_expression"):  # a callback stands there
        return Judgement(pinned=False, fault="no algorithm is named")
    properties = dict(iterate_properties(options)) if options.kind() == "object" else {}
    value = properties.get(form.algorithms)
    if value is not None and value.kind() == "object":
        value = dict(iterate_properties(value)).get("algorithms")
    if value is not None:
        return judge_value(unit, value)
    is_open = options.kind() != "object" or any(one.kind() == "spread_element" for one in options.named_children())
    return Judgement(pinned=None) if is_open else Judgement(pinned=False, fault="no algorithm is named")


def judge_value(unit: Unit, value: SgNode) -> Judgement:
    """A list of algorithms."""
    text = expand(unit, value)
    if FROM_TOKEN.search(text):
        return Judgement(pinned=False, fault="the token itself says which algorithm it is checked with")
    names = [name.upper() for name in ALGORITHM.findall(text)]
    if "NONE" in names:
        return Judgement(pinned=False, fault="`none` is among the algorithms, so that a token needs no signature")
    if read_literal(value) in ((True, None), (True, "")):
        return Judgement(pinned=False, fault="no algorithm is named")
    symmetric = {name.startswith("HS") for name in names}
    if symmetric == {True, False}:
        return Judgement(pinned=False, fault="a public key may be used as a shared secret: HS and RS are both taken")
    return Judgement(pinned=True, symmetric=symmetric.pop() if symmetric else None)


def expand(unit: Unit, value: SgNode) -> str:
    """The text of an expression, with what its names were defined as in this file."""
    parts = [value.text()]
    for name in (value, *value.find_all(kind="identifier"))[:5]:
        definition = find_definition(unit, name) if name.kind() == "identifier" else None
        if definition is not None and definition.value is not None:
            parts.append(definition.value.text())
    return " ".join(parts)


def is_harmless_read(call: SgNode) -> bool:
    """Whether a token is only looked into: for its header, or one that an identity provider has just handed over."""
    return re.search(r"complete:\s*true|id_?token", call.text(), re.IGNORECASE) is not None


def make(unit: Unit, call: SgNode, form: Form, origin: Origin, judgement: Judgement) -> Fact:
    """The fact."""
    names: list[Json] = list(origin.names)
    data: dict[str, Json] = {
        "library": form.library,
        "operation": form.operation,
        "pinned": judgement.pinned,
        "fault": judgement.fault,
        "symmetric": judgement.symmetric,
        "checked": judgement.checked or is_harmless_read(call),
        "sort": origin.sort.value,
        "names": names,
        "many": origin.many,
        "owner": unit.bindings.enclosing_symbol(call),
    }
    return Fact("token-call", unit.locate(call), data)
