"""Finding and reading the catalogue's files: in a wheel, in a checkout, and in a user's own folders."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from readycheck.catalog.problems import CatalogueError, Problem, escape_controls

CHECKLIST = "checklist.yaml"
MAX_BYTES = 1_000_000
SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class SourceText:
    """One file's text. `name` stands in messages; `folder` is the path from the rules' root to its folder."""

    name: str
    stem: str
    folder: str
    text: str


def find_rules_root() -> Path:
    """The folder of the built-in rules.

    A wheel carries it inside the package. In a checkout it stands beside `src`; that one wins only where the package
    has none, so that an installed copy never reads somebody else's folder.

    Raises:
        CatalogueError: neither exists.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "rules", package.parent.parent / "rules"):
        if (folder / CHECKLIST).is_file():
            return folder
    raise CatalogueError([Problem(str(package / "rules"), 1, "", f"no {CHECKLIST}: the installation is incomplete")])


def read_builtin() -> tuple[SourceText, tuple[SourceText, ...]]:
    """The checklist, and the built-in rules by path.

    Raises:
        CatalogueError: there are none, or one cannot be read.
    """
    root = find_rules_root()
    rules = [path for path in find_yaml(root) if path != root / CHECKLIST]
    return read_text(root / CHECKLIST, root, "rules"), tuple(read_text(path, root, "rules") for path in rules)


def read_folder(root: Path) -> tuple[SourceText, ...]:
    """A user's own rules, by path.

    Raises:
        CatalogueError: the folder is missing or holds no rule, or one cannot be read.
    """
    name = escape_controls(str(root))
    if not root.is_dir():
        raise CatalogueError([Problem(name, 1, "", "no such folder of rules")])
    paths = list(find_yaml(root))
    if not paths:
        raise CatalogueError([Problem(name, 1, "", "the folder holds no rule (*.yaml)")])
    return tuple(read_text(path, root, name) for path in paths)


def find_yaml(root: Path) -> Iterator[Path]:
    """The YAML files below a folder in a fixed order: regular files only, no link is followed, nothing hidden."""
    for folder, names, files in os.walk(root, onerror=refuse):
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in sorted(files):
            path = Path(folder, name)
            if name.endswith(SUFFIXES) and not name.startswith(".") and stat.S_ISREG(path.lstat().st_mode):
                yield path


def refuse(error: OSError) -> NoReturn:
    """A folder that cannot be listed might hide rules."""
    name = escape_controls(str(error.filename))
    raise CatalogueError([Problem(name, 1, "", f"cannot be read: {error.strerror}")]) from error


def read_text(path: Path, root: Path, name: str) -> SourceText:
    """One file.

    Raises:
        CatalogueError: it cannot be read, is too large, or is not UTF-8.
    """
    relative = path.relative_to(root)
    label = f"{name}/{escape_controls(relative.as_posix())}"
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise CatalogueError([Problem(label, 1, "", f"larger than {MAX_BYTES} bytes")])
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise CatalogueError([Problem(label, 1, "", f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise CatalogueError([Problem(label, line, "", "not UTF-8")]) from error
    return SourceText(label, path.stem, relative.parent.as_posix(), text)
