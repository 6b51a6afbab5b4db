"""The members of the models that bodies are turned into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readycheck.scan.late import compile_late
from readycheck.scan.program.model import Definition
from readycheck.scan.program.program import Program

TEXTUAL = compile_late(r"\b(?:str|SecretStr|EmailStr|StringConstraints|constr|string|AnyUrl|HttpUrl)\b")
BOUND = compile_late(r"max_length|pattern=|regex=|EmailStr|Literal|Enum|\bconstr\(.*max|HttpUrl|AnyUrl|UUID")


def list_fields(program: Program, model: Definition, depth: int = 3) -> Iterator[tuple[str, bool]]:
    """The texts among the members of a model: the name of each, and whether its length or form is bound."""
    module = program.modules[model.path]
    for assignment in module.assignments:
        if assignment.owner != model.name or not assignment.names:
            continue
        texts = [str(assignment.value.get("t", "")), module.read_row(assignment.line)]
        texts += [
            str(one.value.get("t", "")) for _, one in program.find_assignments(model.path, strip_call(assignment.value))
        ]
        told = " ".join(texts)
        if TEXTUAL.search(told):
            yield assignment.text, BOUND.search(told) is not None
    for base in model.bases if depth else ():
        for found in program.find_definitions(model.path, base):
            yield from list_fields(program, found, depth - 1)


def strip_call(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """A member's annotation (`Email()`, an instance of the type) as the names of the type."""
    return {"n": [name.removesuffix("()") for name in value.get("n") or ()]}
