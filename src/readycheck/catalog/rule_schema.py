"""The JSON Schema of rule files, written from the one declaration of their shape, for editors to complete from."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from readycheck.catalog.rule_shape import rule_shape
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
from readycheck.model.rule import Item

Schema = dict[str, Any]


def render_schema(items: Iterable[Item]) -> str:
    """The schema as text, given the checklist's items (so that an editor completes their ids)."""
    definitions: dict[str, Schema] = {}
    body = convert(rule_shape(tuple(item.id for item in items), None), definitions)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A readycheck rule",
        **body,
        "$defs": definitions,
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def convert(shape: Shape, definitions: dict[str, Schema]) -> Schema:
    """One shape; named ones are added to `definitions` and referred to."""
    match shape:
        case Text():
            return convert_text(shape)
        case Word():
            return {"enum": list(shape.choices)}
        case Flag():
            return {"type": "boolean"}
        case Number():
            bounds = {"minimum": shape.least} | ({} if shape.most is None else {"maximum": shape.most})
            return {"type": "integer", **bounds}
        case Table():
            return {
                "type": "object",
                "minProperties": shape.least,
                "additionalProperties": convert(shape.of, definitions),
            }
    return convert_composed(shape, definitions)


def convert_composed(shape: Shape, definitions: dict[str, Schema]) -> Schema:
    """One shape that is made of others."""
    match shape:
        case Several():
            several = {"type": "array", "minItems": shape.least, "items": convert(shape.of, definitions)}
            return {"anyOf": [convert(shape.of, definitions), several]} if shape.single else several
        case Union():
            return {"anyOf": [convert(each, definitions) for each in shape.of]}
        case Named():
            return convert_named(shape, definitions)
        case Record():
            return convert_record(shape, definitions)
        case Choice():
            return {"oneOf": [convert_record(each, definitions, each.fields[0].name) for each in shape.records]}
    return {}


def convert_text(shape: Text) -> Schema:
    """A text; the loader matches forms against the whole of it."""
    schema: Schema = {"type": "string"}
    if shape.form is not None:
        schema["pattern"] = f"^(?:{shape.form})$"
    elif not shape.blank:
        schema["pattern"] = r"\S"
    if shape.format is not None:
        schema["format"] = shape.format
    return schema


def convert_named(shape: Named, definitions: dict[str, Schema]) -> Schema:
    """A reference, and the definition if it is not there yet."""
    if shape.name not in definitions:
        definitions[shape.name] = {}  # keeps the shape from being converted again inside itself
        definitions[shape.name] = convert(shape.resolve(), definitions)
    return {"$ref": f"#/$defs/{shape.name}"}


def convert_record(shape: Record, definitions: dict[str, Schema], leading: str = "") -> Schema:
    """A mapping with known keys; the leading key of a choice is required too."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [field.name for field in shape.fields if field.required or field.name == leading],
        "properties": {field.name: describe_field(field, definitions) for field in shape.fields},
    }


def describe_field(field: Field, definitions: dict[str, Schema]) -> Schema:
    """The schema of one key, with its documentation."""
    schema = convert(field.shape, definitions) | {"description": field.doc}
    return schema | ({} if field.default is None else {"default": field.default})
