"""Methods that are none of the API's: TRACE, one that nobody knows, and one smuggled in by a header."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.probe.situation import Situation
from readycheck.probe.step import Step

RANK = 40
UNKNOWN = "READYCHECK"
MARK = "readycheck-trace-7c2e"
OVERRIDE = tuple((name, "OPTIONS") for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"))
EXPECTED = (500, 501, 502, 505)


def plan(situation: Situation) -> Iterator[Step]:
    """TRACE; a method that nobody knows, which may be taken for any, needs permission to write.

    The header goes along with `markup/query`, which is a GET whatever becomes of it.
    """
    path = situation.read
    marked = (("X-Readycheck", MARK),)
    yield Step("methods/trace", "TRACE", path, "does TRACE repeat the request?", marked, expects=EXPECTED)
    yield Step(
        "methods/unknown", UNKNOWN, path, "what does a method answer that nobody knows?", expects=EXPECTED, writes=True
    )
