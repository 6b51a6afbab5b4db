"""Dockerfiles: instructions with their lines, stages, and what the last stage ends up with.

Follows the reference of the Dockerfile format: parser directives, the escape character, comments inside continued
lines, heredocs, exec and shell form, stages that build on earlier stages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from readycheck.scan.late import compile_late

DIRECTIVE = compile_late(r"^#\s*(\w+)\s*=\s*(.*?)\s*$")
INSTRUCTION = compile_late(r"^\s*([A-Za-z]+)(?:\s+(.*))?$", re.DOTALL)
FLAG = compile_late(r"--([\w-]+)(?:=(\"[^\"]*\"|\S*))?(?:\s+|$)")
HEREDOC = compile_late(r"<<(-?)\s*([\"']?)(\w+)\2")
HEREDOC_IN = frozenset({"RUN", "COPY", "ADD"})
VARIABLE = compile_late(r"\$(?:\{(\w+)(?::?[-+]([^}]*))?\}|(\w+))")
ASSIGNMENT = compile_late(r"(?<![\w.-])([\w.-]+)=((?:\"(?:\\.|[^\"\\])*\"|'[^']*'|\\.|[^\s\"'\\])*)")
REPEATED = frozenset({"RUN", "COPY", "ADD", "EXPOSE", "VOLUME", "ARG", "LABEL", "ONBUILD"})
INHERITED = frozenset({"CMD", "ENTRYPOINT", "USER", "HEALTHCHECK", "ENV", "WORKDIR", "SHELL", "STOPSIGNAL", "EXPOSE"})


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: name in capitals, flags, the rest joined to one line, and its lines (from 1, both included).

    `argv` holds the words of an exec form (a JSON list of strings), and is None in shell form.
    """

    name: str
    flags: Mapping[str, str]
    text: str
    line: int
    end_line: int
    argv: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One `FROM` and what follows it. `parent` is the index of the earlier stage that it builds on, if any."""

    name: str
    base: str
    line: int
    instructions: tuple[Instruction, ...]
    parent: int | None


@dataclass(frozen=True, slots=True)
class Dockerfile:
    """All stages in their order; the last one is what is shipped."""

    stages: tuple[Stage, ...]

    def chain(self) -> tuple[Stage, ...]:
        """The stages that end up in the image: those that the last one builds on, and the last one."""
        found: list[Stage] = []
        index: int | None = len(self.stages) - 1 if self.stages else None
        while index is not None:
            found.append(self.stages[index])
            index = self.stages[index].parent
        return tuple(reversed(found))

    def effective(self) -> tuple[Instruction, ...]:
        """The instructions that count for the last stage: its own, after those it inherits from earlier stages."""
        *earlier, last = self.chain() or (Stage("", "", 1, (), None),)
        inherited = (step for stage in earlier for step in stage.instructions if step.name in INHERITED)
        return (*inherited, *last.instructions)

    def last(self, name: str) -> Instruction | None:
        """The instruction of that name that wins in the last stage."""
        return next((step for step in reversed(self.effective()) if step.name == name), None)

    def base(self) -> tuple[str, int]:
        """The image that the last stage is built on in the end, and the line of its `FROM`."""
        first = self.chain()[0]
        return first.base, first.line

    def environment(self) -> dict[str, tuple[str, int]]:
        """The variables that `ENV` sets in the last stage: name -> (value, line)."""
        found: dict[str, tuple[str, int]] = {}
        for step in self.effective():
            if step.name == "ENV":
                found.update({name: (value, step.line) for name, value in read_assignments(step.text)})
        return found


def parse_dockerfile(text: str) -> Dockerfile:
    """Read a Dockerfile; what is no instruction is passed over."""
    stages: list[Stage] = []
    names: dict[str, int] = {}
    arguments: dict[str, str] = {}
    body: list[Instruction] = []
    head: Instruction | None = None
    for step in (*parse_instructions(text), None):
        if step is None or step.name == "FROM":
            if head is not None:
                stages.append(make_stage(head, body, names, arguments))
                names.setdefault(stages[-1].name.lower(), len(stages) - 1)
            head, body = step, []
        elif head is not None:
            body.append(step)
        elif step.name == "ARG":
            name, _, value = step.text.partition("=")
            arguments[name.strip()] = value.strip().strip("\"'")
    return Dockerfile(tuple(stages))


def make_stage(
    head: Instruction, body: list[Instruction], names: Mapping[str, int], arguments: Mapping[str, str]
) -> Stage:
    """The stage that a `FROM` opens, with the build arguments of the file's head filled in.

    `names` are the earlier stages by name.
    """
    words = head.text.split()
    base = substitute(words[0], arguments) if words else ""
    name = words[2] if len(words) > 2 and words[1].lower() == "as" else ""  # noqa: PLR2004 - FROM image AS name
    return Stage(name, base, head.line, tuple(body), names.get(base.lower()) if base else None)


def substitute(text: str, values: Mapping[str, str]) -> str:
    """Replace `$NAME`, `${NAME}` and `${NAME:-default}`; an unknown variable stays as written."""

    def replace(found: re.Match[str]) -> str:
        value = values.get(found[1] or found[3]) or found[2]
        return found[0] if value is None else value

    return VARIABLE.sub(replace, text)


def parse_instructions(text: str) -> Iterator[Instruction]:
    """All instructions of the file in their order."""
    rows = text.replace("\r\n", "\n").split("\n")
    escape = find_escape(rows)
    row = 0
    while row < len(rows):
        start = row
        joined, row = join_continued(rows, row, escape)
        found = INSTRUCTION.match(joined)
        if found is None:
            continue
        name, rest = found[1].upper(), (found[2] or "").strip()
        if name in HEREDOC_IN:
            rest, row = take_heredocs(rest, rows, row)
        flags, rest = take_flags(rest)
        yield Instruction(name, flags, rest, start + 1, row, read_exec_form(name, rest))


def find_escape(rows: list[str]) -> str:
    """The character that continues a line: a backslash unless a directive at the top names the backtick."""
    for row in rows:
        found = DIRECTIVE.match(row)
        if found is None:
            break
        if found[1].lower() == "escape":
            return found[2]
    return "\\"


def join_continued(rows: list[str], row: int, escape: str) -> tuple[str, int]:
    """The logical line that starts at a row (comments dropped), and the row after it."""
    parts: list[str] = []
    while row < len(rows):
        text = rows[row].rstrip()
        row += 1
        if text.lstrip().startswith("#"):
            if parts:
                continue
            return "", row
        if not text.strip() and parts:
            continue
        if not text.endswith(escape):
            parts.append(text)
            break
        parts.append(text[: -len(escape)])
    return " ".join(part.strip() for part in parts).strip(), row


def take_heredocs(text: str, rows: list[str], row: int) -> tuple[str, int]:
    """Append the heredocs that a line opens, and return the row after the last of them."""
    for dash, _, word in HEREDOC.findall(text):
        body: list[str] = []
        while row < len(rows) and (rows[row].lstrip("\t") if dash else rows[row]) != word:
            body.append(rows[row])
            row += 1
        row = min(row + 1, len(rows))
        text += "\n" + "\n".join(body)
    return text, row


def take_flags(text: str) -> tuple[dict[str, str], str]:
    """Split `--name=value` flags off the head of an instruction's arguments."""
    flags: dict[str, str] = {}
    found = FLAG.match(text)
    while found is not None:
        flags[found[1]] = (found[2] or "").strip('"')
        text = text[found.end() :]
        found = FLAG.match(text)
    return flags, text


