"""One parsed piece of code: what detectors, fact collectors and file checks are given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from readycheck.model.location import Span
from readycheck.model.vocabulary import Language

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.bindings.occurrence import Reference
    from readycheck.scan.bindings.resolver import Bindings

SNIPPET_COLUMNS = 240
SNIPPET_LINES = 6


@dataclass(frozen=True)
class Unit:
    """The code of one file, decoded, in one language, parsed at most once.

    `text` keeps its line ends. For scripts inside `.vue`, `.svelte` and `.html` everything else is blanked out, so
    that lines and columns are those of the file; for notebooks `line_map[i]` is the line of the file on which line
    `i + 1` of `text` stands.
    """

    path: str
    language: Language
    text: str
    line_map: tuple[int, ...] | None = None

    @cached_property
    def root(self) -> SgNode:
        """The root node of the syntax tree (ast-grep; offsets count code points)."""
        from ast_grep_py import SgRoot  # noqa: PLC0415 - imported where used: start-up time

        return SgRoot(self.text, self.language.value).root()

    def find_references(self, names: Sequence[str]) -> Iterator[Reference]:
        """What the bindings say to the same question; where the text rules all names out, nothing is parsed."""
        from readycheck.scan.bindings.references import may_refer  # noqa: PLC0415 - likewise
        from readycheck.scan.bindings.resolver import find_grammar  # noqa: PLC0415 - likewise

        if may_refer(find_grammar(self.language), names, self.text):
            yield from self.bindings.find_references(names)

    def find_kind(self, kind: str) -> list[SgNode]:
        """All syntax nodes of a kind, in the order of the text; those of most kinds are found in one search."""
        from readycheck.scan.bindings.tree import find_kinds  # noqa: PLC0415 - likewise

        return find_kinds(self.root, (kind,))

    @property
    def is_parsed(self) -> bool:
        """Whether anything has asked for the tree so far."""
        return "root" in vars(self)

    @cached_property
    def bindings(self) -> Bindings:
        """What names mean in this unit."""
        from readycheck.scan.bindings.resolver import Bindings  # noqa: PLC0415 - likewise

        return Bindings(self.root, self.language)

    @cached_property
    def lines(self) -> list[str]:
        """The text's lines as the parser counts them (only LF ends a line), without line ends."""
        return [line.removesuffix("\r") for line in self.text.split("\n")]

    def locate(self, node: SgNode) -> Span:
        """The span of a node, with the source lines that it stands on."""
        extent = node.range()
        return self.span(extent.start.line, extent.start.column, extent.end.line, extent.end.column)

    def span(self, line: int, column: int, end_line: int, end_column: int) -> Span:
        """A span from positions that start at 0, as the parser gives them."""
        rows = self.lines[line : min(end_line, line + SNIPPET_LINES - 1) + 1] or [""]
        start = max(0, column - SNIPPET_COLUMNS // 3) if len(rows[0]) > SNIPPET_COLUMNS else 0
        snippet = "\n".join([rows[0][start : start + SNIPPET_COLUMNS], *(row[:SNIPPET_COLUMNS] for row in rows[1:])])
        return Span(
            self.path, self.real_line(line), column + 1, self.real_line(end_line), end_column + 1, snippet, start + 1
        )

    def real_line(self, line: int) -> int:
        """The line of the file (from 1) for a line of the text (from 0)."""
        if self.line_map is None:
            return line + 1
        return self.line_map[min(line, len(self.line_map) - 1)] if self.line_map else 1
