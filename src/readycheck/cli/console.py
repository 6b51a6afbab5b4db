"""The only place that writes to the terminal: reports and answers to stdout, everything else to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress


def open_missing_streams() -> None:
    """Put the null device where the caller closed stdin, stdout or stderr.

    Otherwise the next file that is opened gets the stream's number, and output would be written into it.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is not None:
            continue
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one
        setattr(sys, name, open(number, "r" if number == 0 else "w", encoding="utf-8", closefd=False))  # noqa: SIM115 - stays open as long as the program runs


def write_stdout(text: str, encoding: str | None = None, errors: str = "backslashreplace") -> None:
    """Write a text to stdout in full. A reader that went away (`| head`) is no error.

    `encoding` is the text's own, for formats that prescribe one; by default the stream's. What it cannot express is
    written as an escape, or as `errors` says. Raises OSError when the disk is full and the like.
    """
    name = encoding or sys.stdout.encoding or "utf-8"
    data = text.encode(name, errors)
    try:
        sys.stdout.flush()
        view = memoryview(data)
        while view:
            view = view[os.write(sys.stdout.fileno(), view) :]
    except BrokenPipeError:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that nothing fails at exit either


def print_line(text: str) -> None:
    """An answer, on a line of its own on stdout."""
    write_stdout(f"{text}\n")


def print_markdown(text: str) -> None:
    """A Markdown text, laid out for the terminal that stdout is."""
    from rich.console import Console  # noqa: PLC0415 - only `explain` on a terminal lays text out
    from rich.markdown import Markdown  # noqa: PLC0415

    console = Console(force_terminal=True, no_color=bool(os.environ.get("NO_COLOR")))
    with console.capture() as capture:
        console.print(Markdown(text, hyperlinks=False))
    write_stdout(capture.get())


def print_note(text: str) -> None:
    """A remark for the person at the terminal, on stderr; control characters are made visible."""
    from readycheck.catalog.problems import escape_controls  # noqa: PLC0415 - `--help` is faster without

    line = f"readycheck: {escape_controls(text)}\n"
    with suppress(OSError, ValueError):
        encoding = sys.stderr.encoding or "ascii"
        sys.stderr.write(line.encode(encoding, "backslashreplace").decode(encoding))
        sys.stderr.flush()


def print_problems(problems: Iterable[str]) -> None:
    """What is wrong, one line each."""
    for problem in problems:
        print_note(f"error: {problem}")
