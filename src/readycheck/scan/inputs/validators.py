"""What checks input: calls of validation libraries, middleware that does, and own functions that ask and refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from readycheck.scan.late import compile_late
from readycheck.scan.program.attached import Piece
from readycheck.scan.program.model import Call, Definition, Expression
from readycheck.scan.program.program import Program

LIBRARIES = compile_late(
    r"^(?:zod|joi|@hapi/joi|yup|ajv|superstruct|valibot|io-ts|runtypes|class-validator|express-validator|celebrate|validator"
    r"|@sinclair/typebox|arktype|fastest-validator|@vinejs/vine|indicative|jsonschema|effect|@effect/schema|koa-joi-router"
    r"|koa-parameter|async-validator|validate\.js|is-my-json-valid|typia|myzod|computed-types|@deepkit/type|drizzle-zod"
    r"|zod-[\w-]+|@hono/[\w-]+-validator|hono/validator|express-openapi-validator|express-zod-api|express-joi-validation"
    r"|zod-express-middleware|express-validation|fastify-type-provider-zod|pydantic|marshmallow|webargs|flask_smorest"
    r"|flask_pydantic|apiflask|spectree|flask_openapi3|flask_restx|flask_restful|flask_inputs|cerberus|voluptuous|schema"
    r"|wtforms|flask_wtf|django\.(?:forms|core\.validators)|rest_framework|ninja|msgspec|cattrs?|dacite|colander|trafaret"
    r"|typeguard|jsonschema_rs|fastjsonschema|dataclasses_json|mashumaro|aiohttp_pydantic|desert|attrs?)(?=$|[./(])"
)
# Parts of those libraries that look at something else than what a route takes.
ELSEWISE = compile_late(r"csrf|limiter|\.Api\b|\.Blueprint\b|login|cors|abort", re.IGNORECASE)
STRONG = frozenset({
    "safeParse", "safeParseAsync", "parseAsync", "validateAsync", "validateSync", "validateOrReject", "isValidSync",
    "validationResult", "matchedData", "model_validate", "model_validate_json", "validate_json", "validate_python",
    "parse_obj",
    "parse_raw", "parse_obj_as", "is_valid", "validate_on_submit", "safe_parse", "assertType", "get_serializer",
    "plainToInstance", "plainToClass", "checkSchema", "readValidatedBody", "getValidatedQuery", "validateUsing",
    "iter_errors", "parse_args", "form_valid",
})  # fmt: skip
UNCHECKED = frozenset({"model_construct", "construct", "model_dump", "dump", "dumps", "model_json_schema"})
# Who signed a body has checked it; but a guard that looks at a signature says nothing about what comes with it.
SIGNATURES = frozenset({
    "construct_event", "constructEvent", "constructEventAsync", "verify_signature", "verifySignature",
    "timingSafeEqual",
    "compare_digest", "verifyWebhook", "verify_webhook", "unwrap",
})  # fmt: skip
SIGNING = compile_late(r"^(?:verify|check|validate)_?\w*(?:signature|webhook|hmac|signed)\w*$", re.IGNORECASE)
REQUESTS = compile_late(r"\b_?(?:req|request|ctx|context)\b")
SPEAKING = compile_late(r"^(?:model_)?validate(?:_\w+|[A-Z]\w*)$|^is_?(?:submitted_?and_?)?valid$|^assert_?valid\w*$")
CLASS = compile_late(r"^[A-Z]\w*(?:Form|Serializer|Schema|Validator|FormSet)$|^serializer_class$|^form_class$")
WEAK = compile_late(r"^(?:parse|validate|load|loads|assert|check|cast|decode|mask|isValid)$")
NAMED = compile_late(r"schema|validat|dto$|serializer|form$|contract|\bjoi\b|\bzod\b|rules$", re.IGNORECASE)
FOREIGN = compile_late(r"^(?:globalThis|JSON|Date|qs|url|querystring|json|yaml|os|path|ast|semver)\b")
BUILDING = compile_late(
    r"\.(?:object|string|number|array|enum|literal|union|optional|shape|boolean|date|record|nativeEnum)$"
)
MODELS = compile_late(
    r"^(?:pydantic(?:\.\w+)*\.(?:BaseModel|RootModel|TypeAdapter)|sqlmodel\.SQLModel|pydantic_settings\.BaseSettings"
    r"|marshmallow\.|django\.forms|rest_framework\.serializers|wtforms|flask_wtf|msgspec\.Struct|ninja\.|flask_restx\.reqparse"
    r"|flask_restful\.reqparse|rest_framework_\w+\.serializers|drf_\w+|odmantic|beanie\.Document|fastapi_users|litestar\.dto)"
)
PARTS = {
    "body": "body", "json": "body", "form": "body", "data": "body", "payload": "body", "query": "query",
    "querystring": "query",
    "params": "path", "param": "path", "path": "path", "headers": "headers", "header": "headers", "cookies": "cookies",
    "files": "files",
}  # fmt: skip
EVERYTHING = frozenset({"body", "query", "path", "files"})
REFUSING = frozenset(
    {"status", "sendStatus", "code", "abort", "HTTPException", "badRequest", "json_abort", "throw", "createError"}
)
ERRORS = range(400, 500)
DEPTH = 2


class Validators:
    """Answers whether a call or a piece of middleware checks input; remembers its answers."""

    def __init__(self, program: Program, reads: Mapping[str, list[Mapping[str, Any]]]) -> None:
        """Take the program, and the data of its `input-read` facts by path."""
        self.program = program
        self.reads = reads
        self._calls: dict[tuple[str, int], bool] = {}
        self._definitions: dict[tuple[str, str], bool] = {}

    def checks(self, call: Call) -> bool:
        """Whether a call itself validates what it is given, by a library."""
        key = (call.path, call.index)
        if key not in self._calls:
            self._calls[key] = self._checks(call)
        return self._calls[key]

    def _checks(self, call: Call) -> bool:
        method = call.method
        if method in UNCHECKED:
            return False
        is_class = (
            CLASS.search(method) is not None and self.program.modules[call.path].is_python
        )  # perhaps not outlined
        if is_class or method in STRONG or SPEAKING.match(method):
            return True
        externals = self.find_names(call)
        if any(MODELS.match(name) for name in externals):
            return not method.endswith("Field")
        if any(LIBRARIES.match(name) and not BUILDING.search(name) for name in externals):
            return True
        if any(FOREIGN.match(name) for name in externals) or not WEAK.match(method):
            return False
        return NAMED.search(call.text.rpartition(".")[0]) is not None

    def find_names(self, call: Call) -> frozenset[str]:
        """The names from outside that a call calls: of a project class those that it is derived from."""
        found = set(self.program.find_externals(call.path, call.names))
        for name in call.names:
            ref = self.program.resolve(call.path, name)
            definition = self.program.find_definition(ref)
            if definition is not None and definition.is_class:
                found |= self.program.find_bases(ref)
            elif not ref.is_external:
                found |= {name for one in self.program.follow(ref) if one.is_external for name in [one.name]}
        return frozenset(found)

    def verifies(self, call: Call) -> bool:
        """Whether a call checks who signed what it is given."""
        return call.method in SIGNATURES or SIGNING.match(call.method) is not None

    def checks_deep(self, definition: Definition) -> bool:
        """Whether a function of the project reads a request and calls what validates, itself or by way of others."""
        key = (definition.path, definition.name)
        if key not in self._definitions:
            self._definitions[key] = False
            asks = any(self.list_reads(definition)) or any(
                REQUESTS.search(str(argument.get("t", "")))
                for call in self.program.modules[definition.path].find_calls(definition.name)
                for argument in call.arguments
            )
            self._definitions[key] = asks and any(
                self.checks(call) for call in self.program.read_calls(definition, DEPTH)
            )
        return self._definitions[key]

    def refuses(self, definition: Definition) -> bool:
        """Whether a function answers with an error of the client, throws, or hands an error on."""
        for call in self.program.read_calls(definition, 1):
            if call.is_marked("throw") or (call.method == "next" and call.arguments):
                return True
            if call.method in REFUSING and any(
                is_client_error(one) for one in (*call.arguments, *call.keywords.values())
            ):
                return True
        statuses = self.program.modules[definition.path].find_statuses(definition.name)
        return self.program.modules[definition.path].is_python and any(status in ERRORS for status in statuses)

    # ------------------------------------------------------------------ middleware

    def find_parts(self, piece: Piece, depth: int = 3, *, is_own: bool = False) -> frozenset[str]:
        """The parts of a request that a piece of middleware validates.

        What asks by hand, without a library, counts only as a route's own (`is_own`): it knows the route's fields.
        """
        if any(LIBRARIES.match(name) and not ELSEWISE.search(name) for name in piece.externals):
            return read_parts(piece)
        found: set[str] = set()
        for definition in piece.definitions:
            if self.checks_deep(definition):
                found |= self.find_parts_of(definition, piece)
            elif is_own and self.refuses(definition):
                found |= {
                    str(read["part"])
                    for read in self.list_reads(definition)
                    if read["tested"] and read["part"] in EVERYTHING
                }
        if depth and not piece.definitions:
            for path, value in self.list_elements(piece):
                found |= self.find_parts(make_inner(self.program, path, value), depth - 1, is_own=is_own)
        return frozenset(found)

    def find_parts_of(self, definition: Definition, piece: Piece) -> frozenset[str]:
        """The parts that an own validating middleware looks at: as it is told, as its code says, or else all."""
        told = read_parts(piece, default=frozenset())
        literal = {str(read["part"]) for read in self.list_reads(definition)} & EVERYTHING
        return told or frozenset(literal) or EVERYTHING

    def list_reads(self, definition: Definition) -> Iterator[Mapping[str, Any]]:
        """What a function reads out of requests, itself or in functions inside of it."""
        for read in self.reads.get(definition.path, ()):
            owner = str(read["owner"])
            if owner == definition.name or owner.startswith(f"{definition.name}."):
                yield read

    def list_elements(self, piece: Piece) -> Iterator[tuple[str, Expression]]:
        """The elements of a list that a piece is, also by way of a variable or a call's arguments."""
        values = [(piece.path, piece.value)]
        values += [(ref.path, one.value) for ref, one in self.program.find_assignments(piece.path, piece.value)]
        for path, value in values:
            yield from ((path, one) for one in value.get("l", ()))
        if piece.call is not None:
            yield from ((piece.call.path, one) for one in piece.call.arguments)


