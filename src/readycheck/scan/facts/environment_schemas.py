"""Schemas that the whole environment of a JavaScript or TypeScript service is held against.

zod, valibot, yup, Joi, envalid, t3-env, class-validator and a project's own: each key that is written as a variable is
an `env-read` of the form "schema".
`env-validation`: `form`, `function` (in which it runs; empty at the top), `phase`, `required` (how many variables it
demands), `schema` (qualified names of a schema that lies in another module), and `stops` (a fault ends the start).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.assignments import find_target
from readycheck.scan.environ.javascript import list_arguments
from readycheck.scan.environ.keys import read_key
from readycheck.scan.environ.phase import find_phase, name_function
from readycheck.scan.environ.reads import READ, make_read
from readycheck.scan.environ.schemas import Entry, find_classes, find_entries, read_entry
from readycheck.scan.environ.wrappers import WRAPPER, make_wrapper, make_wrapper_fact
from readycheck.scan.facts.environment_javascript import find_objects
from readycheck.scan.late import compile_late
from readycheck.scan.literals import find_argument

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

VALIDATION = "env-validation"
KINDS = (READ, VALIDATION, WRAPPER)
SERVING = True
LANGUAGES = (Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = (
    "process", "zod", "envalid", "joi", "Joi", "valibot", "yup", "createEnv", "cleanEnv", "class-validator", "Deno",
    "ConfigModule", "import.meta.env", "@sinclair/typebox", "arktype", "validateConfig",
)  # fmt: skip
# By the last word of what is called with the environment.
CHECKS = compile_late(
    r"(?:safe)?[pP]arse(?:Async|Env)?|validate\w*|attempt|assert\w*|cleanEnv|createEnv|plainTo(?:Instance|Class)|decode|Check"
    r"|from|\w*[cC]heck(?:ed)?Env\w*|customCleanEnv|strict\w*|testEnvironmentVariables?|load\w*"
)
# These end the process, or throw, by themselves: those that do not leave it to the code around them.
LENIENT = compile_late(r"safeParse|^validate$|validateSync|plainTo")
STOPS = compile_late(r"\bthrow\b|process\.exit")
VALIDATORS = tuple(f"class-validator.{name}" for name in ("validate", "validateSync", "validateOrReject"))
NEST = ("@nestjs/config.ConfigModule.forRoot", "@nestjs/config.ConfigModule.forRootAsync")
OWN = compile_late(r"(?:^|/)env(?:ironment)?\.[cm]?[jt]s$")
SCHEMA_NAME = compile_late(r"env|config|settings", re.IGNORECASE)
SHAPES = r"^(?:z|zod|Joi|joi|v|yup|Type|t)\.(?:object|strictObject|looseObject|Object)\("


def collect(unit: Unit) -> Iterator[Fact]:
    """The schemas of one module and where the environment is held against them."""
    seen: set[int] = set()
    for call in find_checks(unit):
        yield from describe_check(unit, call, seen)
        yield from find_getters(unit, call)
    if "class-validator" in unit.text:
        for entry in find_classes(unit):
            yield from make_entry(unit, entry, seen)
    if SCHEMA_NAME.search(unit.path.rpartition("/")[2]) or "process.env" in unit.text:
        for call in unit.root.find_all(kind="call_expression", regex=SHAPES):
            entries = [*find_entries(unit, call)]
            if entries:
                for entry in entries:
                    yield from make_entry(unit, entry, seen)
    if OWN.search(unit.path) and "class-validator" in unit.text:
        yield from find_self_checks(unit)
    if "ConfigModule" in unit.text:
        yield from find_nest(unit)


def make_entry(unit: Unit, entry: Entry, seen: set[int]) -> Iterator[Fact]:
    """The read that a key of a schema is, once."""
    start = entry.place.range().start.index
    if start not in seen:
        seen.add(start)
        yield make_read(unit, entry.place, read_entry(entry))


def find_checks(unit: Unit) -> Iterator[SgNode]:
    """The calls that are given the whole environment and look like checks of it."""
    found: set[int] = set()
    for node in find_objects(unit):
        call = find_call(node)
        callee = call.field("function") if call is not None else None
        if call is None or callee is None or call.range().start.index in found:
            continue
        if CHECKS.fullmatch(callee.text().rpartition(".")[2].rpartition("?")[2]):
            found.add(call.range().start.index)
            yield call
    yield from (call for call in find_made(unit) if call.range().start.index not in found)


def find_made(unit: Unit) -> Iterator[SgNode]:
    """t3-env's `createEnv`, whatever it is given."""
    if "@t3-oss/env" in unit.text:
        yield from unit.root.find_all(kind="call_expression", regex=r"^createEnv\(")


