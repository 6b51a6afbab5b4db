"""Programs between a container's first process and the service that keep a signal to themselves."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from readycheck.model.evidence import Fact
from readycheck.model.location import Span
from readycheck.scan.config.command_line import OPERATORS, SHELLS, inner_script, split_words
from readycheck.scan.config.start_commands import is_tail
from readycheck.scan.late import compile_late

MANAGERS = frozenset({"npm", "yarn", "pnpm", "npx", "pnpx"})
FORWARDING = frozenset({"dumb-init", "s6-svscan", "supervisord", "pm2-runtime"})
TRANSPARENT = frozenset({"env", "cross-env", "exec", "docker-entrypoint.sh"})
ASSIGNMENT = compile_late(r"^[A-Za-z_]\w*=")
IDLE = frozenset({"tail", "sleep"})
"""Programs that only keep a container alive: there is no service in that place that should be told."""


def find_wrapper(command: Fact, scripts: Sequence[Fact]) -> tuple[Span, str] | None:
    """The place and the fault where a signal does not reach the service; None if it does, or cannot be told.

    `scripts` are the project's start scripts that end with a server as a child of theirs.
    """
    argv = command.data.get("argv")
    words = [str(word) for word in argv] if isinstance(argv, list) else []
    is_shell = command.data.get("form") == "shell" and command.data.get("source") == "dockerfile"
    if command.data.get("source") == "compose":
        words = [word for word in words if word != ";"]  # what stands for a line's end: no shell reads the command
    inner = inner_script(words) if words else None
    is_bash = inner is not None and words[0].rsplit("/", 1)[-1] in ("bash", "zsh")
    if inner is not None:
        words, is_shell = list(split_words(inner)), True
    entry = find_script(words, command, scripts) if words else None
    if entry is not None:
        return entry  # also where it has the name of the one that official images have
    words = strip(words)
    if not words or words[0] in FORWARDING or "trap" in words:
        return None
    last = take_last(words)
    name = last[0].rsplit("/", 1)[-1] if last else ""
    if name in MANAGERS:
        return command.where, (
            f"`{' '.join(last[:3])}` stands between the platform and the service: "
            f"SIGTERM goes to {name}, which may keep it"
        )
    if name in IDLE:
        return None
    if is_shell and not is_bash and len(last) < len(words) and words[-len(last) - 1 :][:1] != ["exec"]:
        return (
            command.where,
            f"a shell runs `{' '.join(last[:3])}` after another command and keeps SIGTERM: begin it with exec",
        )
    return find_script(words, command, scripts)


def strip(words: list[str]) -> list[str]:
    """A command line without assignments and programs that become what they start."""
    while words and (ASSIGNMENT.match(words[0]) or words[0].rsplit("/", 1)[-1] in TRANSPARENT or words[0] == "--"):
        words = words[1:]
    if words and words[0].rsplit("/", 1)[-1] == "tini":
        if "-g" in words[1:3]:
            return []
        words = strip([word for word in words[1:] if not word.startswith("-")])
    return words


def take_last(words: list[str]) -> list[str]:
    """The last of several commands; the whole line if there is one, or if it does not end by running something."""
    parts: list[list[str]] = [[]]
    for word in words:
        if word in OPERATORS:
            parts.append([])
        else:
            parts[-1].append(word)
    last = next((part for part in reversed(parts) if part), words)
    return strip(last) if last and last[0] == "exec" else last


def find_script(words: list[str], origin: Fact, scripts: Sequence[Fact]) -> tuple[Span, str] | None:
    """The line of a start script that runs the server as a child of the shell."""
    named = words[1] if words[0].rsplit("/", 1)[-1] in SHELLS and len(words) > 1 else words[0]
    script = choose_script(named, origin, scripts)
    if script is None:
        return None
    started = script.data["command"]
    text = " ".join(map(str, started[:3])) if isinstance(started, list) else ""
    if script.data["waits"]:
        return script.where, f"the shell waits for `{text}` here and passes no SIGTERM on: nothing traps it"
    name = script.data["name"]
    return script.where, f"{name} runs `{text}` as a child of the shell, which keeps SIGTERM: begin it with exec"


def choose_script(named: str, origin: Fact, scripts: Sequence[Fact]) -> Fact | None:
    """The script of the project that a command names; of several with one name the one at that path or nearest to it.

    None if there is none, or no telling which.
    """
    same = [one for one in scripts if one.data["name"] == named.rpartition("/")[2]]
    if len(same) > 1:
        folder = posixpath.dirname(origin.where.path)
        beside = [one for one in same if posixpath.dirname(one.where.path) == folder]
        written = posixpath.normpath(named).removeprefix("/")
        same = [one for one in same if "/" in written and is_tail(one.where.path, written)] or beside
    return same[0] if len(same) == 1 else None