def make_inner(program: Program, path: str, value: Expression) -> Piece:
    """An element of a list as a piece."""
    call = program.find_call(path, value)
    if call is None:
        return Piece(
            path,
            value,
            program.find_externals(path, value.get("n") or ()),
            tuple(program.find_definitions(path, value)),
        )
    definitions = [found for ref in program.find_called(call) if (found := program.find_definition(ref)) is not None]
    return Piece(path, value, program.find_externals(call.path, call.names), tuple(definitions), call)


def read_parts(piece: Piece, default: frozenset[str] = EVERYTHING) -> frozenset[str]:
    """The parts of a request that the arguments of a middleware name: `celebrate({ body })`, `("json", x)`."""
    found: set[str] = set()
    names = sorted(piece.externals)
    for name in names:
        last = name.replace("()", "").split(".")
        if "express-validator" in name and len(last) > 1:
            found |= {PARTS[last[1]]} if last[1] in PARTS else EVERYTHING
    call = piece.call
    for argument in call.arguments if call is not None else ():
        if argument.get("s") in PARTS:
            found.add(PARTS[str(argument["s"])])
        found |= {PARTS[key] for key, _ in argument.get("o", ()) if key in PARTS}
    for key in call.keywords if call is not None else ():
        found |= {PARTS[key]} if key in PARTS else set()
    if any(
        key in ("schema", "validate")
        for argument in (call.arguments if call is not None else ())
        for key, _ in argument.get("o", ())
    ):
        return EVERYTHING
    return frozenset(found & EVERYTHING) or default


def is_client_error(value: Expression) -> bool:
    """Whether an argument is a status of the client's errors."""
    status = value.get("v")
    text = str(value.get("t", ""))
    return (isinstance(status, int) and status in ERRORS) or re.search(
        r"BAD_REQUEST|UNPROCESSABLE|HTTP_4", text
    ) is not None
