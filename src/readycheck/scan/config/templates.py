"""Helm templates as YAML: what is computed becomes a placeholder, line for line, so that the rest can be read."""

from __future__ import annotations

import re
from typing import Any

from readycheck.scan.config.error import ConfigError
from readycheck.scan.config.file import ConfigFile, Document
from readycheck.scan.late import compile_late

PLACEHOLDER = "TEMPLATED"
COMMENT = compile_late(r"\{\{-?\s*/\*.*?\*/\s*-?\}\}", re.DOTALL)
WHOLE_LINE = compile_late(r"^\s*\{\{.*\}\}\s*$")
INLINE = compile_late(r"\{\{.*?\}\}")
INDENT = compile_late(r"\bn?indent\s+(\d+)")


def read_documents(file: ConfigFile) -> tuple[Document, ...]:
    """The documents of a YAML file, or of a Helm template as far as it reads as YAML; none where it does not."""
    if "{{" not in file.text:
        return file.parsed
    if "{%" in file.text:
        return ()
    try:
        return ConfigFile(file.path, file.language, fill_template(file.text)).parsed
    except ConfigError:
        return ()  # both branches of a condition give the same key, or the like: callers count what they cannot read


def fill_template(text: str) -> str:
    """The text with placeholders; every line stays where it is."""
    text = COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
    return "\n".join(fill_line(row, number) for number, row in enumerate(text.split("\n"), 1))


def fill_line(row: str, number: int) -> str:
    """One line: a block that is put in becomes a key of its own, a directive nothing, a value a placeholder."""
    if "{{" not in row:
        return row
    if WHOLE_LINE.match(row):
        indent = INDENT.search(row)
        return f"{' ' * int(indent[1])}{PLACEHOLDER}{number}: {PLACEHOLDER}" if indent else ""
    return INLINE.sub(PLACEHOLDER, row)


def is_templated(value: Any) -> bool:  # noqa: ANN401 - a value out of YAML
    """Whether a value is computed, or holds something at its top level that is."""
    if isinstance(value, str):
        return PLACEHOLDER in value
    return isinstance(value, dict) and any(str(key).startswith(PLACEHOLDER) for key in value)
