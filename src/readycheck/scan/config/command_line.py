"""Command lines as configuration states them, taken apart into the programs that they start."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from readycheck.scan.late import compile_late

OPERATORS = frozenset({"&&", "||", ";", "|", "&", "(", ")", ";;"})
ASSIGNMENT = compile_late(r"^([A-Za-z_]\w*)=(.*)$", re.DOTALL)
SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh"})
# Programs that start the program named after their own options: word -> how many further words belong to them.
WRAPPERS: Mapping[str, int] = {
    "exec": 0, "env": 0, "cross-env": 0, "dumb-init": 0, "tini": 0, "nohup": 0, "sudo": 0, "time": 0, "nice": 0,
    "npx": 0, "uvx": 0, "pnpx": 0, "bunx": 0, "ddtrace-run": 0, "opentelemetry-instrument": 0,
    "docker-entrypoint.sh": 0,
    "poetry": 1, "pipenv": 1, "uv": 1, "pdm": 1, "hatch": 1, "rye": 1, "doppler": 1, "newrelic-admin": 1,
}  # fmt: skip
RUNNERS = frozenset({"run", "run-program", "exec"})
REDIRECTION = compile_late(r"(?<!\S)(?:\d?[<>]&[\d-]|&>>?\s*[^\s;&|]+)")
SUBSTITUTION = compile_late(r"\$\(([^\s()]+)\)")
"""`$(NAME)`, as Kubernetes writes a variable; as a shell's command without arguments it says as much."""
MAX_DEPTH = 4
MAX_LENGTH = 10_000


@dataclass(frozen=True, slots=True)
class Program:
    """One started program: its words without wrappers, and the variables that the command line sets for it."""

    words: tuple[str, ...]
    environment: Mapping[str, str]

    @property
    def name(self) -> str:
        """The program's file name without its folder."""
        return self.words[0].rsplit("/", 1)[-1] if self.words else ""


def split_words(text: str) -> tuple[str, ...]:
    """The words of a shell command; operators are words of their own. Broken quoting is split at blanks."""
    text = text[:MAX_LENGTH].replace("\\\n", " ").replace("\n", " ; ")
    text = SUBSTITUTION.sub(r"$\1", REDIRECTION.sub(" ", text))
    lexer = shlex.shlex(text, posix=True, punctuation_chars="();|&")
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        return tuple(lexer)
    except ValueError:
        return tuple(text.split())


def find_programs(words: Sequence[str], depth: int = 0) -> tuple[Program, ...]:
    """All programs that a command line starts, in its order; looks into `sh -c "..."` and behind wrappers."""
    found: list[Program] = []
    segment: list[str] = []
    for word in (*words, ";"):
        if word not in OPERATORS:
            segment.append(word)
            continue
        found += open_segment(segment, depth)
        segment = []
    return tuple(found)


def open_segment(words: list[str], depth: int) -> tuple[Program, ...]:
    """The programs behind one simple command."""
    environment: dict[str, str] = {}
    while words:
        assigned = ASSIGNMENT.match(words[0])
        if assigned is not None:
            environment[assigned[1]] = assigned[2]
            words = words[1:]
            continue
        rest = unwrap(words)
        if rest is None:
            break
        words = rest
    if not words:
        return ()
    inner = inner_script(words)
    if inner is not None and depth < MAX_DEPTH:
        programs = find_programs(split_words(inner), depth + 1)
        return tuple(Program(one.words, environment | dict(one.environment)) for one in programs)
    return (Program(tuple(words), environment),)


def unwrap(words: list[str]) -> list[str] | None:
    """The words behind a wrapper, or None if the first word is none."""
    name = words[0].rsplit("/", 1)[-1]
    if name not in WRAPPERS:
        return None
    rest = words[1:]
    if WRAPPERS[name]:
        if not rest or rest[0] not in RUNNERS:
            return None
        rest = rest[1:]
    while rest and rest[0].startswith("-"):
        is_end = rest[0] == "--"
        rest = rest[1:]
        if is_end:
            break
    return rest


def inner_script(words: list[str]) -> str | None:
    """The text that `sh -c TEXT` (also `bash -lc`) is given, or None."""
    if words[0].rsplit("/", 1)[-1] not in SHELLS:
        return None
    for index, word in enumerate(words[1:-1], 1):
        if re.fullmatch(r"-[a-z]*c", word):
            return words[index + 1]
    return None


def runs_module(words: Sequence[str], modules: Collection[str]) -> bool:
    """Whether the words hold `-m MODULE` with one of the modules, as Python takes it."""
    return any(word == "-m" and following in modules for word, following in pairwise(words))
