"""What is known of the loggers of a project, small enough to cross into worker processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["pino", "winston", "bunyan", "nest", "own"]
DEFAULT = "default"
REST = -1
"""The number of parameters of a method that passes on however many it is given."""
UNFAMILIAR = -2
"""That of a method whose parameters tell nothing."""


@dataclass(frozen=True, slots=True)
class Logger:
    """What a logger takes and shows.

    `shows_info` and `shows_debug` are false where the code that makes it may set a level above; `is_direct` says that a
    line is written before the call returns, so that it survives the end of the process; `keeps_errors` that an `Error`
    under the key `err` is written with its stack. `methods` are those of the project's own loggers, with the number of
    parameters (or REST, UNFAMILIAR); empty for the libraries, which have all levels.
    """

    kind: Kind
    shows_info: bool = True
    shows_debug: bool = False
    is_direct: bool = False
    keeps_errors: bool = False
    methods: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LoggerModule:
    """A module of the project that exports a logger.

    `export` is the exported name (`default` for the default export and `module.exports`); `users` how many files log
    through it; `spellings` how files of each package (by its folder) spell the module where they do not use a relative
    path; `loads` are the files that come with it, itself among them. `is_esm`: it is written with `export`.
    """

    path: str
    export: str
    name: str
    logger: Logger
    is_esm: bool
    users: int = 0
    spellings: Mapping[str, str] = field(default_factory=dict)
    loads: frozenset[str] = frozenset()
    reads_environment: bool = False

    def spell_for(self, package: Package) -> str:
        """How a package's files name the module, where that is no relative path; empty if it is, or not known.

        Files of a package that depends on the module's name it as those of others do.
        """
        own = self.spellings.get(package.folder)
        if own is not None:
            return own
        known = (one for one in self.spellings.values() if one.startswith(package.needs))
        return next(
            (one for one in known if any(one == name or one.startswith(f"{name}/") for name in package.needs)), ""
        )


@dataclass(frozen=True, slots=True)
class Package:
    """What a package.json says: `is_esm` by its `type`, `needs_ending` whether relative imports name the file's ending.

    `declares` are the logging libraries that production needs; `has_source` whether there is a folder `src`,
    `has_logger` whether a module called `logger` stands where one would be created, `typed` whether it is TypeScript;
    `needs` are the project's own packages that it depends on.
    """

    folder: str
    is_esm: bool = False
    needs_ending: bool = False
    declares: tuple[Kind, ...] = ()
    has_source: bool = False
    typed: bool = False
    has_logger: bool = False
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Workspace:
    """All packages by folder, and all logger modules, most used first.

    `unfamiliar` counts, by package, the files that log through something whose arguments nothing is known of.
    `preferred` and `configured` are what the configuration says of the library and of its being set up. `reached` are
    the files without any sign of a server that browser code loads, `tasks` those that only packages' scripts run.
    `is_named` says that the configuration names the module, so that no other will do; `patched` are the folders of
    packages that put something of their own in the place of a method of the console.
    """

    packages: Mapping[str, Package] = field(default_factory=dict)
    modules: tuple[LoggerModule, ...] = ()
    unfamiliar: Mapping[str, int] = field(default_factory=dict)
    preferred: Kind | None = None
    configured: bool | None = None
    reached: frozenset[str] = frozenset()
    tasks: frozenset[str] = frozenset()
    is_named: bool = False
    patched: frozenset[str] = frozenset()

    def find_package(self, path: str) -> Package:
        """The nearest package around a file."""
        folder = path.rpartition("/")[0]
        while folder and folder not in self.packages:
            folder = folder.rpartition("/")[0]
        return self.packages.get(folder, Package(folder))
