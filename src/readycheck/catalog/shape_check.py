"""The test of a value out of a YAML file against the shape that it must have."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from readycheck.catalog.problems import Faults, Path
from readycheck.catalog.shapes import (
    Anything,
    Choice,
    Flag,
    Named,
    Number,
    Record,
    Several,
    Shape,
    Table,
    Text,
    Union,
    Word,
)

PYTHON_TYPES: dict[type, type] = {Text: str, Word: str, Flag: bool, Several: list}


def check_shape(value: Any, shape: Shape, path: Path, faults: Faults) -> None:  # noqa: ANN401, C901 - one arm a shape
    """Note everything about the value that is not as the shape says."""
    match shape:
        case Text():
            check_text(value, shape, path, faults)
        case Word():
            check_word(value, shape, path, faults)
        case Flag():
            if not isinstance(value, bool):
                faults.add(path, f"must be true or false, not {describe(value)}")
        case Number():
            check_number(value, shape, path, faults)
        case Several():
            check_several(value, shape, path, faults)
        case Table():
            check_table(value, shape, path, faults)
        case Union():
            check_union(value, shape, path, faults)
        case Named():
            check_shape(value, shape.resolve(), path, faults)
        case Record():
            check_record(value, shape, path, faults)
        case Choice():
            check_choice(value, shape, path, faults)
        case Anything():
            pass


def check_text(value: Any, shape: Text, path: Path, faults: Faults) -> None:  # noqa: ANN401 - YAML
    """A text of the wanted form."""
    if not isinstance(value, str):
        faults.add(path, f"must be a text, not {describe(value)}; put it in quotes if it is meant as one")
    elif not (value.strip() or shape.blank):
        faults.add(path, "must not be empty")
    elif shape.form is not None and not compile_form(shape.form).fullmatch(value):
        faults.add(path, f"must be {shape.says}, not {value[:80]!r}")
    elif shape.format == "regex":
        check_regex(value, path, faults)


def check_regex(value: str, path: Path, faults: Faults) -> None:
    """A regular expression that Python can read."""
    try:
        re.compile(value)
    except (re.error, RecursionError, OverflowError) as error:
        faults.add(path, f"is no regular expression: {error}")


def check_word(value: Any, shape: Word, path: Path, faults: Faults) -> None:  # noqa: ANN401 - YAML
    """One of the choices."""
    if value not in shape.choices or not isinstance(value, str):
        known = f"; known: {', '.join(shape.choices)}" if len(shape.choices) <= 12 else ""  # noqa: PLR2004 - a line's worth
        faults.add(path, f"unknown {shape.what} {str(value)[:80]!r}{known}", str(value), shape.choices)


def check_number(value: Any, shape: Number, path: Path, faults: Faults) -> None:  # noqa: ANN401 - YAML
    """An integer within the bounds."""
    if isinstance(value, bool) or not isinstance(value, int):
        faults.add(path, f"must be a whole number, not {describe(value)}")
    elif value < shape.least or (shape.most is not None and value > shape.most):
        bounds = f"{shape.least} or more" if shape.most is None else f"{shape.least} to {shape.most}"
        faults.add(path, f"must be {bounds}, not {value}")


def check_several(value: Any, shape: Several, path: Path, faults: Faults) -> None:  # noqa: ANN401 - YAML
    """A list, each item of the wanted shape."""
    if not isinstance(value, list):
        if shape.single and not isinstance(value, dict):
            check_shape(value, shape.of, path, faults)
        else:
            faults.add(path, f"must be a list, not {describe(value)}")
        return
    if len(value) < shape.least:
        faults.add(path, f"needs at least {shape.least} of them" if shape.least > 1 else "needs at least one")
    for index, item in enumerate(value):
        check_shape(item, shape.of, (*path, index), faults)


def check_table(value: Any, shape: Table, path: Path, faults: Faults) -> None:  # noqa: ANN401 - YAML
    """A mapping of texts to values of the wanted shape."""
    if not isinstance(value, dict):
        faults.add(path, f"must be a mapping, not {describe(value)}")
        return
    if len(value) < shape.least:
        faults.add(path, "needs at least one entry")
    for key, item in value.items():
        if isinstance(key, str):
            check_shape(item, shape.of, (*path, key), faults)
        else:
            faults.add((*path, str(key)), "the key must be a text; put it in quotes")


def check_union(value: Any, shape: Union, path: Path, faults: Faults) -> None:  # noqa: ANN401 - YAML
    """The alternative whose YAML type the value has."""
    chosen = next((each for each in shape.of if accepts_type(value, each)), None)
    if chosen is None:
        faults.add(path, f"must be {' or '.join(map(name_type, shape.of))}, not {describe(value)}")
    else:
        check_shape(value, chosen, path, faults)


def check_record(value: Any, shape: Record, path: Path, faults: Faults) -> None:  # noqa: ANN401 - YAML
    """A mapping with the known keys, none missing."""
    if not isinstance(value, dict):
        faults.add(path, f"must be a mapping, not {describe(value)}")
        return
    fields = {field.name: field for field in shape.fields}
    for key, item in value.items():
        if key in fields:
            check_shape(item, fields[key].shape, (*path, key), faults)
        else:
            faults.add((*path, str(key)), f"unknown key in {shape.what}", str(key), tuple(fields))
    for field in shape.fields:
        if field.required and field.name not in value:
            faults.add((*path, field.name), f"is missing in {shape.what}")


def check_choice(value: Any, shape: Choice, path: Path, faults: Faults) -> None:  # noqa: ANN401 - YAML
    """A mapping that holds exactly one of the leading keys."""
    if not isinstance(value, dict):
        faults.add(path, f"must be a mapping, not {describe(value)}")
        return
    present = [record for record in shape.records if record.fields[0].name in value]
    if len(present) == 1:
        check_record(value, present[0], path, faults)
    elif present:
        faults.add(path, f"holds {' and '.join(record.fields[0].name for record in present)}; one {shape.what} only")
    else:
        siblings = {field.name for record in shape.records for field in record.fields}
        unknown = next((str(key) for key in value if key not in siblings), "")
        faults.add(
            (*path, unknown) if unknown else path,
            f"{f'unknown {shape.what} {unknown[:80]!r}' if unknown else f'names no {shape.what}'}; "
            f"known: {', '.join(shape.leads)}",
            unknown,
            shape.leads,
        )


@lru_cache(maxsize=64)
def compile_form(form: str) -> re.Pattern[str]:
    """The compiled form of a text."""
    return re.compile(form)


def accepts_type(value: Any, shape: Shape) -> bool:  # noqa: ANN401 - YAML
    """Whether the value has the YAML type that a shape is about."""
    match shape:
        case Named():
            return accepts_type(value, shape.resolve())
        case Union():
            return any(accepts_type(value, each) for each in shape.of)
        case Number():
            return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, PYTHON_TYPES.get(type(shape), dict))


def name_type(shape: Shape) -> str:
    """A shape's YAML type in words."""
    match shape:
        case Text():
            return "a text"
        case Word():
            return " or ".join(shape.choices)
        case Number():
            return "a whole number"
        case Several():
            return "a list"
        case Named():
            return name_type(shape.resolve())
    return "a mapping"


def describe(value: Any) -> str:  # noqa: ANN401 - YAML
    """What a value is, for a message."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else repr(value)[:80]
