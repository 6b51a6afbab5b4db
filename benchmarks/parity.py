"""Does readycheck see the same print and console sites as ruff and eslint?

    python -m benchmarks.parity [CORPUS ...]

Sites are compared as sets of (path, line, column), findings or not: the role of a file and the comments that silence a
tool play no part. A difference is printed with its class; one that falls into none ends the program with exit code 1.
The result is written to `benchmarks/PARITY.md`.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpora import Corpus, find_corpus, list_files
from benchmarks.peers import describe_versions
from benchmarks.sites import Site, Sites, find_with_eslint, find_with_readycheck, find_with_ruff
from readycheck import __version__

RESULTS = Path(__file__).with_name("PARITY.md")
UNEXPLAINED = "UNEXPLAINED"
SHOWN = 12
CALL_OF_A_NAME = re.compile(r"(?!console\b)[\w$]+(?:\??\.[\w$]+)*(?:\?\.)?\(")


@dataclass(frozen=True, slots=True)
class Oracle:
    """A peer's rule that answers the same question as one of ours."""

    rule: str
    peer: str
    title: str
    find: Callable[[Corpus], Sites]
    explain: Callable[[Corpus, Site], str]


@dataclass(frozen=True, slots=True)
class Difference:
    """A site that only one side has, and the class that explains it."""

    side: str
    site: Site
    reason: str


@dataclass(frozen=True, slots=True)
class Parity:
    """How the two sets of one corpus compare."""

    corpus: Corpus
    oracle: Oracle
    ours: int
    theirs: int
    common: int
    skipped: Mapping[str, str]
    differences: tuple[Difference, ...]


def explain_print(corpus: Corpus, site: Site) -> str:
    """Why ruff leaves a print alone that is one: it goes to a file of the caller's choice."""
    path, line, column = site
    text = (corpus.root / path).read_text(encoding="utf-8")
    prefix = text.split("\n")[line - 1][: column - 1].encode()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and (node.lineno, node.col_offset) == (line, len(prefix)):
            for keyword in node.keywords:
                if keyword.arg == "file":
                    return "it names a file: ruff exempts all but sys.stdout and sys.stderr"
    return UNEXPLAINED


def explain_console(corpus: Corpus, site: Site) -> str:
    """Why eslint leaves a console site alone that is one: it knows the bare name only, and does not follow values."""
    path, line, column = site
    rest = (corpus.root / path).read_text(encoding="utf-8", errors="replace").split("\n")[line - 1][column - 1 :]
    for owner in ("window", "globalThis", "self", "global"):
        if rest.startswith((f"{owner}.console", f"{owner}?.console")):
            return f"{owner}.console: eslint knows the bare name only"
    if CALL_OF_A_NAME.match(rest):
        return "a call through another name that holds a console method: eslint does not follow values"
    return UNEXPLAINED


RUFF = Oracle("print-call", "ruff", "ruff T201", find_with_ruff, explain_print)
ESLINT = Oracle("console-call", "eslint", "eslint no-console", find_with_eslint, explain_console)
PLAN = {"django": RUFF, "ha": RUFF, "payload": ESLINT, "llm": ESLINT}


def compare(corpus: Corpus, oracle: Oracle) -> Parity:
    """Run both tools on a corpus and explain every difference."""
    ours, theirs = find_with_readycheck(corpus, oracle.rule), oracle.find(corpus)
    differences = [Difference(f"{oracle.peer} only", site, UNEXPLAINED) for site in sorted(theirs.found - ours.found)]
    differences += [
        Difference("readycheck only", site, theirs.unread.get(site[0]) or oracle.explain(corpus, site))
        for site in sorted(ours.found - theirs.found)
    ]
    common = len(ours.found & theirs.found)
    return Parity(corpus, oracle, len(ours.found), len(theirs.found), common, ours.unread, tuple(differences))


def describe(parity: Parity) -> Iterator[str]:
    """One corpus as Markdown: every class of differences with its count, and each site of the small ones."""
    classes = Counter((difference.side, difference.reason) for difference in parity.differences)
    yield f"### {parity.corpus.title}: {parity.oracle.rule} and {parity.oracle.title}"
    yield ""
    if not classes:
        yield f"- The {parity.common:,} sites are the same."
    for path, reason in parity.skipped.items():
        yield f"- A scan leaves out `{path}` ({reason}); it was read here all the same."
    for (side, reason), count in classes.items():
        yield f"- {side}, {count}: {reason}"
        places = [
            difference.site
            for difference in parity.differences
            if (difference.side, difference.reason) == (side, reason)
        ]
        for path, line, column in places[:SHOWN]:
            yield f"  - `{path}:{line}:{column}`"
        if count > SHOWN:
            yield f"  - and {count - SHOWN} more in {len({path for path, _, _ in places})} file(s)"
    yield ""


def render(parities: list[Parity]) -> str:
    """The whole result as Markdown."""
    versions = ", ".join(
        f"{name} {version}" for name, version in describe_versions().items() if name in ("ruff", "eslint")
    )
    lines = [
        "# Parity",
        "",
        f"Written by `python -m benchmarks.parity`: readycheck {__version__}, {versions}.",
        "",
        "| tree | files | peer | peer's sites | readycheck's | in both | peer only | readycheck only | unexplained |",
        "| --- | --: | --- | --: | --: | --: | --: | --: | --: |",
    ]
    for parity in parities:
        unexplained = count_unexplained(parity)
        numbers = (
            parity.theirs,
            parity.ours,
            parity.common,
            parity.theirs - parity.common,
            parity.ours - parity.common,
        )
        cells = " | ".join(f"{number:,}" for number in (*numbers, unexplained))
        lines.append(
            f"| {parity.corpus.title} | {len(list_files(parity.corpus)):,} | {parity.oracle.title} | {cells} |"
        )
    lines += ["", "## Differences", ""]
    for parity in parities:
        lines.extend(describe(parity))
    return "\n".join(lines)


def count_unexplained(parity: Parity) -> int:
    """The differences that fall into no class."""
    return sum(difference.reason == UNEXPLAINED for difference in parity.differences)


def main() -> int:
    """Compare the corpora named, or all; exit code 1 when a difference is unexplained."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.parity", description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "corpora", nargs="*", metavar="CORPUS", help=f"out of {', '.join(PLAN)}; all when none is named"
    )
    names = parser.parse_args().corpora or list(PLAN)
    parities = [compare(find_corpus(name), PLAN[name]) for name in names]
    text = render(parities)
    print(text)
    if names == list(PLAN):
        RESULTS.write_text(text, encoding="utf-8")
    return 1 if any(map(count_unexplained, parities)) else 0


if __name__ == "__main__":
    sys.exit(main())
