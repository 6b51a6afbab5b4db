"""What each route takes from its caller, and which of that something checks before it is used."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.model.location import Span
from readycheck.scan.checks.contract import Facts
from readycheck.scan.fact_values import read_rows, read_texts
from readycheck.scan.inputs.messages import Listening
from readycheck.scan.inputs.parameters import path_of, read_parameters
from readycheck.scan.inputs.validators import EVERYTHING, PARTS, Validators
from readycheck.scan.late import compile_late
from readycheck.scan.program.attached import Piece, Route
from readycheck.scan.program.handlers import find_handlers
from readycheck.scan.program.live import list_names
from readycheck.scan.program.model import Call, Definition, is_within

LOGGING = compile_late(
    r"(?:^|\.)(?:console|log|logger|logging|winston|pino|debug|print|log\w*)(?:\.|$)|^print$", re.IGNORECASE
)
PASSING = compile_late(
    r"(?:^|\.)(?:Number|String|parseInt|parseFloat|int|str|float|dict|list|loads|JSON\.parse|assign|pick|omit|trim|strip)$"
)
WORD = compile_late(r"[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)*")
ACTIONS = {
    "GET": ("get", "list", "retrieve"), "POST": ("post", "create"), "PUT": ("put", "update"),
    "PATCH": ("patch", "partial_update"), "DELETE": ("delete", "destroy"), "HEAD": ("head",), "OPTIONS": ("options",),
}  # fmt: skip
PROXY = compile_late(r"\*|\[\.\.\.|:path\b|<path:")
CONVERSION = compile_late(r"^(?:int|float|bool)$|(?:^|\.)(?:UUID|Decimal|fromisoformat|strptime|fromtimestamp)$")
GROWING = frozenset({"push", "append", "extend", "update", "assign"})
TOLD = frozenset({"body", "query", "message"})
PUT = compile_late(r"\.(body|query|params)\.(\w+)$")
DEPTH = 3
TYPED_GETTERS = frozenset({"get", "getlist"})


@dataclass(frozen=True, slots=True)
class Input:
    """One thing that a route takes: `part` of the request, `key` in it (empty: all of it), whether it is checked.

    `model` is the class that it is turned into, where there is one; `sink` what it is handed to.
    """

    part: str
    key: str
    where: Span
    is_checked: bool
    sink: str = ""
    model: Definition | None = None
    declared: bool = False
    """Whether it is a parameter of the handler."""


@dataclass(frozen=True, slots=True)
class Intake:
    """A route and its inputs; `is_known` says whether its handler is code that could be read."""

    route: Route
    handlers: Sequence[Definition]
    inputs: Sequence[Input]
    is_known: bool = True
    readers: Sequence[Definition] = ()

    @property
    def title(self) -> str:
        """The route as it is told: `POST /users/:id`."""
        methods = ", ".join(self.route.methods) or "any method"
        return f"{methods} {self.route.path or self.route.shown or self.route.where.snippet.strip()[:60]}"


class Intakes:
    """The inputs of all routes of a project."""

    def __init__(self, facts: Facts) -> None:
        """Take the facts with their program."""
        self.program = facts.program
        self.web = facts.web
        self.live = facts.live
        self.facts: Mapping[str, Sequence[Fact]] = index(facts.get("input-read", ()))
        self.listening = Listening(facts, self.facts)
        self.validators = Validators(
            self.program, {path: [one.data for one in some] for path, some in self.facts.items()}
        )

    @cached_property
    def routes(self) -> Sequence[Intake]:
        """One intake for each route."""
        return [self.examine(route) for route in self.web.routes]

    def examine(self, route: Route) -> Intake:
        """The inputs of one route."""
        handlers = find_handlers(self.program, route.handler)
        if not handlers:
            is_library = route.handler is not None and bool(route.handler.externals)
            return Intake(route, (), (), is_known=is_library)
        guarded = self.find_guarded(route, handlers)
        given = self.find_given(route)
        inputs: dict[tuple[str, str, int], Input] = {}
        for handler in handlers:
            for one in (
                *read_parameters(self.program, route, handler, self.validators),
                *self.list_inputs(route, handler, guarded),
            ):
                key = (one.part, one.key, one.where.line)
                if not one.is_checked and one.declared and self.is_given_to_validator(handler, {one.key}, DEPTH):
                    one = replace(one, is_checked=True)  # noqa: PLW2901 - the same input, better known
                if (one.part, one.key) in given or (one.part == "path" and self.is_constrained(route, one.key)):
                    continue
                if key not in inputs or one.is_checked:
                    inputs[key] = one
        passed = [one for guard in route.guards for piece in guard.pieces for one in piece.definitions]
        passed += [one for piece in list_own(route) for one in piece.definitions]
        readers = [reader for one in handlers for reader in (one, *self.find_readers(one))]
        return Intake(route, handlers, tuple(inputs.values()), readers=(*readers, *passed))

    def find_guarded(self, route: Route, handlers: Sequence[Definition]) -> frozenset[str]:
        """The parts of the request that something validates before the handler runs."""
        found: set[str] = set()
        for guard in route.guards:
            for piece in guard.pieces:
                if guard.kind != "mount" or not self.web.find_holders(piece.path, piece.value):
                    found |= self.validators.find_parts(piece)
        for piece in list_own(route):
            found |= self.validators.find_parts(piece, is_own=True)
        for handler in handlers:
            for decorator in handler.decorators:
                found |= self.validators.find_parts(self.web.make_piece(handler.path, decorator), is_own=True)
        if route.own is not None and route.own.call is not None and has_schema(route.own.call):
            found |= EVERYTHING
        return frozenset(found)

    def find_given(self, route: Route) -> frozenset[tuple[str, str]]:
        """What the middleware of a route puts into the request itself: `req.body.userId = req.user.id`."""
        found: set[tuple[str, str]] = set()
        for piece in (*(piece for guard in route.guards for piece in guard.pieces), *list_own(route)):
            for definition in piece.definitions:
                for assignment in self.program.modules[definition.path].assignments:
                    target = PUT.search(assignment.text)
                    if target and is_within(assignment.owner, definition.name):
                        found.add((PARTS[target[1]], target[2]))
        return frozenset(found)

    def is_constrained(self, route: Route, key: str) -> bool:
        """Whether a parameter of a path has a form of its own, or a function that is called for it (`router.param`)."""
        path = path_of(route)
        return bool(re.search(rf":{re.escape(key)}[({{]|<\w+:{re.escape(key)}>", path)) or key in self.parameters

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The parameters of paths that a function is called for."""
        return frozenset(
            str(call.arguments[0]["s"])
            for call in self.program.iterate_calls()
            if call.method == "param" and len(call.arguments) == 2 and "s" in call.arguments[0]  # noqa: PLR2004
        )

    # ------------------------------------------------------------------ reads

    def list_reads(self, definition: Definition) -> list[Fact]:
        """What a function reads out of requests, itself or in functions inside of it."""
        return [
            one for one in self.facts.get(definition.path, ()) if is_within(str(one.data["owner"]), definition.name)
        ]

    @property
    def messages(self) -> Sequence[tuple[Fact, Definition]]:
        """What the handlers of sockets in JavaScript take out of messages, where they run, with the handler."""
        return self.listening.messages

    def find_others(self) -> Iterator[tuple[Fact, Definition]]:
        """Reads in code that runs and that none of the known routes leads to, with the function around each."""
        known = {(one.path, one.name) for intake in self.routes for one in intake.readers}
        for path, some in self.facts.items():
            module = self.program.modules.get(path)
            for fact in some if module is not None else ():
                owner = str(fact.data["owner"])
                reader = module.definitions.get(owner) if module is not None else None
                is_known = any(path == other and is_within(owner, name) for other, name in known)
                if reader is not None and not is_known and fact.data["part"] in TOLD and self.live.runs(path, owner):
                    yield fact, reader

    def list_inputs(self, route: Route, handler: Definition, guarded: frozenset[str]) -> Iterator[Input]:
        """What a handler reads out of its request, itself or in a function that it hands the request to."""
        readers = [reader for one in self.narrow(route, handler) for reader in (one, *self.find_readers(one))]
        for reader in readers:
            reads = self.list_reads(reader)
            whole = {str(one.data["part"]) for one in reads if self.is_checked(one, reader) and not one.data["key"]}
            for read in reads:
                sinks = self.find_sinks(read)
                if sinks is None:
                    continue  # only written to the log
                part = str(read.data["part"])
                is_page = part == "query" and not read.data["key"] and self.program.modules[reader.path].is_python
                if is_page or (part != "path" and not read.data["key"] and PROXY.search(path_of(route))):
                    continue  # links to other pages are made of it; a proxy hands all of it on
                checked = part in guarded or part in whole or self.is_checked(read, reader)
                yield Input(part, str(read.data["key"]), read.where, checked, sinks)

    def narrow(self, route: Route, handler: Definition) -> list[Definition]:
        """Of a class that answers several routes the methods that answer this one, with what they call of it."""
        if not handler.is_class:
            return [handler]
        call = route.handler.call if route.handler is not None else None
        told = {
            str(value["s"])
            for argument in (call.arguments if call is not None else ())
            for method, value in argument.get("o", ())
            if "s" in value and str(method).upper() in route.methods
        }
        names = told or {name for method in route.methods for name in ACTIONS.get(method, ())}
        module = self.program.modules[handler.path]
        found = [one for name in sorted(names) if (one := module.definitions.get(f"{handler.name}.{name}")) is not None]
        for one in found:
            for call in module.find_calls(one.name):
                if call.text.startswith("self."):
                    inner = module.definitions.get(f"{handler.name}.{call.method}")
                    found += [inner] if inner is not None and inner not in found else []
        return found or ([] if names else [handler])

    def find_readers(self, handler: Definition, depth: int = DEPTH) -> Iterator[Definition]:
        """Functions that a handler gives the whole request to, or its parts unread."""
        if not depth or not handler.parameters:
            return
        request = f"#{handler.name}.{handler.parameters[0]['name']}"
        if handler.parameters[0]["name"] in ("self", "cls") or handler.is_class:
            return
        for call in self.program.modules[handler.path].find_calls(handler.name):
            if not any(request in (argument.get("n") or ()) for argument in call.arguments):
                continue
            for ref in self.program.find_called(call):
                found = self.program.find_definition(ref)
                if found is not None and found.ref != handler.ref and not found.is_class:
                    yield found
                    yield from self.find_readers(found, depth - 1)

    def find_sinks(self, read: Fact) -> str | None:
        """What a read is handed to, as text; None if it is nothing but a line of the log."""
        calls = self.list_around(read)
        if calls and LOGGING.search(calls[-1].text):
            return None
        for call in calls:
            if not LOGGING.search(call.text):
                return call.text
        return ""

    def list_around(self, read: Fact) -> list[Call]:
        """The calls that a read is handed to, innermost first."""
        known = self.calls.get(read.where.path, {})
        return [call for line, column in read_places(read) if (call := known.get((line, column))) is not None]

    @cached_property
    def calls(self) -> Mapping[str, Mapping[tuple[int, int], Call]]:
        """All calls by file and place; of chained ones that begin together the outermost."""
        found: dict[str, dict[tuple[int, int], Call]] = defaultdict(dict)
        for call in self.program.iterate_calls():
            line, column = call.data["at"][:2]
            found[call.path].setdefault((line, column), call)
        return found

    def is_checked(self, read: Fact, reader: Definition) -> bool:
        """Whether what is read is tested, or given to something that validates it."""
        if read.data["tested"] or self.is_text(read):
            return True
        calls = self.list_around(read)
        own = self.calls.get(read.where.path, {}).get((read.where.line, read.where.column))
        if own is not None and own.method in TYPED_GETTERS and "type" in own.keywords:
            return True
        if any(
            self.validators.checks(call) or self.validators.verifies(call) or self.is_guarded_conversion(call)
            for call in calls
        ):
            return True
        names = {*read_texts(read, "names"), str(read.data["text"])}
        return self.is_given_to_validator(reader, names, DEPTH)

    def is_text(self, read: Fact) -> bool:
        """Whether a part of a query is used as the text that it is in Python, and not converted, which may fail."""
        if read.data["part"] != "query" or not self.program.modules[read.where.path].is_python:
            return False
        return not any(CONVERSION.search(call.text) for call in self.list_around(read))

    def is_guarded_conversion(self, call: Call) -> bool:
        """Whether a call turns text into a number or an id in Python, and what it raises is caught."""
        return (
            CONVERSION.search(call.text) is not None
            and self.program.modules[call.path].is_python
            and call.catches is not None
        )

    def is_given_to_validator(self, reader: Definition, names: set[str], depth: int) -> bool:
        """Whether a function gives something by one of the names to what validates, also by way of a variable."""
        if not depth:
            return False
        known = self.close(reader, names)
        for call in self.program.modules[reader.path].find_calls(reader.name):
            values = (*call.arguments, *call.keywords.values())
            given = [place for place, one in enumerate(values) if mentions(one, known)]
            if given and (self.validators.checks(call) or self.validators.verifies(call)):
                return True
            if any(self.validates_parameter(call, place, depth) for place in given):
                return True
        return False

    def close(self, reader: Definition, names: set[str]) -> set[str]:
        """The names, and the variables of a function that hold what goes by one of them."""
        module = self.program.modules[reader.path]
        known = set(names)
        for assignment in module.assignments:
            is_result = "c" in assignment.value
            if not is_result and is_within(assignment.owner, reader.name) and mentions(assignment.value, known):
                known.add(assignment.text)
        for call in module.find_calls(reader.name):
            if call.method in GROWING and any(mentions(one, known) for one in call.arguments):
                known.add(call.text.rpartition(".")[0])
            if call.target and (
                call.text.partition(".")[0] in known
                or (PASSING.search(call.text) and any(mentions(one, known) for one in call.arguments))
            ):
                known.add(call.target.rpartition(".")[2].lstrip("#"))
        return known

    def validates_parameter(self, call: Call, place: int, depth: int) -> bool:
        """Whether a function of the project validates what it is given at a place."""
        for ref in self.program.find_called(call):
            called = self.program.find_definition(ref)
            if called is None or called.is_class:
                continue
            parameters = [one["name"] for one in called.parameters if one["name"] not in ("self", "cls")]
            name = parameters[place] if place < len(parameters) else ""
            if name and self.is_given_to_validator(called, {name}, depth - 1):
                return True
        return False


