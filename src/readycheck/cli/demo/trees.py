"""The two applications that ship with readycheck: where they lie, and a copy of them to run.

They run from a copy, because the original may be read-only, and nothing that a run leaves behind belongs beside it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from readycheck.cli.demo.errors import DemoError

PACKAGE = Path(__file__).resolve().parents[2]
MADE = frozenset({"node_modules", "__pycache__"})  # what a run adds to the copy, and may keep
LEFT_OUT = MADE | {".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".venv", ".git", "tests", ".env"}


def find_tree(name: str) -> Path:
    """The folder of an application.

    As with the rules, a wheel carries it inside the package; in a checkout it stands beside `src`.

    Raises:
        DemoError: neither is there.
    """
    for folder in (PACKAGE / "demo" / name, PACKAGE.parent.parent / "fixtures" / name):
        if folder.is_dir():
            return folder
    raise DemoError(
        f"{PACKAGE / 'demo' / name}: no such folder: the installation is incomplete",
        advice="install readycheck-cli anew",
    )


def copy_tree(source: Path, target: Path) -> str:
    """Make the target's files those of the source, without what only its developers need; gives a digest of them."""
    digest = hashlib.blake2b(digest_size=16)
    wanted = set()
    for path in sorted(list_files(source, LEFT_OUT)):
        name, data = path.relative_to(source), path.read_bytes()
        wanted.add(name)
        digest.update(f"{name.as_posix()}\0{len(data)}\0".encode())
        digest.update(data)
        write_changed(target / name, data)
    for path in list_files(target, MADE):
        if path.relative_to(target) not in wanted:
            path.unlink()
    return digest.hexdigest()


def list_files(root: Path, left_out: frozenset[str]) -> Iterator[Path]:
    """The files below a folder, without folders and files of those names."""
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in left_out]
        yield from (Path(folder, name) for name in files if name not in left_out)


def write_changed(path: Path, data: bytes) -> None:
    """Write a file, unless it holds that already: compiled modules stay valid."""
    if path.is_file() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
