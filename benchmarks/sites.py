"""Print and console sites as each tool sees them, in one notation: path, line, column.

Lines are ended by LF alone and columns count code points from 1, as readycheck counts; the peers' positions are
converted, because eslint counts UTF-16 units and both take further characters for line ends.
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
from readycheck.model.rule import Rule
from readycheck.scan.analyse import match_code
from readycheck.scan.engine import ScanOptions, scan
from readycheck.scan.languages import language_of
from readycheck.scan.reading import READER
from readycheck.scan.unit import Unit

RUFF_LINE_END = re.compile(r"\r\n|\r|\n")
ESLINT_LINE_END = re.compile("\r\n|[\r\n\u2028\u2029]")
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
        yield from match_code(rule, Unit(path, language, text))


def find_with_ruff(corpus: Corpus) -> Sites:
    """What T201 of ruff finds, `noqa` comments switched off; a file with a syntax error counts as unread."""
    rows = run_json([*RUFF_T201, "--output-format=json", "."], corpus.root)
    convert = Converter(corpus.root, RUFF_LINE_END, utf16=False)
    found, unread = set(), {}
    for row in rows:
        path = relate(row["filename"], corpus.root)
        if row["code"] == "T201":
            found.add(convert.convert(path, row["location"]["row"], row["location"]["column"]))
        else:
            unread[path] = f"ruff: {row['message']}"
    return Sites(frozenset(found), unread)


def find_with_eslint(corpus: Corpus) -> Sites:
    """What no-console of eslint finds, directives switched off; a file with a fatal message counts as unread."""
    convert = Converter(corpus.root, ESLINT_LINE_END, utf16=True)
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
    """Positions of a peer to lines that only LF ends and columns in code points; keeps the last file's text."""

    def __init__(self, root: Path, line_end: re.Pattern[str], *, utf16: bool) -> None:
        """`line_end` is what the peer takes for the end of a line, `utf16` whether its columns are UTF-16 units."""
        self.root = root
        self.line_end = line_end
        self.utf16 = utf16
        self.path = ""
        self.text = ""
        self.starts = [0]

    def convert(self, path: str, line: int, column: int) -> Site:
        """The site for a position that the peer gave."""
        if path != self.path:
            data = (self.root / path).read_bytes().decode("utf-8", "replace")
            self.path, self.text = path, data.removeprefix("\ufeff")
            self.starts = [0, *(match.end() for match in self.line_end.finditer(self.text))]
        start = self.starts[line - 1]
        before = column - 1
        if self.utf16:
            units = self.text[start : start + before].encode("utf-16-le")[: 2 * before]
            before = len(units.decode("utf-16-le", "ignore"))
        offset = start + before
        line_start = self.text.rfind("\n", 0, offset) + 1
        return path, self.text.count("\n", 0, offset) + 1, offset - line_start + 1