def read_exec_form(name: str, text: str) -> tuple[str, ...] | None:
    """The words of an exec form, also behind `HEALTHCHECK CMD`; None for shell form."""
    if name == "HEALTHCHECK" and text[:3].upper() == "CMD":
        text = text[3:].strip()
    if not text.startswith("["):
        return None
    try:
        words = json.loads(text)
    except (ValueError, RecursionError):
        return None  # the format says so: what is no JSON list is shell form
    if isinstance(words, list) and all(isinstance(word, str) for word in words):
        return tuple(words)
    return None


def read_assignments(text: str) -> Iterator[tuple[str, str]]:
    """The `NAME=value` pairs of `ENV` and `LABEL`, or the one pair of the old `ENV NAME value`."""
    if "=" not in text.split(maxsplit=1)[0] if text.strip() else True:
        name, _, value = text.strip().partition(" ")
        if name:
            yield name, value.strip()
        return
    for name, value in ASSIGNMENT.findall(text):
        yield name, value.strip("\"'")


def as_document(dockerfile: Dockerfile) -> dict[str, object]:
    """What a configuration path can name: `FROM` (all stages), and the last stage's instructions by name.

    Instructions that may be repeated and `FROM` are lists, `ENV` is a mapping, all others are the winning one's text.
    """
    document: dict[str, object] = {"FROM": [stage.base for stage in dockerfile.stages]}
    for step in dockerfile.effective():
        if step.name in REPEATED:
            values = document.setdefault(step.name, [])
            if isinstance(values, list):
                values.append(step.text)
        elif step.name != "ENV":
            document[step.name] = step.text
    environment = {name: value for name, (value, _) in dockerfile.environment().items()}
    return document | ({"ENV": environment} if environment else {})


def line_in(dockerfile: Dockerfile, path: tuple[str | int, ...]) -> int:
    """The line of what `as_document` shows at a path."""
    name, rest = str(path[0]) if path else "FROM", path[1:]
    if name == "FROM":
        index = rest[0] if rest and isinstance(rest[0], int) else 0
        return dockerfile.stages[index].line if index < len(dockerfile.stages) else 1
    if name == "ENV" and rest:
        return dockerfile.environment().get(str(rest[0]), ("", 1))[1]
    steps = [step for step in dockerfile.effective() if step.name == name]
    if not steps:
        return 1
    index = rest[0] if rest and isinstance(rest[0], int) and name in REPEATED else len(steps) - 1
    return steps[min(index, len(steps) - 1)].line
