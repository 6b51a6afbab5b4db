"""Files of the page: may they be kept, and is the source beside them?"""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.probe.situation import Situation
from readycheck.probe.step import Manner, Step

RANK = 80
REQUESTS = 2


def plan(situation: Situation) -> Iterator[Step]:
    """At most two requests; none where the start page, which `page` asks for, links to no file of its own."""
    del situation  # every service may have a page
    why = "may caches keep the first script of the page, and is its source map there?"
    yield Step("assets/file", "GET", "/", why, (("Accept", "*/*"),), manner=Manner.LINKED, requests=REQUESTS)
