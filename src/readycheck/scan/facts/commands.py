"""Commands that start the service: Dockerfiles, compose, Procfiles, scripts, Kubernetes, systemd, platforms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.scan.config.command_line import split_words
from readycheck.scan.config.dockerfile import Instruction
from readycheck.scan.config.file import ConfigFile, Path
from readycheck.scan.late import compile_late

KINDS = ("command",)
GLOBS = (
    "[Dd]ockerfile", "[Dd]ockerfile.*", "*.Dockerfile", "*.dockerfile", "Containerfile", "Containerfile.*",
    "Procfile", "Procfile.*", "package.json", "*.service", "fly.toml", "fly.*.toml", "railway.json", "railway.toml",
    "nixpacks.toml", "*.sh", "*.yml", "*.yaml",
)  # fmt: skip
DEVELOPMENT = compile_late(
    r"(?:^|[-_./])(?:dev|devel|develop|development|local|tests?|testing|integration|ci|e2e|debug|override|watch|devcontainer|gitpod|playwright|cypress|example|"
    r"examples|samples?|tutorials?)(?:[-_./]|$)",
    re.IGNORECASE,
)
PRODUCTION = compile_late(r"(?:^|[-_./:])(?:prod|production|deploy|release|live)(?:[-_./:]|$)", re.IGNORECASE)
MAX_COLUMNS = 2_000
MOST_COMMANDS = 300
COMPOSE = compile_late(r"(?:^|/)(?:docker-)?compose[^/]*\.ya?ml$")
PROCFILE = compile_late(r"^([\w-]+):\s*(.+)$")
SCRIPTS = compile_late(r"^(?:start|serve|server|prod|production|dev|develop|watch)(?:[:_-][\w:-]+)?$")
EXEC_START = compile_late(r"^\s*ExecStart\s*=\s*[-@:+!]*(.+)$")
SOURCE_MOUNT = compile_late(r"^\.{0,2}/?[^:]*:/(?!etc|run|var|data|certs)[^:]*(?::[a-z,]+)?$")
# What a shell script has to start before it is of interest.
STARTS_SERVER = compile_late(
    r"^\s*(?:exec\s+)?(?:[A-Z_]+=\S+\s+)*(?:\S*/)?(?:poetry run |uv run |pipenv run |npx )?"
    r"(?:uvicorn|gunicorn|hypercorn|granian|daphne|flask|fastapi|quart|waitress-serve|python3?|node|nodemon|ts-node\S*|"
    r"tsx|npm|yarn|pnpm|bun|next|nest|pm2\S*)\s"
)


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """The start commands that one configuration file states, the first few hundred at most.

    Raises:
        ConfigError: the file is broken.
    """
    return islice(find_reader(file.path)(file), MOST_COMMANDS)


def find_reader(path: str) -> Callable[[ConfigFile], Iterator[Fact]]:
    """What reads the commands of a file, by its name."""
    name = path.rsplit("/", 1)[-1]
    if "dockerfile" in name.lower() or "containerfile" in name.lower():
        return read_dockerfile
    if name.startswith("Procfile"):
        return read_procfile
    if name == "package.json":
        return read_scripts
    endings = {"service": read_systemd, "sh": read_shell, "yml": read_yaml, "yaml": read_yaml}
    return endings.get(name.rpartition(".")[2], read_platform)


def make_fact(file: ConfigFile, line: int, command: str | Sequence[str], **more: Json) -> Fact:
    """A command fact: the words, whether a shell reads them, and what the caller knows."""
    is_shell = isinstance(command, str)
    words: list[Json] = list(split_words(command) if isinstance(command, str) else command)
    data = {"environment": guess_environment(file.path), "name": "", **more}
    return Fact("command", file.span(line), {"argv": words[:80], "form": "shell" if is_shell else "exec", **data})


def guess_environment(path: str) -> str:
    """What a path says about where its commands run; only a name that says so makes it production."""
    if DEVELOPMENT.search(path):
        return "development"
    return "production" if PRODUCTION.search(path) else "unknown"


def read_dockerfile(file: ConfigFile) -> Iterator[Fact]:
    """What the last stage of a Dockerfile starts; an image is built to be run, so it counts as production."""
    if not file.dockerfile.stages:
        return
    entry, command = file.dockerfile.last("ENTRYPOINT"), file.dockerfile.last("CMD")
    is_development = DEVELOPMENT.search(file.path) or DEVELOPMENT.search(file.dockerfile.stages[-1].name)
    environment = "development" if is_development else "production"
    joined = join_container(entry, command)
    if joined is not None:
        line, words = joined
        yield make_fact(file, line, words, source="dockerfile", environment=environment)


def join_container(entry: Instruction | None, command: Instruction | None) -> tuple[int, str | Sequence[str]] | None:
    """The line and the words of ENTRYPOINT followed by CMD; an entry point in shell form ignores CMD."""
    if entry is None or not entry.text:
        return None if command is None else (command.line, command.text if command.argv is None else command.argv)
    if entry.argv is None or command is None:
        return entry.line, entry.text if entry.argv is None else entry.argv
    tail = ("/bin/sh", "-c", command.text) if command.argv is None else command.argv
    return command.line, (*entry.argv, *tail)


def read_procfile(file: ConfigFile) -> Iterator[Fact]:
    """The process types of a Procfile."""
    environment = "development" if DEVELOPMENT.search(file.path) else "production"
    for number, row in enumerate(file.lines, 1):
        found = PROCFILE.match(row)
        if found is not None:
            yield make_fact(file, number, found[2], source="procfile", name=found[1], environment=environment)


def read_scripts(file: ConfigFile) -> Iterator[Fact]:
    """The scripts of a package.json that start something."""
    document = file.documents[0]
    scripts = document.get("scripts") if isinstance(document, Mapping) else None
    names = [name for name in scripts if SCRIPTS.match(name)] if isinstance(scripts, Mapping) else []
    for name in names:
        command = scripts[name] if isinstance(scripts, Mapping) else None
        if isinstance(command, str):
            line = file.line_of(("scripts", name))
            yield make_fact(
                file, line, command, source="script", name=name, environment=script_environment(name, names)
            )


def script_environment(name: str, names: Sequence[str]) -> str:
    """Where a script runs: `dev` and `start:dev` in development, `prod` in production.

    `start` is what hosts run by convention, but also what a newcomer types: it counts as production only where a
    script of another name serves development and none is named for production.
    """
    if re.search(r"dev|watch|local|debug|test", name):
        return "development"
    if re.search(r"prod", name):
        return "production"
    others = [other for other in names if other != name]
    has_development = any(re.search(r"dev|watch", other) for other in others)
    return (
        "production" if name == "start" and has_development and not any("prod" in one for one in others) else "unknown"
    )


def read_systemd(file: ConfigFile) -> Iterator[Fact]:
    """`ExecStart` of a systemd unit, which no shell reads."""
    for number, row in enumerate(file.lines, 1):
        found = EXEC_START.match(row)
        if found is not None:
            environment = "development" if DEVELOPMENT.search(file.path) else "production"
            yield make_fact(file, number, split_words(found[1]), source="systemd", environment=environment)


def read_shell(file: ConfigFile) -> Iterator[Fact]:
    """Lines of a shell script that start a server; whoever runs the script decides what they are for."""
    for number, row in enumerate(file.lines, 1):
        if STARTS_SERVER.match(row[:MAX_COLUMNS]):
            name = file.path.rsplit("/", 1)[-1]
            yield make_fact(file, number, row.strip().rstrip("\\"), source="shell", name=name)


def read_yaml(file: ConfigFile) -> Iterator[Fact]:
    """Compose, Kubernetes and platform files; other YAML is not even parsed."""
    name = file.path.rsplit("/", 1)[-1]
    if COMPOSE.search(file.path):
        yield from read_compose(file)
    elif name in ("render.yaml", "heroku.yml"):
        yield from read_platform(file)
    elif "containers:" in file.text and "kind:" in file.text and "{{" not in file.text:
        for index, document in enumerate(file.documents):
            for path, container in find_containers(document):
                yield from read_container(file, index, path, container)


def read_compose(file: ConfigFile) -> Iterator[Fact]:
    """The services' commands; a service that mounts the source tree over its image is for development."""
    document = file.documents[0] if file.documents else None
    services = document.get("services") if isinstance(document, Mapping) else None
    for name, service in services.items() if isinstance(services, Mapping) else ():
        if not isinstance(service, Mapping):
            continue
        command = join_words(service.get("entrypoint"), service.get("command"))
        if command:
            key = "command" if "command" in service else "entrypoint"
            environment = "development" if mounts_source(service) else guess_environment(file.path)
            line = file.line_of(("services", name, key))
            yield make_fact(file, line, command, source="compose", name=str(name), environment=environment)


