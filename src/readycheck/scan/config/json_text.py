"""JSON as projects write it: with comments and trailing commas, and with the line of every value.

The standard parser knows neither comments nor lines; tsconfig.json and devcontainer.json need the first, a report
that points at `scripts.start` the second.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from readycheck.scan.config.error import ConfigError
from readycheck.scan.late import compile_late

MAX_DEPTH = 100
TOKEN = compile_late(
    r"""(?P<blank>[\s\ufeff]+|//[^\n]*|/\*.*?\*/)
    |(?P<string>"(?:[^"\\\n]|\\.)*")
    |(?P<mark>[{}\[\]:,])
    |(?P<word>[^\s{}\[\]:,"/]+)
    |(?P<bad>.)""",
    re.DOTALL | re.VERBOSE,
)
Token = tuple[str, str, int]


def parse_json(text: str) -> tuple[Any, dict[tuple[str | int, ...], int]]:
    """The value of a JSON text and the line (from 1) of every value in it by path; a property's line is its key's.

    Raises:
        ConfigError: the text is no JSON, or nested deeper than 100 levels.
    """
    reader = Reader(read_tokens(text))
    value = reader.read_value((), reader.take())
    kind, word, line = reader.take()
    if kind != "end":
        raise ConfigError(f"unexpected {word!r} after the end of the JSON value", line)
    return value, reader.lines


def read_tokens(text: str) -> Iterator[Token]:
    """The tokens of a JSON text without blanks and comments, then `end` for ever."""
    line, counted = 1, 0
    for found in TOKEN.finditer(text):
        kind = found.lastgroup or "bad"
        if kind != "blank":
            line += text.count("\n", counted, found.start())
            counted = found.start()
            yield kind, found[0], line
    while True:
        yield "end", "", line


@dataclass
class Reader:
    """Reads values off a stream of tokens and notes their lines."""

    tokens: Iterator[Token]
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict)

    def take(self) -> Token:
        """The next token."""
        return next(self.tokens)

    def read_value(self, path: tuple[str | int, ...], token: Token) -> Any:  # noqa: ANN401 - JSON is any value
        """The value that starts with a token."""
        kind, word, line = token
        self.lines.setdefault(path, line)
        if len(path) > MAX_DEPTH:
            raise ConfigError(f"nested deeper than {MAX_DEPTH} levels", line)
        if word == "{":
            return self.read_object(path)
        if word == "[":
            return self.read_list(path)
        if kind in ("string", "word"):
            return read_scalar(word, line)
        raise ConfigError(f"unexpected {word!r}" if word else "the JSON text ends too early", line)

    def read_object(self, path: tuple[str | int, ...]) -> dict[str, Any]:
        """The members up to the closing brace."""
        found: dict[str, Any] = {}
        token = self.take()
        while token[1] != "}":
            if token[0] != "string":
                raise ConfigError("expected a quoted property name", token[2])
            name = read_scalar(token[1], token[2])
            self.lines[(*path, name)] = token[2]
            self.expect(":")
            found[name] = self.read_value((*path, name), self.take())
            token = self.after_item("}")
        return found

    def read_list(self, path: tuple[str | int, ...]) -> list[Any]:
        """The items up to the closing bracket."""
        found: list[Any] = []
        token = self.take()
        while token[1] != "]":
            found.append(self.read_value((*path, len(found)), token))
            token = self.after_item("]")
        return found

    def after_item(self, end: str) -> Token:
        """The token that starts the next item, or the end mark; a trailing comma is allowed."""
        token = self.take()
        if token[1] == end:
            return token
        if token[1] != ",":
            raise ConfigError(f"expected a comma or {end!r}", token[2])
        return self.take()

    def expect(self, mark: str) -> None:
        """Take the mark that must come next."""
        token = self.take()
        if token[1] != mark:
            raise ConfigError(f"expected {mark!r}", token[2])


def read_scalar(word: str, line: int) -> Any:  # noqa: ANN401 - JSON is any value
    """The value of a string, number or literal."""
    try:
        return json.loads(word, strict=False)
    except ValueError:
        raise ConfigError(f"{word[:40]!r} is no JSON value", line) from None
