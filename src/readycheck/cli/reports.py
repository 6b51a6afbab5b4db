"""`--format` and `--report`: which formats are written where."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from readycheck.audit.errors import UsageError, suggest
from readycheck.cli.console import print_note, write_stdout
from readycheck.cli.pipeline import Audit
from readycheck.cli.places import check_place, write_file
from readycheck.render.formats import find_renderer, format_names
from readycheck.render.style import Style, choose_style

TERMINAL = "terminal"


@dataclass(frozen=True, slots=True)
class Output:
    """A format and the file that it goes to."""

    format: str
    path: Path


def check_format(name: str, option: str) -> str:
    """The name, if there is such a format. Raises UsageError with the nearest that exists."""
    if name not in format_names():
        raise UsageError(
            f'{option}: no format "{name}"{suggest(name, format_names())}; one of {", ".join(format_names())}'
        )
    return name


def parse_outputs(words: Iterable[str], root: Path) -> tuple[Output, ...]:
    """`FORMAT=FILE` words. Raises UsageError for the first that cannot be written."""
    outputs: list[Output] = []
    for word in words:
        output = split_output(word, "sarif=readycheck.sarif", check_format)
        check_place(output.path, root)
        if any(os.path.abspath(output.path) == os.path.abspath(other.path) for other in outputs):  # noqa: PTH100 - spelling
            raise UsageError(f"--report: two reports would be written to {output.path}")
        outputs.append(output)
    return tuple(outputs)


def split_output(word: str, example: str, check: Callable[[str, str], str]) -> Output:
    """One `FORMAT=FILE`; `check` raises UsageError for a format that does not exist."""
    name, equals, file = word.partition("=")
    if not equals or not file:
        raise UsageError(f'--report: "{word}" must be FORMAT=FILE, such as {example}')
    return Output(check(name, "--report"), Path(file))


def write_outputs(audit: Audit, outputs: Sequence[Output], verbosity: int) -> None:
    """Write each report to its file, and say so unless quiet."""
    for output in outputs:
        text = find_renderer(output.format)(audit.report, audit.catalogue, Style(verbosity=verbosity))
        write_file(output.path, text)
        if verbosity >= 0:
            print_note(f"wrote the {output.format} report to {output.path}")


def print_report(audit: Audit, name: str, verbosity: int) -> None:
    """Write the report to stdout: for people in the terminal's encoding, for machines in UTF-8."""
    style = choose_style(sys.stdout, os.environ, verbosity)
    text = find_renderer(name)(audit.report, audit.catalogue, style)
    write_stdout(text, None if name == TERMINAL else "utf-8")
