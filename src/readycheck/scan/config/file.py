"""One configuration file: what config detectors and config fact collectors are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from readycheck.model.location import Span
from readycheck.model.vocabulary import Language
from readycheck.scan.config.dockerfile import Dockerfile, as_document, line_in, parse_dockerfile
from readycheck.scan.config.error import ConfigError

__all__ = ["ConfigError", "ConfigFile", "Document"]

Path = tuple[str | int, ...]
SNIPPET_COLUMNS = 240


@dataclass(frozen=True)
class Document:
    """One document of a file: its value, and a function that tells the line of a path in it."""

    value: Any
    find_line: Callable[[Path], int]


@dataclass(frozen=True)
class ConfigFile:
    """The text of one configuration file, parsed at most once and only when somebody asks.

    `path` is relative to the root, with `/`. A file that is broken or too costly raises `ConfigError` wherever its
    documents are asked for, and only there: its lines can still be read.
    """

    path: str
    language: Language
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """The text's lines without line ends."""
        return [line.removesuffix("\r") for line in self.text.split("\n")]

    @cached_property
    def dockerfile(self) -> Dockerfile:
        """The instructions and stages of a Dockerfile."""
        return parse_dockerfile(self.text)

    @cached_property
    def parsed(self) -> tuple[Document, ...]:
        """All documents with their lines.

        Raises:
            ConfigError: the file is broken, or breaks the budget for what a file may cost.
        """
        match self.language:
            case Language.YAML:
                return parse_yaml(self.text, self.path)
            case Language.JSON:
                return (parse_json_document(self.text),)
            case Language.TOML:
                return (parse_toml(self.text),)
            case Language.DOCKERFILE:
                dockerfile = self.dockerfile
                return (Document(as_document(dockerfile), lambda path: line_in(dockerfile, path)),)
        return ()

    @property
    def documents(self) -> tuple[Any, ...]:
        """The values of all documents (several only in YAML); none for plain text. Raises ConfigError."""
        return tuple(document.value for document in self.parsed)

    def line_of(self, path: Path, document: int = 0) -> int:
        """The line (from 1) on which the value at a path stands, or the nearest known one above it."""
        return self.parsed[document].find_line(path)

    def span(self, line: int, end_line: int | None = None) -> Span:
        """A span over whole lines (from 1, both included), without the blanks around them."""
        end_line = line if end_line is None else end_line
        first, last = self.row(line), self.row(end_line)
        column = len(first) - len(first.lstrip()) + 1
        snippet = "\n".join(self.row(number)[:SNIPPET_COLUMNS] for number in range(line, min(end_line, line + 5) + 1))
        return Span(self.path, line, column, end_line, max(column + 1, len(last.rstrip()) + 1), snippet)

    def row(self, line: int) -> str:
        """The text of one line (from 1); empty beyond the end."""
        return self.lines[line - 1] if 0 < line <= len(self.lines) else ""


def parse_yaml(text: str, path: str) -> tuple[Document, ...]:
    """All documents of a YAML text, under the budget for nodes, aliases and depth."""
    from readycheck.catalog.yaml_budget import YamlError, load_yaml_documents  # noqa: PLC0415 - start-up time

    if "{{" in text and "{%" in text:
        raise ConfigError("a template, not YAML")
    try:
        loaded = load_yaml_documents(text, path)
    except YamlError as error:
        raise ConfigError(error.reason, error.line or 0) from error
    return tuple(Document(one.value, one.line_of) for one in loaded)


def parse_json_document(text: str) -> Document:
    """The one document of a JSON text."""
    from readycheck.scan.config.json_text import parse_json  # noqa: PLC0415 - start-up time

    value, lines = parse_json(text)
    return Document(value, lambda path: nearest_line(lines, path))


def parse_toml(text: str) -> Document:
    """The one document of a TOML text."""
    import tomllib  # noqa: PLC0415 - start-up time

    from readycheck.scan.config.toml_lines import find_toml_lines  # noqa: PLC0415 - likewise

    try:
        value = tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"no TOML: {error}") from error
    lines = find_toml_lines(text)
    return Document(value, lambda path: nearest_line(lines, path))


def nearest_line(lines: dict[Path, int], path: Path) -> int:
    """The line of a path, or of the longest known path that leads to it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)
