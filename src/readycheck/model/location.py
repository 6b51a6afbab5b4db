"""Where something is: a span of a file, an endpoint of a service, a relation of a database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one file.

    `path` is relative to the root, with `/`. Lines and columns start at 1, columns count code points and the end is
    exclusive: a caret runs from `column` to `end_column - 1`. `snippet` holds the source lines from `line` to
    `end_line`, cut to what a terminal can show; its first character stands at `snippet_column` of `line`.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    snippet: str = ""
    snippet_column: int = 1
    kind: Literal["span"] = "span"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation of a running service, and the exchange that shows what it did.

    `exchange` is its number in the recording (0: none), `sent` what the request had that matters, `got` the part of the
    answer that decided; both are one line, redacted. A connection or a process is named alike: `TLS chat.example:443`.
    """

    method: str
    path: str
    exchange: int = 0
    sent: str = ""
    got: str = ""
    kind: Literal["endpoint"] = "endpoint"


@dataclass(frozen=True, slots=True)
class Relation:
    """A table, or some of its columns."""

    schema: str
    table: str
    columns: tuple[str, ...] = ()
    kind: Literal["relation"] = "relation"


Where = Span | Endpoint | Relation


def describe_where(where: Where) -> str:
    """One line that a person can find the place by: `src/app.py:3:5`, `GET /health`, `public.messages (user_id)`."""
    if isinstance(where, Span):
        return f"{where.path}:{where.line}:{where.column}"
    if isinstance(where, Endpoint):
        return f"{where.method} {where.path}"
    columns = f" ({', '.join(where.columns)})" if where.columns else ""
    return f"{where.schema}.{where.table}{columns}"
