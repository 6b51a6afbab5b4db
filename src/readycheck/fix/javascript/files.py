"""The files of a project as its modules name each other: by relative paths, by aliases, by names of packages."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from readycheck.fix.javascript.loggers import Kind, Package
from readycheck.scan.config.error import ConfigError
from readycheck.scan.config.json_text import parse_json
from readycheck.scan.module_names import ENDING

ENDINGS = (".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx")
LIBRARIES: Mapping[str, Kind] = {"pino": "pino", "winston": "winston", "bunyan": "bunyan", "@nestjs/common": "nest"}
ENTRIES = ("main", "module", "source", "types")
USUAL_ENTRIES = ("src/index", "index", "lib/index", "src/logger", "logger")
SPECIFIER = re.compile(
    r"""(?:\b(?:import|export)\s+(?!type\b)[^"'`;]{0,1000}?\bfrom|\bimport|\brequire\(|\bimport\()\s*["']([^"'\n]+)["']"""
)
BY_NODE = re.compile(r"^node(?:16|18|20|next)$", re.IGNORECASE)
CONFIGURATIONS = ("tsconfig.json", "jsconfig.json")
MOST_EXTENDED = 3
MOST_LOADED = 400


@dataclass
class Files:
    """Finds and reads the files of a project; remembers what it has read.

    `paths` are those of all files of code.
    """

    paths: frozenset[str]
    read: Callable[[str], str | None]
    texts: dict[str, str | None] = field(default_factory=dict)
    resolved: dict[tuple[str, str], str | None] = field(default_factory=dict)
    aliases: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def text(self, path: str) -> str | None:
        """The text of a file, None if there is none."""
        if path not in self.texts:
            self.texts[path] = self.read(path)
        return self.texts[path]

    @cached_property
    def packages(self) -> dict[str, Package]:
        """The packages around the files of code, by folder."""
        return {folder: describe_package(self, folder, document) for folder, document in self.manifests.items()}

    @cached_property
    def manifests(self) -> dict[str, dict[str, Any]]:
        """What the package.json files say, by folder."""
        folders = {folder for path in self.paths for folder in list_folders(path)}
        read = {folder: self.read_json(join(folder, "package.json")) for folder in folders}
        return {folder: document for folder, document in sorted(read.items()) if document}

    @cached_property
    def names(self) -> dict[str, str]:
        """The folders of packages by their names."""
        return {name: folder for folder, one in self.manifests.items() if isinstance(name := one.get("name"), str)}

    def read_json(self, path: str) -> dict[str, Any]:
        """The object in a JSON file, with comments or not; empty if there is none, or it is broken."""
        text = self.text(path)
        if text is None:
            return {}
        try:
            value, _ = parse_json(text)
        except ConfigError:
            return {}  # the scan tells of broken files
        return value if isinstance(value, dict) else {}

    def resolve(self, importer: str, specifier: str) -> str | None:
        """The file that a module's name, as written in another, means; None: none of the project, or unclear."""
        folder = posixpath.dirname(importer)
        if specifier.startswith("."):
            return self.complete(posixpath.normpath(posixpath.join(folder, specifier)))
        key = (folder, specifier)
        if key not in self.resolved:
            self.resolved[key] = self.resolve_package(specifier) or self.resolve_alias(folder, specifier)
        return self.resolved[key]

    def resolve_package(self, specifier: str) -> str | None:
        """A module of a package of the project, by the package's name."""
        parts = specifier.split("/")
        name = "/".join(parts[: 2 if specifier.startswith("@") else 1])
        folder = self.names.get(name)
        if folder is None:
            return None
        rest = specifier.removeprefix(name).strip("/")
        if not rest:
            return self.find_entry(folder)
        return self.complete(join(folder, rest)) or self.complete(join(folder, f"src/{rest}"))

    def resolve_alias(self, folder: str, specifier: str) -> str | None:
        """A module by an alias or a base folder of the nearest tsconfig.json or jsconfig.json."""
        for prefix, target in self.find_aliases(folder):
            if specifier.startswith(prefix):
                found = self.complete(tidy(join(target, specifier[len(prefix) :])))
                if found is not None:
                    return found
        return None

    def find_aliases(self, folder: str) -> list[tuple[str, str]]:
        """What stands at the beginning of modules' names for which folder, the longest first."""
        if folder not in self.aliases:
            own = [one for name in CONFIGURATIONS for one in self.read_aliases(join(folder, name), MOST_EXTENDED)]
            above = [] if own or not folder else self.find_aliases(folder.rpartition("/")[0])
            self.aliases[folder] = sorted(own, key=lambda one: -len(one[0])) or above
        return self.aliases[folder]

    def read_aliases(self, path: str, steps: int) -> list[tuple[str, str]]:
        """The aliases in one configuration file, or in that which it extends."""
        document = self.read_json(path)
        options, folder = document.get("compilerOptions"), path.rpartition("/")[0]
        chosen = options if isinstance(options, dict) else {}
        base = tidy(join(folder, str(chosen.get("baseUrl", "."))))
        paths = chosen.get("paths")
        found = [("", base)] if "baseUrl" in chosen else []
        for pattern, targets in paths.items() if isinstance(paths, dict) else ():
            first = next(iter(targets), None) if isinstance(targets, list) else None
            if isinstance(first, str):
                found.append((pattern.removesuffix("*"), tidy(join(base, first.removesuffix("*")))))
        extended = document.get("extends")
        if found or not steps or not isinstance(extended, str) or not extended.startswith("."):
            return found
        name = extended if extended.endswith(".json") else f"{extended}.json"
        return self.read_aliases(tidy(join(folder, name)), steps - 1)

    def complete(self, path: str) -> str | None:
        """The file of code that a path without ending, or with that of what it is compiled to, means."""
        stem = ENDING.sub("", path)
        tries = (path, *(path + one for one in ENDINGS), *(stem + one for one in ENDINGS))
        inside = (f"{path}/index{one}" for one in ENDINGS)
        return next((one for one in (*tries, *inside) if one in self.paths), None)

    def find_entry(self, folder: str) -> str | None:
        """The file that the name of a package means; of what is compiled, the source."""
        document = self.manifests[folder]
        named = [value for key in ENTRIES if isinstance(value := document.get(key), str)]
        tries = (*named, *USUAL_ENTRIES)
        return next((path for one in tries if (path := self.complete(posixpath.normpath(join(folder, one))))), None)

    def find_loads(self, *paths: str, most: int = MOST_LOADED, stop: Container[str] = ()) -> frozenset[str]:
        """The files that come with some modules, themselves among them; nothing is followed out of those of `stop`."""
        found, work = set(paths), [*paths]
        while work and len(found) < most:
            importer = work.pop()
            for specifier in SPECIFIER.findall(self.text(importer) or ""):
                target = self.resolve(importer, specifier)
                if target is not None and target not in found:
                    found.add(target)
                    work += [] if target in stop else [target]
        return frozenset(found)


