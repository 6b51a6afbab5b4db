"""What a source file is for, with the reason: by configuration, name, folder, content, and the manifests around it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from readycheck.model.vocabulary import Language, Role
from readycheck.scan.files.globs import compile_globs
from readycheck.scan.files.languages import embeds_scripts, language_of, suffix_of
from readycheck.scan.roles import content
from readycheck.scan.roles.manifests import (
    is_manifest_name,
    read_bin,
    read_entry_points,
    read_package,
    read_tasks,
    strip_suffix,
)
from readycheck.scan.roles.scripts import classify_script
from readycheck.scan.roles.tables import (
    SERVER_ROUTE,
    FolderSign,
    find_certain,
    read_folder,
    read_name,
)

Verdict = tuple[Role, str]
PYTHON_SUFFIXES = frozenset({"py", "pyw", "pyi"})
COMMAND_NAMES = frozenset({"cli", "__main__", "main", "manage", "run", "seed"})
PERHAPS_A_TEST: Verdict = (Role.TEST, "named like a test, and holds some")
SETUP: Verdict = (Role.BUILD, "a setup script")
NO_SIGN: Verdict = (Role.SERVER, "no other sign")
# An image or a pipeline belongs to the deployment, whatever application lies in its folder. A package.json, the one
# JSON file that says what is started, speaks for its own package only.
DEPLOYMENT = frozenset({Language.DOCKERFILE, Language.YAML, Language.TOML, Language.TEXT})
CONFIGURATION: Verdict = (Role.SERVER, "configuration of the project")


@dataclass(frozen=True)
class RoleContext:
    """What the configuration and the manifests say about roles. Picklable, and all of it JSON.

    `overrides` are globs by role; `packages` are folders with the kind of application in them and the package that
    shows it; `commands` are files without suffix, `modules` tails of Python paths, that are installed as commands;
    `tasks` are files without suffix that a package's script for building, seeding or the like runs.
    """

    overrides: tuple[tuple[str, tuple[str, ...]], ...] = ()
    packages: tuple[tuple[str, str, str], ...] = ()
    commands: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()

    @cached_property
    def patterns(self) -> tuple[tuple[Role, re.Pattern[str]], ...]:
        """The overrides, ready to match."""
        return tuple((Role(role), compile_globs(globs)) for role, globs in self.overrides)

    @cached_property
    def kinds(self) -> dict[str, tuple[str, str]]:
        """The kind of application and its sign, by folder; filled in for the folders that were asked about."""
        return {folder: (kind, sign) for folder, kind, sign in self.packages}

    def find_kind(self, folder: str) -> tuple[str, str]:
        """The kind of application that a folder belongs to, by the nearest manifest that says one."""
        found = self.kinds.get(folder)
        if found is None:
            found = self.find_kind(folder.rpartition("/")[0]) if folder else ("", "")
            self.kinds[folder] = found
        return found


def is_manifest(path: str) -> bool:
    """Whether `build_context` wants the content of that file."""
    return is_manifest_name(path.rpartition("/")[2])


def build_context(root_files: Mapping[str, bytes], overrides: Mapping[str, Sequence[str]]) -> RoleContext:
    """What manifests (bytes by path) and the configuration (globs by role) say.

    Raises ValueError for a role that does not exist.
    """
    packages: list[tuple[str, str, str]] = []
    commands: set[str] = set()
    modules: set[str] = set()
    tasks: set[str] = set()
    for path, data in sorted(root_files.items()):
        folder, _, name = path.rpartition("/")
        if name == "package.json":
            packages += [(folder, *found)] if (found := read_package(data)) else []
            commands.update(read_bin(path, data))
            tasks.update(read_tasks(path, data))
        else:
            modules.update(read_entry_points(path, data))
    named = tuple((Role(role).value, tuple(globs)) for role, globs in sorted(overrides.items()))
    return RoleContext(named, tuple(packages), tuple(sorted(commands)), tuple(sorted(modules)), tuple(sorted(tasks)))


def classify(path: str, data: bytes, context: RoleContext) -> tuple[Role, str]:
    """The role of a source file and the reason for it; `data` is its content (empty: the path alone decides).

    When in doubt a file is server code: under any other role its findings would not count.
    """
    for role, pattern in context.patterns:
        if pattern.fullmatch(path):
            return role, "configuration"
    folder, _, name = path.rpartition("/")
    is_python = suffix_of(name) in PYTHON_SUFFIXES
    sign = read_folder(folder)
    if language_of(path) in DEPLOYMENT:
        return (sign.role, sign.reason) if sign.role else CONFIGURATION
    return (
        classify_route(path, folder, name)
        or classify_by_name(name, sign, data, is_python=is_python)
        or ((sign.role, sign.reason) if sign.role else None)
        or classify_by_content(path, name, data, context, is_python=is_python)
        or (None if is_python else classify_script(folder, name, data, context.find_kind(folder)))
        or NO_SIGN
    )


def classify_route(path: str, folder: str, name: str) -> Verdict | None:
    """Server routes that frameworks find by their path, even below folders named `test`."""
    if not SERVER_ROUTE.fullmatch(path):
        return None
    before = re.split(r"(?:^|/)(?:app|pages|server|src)(?:/|$)", folder)[0]
    if find_certain(before.split("/")) or read_name(name) not in (None, PERHAPS_A_TEST):
        return None
    return Role.SERVER, "a server route, by its path"


def classify_by_name(name: str, sign: FolderSign, data: bytes, *, is_python: bool) -> Verdict | None:
    """What the file's name says, as far as the content agrees."""
    verdict = read_name(name)
    if verdict == SETUP and not content.is_setup(data):
        return None
    if verdict == PERHAPS_A_TEST and not content.is_test(data, is_python):
        return None
    if verdict is not None:
        return verdict
    if content.is_generated(data):
        return Role.GENERATED, "generated, as its header says"
    if embeds_scripts(name) and sign.role is None:
        return Role.BROWSER, "browser code: scripts in markup"
    return None


def classify_by_content(path: str, name: str, data: bytes, context: RoleContext, *, is_python: bool) -> Verdict | None:
    """Migrations and data in folders of that name, notebooks, and files that are run by themselves."""
    sign = read_folder(path.rpartition("/")[0])
    if sign.migration and (sign.dated or content.is_migration(data)):
        return Role.MIGRATION, "a migration"
    if name.endswith(".ipynb"):
        return Role.SCRIPT, "a notebook"
    if (reason := find_task(path, sign, context)) and not content.serves(data, is_python):
        return Role.SCRIPT, reason
    if is_installed(path, context, is_python=is_python) and content.is_started(data, is_python):
        return Role.SCRIPT, "installed as a command"
    named = sign.script or name.partition(".")[0] in COMMAND_NAMES
    if content.is_command(data, is_python) or (named and content.runs_alone(data, is_python)):
        return Role.SCRIPT, "run by itself from the command line"
    return None


def find_task(path: str, sign: FolderSign, context: RoleContext) -> str:
    """Why a file is run for a task that ends, by its place or by a manifest; empty when nothing says so."""
    if sign.seeds:
        return "seed data for the database"
    if sign.command:
        return "a Django management command"
    return "run by a package's script" if context.tasks and strip_suffix(path) in context.tasks else ""


def is_installed(path: str, context: RoleContext, *, is_python: bool) -> bool:
    """Whether a manifest installs the file as a command."""
    if is_python:
        module = path.removesuffix(".py").removesuffix("/__init__")
        return any(module == tail or module.endswith(f"/{tail}") for tail in context.modules)
    return bool(context.commands) and strip_suffix(path) in context.commands