def find_call(node: SgNode) -> SgNode | None:
    """The call of which an expression is an argument, itself, spread into an object, or as one of its options."""
    for parent in node.ancestors()[:6]:
        kind = parent.kind()
        if kind == "call_expression":
            return parent
        if kind not in ("arguments", "spread_element", "object", "pair", "as_expression", "non_null_expression"):
            return None
    return None


def describe_check(unit: Unit, call: SgNode, seen: set[int]) -> Iterator[Fact]:
    """The fact of one check, and the reads that its schema spells out."""
    callee = call.field("function")
    if callee is None:
        return
    entries = [*find_entries(unit, call)]
    for entry in entries:
        yield from make_entry(unit, entry, seen)
    schema = callee.field("object")
    names: list[Json] = [name for name in unit.bindings.qualify(schema) if name] if schema is not None else []
    if not entries and not names and not SCHEMA_NAME.search(callee.text()):
        return
    if not entries and callee.text().startswith(("JSON.", "Object.", "globalThis.")):
        return
    stops = not LENIENT.search(callee.text()) or STOPS.search(unit.text) is not None
    data: dict[str, Json] = {
        "form": f"{callee.text().rpartition('.')[2]}()",
        "function": name_function(call),
        "phase": find_phase(call, strict=True),
        "required": count_required(entries),
        "total": len(entries),
        "schema": [] if entries else names,
        "stops": stops,
    }
    yield Fact(VALIDATION, unit.locate(call), data)


def count_required(entries: Sequence[Entry]) -> int:
    """How many variables a schema demands."""
    reads = [read_entry(entry) for entry in entries]
    return sum(1 for read in reads if read.required and read.default is None)


def find_getters(unit: Unit, check: SgNode) -> Iterator[Fact]:
    """Functions that hand out a member of the checked environment by its name: `get(key) { return this.env[key]; }`."""
    target = find_target(check)
    for node in unit.find_kind("subscript_expression") if target else ():
        whose, index = node.field("object"), node.field("index")
        if whose is None or index is None or whose.text() != target:
            continue
        key = read_key(unit, index)
        wrapper = make_wrapper(key)
        if wrapper is not None and key.function is not None:
            yield make_wrapper_fact(unit, key.function, wrapper)


def find_self_checks(unit: Unit) -> Iterator[Fact]:
    """A class of a module named after the environment that checks itself, made where the module is loaded."""
    made = re.search(r"^(?:export\s+default\s+|(?:export\s+)?const\s+\w+[^=]*=\s*)new\s+\w+\(", unit.text, re.MULTILINE)
    for reference in unit.find_references(VALIDATORS):
        call = reference.call
        if call is None or [part.text() for part in list_arguments(call)][:1] != ["this"]:
            continue
        data: dict[str, Json] = {"form": "class-validator", "function": name_function(call), "required": 1, "total": 0}
        phase = "startup" if made is not None else "unknown"
        stops = STOPS.search(unit.text) is not None
        yield Fact(VALIDATION, unit.locate(call), {**data, "phase": phase, "schema": [], "stops": stops})


def find_nest(unit: Unit) -> Iterator[Fact]:
    """Nest's ConfigModule with a schema or a function that validates, which it runs when the application is made."""
    for reference in unit.find_references(NEST):
        call = reference.call
        checks = [find_argument(call, key) for key in ("validationSchema", "validate")] if call is not None else []
        given = next((value for value in checks if value is not None), None)
        if call is None or given is None:
            continue
        entries = [*find_entries(unit, given)]
        data: dict[str, Json] = {"form": "Nest's ConfigModule", "function": "", "phase": "startup", "stops": True}
        schema: list[Json] = [*unit.bindings.qualify(given)]
        yield Fact(
            VALIDATION,
            unit.locate(call),
            {**data, "required": count_required(entries), "total": len(entries), "schema": schema},
        )
