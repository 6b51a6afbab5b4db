"""Names of variables that configuration files declare, each with its line: one reader a sort of file.

YAML is read by lines and not as a tree: Helm's templates are none, and where a name stands is the same in all dialects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readycheck.scan.config.command_line import find_programs, split_words
from readycheck.scan.config.dockerfile import read_assignments
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.environ.names import is_capital, is_variable
from readycheck.scan.late import compile_late

Named = tuple[str, int]

DOTENV = compile_late(r"^\s*(?:#\s?)?(?:export\s+)?([A-Za-z_]\w*)\s*=")
COMMENT = compile_late(r"^\s*(?:#|//)")
# `- name: X` of Kubernetes, `key: X` of Render, `secretKey: X` of external secrets.
NAMED = compile_late(r"^\s*-?\s*(?:name|key|secretKey|env|envName)\s*:\s*[\"']?([A-Z_][A-Z0-9_]*)[\"']?\s*$")
KEYED = compile_late(r"^\s*(?:-\s+)?[\"']?([A-Z_][A-Z0-9_]*)[\"']?\s*:(?:\s|$)")
LISTED = compile_late(r"^\s*-\s*[\"']?([A-Z_][A-Z0-9_]*)(?:=|[\"']?\s*$)")
LOWER_KEYED = compile_late(r"^\s+([a-z][a-z0-9_]*)\s*:(?:\s|$)")
INTERPOLATED = compile_late(r"\$\{?([A-Za-z_]\w*)|\benv\(\"([A-Z]\w*)\"\)")
EXPRESSION = compile_late(r"\$\{\{\s*(?:secrets|vars|env)\.([A-Za-z_]\w*)")
TERRAFORM = compile_late(r"(?:^\s*|[{,]\s*)[\"']?([A-Z_][A-Z0-9_]{2,})[\"']?\s*[=:](?!=)")
TERRAFORM_NAMED = compile_late(r"\b(?:name|key)\"?\s*[=:]\s*\"([A-Z_][A-Z0-9_]*)\"")
SYSTEMD = compile_late(r"^\s*Environment\s*=\s*(.*)$")
EXPORTED = compile_late(r"(?:^|\s)([A-Z_][A-Z0-9_]*)=|(?:\s|^)(?:-e|--env)[ =]([A-Z_][A-Z0-9_]*)")
TABLES = ("env", "vars", "environment", "build", "context", "build-env", "containerEnv", "remoteEnv", "variables")
TURBO = frozenset({"env", "globalEnv", "passThroughEnv", "globalPassThroughEnv"})
MOST_DEPTH = 4


def read_dotenv(file: ConfigFile) -> Iterator[Named]:
    """`X=` lines; a commented one documents a variable that may be left out."""
    for number, row in enumerate(file.lines, 1):
        found = DOTENV.match(row)
        if found is not None:
            yield found[1], number


def read_yaml(file: ConfigFile) -> Iterator[Named]:
    """Names in a deployment's YAML: keys in capitals, `name: X`, `- X=value`, and what CI takes from its secrets."""
    for number, row in enumerate(file.lines, 1):
        if COMMENT.match(row):
            continue
        found = NAMED.match(row) or KEYED.match(row) or LISTED.match(row)
        if found is not None:
            yield found[1], number
        for match in EXPRESSION.finditer(row):
            yield match[1], number


def read_interpolated(file: ConfigFile) -> Iterator[Named]:
    """`${X}` in a compose file or a script, `env("X")` in Prisma's schema: read from the environment."""
    for number, row in enumerate(file.lines, 1):
        if not COMMENT.match(row):
            for match in INTERPOLATED.finditer(row.replace("$$", "  ")):
                yield match[1] or match[2], number


def read_dockerfile(file: ConfigFile) -> Iterator[Named]:
    """`ENV` and `ARG` of every stage."""
    for stage in file.dockerfile.stages:
        for step in stage.instructions:
            if step.name == "ENV":
                yield from ((name, step.line) for name, _ in read_assignments(step.text))
            elif step.name == "ARG":
                yield step.text.partition("=")[0].strip(), step.line


def read_table(file: ConfigFile) -> Iterator[Named]:
    """The members of tables named `env` and the like in JSON and TOML: vercel.json, app.json, fly.toml."""
    for index, document in enumerate(file.documents):
        for path in walk_tables(document, ()):
            name = str(path[-1])
            if is_variable(name):
                yield name, file.line_of(path, index)


def walk_tables(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401 - JSON is any value
    """The paths of the members of all tables for variables."""
    if not isinstance(value, Mapping) or len(path) > MOST_DEPTH:
        return
    for key, inner in value.items():
        here = (*path, str(key))
        if str(key) in TABLES and isinstance(inner, Mapping):
            yield from (
                (*here, str(name)) for name, one in inner.items() if not isinstance(one, Mapping) or is_capital(name)
            )
        yield from walk_tables(inner, here)


def read_lines(file: ConfigFile) -> Iterator[Named]:
    """Terraform and the JSON of task definitions: keys in capitals, `name = "X"`."""
    for number, row in enumerate(file.lines, 1):
        if COMMENT.match(row):
            continue
        for pattern in (TERRAFORM, TERRAFORM_NAMED):
            yield from ((match[1], number) for match in pattern.finditer(row))


def read_commands(file: ConfigFile) -> Iterator[Named]:
    """Assignments in front of commands: Procfiles, shell scripts, systemd units."""
    for number, row in enumerate(file.lines, 1):
        if COMMENT.match(row):
            continue
        unit = SYSTEMD.match(row)
        if unit is not None:
            yield from ((name, number) for name, _ in read_assignments(unit[1].strip("\"'")))
        for match in EXPORTED.finditer(
            row.partition(": ")[2] if file.path.rpartition("/")[2].startswith("Proc") else row
        ):
            yield match[1] or match[2], number


def read_scripts(file: ConfigFile) -> Iterator[Named]:
    """What the scripts of a package.json set for the commands that they run."""
    document = file.documents[0]
    scripts = document.get("scripts") if isinstance(document, Mapping) else None
    for name, command in scripts.items() if isinstance(scripts, Mapping) else ():
        for program in find_programs(split_words(command)) if isinstance(command, str) else ():
            for variable in program.environment:
                yield variable, file.line_of(("scripts", str(name)))


def read_turbo(file: ConfigFile) -> Iterator[Named]:
    """The variables that a turbo.json hands to its tasks: lists under `env`, `globalEnv` and the like."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), file.documents[0])]
    while waiting:
        path, value = waiting.pop()
        for key, inner in value.items() if isinstance(value, Mapping) and len(path) < MOST_DEPTH else ():
            here = (*path, str(key))
            if str(key) in TURBO and isinstance(inner, list):
                names = [(index, name) for index, name in enumerate(inner) if isinstance(name, str)]
                yield from ((name, file.line_of((*here, index))) for index, name in names)
            waiting.append((here, inner))
