"""Shell scripts, taken apart into simple commands with their lines; enough to say what a start script ends with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from readycheck.scan.late import compile_late

MAX_LENGTH = 100_000
HEREDOC = compile_late(r"<<-?\s*(['\"]?)([A-Za-z_]\w*)\1")
SEPARATORS = ("&&", "||", ";;", ";", "|", "&", "(", ")", "\n")
OPENING = frozenset({"then", "else", "elif", "do", "if", "while", "until", "!", "{", "time"})
CLOSING = frozenset({"fi", "done", "esac", "}"})


@dataclass(slots=True)
class Statement:
    """One simple command: its line, its words without quotes, what ends it, and how many blocks it stands in."""

    line: int
    words: tuple[str, ...]
    ending: str
    depth: int = 0


@dataclass(slots=True)
class Reader:
    """Walks over the text once; quotes and substitutions belong to the word in which they begin."""

    text: str
    place: int = 0
    line: int = 1
    word: str = ""
    is_word: bool = False
    words: list[str] = field(default_factory=list)
    heredocs: list[str] = field(default_factory=list)
    start: int = 1

    def read(self) -> Iterator[Statement]:
        """Every simple command, in the order of the text."""
        while self.place < len(self.text):
            ending = next((one for one in SEPARATORS if self.text.startswith(one, self.place)), "")
            if ending and not self.is_redirection():
                yield from self.close(ending)
                self.skip(ending)
            else:
                self.step()
        yield from self.close("")

    def is_redirection(self) -> bool:
        """Whether the `&` here belongs to `>&2` or `&>file`."""
        here = self.text[self.place]
        return here == "&" and (
            self.text[self.place - 1 : self.place] in "><" or self.text[self.place + 1 : self.place + 2] == ">"
        )

    def close(self, ending: str) -> Iterator[Statement]:
        """The simple command that ends here, if there is one."""
        self.end_word()
        if self.words:
            yield Statement(self.start, tuple(self.words), ending)
        self.words = []

    def end_word(self) -> None:
        """A blank or an operator ends the word."""
        if self.is_word:
            if not self.words:
                self.start = self.line
            self.words.append(self.word)
        self.word, self.is_word = "", False

    def skip(self, text: str) -> None:
        """Go behind an operator; behind a line's end, also behind the documents that begin there."""
        self.place += len(text)
        if text != "\n":
            return
        self.line += 1
        for end in self.heredocs:
            found = re.compile(rf"^\t*{end}$", re.MULTILINE).search(self.text, self.place)
            stop = len(self.text) if found is None else min(found.end() + 1, len(self.text))
            self.line += self.text.count("\n", self.place, stop)
            self.place = stop
        self.heredocs = []

    def step(self) -> None:
        """Take what stands here: a blank, a comment, a quoted text, a substitution or one character."""
        here = self.text[self.place]
        if here in " \t\r":
            self.end_word()
            self.place += 1
        elif here == "#" and not self.is_word:
            end = self.text.find("\n", self.place)
            self.place = len(self.text) if end < 0 else end
        elif here == "\\":
            self.take_escape()
        elif here in "'\"":
            self.take_to(self.find_quote(self.place), quoted=True)
        elif here == "`" or self.text.startswith(("$(", "${"), self.place):
            self.take_to(self.find_close(self.place), quoted=False)
        elif found := HEREDOC.match(self.text, self.place):
            self.heredocs.append(found[2])
            self.place = found.end()
        else:
            self.take_to(self.place + 1, quoted=False)

    def take_escape(self) -> None:
        """A backslash: a continued line, or the character behind it."""
        following = self.text[self.place + 1 : self.place + 2]
        if following == "\n":
            self.end_word()
            self.line += 1
        else:
            self.word, self.is_word = self.word + following, True
        self.place += 2

    def take_to(self, end: int, *, quoted: bool) -> None:
        """Everything up to a place belongs to the word, a quotation without its quotes."""
        text = self.text[self.place : end]
        if not self.is_word and not self.words:
            self.start = self.line
        self.word += text[1:-1] if quoted else text
        self.is_word = True
        self.line += text.count("\n")
        self.place = end

    def find_quote(self, start: int) -> int:
        """The place behind a quotation that begins here."""
        quote, place = self.text[start], start + 1
        while place < len(self.text) and self.text[place] != quote:
            if self.text[place] == "\\" and quote == '"':
                place += 2
            elif quote == '"' and self.text.startswith("$(", place):
                place = self.find_close(place)
            else:
                place += 1
        return min(place + 1, len(self.text))

    def find_close(self, start: int) -> int:
        """The place behind a substitution that begins here."""
        if self.text[start] == "`":
            end = self.text.find("`", start + 1)
            return len(self.text) if end < 0 else end + 1
        opening = self.text[start + 1]
        closing, depth, place = ")" if opening == "(" else "}", 0, start + 1
        while place < len(self.text):
            here = self.text[place]
            if here in "'\"" and opening == "(":
                place = self.find_quote(place)
                continue
            depth += (here == opening) - (here == closing)
            place += 1
            if depth == 0:
                break
        return place


def read_statements(text: str) -> tuple[Statement, ...]:
    """The simple commands of a script; words that only open or close a block are left out, and counted as depth.

    Nothing for a script of more than a hundred thousand characters: no start script is one.
    """
    if len(text) > MAX_LENGTH:
        return ()
    found: list[Statement] = []
    depth = 0
    for one in Reader(text).read():
        words = one.words
        while words and words[0] in OPENING:
            depth += words[0] in ("if", "while", "until", "{")
            words = words[1:]
        if words and words[0] in ("case", "for", "select", "function"):
            depth += words[0] != "function"
            words = ()
        closed = bool(words) and words[0] in CLOSING
        if closed:
            depth = max(0, depth - 1)
        elif words:
            found.append(Statement(one.line, words, one.ending, depth))
        if closed and found and one.ending == "&":
            found[-1].ending = "&"
    return tuple(found)
