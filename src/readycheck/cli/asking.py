"""Questions to the person at the terminal; without one, an error instead of a guess."""

from __future__ import annotations

import sys

import typer

from readycheck.audit.errors import UsageError


def is_interactive() -> bool:
    """Whether somebody can answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(question: str, option: str) -> str:
    """The answer to a question, never empty. Raises UsageError naming the option to use where nobody can answer."""
    if not is_interactive():
        raise UsageError(f"{option} is missing, and there is no terminal to ask at")
    try:
        return str(typer.prompt(question, err=True)).strip()
    except typer.Abort as error:
        typer.echo(err=True)  # ends the question's line
        raise UsageError(f"{option}: no answer; nothing was written") from error


def confirm(question: str) -> bool:
    """Whether the answer is yes; no answer is none."""
    try:
        return bool(typer.confirm(question, err=True))
    except typer.Abort:
        typer.echo(err=True)
        return False
