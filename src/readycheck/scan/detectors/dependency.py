"""The `dependency` detector: a manifest declares one of the packages for production."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.model.location import Span
from readycheck.model.rule import Dependency
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.config.manifests import GLOBS, Ecosystem, normalise_name, read_declared

ECOSYSTEMS: tuple[Ecosystem, ...] = ("pypi", "npm")


def globs_of(_detect: Dependency) -> tuple[str, ...]:
    """The manifests that can declare a package."""
    return GLOBS


def find(detect: Dependency, file: ConfigFile) -> Iterator[tuple[Span, str]]:
    """Yield the place of each wanted package; development dependencies are not shipped and do not count.

    A wanted name may say its ecosystem (`npm:limits`, `pypi:limits`), else it is looked for in both.
    """
    wanted = {key for package in detect.packages for key in wanted_keys(package)}
    for declared in read_declared(file):
        if not declared.development and (declared.ecosystem, declared.name) in wanted:
            yield file.span(declared.line), f"{declared.name} is declared"


def wanted_keys(package: str) -> Iterator[tuple[Ecosystem, str]]:
    """The ecosystems and normalised names that a rule's package name stands for."""
    for ecosystem in ECOSYSTEMS:
        if package.startswith(f"{ecosystem}:"):
            yield ecosystem, normalise_name(package.removeprefix(f"{ecosystem}:"), ecosystem)
            return
    for ecosystem in ECOSYSTEMS:
        yield ecosystem, normalise_name(package, ecosystem)
