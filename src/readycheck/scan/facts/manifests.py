"""Manifests that name dependencies, for what locks them.

`manifest`: `kind` (npm, requirements, pyproject, pipfile), `application` (it is no library), `loose` (how many
requirements name no exact version) and the `first` of them, `total`, `pinned` (all that is needed, with hashes).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts.commands import DEVELOPMENT
from readycheck.scan.late import compile_late

KINDS = ("manifest",)
GLOBS = (
    "package.json",
    "requirements.txt",
    "requirements/*.txt",
    "requirements-prod*.txt",
    "pyproject.toml",
    "Pipfile",
)
OPTION = compile_late(r"^(?:-|\s*$|#)")
PINNED = compile_late(r"^[\w.\-\[\],]+\s*(?:===?\s*[\w.+!-]+$|@\s*\S+)")
SERVES = compile_late(r"\b(?:node|next|nest|start|serve|tsx|ts-node|pm2|bun|fastify|vite)\b")


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """The fact of one manifest that names dependencies for production.

    Raises:
        ConfigError: the file is broken.
    """
    name = file.path.rpartition("/")[2]
    if DEVELOPMENT.search(file.path):
        return
    if name.endswith(".txt"):
        yield from read_requirements(file)
        return
    document = file.documents[0]
    if isinstance(document, Mapping):
        reader = {"package.json": read_package, "pyproject.toml": read_pyproject, "Pipfile": read_pipfile}[name]
        yield from reader(file, document)


def make(file: ConfigFile, line: int, kind: str, *, application: bool, **more: Json) -> Fact:
    """The fact of one manifest."""
    data: dict[str, Json] = {
        "kind": kind,
        "application": application,
        "loose": 0,
        "first": "",
        "total": 0,
        "pinned": False,
        **more,
    }
    return Fact("manifest", file.span(line), data)


def read_requirements(file: ConfigFile) -> Iterator[Fact]:
    """A list of requirements: how many of them name no exact version, and whether all have hashes."""
    rows = [row.split(" #")[0].split(";")[0].rstrip("\\ ").strip() for row in file.lines]
    wanted = [row.partition("--hash")[0].strip() for row in rows if not OPTION.match(row)]
    loose = [row for row in wanted if not PINNED.match(row)]
    hashes = sum("--hash=" in row for row in file.lines)
    if wanted:
        pinned = not loose and hashes >= len(wanted)
        line = next((number for number, row in enumerate(file.lines, 1) if loose and row.startswith(loose[0])), 1)
        more: dict[str, Json] = {"loose": len(loose), "first": loose[0][:80] if loose else ""}
        yield make(file, line, "requirements", application=True, total=len(wanted), pinned=pinned, **more)


def read_package(file: ConfigFile, document: Mapping[str, Any]) -> Iterator[Fact]:
    """A package of Node.js; one that starts something, or is private, is an application."""
    dependencies, scripts = document.get("dependencies"), document.get("scripts")
    if isinstance(dependencies, Mapping) and dependencies:
        starts = isinstance(scripts, Mapping) and any(
            SERVES.search(str(scripts.get(key, ""))) for key in ("start", "serve", "start:prod")
        )
        application = bool(starts) and "workspaces" not in document
        line = file.line_of(("dependencies",))
        yield make(file, line, "npm", application=application, total=len(dependencies))


def read_pyproject(file: ConfigFile, document: Mapping[str, Any]) -> Iterator[Fact]:
    """A Python project; whether it is an application, the file alone does not tell."""
    project, tool = document.get("project"), document.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, Mapping) else None
    own = project.get("dependencies") if isinstance(project, Mapping) else None
    theirs = poetry.get("dependencies") if isinstance(poetry, Mapping) else None
    if own or (isinstance(theirs, Mapping) and len(theirs) > 1):
        line = file.line_of(("project", "dependencies") if own else ("tool", "poetry", "dependencies"))
        yield make(file, line, "pyproject", application=False, total=len(own or theirs or ()))


def read_pipfile(file: ConfigFile, document: Mapping[str, Any]) -> Iterator[Fact]:
    """A Pipfile, which is for applications."""
    packages = document.get("packages")
    if isinstance(packages, Mapping) and packages:
        yield make(file, file.line_of(("packages",)), "pipfile", application=True, total=len(packages))
