"""The trees that the benchmarks read: fetched once, unpacked to source files only, pinned by the hash of their list.

    python -m benchmarks.corpora [--cache DIR] [--git-dir NAME=DIR ...] [--only NAME ...]

Nothing of a tree is installed or run by us; pip asks the sdist's build backend for its metadata when it downloads it.
Only source files are kept, and nothing whose name starts with a dot, so that every tool is given the same files;
`ha-wheel` is a whole wheel as it would lie on a disk.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

WORK = Path(__file__).parent / ".work"
PYTHON = (".py",)
SCRIPT = (".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".mts", ".cts")
Entry = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Archive:
    """A file of the Python package index: requirement, kind as pip names it, file name, sha256."""

    requirement: str
    kind: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Repository:
    """One commit of a public git repository."""

    address: str
    commit: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """A tree: where it comes from, the suffixes that are kept (none: all files), the sha256 of its file list.

    `left_out` names suffixes that are never kept: a snapshot may lack its repository's largest pictures and archives.
    """

    name: str
    title: str
    source: Archive | Repository
    suffixes: tuple[str, ...]
    digest: str
    left_out: tuple[str, ...] = ()

    @property
    def root(self) -> Path:
        """Where the tree lies once it is unpacked."""
        return WORK / "corpora" / self.name

    @property
    def listing(self) -> Path:
        """The file list that stands for the tree: `sha256  path` a line, in the order of the paths."""
        return WORK / "corpora" / f"{self.name}.sha256"


DJANGO = Archive(
    "Django==5.2.19",
    "sdist",
    "django-5.2.19.tar.gz",
    "ad03d8abc51dbff95ebf34b27123cf0c26a3b62db7ba0cd520783686362533d1",
)
HOME_ASSISTANT = Archive(
    "homeassistant==2026.2.3",
    "wheel",
    "homeassistant-2026.2.3-py3-none-any.whl",
    "8167820cac4b8defe895fd2c36ac23402a445d1fe6028e8cde24caabb935282c",
)
PAYLOAD = Repository("https://github.com/payloadcms/payload", "db7543c2121f0b672e33436447122b5e09ea4f2b")
ANYTHING_LLM = Repository("https://github.com/Mintplex-Labs/anything-llm", "72aabbd15481ae405434efd4c83d46026eef1173")

CORPORA = (
    Corpus(
        "django", "Django 5.2.19", DJANGO, PYTHON, "e8af127131623a2df34f210fd620387a99e038f96b1ec838f90bd235b055bc24"
    ),
    Corpus(
        "ha",
        "Home Assistant 2026.2.3",
        HOME_ASSISTANT,
        PYTHON,
        "690f2a7d623961984b2b922a76ff6af0d69c84c91d3716fcb05bb5c0cd4dccd2",
    ),
    Corpus(
        "ha-wheel",
        "Home Assistant 2026.2.3, whole wheel",
        HOME_ASSISTANT,
        (),
        "72d99122a6e2e7a5dc33b92431ccfdd3053ec6ced73cc71024587ecb906cd480",
    ),
    Corpus(
        "payload",
        "payload@db7543c2",
        PAYLOAD,
        SCRIPT,
        "0b76a158699a328297fb82e31e339f2cd6e6835f46f4aa1d23d4b4c3c8be85b8",
    ),
    Corpus(
        "llm",
        "anything-llm@72aabbd1",
        ANYTHING_LLM,
        SCRIPT,
        "305afa6f737295f222caee8e638c760c4278c457860d75ab821a671b374bba2d",
    ),
)


def find_corpus(name: str) -> Corpus:
    """The corpus of that name, unpacked; ends the program when it is not there yet."""
    corpus = next(corpus for corpus in CORPORA if corpus.name == name)
    if not corpus.listing.exists():
        sys.exit(f"the corpus {name} is not there: run python -m benchmarks.corpora first")
    return corpus


def list_files(corpus: Corpus) -> list[str]:
    """The relative paths of a corpus' files, in order."""
    return [line.split("  ", 1)[1] for line in corpus.listing.read_text(encoding="utf-8").splitlines()]


def is_wanted(path: str, suffixes: tuple[str, ...]) -> bool:
    """Whether a file belongs to the corpus; raises ValueError when its path would lead out of the tree."""
    parts = PurePosixPath(path).parts
    if ".." in parts or path.startswith("/"):
        raise ValueError(f"{path!r} leads out of the tree")
    return not suffixes or (path.endswith(suffixes) and not any(part.startswith(".") for part in parts))


def unpack(corpus: Corpus, entries: Iterable[Entry]) -> str:
    """Write the entries below the corpus' root and return the sha256 of the file list."""
    shutil.rmtree(corpus.root, ignore_errors=True)
    lines = []
    for path, data in entries:
        target = corpus.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        lines.append((path, f"{hashlib.sha256(data).hexdigest()}  {path}\n"))
    text = "".join(line for _, line in sorted(lines))
    corpus.listing.write_text(text, encoding="utf-8")
    return hashlib.sha256(text.encode()).hexdigest()


