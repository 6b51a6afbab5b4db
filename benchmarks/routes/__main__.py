"""How many of the routes of public backends `readycheck routes` lists, and whether it knows who may call them.

    python -m benchmarks.routes [--git-dir NAME=DIR ...] [--only NAME ...]

Fetches the pinned trees below `benchmarks/.work/`, labels them by other means (`labels.py`), compares, and writes
`benchmarks/routes/RESULTS.md`. Exit code 1 when a goal is missed or a tree is not the pinned one.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpora import WORK, list_files, prepare
from benchmarks.routes.labels import UNKNOWN, Label, label_file
from benchmarks.routes.trees import TREES, Tree
from readycheck.scan.checks.contract import PROGRAM
from readycheck.scan.engine import ScanOptions, gather_facts, join, sort_facts
from readycheck.scan.inventories.routes import make_rows

HERE = Path(__file__).parent
CODE = (".py", ".js", ".ts", ".tsx", ".jsx", ".mjs", ".cjs", ".mts", ".cts")
LEAST = 0.95
SHOWN = 6
Row = Mapping[str, object]
Key = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Compared:
    """One application: labels and listed routes by file, line and method; the routes read by hand, each judged."""

    tree: Tree
    labels: Mapping[Key, Label]
    listed: Mapping[Key, Row]
    sample: Sequence[tuple[str, str]]

    @property
    def right(self) -> list[Key]:
        """The routes that both sides know, with the path as it stands there."""
        both = self.labels.keys() & self.listed.keys()
        return [key for key in both if ends_alike(str(self.listed[key]["path"]), self.labels[key].route)]

    @property
    def unresolved(self) -> int:
        """The listed routes of which it is not certain that, or where, they are served."""
        return sum(1 for row in self.listed.values() if row["unresolved"])

    def count(self, verdict: str) -> int:
        """How many routes of the sample were judged so."""
        return sum(1 for _, one in self.sample if one == verdict)


def ends_alike(path: str, declared: str) -> bool:
    """Whether a full path ends with the part that was declared, all parameters alike."""
    plain = simplify(declared)
    if UNKNOWN in declared or re.search(r"[\\(^$\[]", declared):
        return True
    return simplify(path).endswith(plain)


def simplify(path: str) -> str:
    """A path without slashes at its ends, parameters as `{}`."""
    return re.sub(r"\$?\{[^/]*?\}+|<[^>/]*>|:\w+(?:\{[^}]*\})?|\[[^/\]]*\]", "{}", path).strip("/")


def compare(tree: Tree, sample: Sequence[Sequence[str]]) -> Compared:
    """Label an application, list it, judge the sample."""
    root = tree.corpus.root / tree.folder
    scan = gather_facts(root, PROGRAM, ScanOptions())
    rows = make_rows(join(scan.files, sort_facts(scan.files)).web)
    listed = {
        (str(row["file"]), int(str(row["line"])), read_method(tree, str(row["method"]))): row
        for row in rows
        if re.search(tree.served, str(row["file"])) and row["framework"] == tree.framework
    }
    labels: dict[Key, Label] = {}
    for path in list_files(tree.corpus):
        inner = path.removeprefix(f"{tree.folder}/") if path.startswith(f"{tree.folder}/") or tree.folder == "." else ""
        if inner.endswith(CODE) and re.search(tree.served, inner):
            text = (root / inner).read_text(encoding="utf-8", errors="replace")
            labels |= {(one.path, one.line, one.method): one for one in label_file(tree.framework, inner, text)}
    judged = [(f"{method} {path}", judge(rows, method, path, access)) for _, method, path, access in sample]
    return Compared(tree, labels, listed, judged)


def read_method(tree: Tree, method: str) -> str:
    """The method of a row as the labels have it: Django's patterns name none."""
    return "" if tree.framework == "Django" else method


def judge(rows: Sequence[Row], method: str, path: str, access: str) -> str:
    """Whether a route that was read by hand is listed, with the same access."""
    found = [row for row in rows if row["method"] == method and is_same(str(row["path"]), path)]
    if not found:
        return "not listed"
    kinds = {"guarded" if row["access"] in ("authenticated", "admin") else str(row["access"]) for row in found}
    return "right" if access in kinds else "unknown" if "unknown" in kinds else "wrong"


def is_same(listed: str, path: str) -> bool:
    """Whether two full paths are the same; `{?}` stands for what is only known when the code runs."""
    pattern = re.escape(simplify(listed.replace("{?}", "\0"))).replace("\0", ".*")
    return re.fullmatch(pattern, simplify(path)) is not None


def render(compared: Sequence[Compared]) -> str:
    """The results as Markdown."""
    rows = [
        f"| {one.tree.name} | {one.tree.framework} | {one.tree.corpus.title} | {len(one.labels)} | {len(one.listed)} "
        f"| {one.unresolved} | {ratio(len(one.right), len(one.listed))} | {ratio(len(one.right), len(one.labels))} "
        f"| {len(one.sample)} | {one.count('right')} | {one.count('unknown')} | {one.count('wrong')} "
        f"| {one.count('not listed')} |"
        for one in compared
    ]
    return HEAD + "\n".join(rows) + "\n\n" + "\n".join(f"- {line}" for line in summarise(compared)) + "\n" + FOOT


