"""What production starts: command facts, followed through shell scripts and package scripts."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from readycheck.model.evidence import Fact
from readycheck.scan.config.command_line import Program, find_programs

MOST_SCRIPTS = 50  # that one command is followed through
Scripts = dict[tuple[str, str], list[Fact]]
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
    scripts = index_scripts(commands)
    for origin in sorted(commands, key=lambda fact: fact.data.get("source") == "script"):
        if origin.data.get("environment") != "production":
            continue
        for fact in follow(origin, scripts):
            for program in read_programs(fact):
                place = (fact.where.path, fact.where.line, program.words)
                found.setdefault(place, Started(program, fact, origin))
    return tuple(found.values())


def index_scripts(commands: Sequence[Fact]) -> Scripts:
    """Shell and package scripts by their source and name."""
    scripts: Scripts = defaultdict(list)
    for fact in commands:
        scripts[str(fact.data.get("source")), str(fact.data.get("name"))].append(fact)
    return scripts


def follow(origin: Fact, scripts: Scripts) -> Iterator[Fact]:
    """A command and the scripts that it leads to, each once."""
    seen = {id(origin)}
    waiting = [origin]
    while waiting and len(seen) < MOST_SCRIPTS:
        fact = waiting.pop(0)
        yield fact
        found = [script for program in read_programs(fact) for script in find_scripts(program, fact, scripts)]
        fresh = [script for script in (*found, *find_entry(fact, scripts)) if id(script) not in seen]
        seen.update(id(script) for script in fresh)
        waiting += fresh


def read_programs(fact: Fact) -> tuple[Program, ...]:
    """The programs of one command."""
    argv = fact.data.get("argv")
    return find_programs([str(word) for word in argv] if isinstance(argv, list) else [])


def find_entry(fact: Fact, scripts: Scripts) -> Sequence[Fact]:
    """The lines of an entry point of the project's own that has the name of the one in official images."""
    argv = fact.data.get("argv")
    first = str(argv[0]).rsplit("/", 1)[-1] if isinstance(argv, list) and argv else ""
    return scripts.get(("shell", first), ()) if first.endswith(".sh") else ()


def find_scripts(program: Program, fact: Fact, scripts: Scripts) -> Sequence[Fact]:
    """What a program leads to: the lines of a shell script, or a package's script, of the nearest package if known."""
    shell = next((word.rsplit("/", 1)[-1] for word in program.words[:2] if word.endswith(".sh")), "")
    if shell:
        return scripts.get(("shell", shell), ())
    named = scripts.get(("script", script_name(program)), ())
    folder = posixpath.dirname(fact.where.path)
    return [one for one in named if posixpath.dirname(one.where.path) == folder] or named


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
