"""The page about the keys of a rule file, written from the declaration that the loader tests with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from readycheck.catalog.rule_shape import EXAMPLE, detect_shape, rule_shape
from readycheck.catalog.shapes import (
    Choice,
    Field,
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
from readycheck.render.markdown.escape import code, escape_markdown
from readycheck.render.reference_rule import render_prose

INTRO = (
    "A rule is one YAML file. Its name is the rule's id. The built-in ones lie in `rules/`, in the folder of their "
    "item's section; your own in any folder that `--rules` or the configuration names. Unknown keys are errors."
)


def render_format() -> str:
    """The page."""
    rule = rule_shape((), None)
    blocks = ["# The rule format", render_prose(INTRO), "## Keys", "\n".join(render_fields(rule.fields))]
    blocks += ["## `detect`", "Exactly one of these detectors, each with its own keys beside it."]
    for record in detect_shape(None).records:
        blocks += [f"### {record.fields[0].name}", "\n".join(render_fields(expand(record.fields)))]
    blocks += [
        "## `examples`",
        "`bad` and `good` each hold at least one example. An example is a mapping, with either:",
    ]
    for record in EXAMPLE.records:
        blocks += [f"### {record.fields[0].name}", "\n".join(render_fields(record.fields))]
    return "\n\n".join(blocks) + "\n"


def expand(fields: Sequence[Field]) -> Iterator[Field]:
    """The fields, and those of a record inside them with their dotted names."""
    for field in fields:
        yield field
        if isinstance(field.shape, Record):
            for inner in field.shape.fields:
                yield Field(f"{field.name}.{inner.name}", inner.shape, inner.doc, inner.required, inner.default)


def render_fields(fields: Sequence[Field] | Iterator[Field]) -> Iterator[str]:
    """A table of keys."""
    yield "| key | value | meaning |"
    yield "|---|---|---|"
    for field in fields:
        default = "" if field.default is None else f" Default: {code(json.dumps(field.default))}."
        needed = " Required." if field.required else ""
        yield f"| {code(field.name)} | {describe_shape(field.shape)} | {render_prose(field.doc)}{needed}{default} |"


def describe_shape(shape: Shape) -> str:
    """What may stand there, in words."""
    match shape:
        case Text():
            return escape_markdown(shape.says or ("a regex" if shape.format == "regex" else "text"))
        case Word():
            return f"one of {', '.join(map(code, shape.choices))}" if shape.choices else f"the id of an {shape.what}"
        case Flag():
            return "true or false"
        case Number():
            return "a whole number"
    return describe_composed(shape)


def describe_composed(shape: Shape) -> str:
    """What may stand there if it is made of other shapes."""
    match shape:
        case Several():
            inner = describe_shape(shape.of)
            return f"{inner}, or a list of them" if shape.single else f"a list: {inner}"
        case Table():
            return f"a mapping of names to {describe_shape(shape.of)}"
        case Union():
            return " or ".join(describe_shape(each) for each in shape.of)
        case Record() | Choice():
            return "a mapping, see below"
        case Named():
            return "an ast-grep rule object"
    return "any value"