def summarise(compared: Sequence[Compared]) -> list[str]:
    """The sums, in words."""
    labels, listed = sum(len(one.labels) for one in compared), sum(len(one.listed) for one in compared)
    right = sum(len(one.right) for one in compared)
    sample, agreed = sum(len(one.sample) for one in compared), sum(one.count("right") for one in compared)
    unknown, wrong = sum(one.count("unknown") for one in compared), sum(one.count("wrong") for one in compared)
    return [
        f"Routes: {right:,} of {listed:,} listed are labelled: precision {ratio(right, listed)}.",
        f"Routes: {right:,} of {labels:,} labelled are listed: recall {ratio(right, labels)}.",
        f"Access: of {sample} routes read by hand {agreed} are right, {unknown} left open, {wrong} wrong.",
    ]


def ratio(part: int, whole: int) -> str:
    """A share in per cent."""
    return f"{part / whole:.1%}" if whole else "-"


def meets_goals(compared: Sequence[Compared]) -> bool:
    """Whether precision, recall and access are as good as they are meant to be."""
    labels, listed = sum(len(one.labels) for one in compared), sum(len(one.listed) for one in compared)
    right, sample = sum(len(one.right) for one in compared), sum(len(one.sample) for one in compared)
    wrong = sum(one.count("wrong") + one.count("not listed") for one in compared)
    return right >= LEAST * labels and right >= LEAST * listed and wrong <= (1 - LEAST) * sample


def show_differences(one: Compared) -> None:
    """The first differences of a tree, for whoever wants to judge them."""
    print(f"{one.tree.name}: {len(one.right)} of {len(one.listed)} listed and {len(one.labels)} labelled", flush=True)
    right = set(one.right)
    for title, keys in (("not labelled", one.listed.keys() - right), ("not listed", one.labels.keys() - right)):
        for path, line, method in sorted(keys)[:SHOWN]:
            print(f"  {title}: {path}:{line} {method}")
    for route, verdict in one.sample:
        if verdict != "right":
            print(f"  {verdict}: {route}")


def main() -> int:
    """Fetch, compare, print, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.routes", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--git-dir", action="append", default=[], metavar="NAME=DIR", help="a local clone to read from")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="this tree (repeatable)")
    options = parser.parse_args()
    git_dirs = {name: Path(folder) for name, _, folder in (pair.partition("=") for pair in options.git_dir)}
    (WORK / "corpora").mkdir(parents=True, exist_ok=True)
    table = (HERE / "access.tsv").read_text(encoding="utf-8").splitlines()
    sample = [line.split("\t") for line in table]
    compared, digests, is_pinned = [], dict[str, str](), True
    for tree in TREES:
        if options.only and tree.name not in options.only:
            continue
        if tree.corpus.name not in digests:
            digests[tree.corpus.name] = prepare(tree.corpus, None, git_dirs)
            if digests[tree.corpus.name] != tree.corpus.digest:
                print(f"{tree.name} is not the pinned tree: its list has the sha256 {digests[tree.corpus.name]}")
                is_pinned = False
        compared.append(compare(tree, [row for row in sample if row[0] == tree.name]))
        show_differences(compared[-1])
    if not options.only:
        (HERE / "RESULTS.md").write_text(render(compared), encoding="utf-8")
    print("\n".join(summarise(compared)))
    return 0 if is_pinned and meets_goals(compared) else 1


HEAD = """# Routes: what public backends declare, and what `readycheck routes` lists of it

Written by `python -m benchmarks.routes`. The labels come from a reading that shares nothing with readycheck (`ast` for
Python, regexes for JavaScript, `labels.py`); a label is a file, a line, a method and the part of the path that stands
there. The full path and who may call are compared on routes read by hand (`access.tsv`): guarded or public; `open` is
where readycheck says that it does not know. `unresolved` are listed with the reason why it is not certain that, or
where, they are served.

| tree | framework | commit | labels | listed | unresolved | precision | recall | read | right | open | wrong | lost |
| --- | --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |
"""
FOOT = """
The labels and readycheck were compared side by side: a difference was read by hand, and whichever side was wrong was
mended, so the numbers say what is known of these trees, not what to expect of the next one. At first sight, before
anything was mended, aiohttp's demos with an alias of their router, Koa's examples, Litestar's and kitsune's routes were
listed as unmounted or not at all, logto's 12 of 377, Fastify's routes behind `autohooks` were called public, and
outline's lacked their `/api`.

What differs still: mealie adds routes to a router in a loop and through a decorator of its own, which the labels do not
know. logto hands its routers over as parts of a rest parameter (`...[router, tenant]`); its routes are listed as
registered on something unknown, with the path as it stands there, and nobody can say who may call them. Where a layer
looks at who calls and lets strangers pass, readycheck leaves access open: ghostfolio's `ImpersonationWriteGuard`,
juice-shop's `updateAuthenticatedUsers`. A layer of hono's blog asks for a password unless the method is GET; it counts
for GET as well.
"""

if __name__ == "__main__":
    sys.exit(main())
