"""Reading a git repository that nobody has to trust.

A repository's configuration can name commands: file system monitors, hooks, filters, text converters, pagers, helpers
for remotes. So git never sees it: each command runs with a git directory of our own, made for the purpose, that holds
a configuration of three lines and borrows nothing from the repository but references and objects. Only plumbing is
run, never on the work tree. Where a commit id is all that is needed, the files are read without git.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from readycheck.audit.errors import SettingsError
from readycheck.edits.files import RefusedError, read_limited

MAX_POINTER = 4_096
MAX_PACKED_REFS = 50_000_000
MAX_SYMREFS = 5
TIMEOUT = 30.0
COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
REFERENCE = re.compile(r"refs/[^\s\0~^:?*\[\\]+")


class GitError(SettingsError):
    """A repository cannot be read, or must not be; the message says why, without the option that asked for it."""


class NoRepositoryError(GitError):
    """There is no repository."""


@dataclass(frozen=True, slots=True)
class Repository:
    """Where a repository's parts lie: the work tree's top, its own git directory, and the one shared by work trees."""

    top: Path
    git_dir: Path
    common_dir: Path

    def read_pointer(self, name: str, limit: int = MAX_POINTER) -> str:
        """A small file of the git directory; empty if it is missing, a link that leads out, or no regular file."""
        for folder in dict.fromkeys((self.git_dir, self.common_dir)):
            path = folder / name
            try:
                if path.resolve().is_relative_to(folder):
                    return read_limited(path, limit).decode("utf-8", "replace").replace("\0", "").strip()
            except (OSError, RefusedError, RuntimeError):
                continue
        return ""


def read_commit(root: Path) -> str | None:
    """The id of the commit that is checked out at `root`, or None; nothing outside the root is read."""
    try:
        top = root.resolve()
        repository = open_git(top, top)
        if repository is None or not repository.common_dir.is_relative_to(top):
            return None
        return follow_reference(repository, "HEAD")
    except (OSError, RuntimeError):
        return None


def follow_reference(repository: Repository, name: str) -> str | None:
    """What a reference stands for, through at most five others, loose or packed."""
    for _ in range(MAX_SYMREFS):
        text = repository.read_pointer(name)
        if COMMIT.fullmatch(text):
            return text
        if text.startswith("ref:"):
            name = text.removeprefix("ref:").strip()
            if not REFERENCE.fullmatch(name) or ".." in name:
                return None
            continue
        found = re.search(
            rf"^([0-9a-f]+) {re.escape(name)}$", repository.read_pointer("packed-refs", MAX_PACKED_REFS), re.MULTILINE
        )
        return found[1] if found and COMMIT.fullmatch(found[1]) else None
    return None


def open_git(top: Path, within: Path | None = None) -> Repository | None:
    """The repository whose work tree begins at `top` (a resolved path), if there is one: `.git` as folder or file.

    One that lies outside `within` is not looked into.
    """
    git_dir = locate_git_dir(top)
    if git_dir is None or (within is not None and not git_dir.is_relative_to(within)):
        return None
    lone = Repository(top, git_dir, git_dir)
    common = lone.read_pointer("commondir")
    return Repository(top, git_dir, (git_dir / common).resolve()) if common else lone


def locate_git_dir(top: Path) -> Path | None:
    """Where `.git` is or says it is; a `.git` that is itself a link out of the work tree is none."""
    entry = top / ".git"
    if not entry.resolve().is_relative_to(top):
        return None
    if entry.is_dir():
        return entry.resolve()
    try:
        text = read_limited(entry, MAX_POINTER).decode("utf-8", "replace").replace("\0", "").strip()
    except (OSError, RefusedError):
        return None
    return (top / text.removeprefix("gitdir:").strip()).resolve() if text.startswith("gitdir:") else None


def find_repository(root: Path) -> Repository:
    """The repository that `root` lies in. Raises GitError when there is none that may be read.

    A `.git` that leads elsewhere is followed only if that place names this work tree in turn, as git's own linked work
    trees do: a project alone cannot send us anywhere.
    """
    start = root.resolve()
    for folder in (start, *start.parents):
        try:
            repository = open_git(folder)
        except (OSError, RuntimeError) as error:  # a loop of links, a name that is too long
            raise GitError(".git cannot be read") from error
        if repository is None:
            continue
        if not os.path.isdir(repository.common_dir):  # noqa: PTH112 - is_dir() raises for names that are too long
            raise GitError(".git leads to no repository")
        if repository.git_dir.is_relative_to(folder) and repository.common_dir.is_relative_to(folder):
            return repository
        back = repository.read_pointer("gitdir")
        if (
            back
            and (repository.git_dir / back).resolve() == folder / ".git"
            and repository.git_dir.parent.parent == repository.common_dir
        ):
            return repository
        raise GitError(".git leads out of the audited folder to a place that does not name it: not followed")
    raise NoRepositoryError("the audited folder is in no git repository")


@dataclass(frozen=True, slots=True)
class Git:
    """Runs git's plumbing on one repository without its configuration."""

    program: str
    folder: Path
    objects: Path

    def run(self, *arguments: str, given: bytes = b"") -> tuple[int, bytes]:
        """The exit code and the output of a command. Raises GitError when git hangs or cannot be started."""
        import subprocess  # noqa: PLC0415 - likewise

        command = [self.program, "--no-pager", "--literal-pathspecs", *arguments]
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program, no shell, arguments checked by the callers
                command,
                input=given,
                capture_output=True,
                cwd=self.folder,
                env=self.environment(),
                timeout=TIMEOUT,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise GitError(f"git {arguments[0]} did not finish: {type(error).__name__}") from error
        return done.returncode, done.stdout

    def environment(self) -> dict[str, str]:
        """All that git is told: where things are, and that it must not look or reach anywhere else."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.folder),
            "LC_ALL": "C",
            "GIT_DIR": str(self.folder),
            "GIT_OBJECT_DIRECTORY": str(self.objects),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_ALLOW_PROTOCOL": "",
        }


@contextmanager
def open_isolated(repository: Repository) -> Iterator[Git]:
    """A `Git` for the repository, with a git directory of its own that is gone afterwards."""
    import tempfile  # noqa: PLC0415 - only --diff needs it, and every start would pay for it

    program = find_program(repository.top)
    check_objects(repository)
    with tempfile.TemporaryDirectory(prefix="readycheck-git-") as name:
        folder = Path(name).resolve()
        head = repository.read_pointer("HEAD")
        (folder / "HEAD").write_text(f"{head or 'ref: refs/heads/none'}\n", encoding="utf-8")
        (folder / "config").write_text(make_config(repository), encoding="utf-8")
        (folder / "objects").mkdir()
        borrow(repository, folder, ("packed-refs", "shallow"), ("refs", "reftable"))
        (folder / "refs").mkdir(exist_ok=True)
        yield Git(program, folder, repository.common_dir / "objects")


def find_program(top: Path) -> str:
    """Where git is; one that lies in the audited project is not it."""
    import shutil  # noqa: PLC0415 - likewise

    program = shutil.which("git")
    if program is None:
        raise GitError("git is not installed")
    if Path(program).resolve().is_relative_to(top):
        raise GitError("the git found on PATH lies in the audited project: not run")
    return str(Path(program).absolute())


def check_objects(repository: Repository) -> None:
    """Raise GitError if objects would be read from outside the repository."""
    objects = repository.common_dir / "objects"
    if not objects.resolve().is_relative_to(repository.common_dir):
        raise GitError("the repository's objects are a link that leads out of it: not followed")
    for line in repository.read_pointer("objects/info/alternates", MAX_PACKED_REFS).splitlines():
        if not (objects / line.strip()).resolve().is_relative_to(repository.common_dir):
            raise GitError("the repository borrows objects from elsewhere (objects/info/alternates): not followed")


def borrow(repository: Repository, folder: Path, files: Sequence[str], folders: Sequence[str]) -> None:
    """Link those parts of the repository that exist and are what they should be into our git directory."""
    for name in (*files, *folders):
        path = repository.common_dir / name
        if not path.is_symlink() and (path.is_file() if name in files else path.is_dir()):
            (folder / name).symlink_to(path)


def make_config(repository: Repository) -> str:
    """The least configuration with which git can read the repository's objects and references."""
    extensions = read_extensions(repository)
    if not extensions:
        return "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
    lines = "".join(f"\t{key} = {value}\n" for key, value in extensions.items())
    return f"[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n{lines}"


def read_extensions(repository: Repository) -> dict[str, str]:
    """How the repository stores objects and references, where that is not the ordinary way."""
    text = repository.read_pointer("config", 1_000_000)
    section = re.search(r"^\s*\[extensions\]([^\[]*)", text, re.MULTILINE | re.IGNORECASE)
    wanted = {"objectformat": "sha256", "refstorage": "reftable"}
    found = re.findall(r"^\s*(\w+)\s*=\s*(\w+)\s*$", section[1], re.MULTILINE) if section else []
    return {key.lower(): value.lower() for key, value in found if wanted.get(key.lower()) == value.lower()}
