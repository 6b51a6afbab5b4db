"""What production starts: command facts, followed through shell scripts and package scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from readycheck.model.evidence import Fact
from readycheck.scan.command_line import Program, find_programs

MOST_STEPS = 4
MANAGERS = frozenset({"npm", "yarn", "pnpm", "bun"})
PYTHONS = ("python", "pypy")


@dataclass(frozen=True, slots=True)
class Started:
    """A program that production starts: where it is written, and the command that leads there (itself, if direct)."""

    program: Program
    fact: Fact
    origin: Fact


def find_started(commands: Sequence[Fact]) -> tuple[Started, ...]:
    """All programs that commands for production start, each place once.

    What a deployment names comes first: a package's script has it for its origin where both lead to one place.
    """
    found: dict[tuple[str, int, tuple[str, ...]], Started] = {}
    for fact in sorted(commands, key=lambda fact: fact.data.get("source") == "script"):
        if fact.data.get("environment") == "production":
            for started in follow(fact, fact, commands, 0):
                place = started.fact.where
                found.setdefault((place.path, place.line, started.program.words), started)
    return tuple(found.values())


def follow(fact: Fact, origin: Fact, commands: Sequence[Fact], depth: int) -> Iterator[Started]:
    """The programs of one command, and those of the scripts that they run."""
    argv = fact.data.get("argv")
    for program in find_programs([str(word) for word in argv] if isinstance(argv, list) else []):
        yield Started(program, fact, origin)
        if depth < MOST_STEPS:
            for script in find_scripts(program, commands):
                yield from follow(script, origin, commands, depth + 1)


def find_scripts(program: Program, commands: Sequence[Fact]) -> Iterator[Fact]:
    """The command facts that a program leads to: the lines of a shell script, or a package's script."""
    name = script_name(program)
    shell = next((word.rsplit("/", 1)[-1] for word in program.words[:2] if word.endswith(".sh")), "")
    for fact in commands:
        source, called = fact.data.get("source"), fact.data.get("name")
        if (source == "shell" and shell and called == shell) or (source == "script" and name and called == name):
            yield fact


def script_name(program: Program) -> str:
    """The package script that a package manager is told to run, or empty."""
    if program.name not in MANAGERS:
        return ""
    words = [word for word in program.words[1:] if not word.startswith("-")]
    if words[:1] in (["run"], ["run-script"]):
        words = words[1:]
    return words[0] if words else ""


def runs_file(program: Program, path: str) -> bool:
    """Whether a program is Python, running that file or its module."""
    if not program.name.startswith(PYTHONS):
        return False
    words = program.words[1:]
    while words and words[0].startswith("-") and words[0] != "-m":
        words = words[1:]
    if not words:
        return False
    if words[0] == "-m":
        module = words[1].replace(".", "/") if len(words) > 1 else ""
        return bool(module) and any(is_tail(path, f"{module}{ending}") for ending in (".py", "/__main__.py"))
    return is_tail(path, words[0].removeprefix("./"))


def is_tail(path: str, written: str) -> bool:
    """Whether a path of the project and one written in a container's command may be the same file."""
    return path == written or path.endswith(f"/{written}") or written.endswith(f"/{path}")
