"""Which packages are declared for a file of code: those of the manifests in its folder and in the folders above."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigError, ConfigFile
from readycheck.scan.config.manifests import Declared, read_declared
from readycheck.scan.files.languages import language_of

Read = Callable[[str], str | None]
MANIFESTS = (
    "package.json", "pyproject.toml", "Pipfile", "setup.cfg", "requirements.txt", "requirements.in",
    "requirements/base.txt", "requirements/common.txt", "requirements/prod.txt", "requirements/production.txt",
    "requirements/main.txt",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Packages:
    """The names of the packages that production needs, as each ecosystem normalises them."""

    pypi: frozenset[str] = field(default_factory=frozenset)
    npm: frozenset[str] = field(default_factory=frozenset)


def find_packages(read: Read, *paths: str) -> Packages:
    """What the manifests beside and above some files declare; a broken manifest declares nothing."""
    folders = {folder for path in paths for folder in PurePosixPath(path).parents}
    found = [
        one
        for folder in sorted(folders)
        for name in MANIFESTS
        for one in read_manifest(read, str(folder / name))
        if not one.development
    ]
    return Packages(
        frozenset(one.name for one in found if one.ecosystem == "pypi"),
        frozenset(one.name for one in found if one.ecosystem == "npm"),
    )


def read_manifest(read: Read, path: str) -> Iterator[Declared]:
    """What one manifest declares, if it is there."""
    text = read(path)
    if text is None:
        return
    try:
        yield from read_declared(ConfigFile(path, language_of(path) or Language.TEXT, text))
    except ConfigError:
        return  # the scan tells of broken files; what cannot be read declares nothing that a fix may rely on
