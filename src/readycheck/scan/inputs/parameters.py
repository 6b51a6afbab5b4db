"""Inputs that a handler declares as its parameters: FastAPI, Litestar and the like, NestJS."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from readycheck.scan.inputs.validators import LIBRARIES, MODELS, Validators
from readycheck.scan.late import compile_late
from readycheck.scan.program.attached import Route
from readycheck.scan.program.model import Call, Definition, Expression
from readycheck.scan.program.program import Program

if TYPE_CHECKING:
    from readycheck.scan.inputs.intake import Input

DECLARING = frozenset({"FastAPI", "Litestar", "Starlite", "Ninja"})
PROVIDED = compile_late(
    r"\b(?:Request|Response|WebSocket|HTTPConnection|BackgroundTasks|SecurityScopes|Depends|Security|Inject|Provide|FromDishka"
    r"|Session|AsyncSession|Injected)\b"
)
OPEN = compile_late(
    r"^(?:Optional\[|list\[|List\[|Annotated\[\s*)*(?:dict|Dict|Any|Mapping|MutableMapping|object|JSON\w*)\b"
)
MARKS = {
    "Body": "body",
    "Form": "body",
    "File": "files",
    "Query": "query",
    "Path": "path",
    "Header": "headers",
    "Cookie": "cookies",
}
NEST = {"Body": "body", "Query": "query", "Param": "path"}
NEST_NAME = compile_late(r"^@nestjs/common\.(Body|Query|Param)\b")
WORD = compile_late(r"[A-Za-z_][\w.]*")
PRIMITIVES = frozenset({"string", "number", "boolean", "any", "unknown", "object", "Record", "Date", "bigint"})


def read_parameters(program: Program, route: Route, handler: Definition, validators: Validators) -> Iterator[Input]:
    """The inputs among the parameters of a handler."""
    if route.framework in DECLARING and not handler.is_class:
        names = set(re.findall(r"{(\w+)", path_of(route)))
        for parameter in handler.parameters:
            yield from read_python(program, handler, parameter, names)
    elif not program.modules[handler.path].is_python:
        for parameter in handler.parameters:
            yield from read_nest(program, handler, parameter, validators)


def path_of(route: Route) -> str:
    """A route's path as far as it is known, for the parameters in it."""
    return route.path or f"{route.shown} {(route.own.prefix if route.own is not None else '') or ''}"


def read_python(program: Program, handler: Definition, parameter: Mapping[str, Any], path: set[str]) -> Iterator[Input]:
    """The input that a parameter of a Python function declares."""
    from readycheck.scan.inputs.intake import Input  # noqa: PLC0415 - the two know each other

    name, text = str(parameter["name"]), describe_type(program, handler, parameter)
    if name in ("self", "cls", "request", "req", "args", "kwargs") or PROVIDED.search(text):
        return
    marks = [call.method for call in list_marks(program, handler, parameter)]
    if any(mark in ("Depends", "Security", "Inject") for mark in marks):
        return
    model = find_model(program, handler, text)
    part = next((MARKS[mark] for mark in marks if mark in MARKS), "")
    part = part or ("path" if name in path else "body" if model is not None or OPEN.match(text) else "query")
    is_open = model is None and bool(OPEN.match(text)) and part in ("body", "query")
    where = program.locate(handler)
    yield Input(part, name, where, not is_open, "", model, declared=True)


def list_marks(program: Program, handler: Definition, parameter: Mapping[str, Any]) -> Iterator[Call]:
    """Calls in the annotation and the default of a parameter: `Query(...)`, `Depends(...)`."""
    module = program.modules[handler.path]
    for place in parameter.get("c", ()):
        yield module.calls[place]
    default = parameter.get("d") or {}
    if "c" in default:
        yield module.calls[default["c"]]


def describe_type(program: Program, handler: Definition, parameter: Mapping[str, Any]) -> str:
    """The text of a parameter's type, with what an alias of the project stands for."""
    text = str(parameter.get("t", ""))
    aliases = [
        str(assignment.value.get("t", ""))
        for _, assignment in program.find_assignments(handler.path, {"n": parameter.get("n", ())})
    ]
    return " ".join((text, *aliases)).strip()


def find_model(program: Program, handler: Definition, text: str) -> Definition | None:
    """The class of the project that validates, among the names of a type."""
    module = program.modules[handler.path]
    for word in WORD.findall(text):
        head, _, rest = word.partition(".")
        target = (
            f"#{word}" if head in module.definitions else f"{module.imports.get(head, '')}{'.' + rest if rest else ''}"
        )
        if target.strip("."):
            ref = program.resolve(handler.path, target)
            found = program.find_definition(ref)
            if found is not None and found.is_class and any(MODELS.match(name) for name in program.find_bases(ref)):
                return found
    return None


def read_nest(
    program: Program, handler: Definition, parameter: Mapping[str, Any], validators: Validators
) -> Iterator[Input]:
    """The input that a parameter of a NestJS method declares."""
    from readycheck.scan.inputs.intake import Input  # noqa: PLC0415 - the two know each other

    for decorator in parameter.get("decorators", ()):
        call = program.find_call(handler.path, decorator)
        kind = next(
            (found[1] for name in (call.names if call is not None else ()) if (found := NEST_NAME.match(name))), ""
        )
        if call is None or not kind:
            continue
        key = next((str(one["s"]) for one in call.arguments if "s" in one), "")
        text = str(parameter.get("t", ""))
        pipes = [one for one in call.arguments if "s" not in one]
        checked = bool(pipes) or is_validated_type(program, handler, text, kind, validators)
        yield Input(NEST[kind], key or str(parameter["name"]), program.locate(handler), checked)


def is_validated_type(program: Program, handler: Definition, text: str, kind: str, validators: Validators) -> bool:
    """Whether a type is checked by a pipe: a class that says how, in a project with a validating pipe."""
    words = [word for word in WORD.findall(text) if word not in PRIMITIVES]
    if not words:
        return text in ("number", "boolean") and kind == "Param" and has_pipe(program)
    if not has_pipe(program):
        return False
    module = program.modules[handler.path]
    for word in words:
        target = f"#{word}" if word in module.definitions else module.imports.get(word, "")
        found = program.find_definition(program.resolve(handler.path, target)) if target else None
        if found is not None and found.is_class:
            return declares_rules(program, found, validators)
    return True  # a type from elsewhere: what checks it is not to be seen from here


def declares_rules(program: Program, model: Definition, validators: Validators, depth: int = 4) -> bool:
    """Whether a class says what its members must be like, itself or through what it is derived from."""
    for call in program.modules[model.path].find_calls(model.name):
        if any(
            LIBRARIES.match(name) or name.startswith(("class-", "nestjs-zod")) for name in validators.find_names(call)
        ):
            return True
    for base in model.bases:
        if "c" in base:
            return True  # PartialType(CreateDto), createZodDto(schema)
        for found in program.find_definitions(model.path, base) if depth else ():
            if declares_rules(program, found, validators, depth - 1):
                return True
    return False


def has_pipe(program: Program) -> bool:
    """Whether the project makes a pipe that validates."""
    return any(
        re.search(r"(?:Validation|Zod\w*|Joi\w*|Yup\w*)Pipe\b", name)
        for call in program.iterate_calls()
        for name in (call.text, *(str(value.get("t", "")) for value in iterate_values(call)))
    )


def iterate_values(call: Call) -> Iterator[Expression]:
    """The arguments of a call and the values of the objects among them."""
    for argument in call.arguments:
        yield argument
        for _, value in argument.get("o", ()):
            yield value
        yield from argument.get("l", ())
