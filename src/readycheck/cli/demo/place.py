"""Where the demo keeps its data: in the user's cache folder, one demo at a time."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from readycheck.cli.demo.errors import DemoError
from readycheck.scan.cache import find_cache_folder

MODE = 0o711  # others may pass through, to what is theirs, and list nothing


@dataclass(frozen=True, slots=True)
class Place:
    """The demo's folder."""

    root: Path

    @property
    def data(self) -> Path:
        """The folder of Postgres and Valkey."""
        return self.root / "data"

    @property
    def logs(self) -> Path:
        """One log a process, of the last start."""
        return self.root / "logs"

    @property
    def _mark(self) -> Path:
        return self.root / "data.digest"

    def prepare_data(self, digest: str) -> bool:
        """Throw data away that was made by other code, or by a start that did not come to its end.

        Gives whether the data is new.
        """
        if self._mark.is_file() and self._mark.read_text(encoding="ascii") == digest:
            return False
        self._mark.unlink(missing_ok=True)
        shutil.rmtree(self.data, ignore_errors=True)
        return True

    def accept_data(self, digest: str) -> None:
        """The data is complete: the next start can use it."""
        self._mark.write_text(digest, encoding="ascii")


@contextmanager
def open_place() -> Iterator[Place]:
    """The demo's folder, locked: two demos on the same data would stop each other's servers.

    Raises:
        DemoError: another demo runs, or there is no place for one.
    """
    root = choose_root()
    with (root / "lock").open("w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DemoError(
                f"another demo is running on {root}", advice="end it with Ctrl-C, or set READYCHECK_CACHE_DIR"
            ) from error
        place = Place(root)
        shutil.rmtree(place.logs, ignore_errors=True)
        place.logs.mkdir(mode=0o700)
        yield place


def choose_root() -> Path:
    """The folder below the user's cache folder.

    Postgres refuses to run as root, so root's demo gives its data to an unprivileged account, which must be able to
    reach it. Root's home is commonly closed to others; then the data goes to a folder of root's own below the system's
    folder for temporary files.
    """
    cache = find_cache_folder()
    if cache is not None:
        root = cache.absolute() / "demo"
        try:
            root.mkdir(mode=MODE, parents=True, exist_ok=True)
            root = root.resolve()
        except OSError as error:
            raise DemoError(
                f"{root}: {(error.strerror or 'cannot be made').lower()}", advice="set READYCHECK_CACHE_DIR"
            ) from error
        if os.geteuid() != 0 or is_enterable(root):
            return root
    return make_private_folder(cache)


def is_enterable(folder: Path) -> bool:
    """Whether every account may pass through the folder and those above it."""
    return all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))


def make_private_folder(cache: Path | None) -> Path:
    """A folder of ours below the one for temporary files, the same at each start; nobody else's is used."""
    known = hashlib.blake2b(os.fsencode(str(cache)), digest_size=4).hexdigest()
    root = Path(tempfile.gettempdir()).resolve() / f"readycheck-demo-{os.geteuid()}-{known}"
    root.mkdir(mode=MODE, exist_ok=True)
    status = root.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
        raise DemoError(f"{root}: belongs to somebody else", advice="remove it, or set TMPDIR")
    root.chmod(MODE)
    if os.geteuid() == 0 and not is_enterable(root):
        raise DemoError(
            f"{root}: cannot be entered by the account that Postgres runs as",
            advice="set READYCHECK_CACHE_DIR to a folder whose parents everybody may enter",
        )
    return root
