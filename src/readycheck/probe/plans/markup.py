"""A harmless marker in query and path: does it come back as markup?"""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.probe.plans.ids import VALID, claim
from readycheck.probe.plans.methods import OVERRIDE
from readycheck.probe.situation import Situation
from readycheck.probe.step import Step

RANK = 45
MARK = "rc7c2e"
# As it is sent, and as it must never come back in a page: <rc7c2e>"'
ENCODED = f"%3C{MARK}%3E%22%27"
NAMES = ("q", "search", "name", "message", "error", "next", "id")


def plan(situation: Situation) -> Iterator[Step]:
    """Two reads."""
    query = "&".join(f"{name}={ENCODED}" for name in NAMES)
    yield Step(
        "markup/query", "GET", f"{situation.read}?{query}", "does markup in a query come back as markup?",
        (("Accept", "text/html"), *OVERRIDE),
    )  # fmt: skip
    yield Step(
        "markup/path", "GET", f"/readycheck-{ENCODED}", "does markup in a path come back as markup?",
        (("Accept", "text/html"), *claim(VALID)),
    )  # fmt: skip