def tidy(path: str) -> str:
    """A path without `.` and `..`; the root is empty."""
    found = posixpath.normpath(path)
    return "" if found == "." else found


def join(folder: str, name: str) -> str:
    """A path below a folder, which may be the root (empty)."""
    return f"{folder}/{name}" if folder else name


def list_folders(path: str) -> Iterator[str]:
    """The folders above a file, nearest first, the root (empty) last."""
    while path:
        path = path.rpartition("/")[0]
        yield path


def describe_package(files: Files, folder: str, document: dict[str, Any]) -> Package:
    """A package, by its package.json and its tsconfig.json."""
    needed = document.get("dependencies")
    names = set(needed) if isinstance(needed, dict) else set()
    is_esm = document.get("type") == "module"
    options = files.read_json(join(folder, "tsconfig.json")).get("compilerOptions")
    chosen = options if isinstance(options, dict) else {}
    by_node = any(BY_NODE.match(str(chosen.get(key, ""))) for key in ("module", "moduleResolution"))
    prefix = join(folder, "src/")
    has_source = any(path.startswith(prefix) for path in files.paths)
    return Package(
        folder,
        is_esm=is_esm,
        needs_ending=is_esm and (by_node or not chosen),
        declares=tuple(kind for name, kind in LIBRARIES.items() if name in names),
        has_source=has_source,
        has_logger=files.complete(join(folder, "src/logger" if has_source else "logger")) is not None,
        typed=bool(chosen),
        needs=tuple(sorted(names & files.names.keys())),
    )


def dump_name(name: str, quote: str) -> str:
    """A string literal in the file's quotes."""
    return f"{quote}{json.dumps(name, ensure_ascii=False)[1:-1]}{quote}"