def fetch_archive(archive: Archive, cache: Path | None) -> Path:
    """The archive out of the cache folder, or downloaded with pip; raises ValueError when it is not the pinned one."""
    folder = WORK / "downloads"
    path = next((place / archive.name for place in (cache, folder) if place and (place / archive.name).is_file()), None)
    if path is None:
        only = "--no-binary=:all:" if archive.kind == "sdist" else "--only-binary=:all:"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--ignore-requires-python", only]
        subprocess.run([*command, "--dest", str(folder), archive.requirement], check=True)
        path = folder / archive.name
    if hashlib.sha256(path.read_bytes()).hexdigest() != archive.sha256:
        raise ValueError(f"{path} is not the pinned {archive.name}")
    return path


def read_archive(path: Path, suffixes: tuple[str, ...]) -> Iterator[Entry]:
    """The wanted regular files of a wheel, or of an sdist without its top folder."""
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            for info in wheel.infolist():
                if not info.is_dir() and is_wanted(info.filename, suffixes):
                    yield info.filename, wheel.read(info)
        return
    with tarfile.open(path) as sdist:
        for member in sdist:
            name = member.name.partition("/")[2]
            if member.isfile() and is_wanted(name, suffixes) and (file := sdist.extractfile(member)):
                yield name, file.read()


def fetch_repository(repository: Repository) -> Path:
    """A bare git folder below `.work/` that holds the commit."""
    folder = WORK / "git" / repository.address.rpartition("/")[2]
    run_git(folder, "init", "--quiet", "--bare")
    if subprocess.run(["git", "--git-dir", str(folder), "cat-file", "-e", repository.commit], check=False).returncode:
        run_git(folder, "fetch", "--quiet", "--depth=1", repository.address, repository.commit)
    return folder


def run_git(folder: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """What git prints."""
    command = ["git", "--git-dir", str(folder), *arguments]
    return subprocess.run(command, input=stdin, check=True, stdout=subprocess.PIPE).stdout


def read_repository(
    folder: Path, commit: str, suffixes: tuple[str, ...], left_out: tuple[str, ...] = ()
) -> Iterator[Entry]:
    """The wanted regular files of a commit; raises ValueError when a blob is missing from the repository."""
    rows = run_git(folder, "ls-tree", "-r", "-z", commit).decode("utf-8", "surrogateescape").split("\0")
    wanted = []
    for row in filter(None, rows):
        head, path = row.split("\t", 1)
        mode, _, blob = head.split()
        if mode.startswith("100") and is_wanted(path, suffixes) and not path.endswith(left_out):
            wanted.append((path, blob))
    data = run_git(folder, "cat-file", "--batch", stdin="".join(f"{blob}\n" for _, blob in wanted).encode())
    position = 0
    for path, blob in wanted:
        end = data.index(b"\n", position)
        header = data[position:end].split()
        if header[-1] == b"missing":
            raise ValueError(f"{path} ({blob}) is not in {folder}")
        position = end + 1 + int(header[2]) + 1
        yield path, data[end + 1 : position - 1]


def prepare(corpus: Corpus, cache: Path | None, git_dirs: dict[str, Path]) -> str:
    """Fetch and unpack one corpus; returns the sha256 of its file list."""
    source = corpus.source
    if isinstance(source, Archive):
        return unpack(corpus, read_archive(fetch_archive(source, cache), corpus.suffixes))
    folder = git_dirs.get(corpus.name) or fetch_repository(source)
    return unpack(corpus, read_repository(folder, source.commit, corpus.suffixes, corpus.left_out))


def measure(corpus: Corpus) -> str:
    """Files, megabytes and lines of a corpus, in words."""
    sizes, lines = [], 0
    for path in list_files(corpus):
        data = (corpus.root / path).read_bytes()
        sizes.append(len(data))
        lines += data.count(b"\n")
    return f"{len(sizes):,} files, {sum(sizes) / 1e6:.1f} MB, {lines:,} lines"


def main() -> int:
    """Prepare the corpora; exit code 1 when one of them is not the pinned tree."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.corpora", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--cache", type=Path, metavar="DIR", help="a folder in which the archives may already lie")
    parser.add_argument("--git-dir", action="append", default=[], metavar="NAME=DIR", help="a local clone to read from")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="this corpus (repeatable)")
    options = parser.parse_args()
    git_dirs = {name: Path(folder) for name, _, folder in (pair.partition("=") for pair in options.git_dir)}
    (WORK / "downloads").mkdir(parents=True, exist_ok=True)
    (WORK / "corpora").mkdir(parents=True, exist_ok=True)
    wrong = 0
    for corpus in CORPORA:
        if options.only and corpus.name not in options.only:
            continue
        digest = prepare(corpus, options.cache, git_dirs)
        verdict = "as pinned" if digest == corpus.digest else f"NOT the pinned {corpus.digest[:16]}"
        wrong += digest != corpus.digest
        print(f"{corpus.name}: {measure(corpus)}; list sha256 {digest}: {verdict}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
