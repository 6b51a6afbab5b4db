"""The text of a file that is to be edited, and the way back to its bytes."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from readycheck.model.vocabulary import Language
from readycheck.scan.files.decoding import LONE_RETURN, NotText, choose_codec
from readycheck.scan.files.languages import embeds_scripts, language_of, suffix_of
from readycheck.scan.late import compile_late

BARE_LINE_FEED = compile_late(r"(?<!\r)\n")


class NotEditableError(Exception):
    """The file cannot be edited so that all else in it stays; `code` says why (see `reasons.py`)."""

    def __init__(self, code: str) -> None:
        """Take the reason's code."""
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class Source:
    """A decoded file: `text` keeps its line ends and leaves out the byte order mark, as `Unit.text` does."""

    text: str
    mark: bytes
    encoding: str

    @classmethod
    def decode(cls, path: str, data: bytes) -> Self:
        """The text of a file that can be written back byte for byte. Raises NotEditableError."""
        if suffix_of(path) == "ipynb":
            raise NotEditableError("notebook")
        if embeds_scripts(path):
            raise NotEditableError("embedded")
        try:
            mark, encoding, doubt = choose_codec(data, language_of(path) is Language.PYTHON)
            source = cls(data[len(mark) :].decode(encoding), mark, encoding)
        except (NotText, UnicodeError) as error:
            raise NotEditableError("not-reversible") from error
        if doubt or source.encode(source.text) != data:
            raise NotEditableError("not-reversible")
        if LONE_RETURN.search(source.text):
            raise NotEditableError("lone-return")
        return source

    def encode(self, text: str) -> bytes:
        """Another text as bytes of the same file. Raises UnicodeError for what the encoding does not have."""
        return self.mark + text.encode(self.encoding)

    @cached_property
    def line_end(self) -> str:
        """What most lines end with."""
        pairs = self.text.count("\r\n")
        return "\r\n" if pairs * 2 > self.text.count("\n") else "\n"

    def adapt(self, new: str) -> str:
        """A text to insert, with the line ends of the file; those that were copied from it stay as they are."""
        return BARE_LINE_FEED.sub("\r\n", new) if self.line_end == "\r\n" else new


class ByteCounter:
    """Tells at which byte of a file a character of its text begins."""

    def __init__(self, source: Source) -> None:
        """Count the bytes of all lines once."""
        self.source = source
        self.starts = [0]  # of the lines, in characters
        self.bytes = [len(source.mark)]  # likewise, in bytes
        for line in source.text.split("\n")[:-1]:
            self.starts.append(self.starts[-1] + len(line) + 1)
            self.bytes.append(self.bytes[-1] + len(f"{line}\n".encode(source.encoding)))

    def count(self, offset: int) -> int:
        """The byte for a character."""
        line = bisect_right(self.starts, offset) - 1
        part = self.source.text[self.starts[line] : offset]
        return self.bytes[line] + len(part.encode(self.source.encoding))