def read_places(read: Fact) -> list[tuple[int, int]]:
    """Lines and columns of the calls around a read."""
    return [
        (line, column) for line, column in read_rows(read, "into") if isinstance(line, int) and isinstance(column, int)
    ]


def index(facts: Sequence[Fact]) -> dict[str, list[Fact]]:
    """Facts by the file that they stand in."""
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        found[fact.where.path].append(fact)
    return found


def mentions(value: Mapping[str, Any], names: set[str]) -> bool:
    """Whether an expression holds one of the names, or something that is taken from one."""
    texts = [str(value.get("t", ""))]
    texts += [name.rpartition("#")[2] for name in list_names(value)]
    for text in texts:
        for word in WORD.findall(text.replace("?.", ".")):
            if any(word == name or word.endswith(f".{name}") or word.startswith(f"{name}.") for name in names):
                return True
    if any(str(value.get("t", "")) and name in str(value.get("t", "")) for name in names if "(" in name):
        return True
    parts = [*(value.get("l") or ()), *(value.get("j") or ()), *(value.get("a") or ())]
    parts += [one for _, one in value.get("o") or ()]
    parts += [value["e"]] if "e" in value else []
    return any(mentions(one, names) for one in parts)


def list_own(route: Route) -> Iterator[Piece]:
    """What stands before the handler of a route alone, and what the handler is wrapped in."""
    if route.own is not None:
        yield from route.own.pieces[:-1]
    if route.handler is not None and route.handler.call is not None:
        yield Piece(
            route.handler.path,
            route.handler.value,
            route.handler.externals,
            route.handler.definitions,
            route.handler.call,
        )


def has_schema(call: Call) -> bool:
    """Whether a route is registered with a schema that the framework validates by (Fastify)."""
    for argument in call.arguments:
        for key, value in argument.get("o", ()):
            if key == "schema" and any(
                inner in ("body", "querystring", "query", "params") for inner, _ in value.get("o", ())
            ):
                return True
            if key == "schema" and "o" not in value:
                return True
    return False
