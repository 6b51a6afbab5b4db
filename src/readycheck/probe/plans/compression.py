"""Whether text is compressed: the first answer over 1 KB is asked for with one coding after the other."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.model.rule import Json
from readycheck.probe.situation import Situation
from readycheck.probe.step import Manner, Step

RANK = 30
CODINGS = ("gzip", "br", "zstd")
TEXT = "application/json, text/*;q=0.9, */*;q=0.5"


def plan(situation: Situation) -> Iterator[Step]:
    """At most four requests: up to two paths until one is large enough, then the other two codings."""
    paths: list[Json] = [*list_candidates(situation)]
    codings: list[Json] = [*CODINGS]
    why = f"is a textual answer over 1 KB compressed (first of {', '.join(map(str, paths))})?"
    yield Step(
        "compression/text", "GET", str(paths[0]), why, (("Accept", TEXT),), manner=Manner.SEARCH,
        requests=len(paths) + len(codings) - 1, options={"paths": paths, "codings": codings},
    )  # fmt: skip


def list_candidates(situation: Situation) -> list[str]:
    """Paths that may hold much text and need no credentials: the start page, a public route."""
    return list(dict.fromkeys(("/", situation.read)))
