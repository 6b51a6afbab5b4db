"""Shell scripts that a container may start, by what they end with: a server as a child of the shell, or none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from readycheck.model.evidence import Fact
from readycheck.scan.config.command_line import Program, find_programs
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.config.shell_script import Statement, read_statements
from readycheck.scan.facts.commands import DEVELOPMENT
from readycheck.scan.late import compile_late

KINDS = ("start-script",)
GLOBS = ("*.sh", "*entrypoint")
SERVING = True
ASSIGNMENT = compile_late(r"^[A-Za-z_]\w*=")
LASTING = compile_late(
    r"^(?:uvicorn|gunicorn|hypercorn|granian|daphne|waitress-serve|uwsgi|celery|flask|fastapi|quart|sanic|dramatiq|rq|"
    r"python[\d.]*|pypy[\d.]*|node|nodemon|ts-node\S*|tsx|npm|yarn|pnpm|bun|deno|next|nest|pm2\S*|java|dotnet)$"
)
"""Programs that serve, or run what serves."""
ONE_SHOT = compile_late(
    r"migrat|upgrade|downgrade|seed|collectstatic|compilemessages|createsuperuser|^build$|generate|^install$|^ci$|^add$|^test|"
    r"^lint|^-c$|^-e$|^--?version$|^-V$|^check|wait|^init|^setup|^create|^load|^dump|backup|^health",
    re.IGNORECASE,
)
"""Words of a command that comes to an end by itself."""
WAITING = compile_late(r"wait[-_]?for")
"""Scripts that wait for a port and then run what stands behind `--`."""
PASSED_ON = frozenset({"$@", "$*", "${@}", "${@:1}"})


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """A script that ends by running something lasting without `exec`, or by waiting for what it put in the background.

    A script that sets a trap decides itself what a signal does, and one for development is never told to stop by a
    platform: nothing is said about these.
    """
    if DEVELOPMENT.search(file.path):
        return
    statements = read_statements(file.text)
    if not statements or any(one.words[0] == "trap" for one in statements):
        return
    found = find_ending(statements)
    if found is None:
        return
    last, started = found
    yield Fact(
        "start-script",
        file.span(last.line),
        {"name": file.path.rpartition("/")[2], "command": [*started[:4]], "waits": last.words[0] == "wait"},
    )


def find_ending(statements: Sequence[Statement]) -> tuple[Statement, tuple[str, ...]] | None:
    """The command with which a script ends, and what runs as a child of the shell then; None if nothing does."""
    rest = [*statements]
    while rest and rest[-1].words[0] == "exit" and rest[-1].depth == 0:
        rest.pop()
    if not rest:
        return None
    last = rest[-1]
    if last.words[0] == "wait":
        behind = [words for one in rest if one.ending == "&" and (words := find_lasting(one))]
        return (last, behind[0]) if behind else None
    if last.ending in ("&", "|") or (last.depth and any(one.words[0] == "exec" for one in rest)):
        return None
    words = find_lasting(last)
    return (last, words) if words else None


def find_lasting(statement: Statement) -> tuple[str, ...]:
    """The words of a command that runs until it is stopped, without assignments; empty for others and for `exec`."""
    words = statement.words
    while words and ASSIGNMENT.match(words[0]):
        words = words[1:]
    if not words or words[0] == "exec":
        return ()
    if words[0] in PASSED_ON:
        return words
    is_waiting = "--" in words and any(WAITING.search(word) for word in words[:2])
    programs = find_programs([*(words[words.index("--") + 1 :] if is_waiting else words)])
    return words if any(is_lasting(one) for one in programs) else ()


def is_lasting(program: Program) -> bool:
    """Whether a program serves until somebody stops it, as far as its words say."""
    rest = program.words[1:]
    return bool(LASTING.match(program.name) and rest and not any(map(ONE_SHOT.search, rest)))
