"""The style of a template of `.env`, and a further line in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from readycheck.scan.environ.dotenv import BINDING
from readycheck.scan.late import compile_late

COMMENT = compile_late(r"^[^\S\n]*#", re.MULTILINE)
SEPARATED = compile_late(r"\n[^\S\n]*\r?\n(?:[^\S\n]*#[^\n]*\n)*[^\S\n]*(?:export\s+)?\w+=")


@dataclass(frozen=True, slots=True)
class Style:
    """How a template writes its lines: with `export`, with comments, with blank lines between them."""

    exports: bool = False
    comments: bool = True
    blank_lines: bool = False


def read_style(text: str) -> Style:
    """The style of most lines of a template; one without lines has the style of a new one."""
    bindings = [found[0] for found in BINDING.finditer(text)]
    if not bindings:
        return Style()
    exported = sum(one.lstrip().startswith("export") for one in bindings)
    separated = len(SEPARATED.findall(text))
    return Style(exported * 2 > len(bindings), COMMENT.search(text) is not None, separated * 2 > len(bindings))


def write_head(style: Style, place: str) -> str:
    """What stands above the variables that one file reads, with its line end; empty in a template without comments."""
    return f"{chr(10) if style.blank_lines else ''}# Read in {place}\n" if style.comments else ""


def write_line(style: Style, name: str) -> str:
    """One variable, without a value, as a template writes it, with its line end."""
    blank = "\n" if style.blank_lines and not style.comments else ""
    return f"{blank}{'export ' if style.exports else ''}{name}=\n"
