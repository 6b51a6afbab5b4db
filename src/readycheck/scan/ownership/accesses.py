"""From the id in a request to the queries that get it, through controllers, services and models."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from readycheck.model.evidence import Fact
from readycheck.scan.checks.contract import Facts
from readycheck.scan.fact_values import read_texts
from readycheck.scan.inputs.intake import LOGGING, Intake, Intakes, list_own, mentions
from readycheck.scan.inputs.parameters import path_of
from readycheck.scan.late import compile_late
from readycheck.scan.ownership.queries import Queries, Query
from readycheck.scan.ownership.tables import Tables
from readycheck.scan.program.guards import Judge
from readycheck.scan.program.model import Call, Definition, Expression, is_within

ID = compile_late(r"^(?:id|uuid|pk|_id)$|(?:_id|Id|_uuid|_pk|Uuid|ID)$")
GROWING = frozenset({"push", "append", "extend", "add", "update", "set", "unshift"})
CONVERTING = compile_late(
    r"(?:^|\.)(?:Number|String|parseInt|int|str|UUID|ObjectId|toString|BigInt|trim|strip|isinstance)$"
)
OWNERS = r"\w*(?:owner|user|author|creator|created_?by|account|customer|member|tenant|org|workspace|team|company)\w*"
COMPARED = compile_late(
    rf"\b{OWNERS}\b[^&|]*?(?:!==?|===?|\bis not\b|\bnot in\b|\bin\b|\.equals\()|(?:!==?|===?)[^&|]*\b{OWNERS}\b"
    rf"|\.(?:equals|includes|some)\([^)]*{OWNERS}",
    re.IGNORECASE,
)
ALLOWING = compile_late(
    r"permission|authori[sz]e(?!d|r)|polic(?:y|ies)|(?:^|[._\s!(])can(?:[A-Z_]|$)|is_?owner|owner_?of"
    r"|(?:check|has|verify|require|grant|with|get|assert|ensure|validate|is|find)_?\w*(?:access|owner|perm|member|rights?|role)"
    r"|access_?(?:control|check|level|rights?)|assert_?can|admin|superuser|staff|user\.role|\bacl\b|rbac|\babilit(?:y|ies)"
    r"|belongs|membership|scoped|tenant|multi_?user|for_?user|by_?user|of_?user",
    re.IGNORECASE,
)
IDENTITY = compile_late(
    r"^(?:current_?|auth_?|req(?:uesting)?_?)?(?:user|owner|actor|caller|viewer|account|member|identity|principal|session)(?:_?id)?$",
    re.IGNORECASE,
)
KNOWN_USER = compile_late(
    r"auth(?!or)|log(?:ged)?_?in\b|jwt|session|protect|passport|(?<!csrf)token(?!s)|current_?user|require_?user|identif|secure|signed|bearer",
    re.IGNORECASE,
)
USER_WORDS = compile_late(
    r"\b(?:req|request|ctx\.state|self\.request|session|g|c\.var)\.user\b|\bcurrent_?user\b", re.IGNORECASE
)
USER_TYPE = compile_late(r"\b(?:Current\w*|\w*User\w*|Depends|Security)\b")
DEPTH = 4


@dataclass(frozen=True, slots=True)
class Access:
    """A query that gets an id of a request; `steps` are the calls that lead to it, the handler's first."""

    query: Query
    steps: Sequence[Call]


