"""What do the codemods do to code that nobody had in mind? Popular sdists and JavaScript backends, rewritten.

    python -m benchmarks.codemods [--cache DIR] [--git-dir NAME=DIR ...] [--only NAME ...] [--resume]

Every tree is fetched, copied, rewritten twice (safe fixes only, then with the unsafe ones) and judged by others:
Python's compiler, TypeScript's parser, ruff's undefined names, a comparison of lines, and a second run, which must
change nothing. Writes `RESULTS.md`, and `.work/codemods/applied.txt` for reading what was changed. Exit code 1 when
anything of that is wrong.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.codemods.measure import HOME, Pair, keep, measure, recall
from benchmarks.codemods.results import render, write_applied
from benchmarks.codemods.trees import SERVICES, list_backends, list_sdists
from benchmarks.corpora import WORK, Corpus, fetch_archive, prepare, read_archive

RESULTS = Path(__file__).parent / "RESULTS.md"
RULES = {"python": ("print-call",), "javascript": ("console-call",)}


def main() -> int:
    """Measure, write, and say whether anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, help="a folder that holds the archives already")
    parser.add_argument("--git-dir", action="append", default=[], metavar="NAME=DIR")
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME")
    parser.add_argument("--resume", action="store_true", help="take what earlier runs measured; measure only the rest")
    given = parser.parse_args()
    HOME.mkdir(parents=True, exist_ok=True)
    git_dirs = {f"whole/{name}": Path(folder) for name, _, folder in (one.partition("=") for one in given.git_dir)}
    rows: dict[str, list[Pair]] = {}
    for language, name, root in list_trees(given.cache, git_dirs, set(given.only)):
        pair = (recall(name) if given.resume else None) or measure(name, root, RULES[language])
        keep(pair)
        rows.setdefault(language, []).append(pair)
        print(f"{name}: {pair[1].sites} sites, {dict(pair[1].split)}, {count_faults(pair)} faults", flush=True)
    if not given.only:
        RESULTS.write_text(render(rows), encoding="utf-8")
    write_applied(rows, HOME / "applied.txt")
    return 1 if any(count_faults(pair) for pairs in rows.values() for pair in pairs) else 0


def count_faults(pair: Pair) -> int:
    """Everything that is wrong after the two runs."""
    return sum(len(found) for one in pair for found in one.faults.values())


def list_trees(cache: Path | None, git_dirs: dict[str, Path], only: set[str]) -> Iterator[tuple[str, str, Path]]:
    """Language, name and folder of each tree, fetched and unpacked where it is not there yet."""
    for sdist in list_sdists():
        if not only or sdist.name in only:
            root = WORK / "corpora" / "sdists" / sdist.archive.name
            if not root.is_dir():
                for path, data in read_archive(fetch_archive(sdist.archive, cache), ()):
                    target = root / path
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(data)
            yield "python", sdist.name, root
    for language, corpora in (("python", SERVICES), ("javascript", tuple(list_backends()))):
        for corpus in corpora:
            name = corpus.name.rpartition("/")[2]
            if not only or name in only:
                unpack_tree(corpus, git_dirs)
                yield language, name, corpus.root


def unpack_tree(corpus: Corpus, git_dirs: dict[str, Path]) -> None:
    """Unpack a repository's tree; raises ValueError when it is not the pinned one."""
    digest = corpus.digest if corpus.listing.exists() else prepare(corpus, None, git_dirs)
    if digest != corpus.digest:
        raise ValueError(f"{corpus.name} is not the pinned tree: {digest}")


if __name__ == "__main__":
    sys.exit(main())
