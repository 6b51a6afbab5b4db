"""Programs between a container's first process and the service that keep a signal to themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence

from readycheck.model.evidence import Fact
from readycheck.model.location import Span
from readycheck.scan.config.command_line import OPERATORS, SHELLS, inner_script, split_words

MANAGERS = frozenset({"npm", "yarn", "pnpm", "npx", "pnpx"})
FORWARDING = frozenset({"dumb-init", "s6-svscan", "supervisord", "pm2-runtime"})
TRANSPARENT = frozenset({"env", "cross-env", "exec", "docker-entrypoint.sh"})
ASSIGNMENT = re.compile(r"^[A-Za-z_]\w*=")
SCRIPT = re.compile(r"\.sh$")


def find_wrapper(command: Fact, commands: Sequence[Fact]) -> tuple[Span, str] | None:
    """The place and the fault where a signal does not reach the service; None if it does, or cannot be told."""
    argv = command.data.get("argv")
    words = [str(word) for word in argv] if isinstance(argv, list) else []
    is_shell = command.data.get("form") == "shell" and command.data.get("source") == "dockerfile"
    if command.data.get("source") == "compose":
        words = [word for word in words if word != ";"]  # what stands for a line's end: no shell reads the command
    inner = inner_script(words) if words else None
    if inner is not None:
        words, is_shell = list(split_words(inner)), True
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
    if is_shell and len(last) < len(words) and words[-len(last) - 1 :][:1] != ["exec"]:
        return (
            command.where,
            f"a shell runs `{' '.join(last[:3])}` after another command and keeps SIGTERM: begin it with exec",
        )
    return find_script(words, commands)


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


def find_script(words: list[str], commands: Sequence[Fact]) -> tuple[Span, str] | None:
    """The line of a start script that runs the server as a child of the shell."""
    named = words[1] if words[0].rsplit("/", 1)[-1] in SHELLS and len(words) > 1 else words[0]
    name = named.rsplit("/", 1)[-1]
    if not SCRIPT.search(name):
        return None
    lines = [one for one in commands if one.data.get("source") == "shell" and one.data.get("name") == name]
    if len(lines) != 1:
        return None
    argv = lines[0].data.get("argv")
    started = [str(word) for word in argv] if isinstance(argv, list) else []
    while started and ASSIGNMENT.match(started[0]):
        started = started[1:]
    if not started or started[0] == "exec" or "&" in started:
        return None
    return lines[
        0
    ].where, f"{name} runs `{' '.join(started[:3])}` as a child of the shell, which keeps SIGTERM: begin it with exec"
