"""What readycheck finds in a public project, and its maintainers mended in the commit after.

    python -m benchmarks.found_then_fixed [--git-dir NAME=DIR ...] [--only WORD]

Takes the tree of each pinned commit and of the one before it out of git (below `benchmarks/.work/`; `--git-dir
lemmy=DIR` names a clone that has them), scans both as a user would, and compares the findings: those that are gone, and
whether they are the indexes that the commit builds. Nothing of a tree is installed or run. Writes
`benchmarks/found_then_fixed/RESULTS.md` when all were compared. Exit code 1 when a commit's index was not found, beyond
those that are explained, when a finding stayed, or when the commit brought one.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from benchmarks.corpora import WORK, Repository, fetch_repository, run_git
from benchmarks.found_then_fixed.cases import CASES, Case

RULE = "foreign-key-without-index"
RESULTS = Path(__file__).with_name("RESULTS.md")
BUILT = re.compile(r"CREATE INDEX \w+ ON (\w+) \(([^)]*)\)")


@dataclass(frozen=True, slots=True)
class Compared:
    """One case: `table (columns)` -> message before and after, and what the commit's own indexes are."""

    case: Case
    before: Mapping[str, str]
    after: Mapping[str, str]
    wanted: tuple[str, ...]

    @property
    def gone(self) -> list[str]:
        """What was found before and is not any more."""
        return [one for one in self.before if one not in self.after]

    @property
    def missed(self) -> list[str]:
        """The commit's indexes that nothing was found about."""
        return [one for one in self.wanted if one not in self.before]

    @property
    def is_good(self) -> bool:
        """Whether the findings are the commit's indexes: none lacks unexplained, stays, or is new."""
        stayed = [one for one in self.wanted if one in self.after]
        new = [one for one in self.after if one not in self.before]
        return bool(self.gone) and not stayed and not new and (not self.missed or bool(self.case.but))


def compare(case: Case, git_dirs: Mapping[str, Path]) -> Compared:
    """Scan both commits of a case."""
    trees = [take_out(case, commit, git_dirs) for commit in (case.before, case.after)]
    before, after = (find(tree) for tree in trees)
    wanted = case.wanted
    if case.statements:
        text = (trees[1] / case.statements).read_text(encoding="utf-8")
        wanted = tuple(dict.fromkeys(f"{table} ({columns})" for table, columns in BUILT.findall(text)))
    return Compared(case, before, after, wanted)


def take_out(case: Case, commit: str, git_dirs: Mapping[str, Path]) -> Path:
    """The tree of one commit."""
    name = case.address.rpartition("/")[2]
    folder = git_dirs.get(name) or fetch_repository(Repository(case.address, commit))
    root = WORK / "found_then_fixed" / f"{name}-{commit[:8]}"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    packed = run_git(folder, "archive", commit, "--", ".", *(f":!{path}" for path in case.left_out))
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        archive.extractall(root, filter="data")
    return root


def find(root: Path) -> dict[str, str]:
    """The foreign keys without an index, as `readycheck scan` tells them."""
    command = [sys.executable, "-m", "readycheck", "scan", str(root), "--no-cache", "--select", RULE]
    command += ["--fail-on", "never", "--format", "json"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=900)
    messages = [str(one["message"]) for one in json.loads(done.stdout)["findings"]]
    return {message.partition(" refers to ")[0]: message for message in messages}


def render(compared: Sequence[Compared]) -> str:
    """The page of results."""
    lines = [
        "# Found, and mended by the maintainers in the next commit",
        "",
        "Written by `python -m benchmarks.found_then_fixed`. *Before* and *after* are the foreign keys without an",
        "index that `readycheck scan` finds in the commit before and in the commit itself; *built* are the indexes",
        "that the commit builds, *found* those of them that are among the findings before, *gone* the findings that",
        "are not there after.",
        "",
        "| project | commit | how they found it | before | after | gone | built | found |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in compared:
        case = one.case
        link = f"[{case.after[:8]}]({case.address}/commit/{case.after}), {case.date}"
        found = len(one.wanted) - len(one.missed)
        counts = [len(one.before), len(one.after), len(one.gone), len(one.wanted), found]
        lines.append(f"| {case.name} | {link} | {case.told} | {' | '.join(map(str, counts))} |")
    lines += ["", *(render_missed(one) for one in compared if one.missed)]
    for one in compared:
        lines += ["", f"## {one.case.name}", "", *(f"- {one.before[name]}" for name in one.gone[:5])]
        lines += [f"- and {len(one.gone) - 5} more"] if len(one.gone) > 5 else []  # noqa: PLR2004 - as many as above
    return "\n".join([*lines, ""])


def render_missed(one: Compared) -> str:
    """What of a commit's indexes is no finding, and why."""
    return f"{one.case.name}: {one.case.but or 'missed'} ({', '.join(one.missed)})."


def main() -> int:
    """Compare, print, write the page; 1 where a case does not hold."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.found_then_fixed", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--git-dir", action="append", default=[], metavar="NAME=DIR")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    git_dirs = {name: Path(path) for name, _, path in (word.partition("=") for word in options.git_dir)}
    chosen = [case for case in CASES if options.only in case.name]
    compared = []
    for case in chosen:
        compared.append(compare(case, git_dirs))
        one = compared[-1]
        word = "holds" if one.is_good else "DOES NOT HOLD"
        print(f"{case.name}: {len(one.before)} -> {len(one.after)}, {len(one.missed)} missed: {word}", flush=True)
    if len(chosen) == len(CASES):
        RESULTS.write_text(render(compared), encoding="utf-8")
    return 0 if all(one.is_good for one in compared) else 1


if __name__ == "__main__":
    sys.exit(main())