class Accesses:
    """Follows ids to queries."""

    def __init__(self, facts: Facts, intakes: Intakes) -> None:
        """Take the facts and the inputs of all routes."""
        self.program = facts.program
        self.intakes = intakes
        files: Sequence[Fact] = facts.get("sql-file", ())
        self.queries = Queries(self.program, files)
        self.tables = Tables(self.program, files)
        self.judge = Judge(facts.web)
        self._access: dict[int, str] = {}

    def list_ids(self, intake: Intake) -> set[str]:
        """What the ids in a route's path are called where its handlers use them."""
        names = {one.key for one in intake.inputs if one.part == "path" and ID.search(one.key)}
        for handler in intake.handlers:
            for read in self.intakes.list_reads(handler):
                if read.data["part"] == "path" and (not read.data["key"] or ID.search(str(read.data["key"]))):
                    names |= {*read_texts(read, "names"), str(read.data["text"])}
        for name in re.findall(r"[:{<](?:\w+:)?(\w+)", path_of(intake.route)):
            if ID.search(name) and any(
                name == one["name"] for handler in intake.handlers for one in handler.parameters
            ):
                names.add(name)
        return names

    def find(
        self, reader: Definition, names: set[str], depth: int = DEPTH, steps: tuple[Call, ...] = ()
    ) -> Iterator[Access]:
        """The queries that a function gives something by one of the names to, itself or further down."""
        known = self.close(reader, names)
        for call in self.program.modules[reader.path].find_calls(reader.name):
            values = (*call.arguments, *call.keywords.values())
            given = [one for one in values if mentions(one, known)]
            if not given or call in steps:
                continue
            query = self.queries.read_call(call, self.chains[call.path, tuple(call.data["at"][:2])])
            if query is not None:
                yield Access(query, (*steps, call))
                continue
            if not depth:
                continue
            for ref in self.program.find_called(call):
                called = self.program.find_definition(ref)
                if called is not None and not called.is_class and called.ref != reader.ref:
                    inner = list_parameters(called, call, known)
                    if inner:
                        yield from self.find(called, inner, depth - 1, (*steps, call))

    def close(self, reader: Definition, names: set[str]) -> set[str]:
        """The names, and the variables of a function that hold what goes by one of them."""
        known = set(names)
        module = self.program.modules[reader.path]
        for assignment in module.assignments:
            is_result = "c" in assignment.value  # what a call makes of an id is no id, unless it only converts it
            if not is_result and is_within(assignment.owner, reader.name) and mentions(assignment.value, known):
                known.add(assignment.text)
        for call in module.find_calls(reader.name):
            if not any(mentions(one, known) for one in call.arguments):
                continue
            if call.method in GROWING:
                known.add(call.text.rpartition(".")[0])
            elif call.target and CONVERTING.search(call.text):
                known.add(call.target.rpartition(".")[2].lstrip("#"))
        return known

    @cached_property
    def chains(self) -> dict[tuple[str, tuple[int, int]], list[Call]]:
        """Calls that begin at one place: `select(Item).where(...).limit(1)`."""
        found: dict[tuple[str, tuple[int, int]], list[Call]] = defaultdict(list)
        for call in self.program.iterate_calls():
            found[call.path, (call.data["at"][0], call.data["at"][1])].append(call)
        return found

    # ------------------------------------------------------------------ who may

    def knows_caller(self, intake: Intake) -> bool:
        """Whether somebody is logged in when a route's handler runs, by what stands before it and what it uses."""
        access = self.find_access(intake)
        return access != "public" and (access != "unknown" or self.seems_to_know(intake))

    def find_access(self, intake: Intake) -> str:
        """Who may call a route, as its guards say."""
        key = id(intake.route)
        if key not in self._access:
            self._access[key] = self.judge.judge(intake.route).access
        return self._access[key]

    def seems_to_know(self, intake: Intake) -> bool:
        """Whether names say that somebody is logged in, where the guards cannot be read."""
        pieces = [piece for guard in intake.route.guards for piece in guard.pieces] + list(list_own(intake.route))
        names = [piece.text for piece in pieces] + [one.name for piece in pieces for one in piece.definitions]
        if any(KNOWN_USER.search(name) for name in names):
            return True
        for handler in intake.handlers:
            texts = [f"{one.get('t', '')} {one.get('d', {}).get('t', '')}" for one in handler.parameters]
            texts += [str(one.get("t", "")) for one in handler.decorators]
            if any(USER_TYPE.search(text) or KNOWN_USER.search(text) for text in texts):
                return True
            if any(USER_WORDS.search(text) for text in self.list_texts(handler)):
                return True
        return False

    def list_texts(self, definition: Definition) -> Iterator[str]:
        """What stands in the calls of a function: callees, arguments, conditions."""
        for call in self.program.modules[definition.path].find_calls(definition.name):
            yield call.text
            yield from call.conditions
            yield from texts_of((*call.arguments, *call.keywords.values()))

    def is_decided_elsewhere(self, intake: Intake, accesses: Sequence[Access]) -> bool:
        """Whether something else on the way says who may: a role, a permission, a comparison with the owner."""
        if self.find_access(intake) == "admin":
            return True
        pieces = [piece for guard in intake.route.guards for piece in guard.pieces] + list(list_own(intake.route))
        names = [piece.text for piece in pieces] + [one.name for piece in pieces for one in piece.definitions]
        names += [str(one.get("t", "")) for handler in intake.handlers for one in handler.decorators]
        names += [
            f"{one.get('t', '')} {one.get('d', {}).get('t', '')}"
            for handler in intake.handlers
            for one in handler.parameters
        ]
        if any(ALLOWING.search(name) for name in names):
            return True
        if any(
            self.decides(handler) or self.asks_with_caller(intake, handler, accesses) for handler in intake.handlers
        ):
            return True
        return any(
            self.decides(found) or self.uses_identity(found, access)
            for access in accesses
            for call in access.steps[:-1]
            for ref in self.program.find_called(call)
            if (found := self.program.find_definition(ref)) is not None
        )

    def asks_with_caller(self, intake: Intake, handler: Definition, accesses: Sequence[Access]) -> bool:
        """Whether a handler gives the id and its caller to something that leads to none of the queries."""
        names = self.list_ids(intake)
        callers = {
            str(one["name"])
            for one in handler.parameters
            if IDENTITY.match(str(one["name"]))
            or KNOWN_USER.search(f"{one.get('t', '')} {one.get('d', {}).get('t', '')}")
        }
        first = [access.steps[0] for access in accesses]
        for call in self.program.modules[handler.path].find_calls(handler.name):
            values = [one for one in (*call.arguments, *call.keywords.values()) if "j" not in one]  # the key of a cache
            if call in first or LOGGING.search(call.text) or not any(mentions(one, names) for one in values):
                continue
            if any(mentions(one, callers) for one in values) or any(
                USER_WORDS.search(text) for text in texts_of(values)
            ):
                return True
        return False

    def uses_identity(self, definition: Definition, access: Access) -> bool:
        """Whether a function on the way is told who asks, and does something with that beside the query."""
        names = {str(one["name"]) for one in definition.parameters if IDENTITY.match(str(one["name"]))}
        return bool(names) and any(
            call not in access.steps
            and not LOGGING.search(call.text)
            and (
                any(mentions(one, names) for one in call.arguments)
                or any(re.search(rf"\b{name}\b", one) for one in call.conditions for name in names)
            )
            for call in self.program.modules[definition.path].find_calls(definition.name)
        )

    def decides(self, definition: Definition) -> bool:
        """Whether a function compares with an owner, or asks something that is called like a permission."""
        for call in self.program.modules[definition.path].find_calls(definition.name):
            if ALLOWING.search(call.text) or any(
                COMPARED.search(one) or ALLOWING.search(one) for one in call.conditions
            ):
                return True
        return False


def list_parameters(called: Definition, call: Call, known: set[str]) -> set[str]:
    """What a called function calls the values that hold one of the names."""
    parameters = [str(one["name"]) for one in called.parameters if one["name"] not in ("self", "cls")]
    found: set[str] = set()
    for place, value in enumerate(call.arguments):
        if place < len(parameters) and mentions(value, known):
            name = parameters[place]
            if name.startswith("{"):
                found |= {str(key) for key, one in value.get("o", ()) if mentions(one, known)}
            else:
                found.add(name)
    return found | {key for key, value in call.keywords.items() if key in parameters and mentions(value, known)}


def texts_of(values: Sequence[Expression]) -> Iterator[str]:
    """The texts of expressions and of what they hold."""
    for value in values:
        yield str(value.get("t", ""))
        yield from texts_of([one for _, one in value.get("o", ())])
        yield from texts_of(value.get("l", ()))
