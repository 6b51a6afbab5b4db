"""Print and console sites as each tool sees them, in one notation: path, line, column.

Lines and columns start at 1 and columns count code points, as readycheck and ruff count. eslint's positions are
converted: it counts UTF-16 units and takes further characters for line ends.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.corpora import Corpus
from benchmarks.peers import ESLINT_NO_CONSOLE, RUFF_T201, make_environment
from readycheck.catalog import load_catalogue
from readycheck.model.evidence import Match
from readycheck.model.location import Span
from readycheck.model.rule import Calls, Rule
from readycheck.scan.analyse import match_code
from readycheck.scan.detectors.calls import Uses, collect_names
from readycheck.scan.engine import ScanOptions, scan
from readycheck.scan.files.languages import language_of
from readycheck.scan.tasks import READER
from readycheck.scan.unit import Unit

LONE_RETURN = re.compile(r"\r(?!\n)")
ESLINT_LINE_END = re.compile("\r\n|[\n\u2028\u2029]")
Site = tuple[str, int, int]


@dataclass(frozen=True)
class Sites:
    """What one tool found, and the files for which it says that it could not look, with the reason."""

    found: frozenset[Site]
    unread: Mapping[str, str] = field(default_factory=dict)


def find_with_readycheck(corpus: Corpus, rule_id: str) -> Sites:
    """Every match of one rule, whatever the role of the file, the exempt ones too.

    Files that a scan leaves out (minified, too large) are read all the same, and named in `unread`.
    """
    rule = load_catalogue().find_rule(rule_id)
    if rule is None:
        raise LookupError(f"there is no rule {rule_id}")
    result = scan(corpus.root, [rule], ScanOptions(cache=False))
    broken = (rule_id, READER)
    if errors := [error for file in result.files for error in file.errors if error.rule in broken]:
        raise RuntimeError(f"the rule broke: {errors[:3]}")
    matches = [match for file in result.files for match in file.matches]
    matches += [match for skipped in result.skipped for match in read_anyway(corpus, skipped.path, rule)]
    spans = [match.where for match in matches if isinstance(match.where, Span)]
    found = frozenset((span.path, span.line, span.column) for span in spans)
    return Sites(found, {skipped.path: skipped.reason for skipped in result.skipped})


def read_anyway(corpus: Corpus, path: str, rule: Rule) -> Iterator[Match]:
    """The matches of a rule in a file that a scan leaves out."""
    language = language_of(path)
    if language is not None:
        text = (corpus.root / path).read_text(encoding="utf-8-sig", errors="replace")
        names = collect_names([rule.detect] if isinstance(rule.detect, Calls) else [])
        yield from match_code(rule, Uses(Unit(path, language, text), names))


def find_with_ruff(corpus: Corpus) -> Sites:
    """What T201 of ruff finds, `noqa` comments switched off; a file with a syntax error counts as unread."""
    found, unread = set(), {}
    for row in run_json([*RUFF_T201, "--output-format=json", "."], corpus.root):
        path = relate(row["filename"], corpus.root)
        if row["code"] == "T201":
            found.add((path, row["location"]["row"], row["location"]["column"]))
        else:
            unread[path] = f"ruff: {row['message']}"
    return Sites(frozenset(found), unread)


def find_with_eslint(corpus: Corpus) -> Sites:
    """What no-console of eslint finds, directives switched off; a file with a fatal message counts as unread."""
    convert = Converter(corpus.root)
    found, unread = set(), {}
    for file in run_json([*ESLINT_NO_CONSOLE, "--format=json", "."], corpus.root):
        path = relate(file["filePath"], corpus.root)
        for message in file["messages"]:
            if message["ruleId"] == "no-console":
                found.add(convert.convert(path, message["line"], message["column"]))
            else:
                unread[path] = f"eslint: {message['message']}"
    return Sites(frozenset(found), unread)


def run_json(command: Sequence[str], root: Path) -> Any:  # noqa: ANN401 - each tool has a document of its own
    """What a tool prints as JSON when it is started in the tree; findings are no failure."""
    done = subprocess.run(command, cwd=root, capture_output=True, check=False, env=make_environment())
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr.decode()[-2000:]}")
    return json.loads(done.stdout)


def relate(path: str, root: Path) -> str:
    """A path below the corpus, with slashes."""
    return Path(path).resolve().relative_to(root.resolve()).as_posix()


class Converter:
    """Positions of eslint to lines as readycheck ends them and columns in code points; keeps the last file's text."""

    def __init__(self, root: Path) -> None:
        """Take the folder that the paths are relative to."""
        self.root = root
        self.path = ""
        self.text = ""
        self.starts = [0]

    def convert(self, path: str, line: int, column: int) -> Site:
        """The site for a position that eslint gave."""
        if path != self.path:
            data = (self.root / path).read_bytes().decode("utf-8", "replace")
            self.path, self.text = path, LONE_RETURN.sub("\n", data.removeprefix("\ufeff"))
            self.starts = [0, *(match.end() for match in ESLINT_LINE_END.finditer(self.text))]
        start, units = self.starts[line - 1], column - 1
        before = self.text[start : start + units].encode("utf-16-le")[: 2 * units]
        offset = start + len(before.decode("utf-16-le", "ignore"))
        line_start = self.text.rfind("\n", 0, offset) + 1
        return path, self.text.count("\n", 0, offset) + 1, offset - line_start + 1