def mounts_source(service: Mapping[str, Any]) -> bool:
    """Whether a compose service mounts a folder of the project over the image's code, or watches it."""
    volumes = service.get("volumes")
    sources = (
        [str(one.get("source", "")) + ":/" if isinstance(one, Mapping) else str(one) for one in volumes or ()]
        if isinstance(volumes, list)
        else []
    )
    mounted = any(one.startswith(".") and SOURCE_MOUNT.match(one) for one in sources)
    return mounted or "develop" in service


def join_words(entry: object, command: object) -> str | list[str]:
    """An entry point followed by a command, either of them text or a list."""
    parts = [part for part in (entry, command) if isinstance(part, str | list) and part]
    if len(parts) == 1 and isinstance(parts[0], str):
        return parts[0]
    words: list[str] = []
    for part in parts:
        words += [str(word) for word in part] if isinstance(part, list) else split_words(part)
    return words


def find_containers(value: Any, path: Path = ()) -> Iterator[tuple[Path, Mapping[str, Any]]]:  # noqa: ANN401 - YAML
    """Every item of a `containers` list anywhere in a Kubernetes object."""
    if isinstance(value, Mapping):
        for key, child in value.items():
            if key == "containers" and isinstance(child, list):
                yield from ((((*path, key, index)), one) for index, one in enumerate(child) if isinstance(one, Mapping))
            else:
                yield from find_containers(child, (*path, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from find_containers(child, (*path, index))


def read_container(file: ConfigFile, document: int, path: Path, container: Mapping[str, Any]) -> Iterator[Fact]:
    """The command of one Kubernetes container."""
    words = join_words(container.get("command"), container.get("args"))
    if words:
        key = "command" if "command" in container else "args"
        environment = "development" if DEVELOPMENT.search(file.path) else "production"
        line = file.line_of((*path, key), document)
        name = str(container.get("name", ""))
        yield make_fact(file, line, words, source="kubernetes", name=name, environment=environment)


def read_platform(file: ConfigFile) -> Iterator[Fact]:
    """Start commands of Fly, Render, Railway, Nixpacks and Heroku manifests."""
    environment = "development" if DEVELOPMENT.search(file.path) else "production"
    for document in file.documents:
        for path, command in find_start_commands(document):
            source = file.path.rsplit("/", 1)[-1].split(".")[0]
            yield make_fact(
                file, file.line_of(path), command, source=source, name=str(path[-1]), environment=environment
            )


def find_start_commands(document: Any) -> Iterator[tuple[Path, str]]:  # noqa: ANN401 - YAML, JSON or TOML
    """The paths and texts of start commands in a platform's manifest."""
    if not isinstance(document, Mapping):
        return
    for section, key in (("deploy", "startCommand"), ("start", "cmd"), ("experimental", "cmd")):
        block = document.get(section)
        if isinstance(block, Mapping) and isinstance(block.get(key), str):
            yield (section, key), block[key]
    for section in ("processes", "run"):
        block = document.get(section)
        for name, command in block.items() if isinstance(block, Mapping) else ():
            if isinstance(command, str):
                yield (section, name), command
    services = document.get("services")
    for index, service in enumerate(services if isinstance(services, list) else ()):
        if isinstance(service, Mapping) and isinstance(service.get("startCommand"), str):
            yield ("services", index, "startCommand"), service["startCommand"]
