"""Requests that are wrong, each in its own way: what does the service answer, and does it tell too much?"""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.probe.routes import caller_of, fill, find_by_id, is_thorough
from readycheck.probe.situation import Situation
from readycheck.probe.step import Step

RANK = 25
# A server error is what is looked for here, so it does not end the probe.
EXPECTED = (500, 501, 502, 503, 505)
QUERY = "limit=readycheck&page=-1&offset=1e400&sort=%ff%00&id[]=x&q=%zz"
NO_SUCH_ID = "readycheck-no-such-id"
LONG = 9_000


def plan(situation: Situation) -> Iterator[Step]:
    """At most five requests, six where there is room; all are reads."""
    if route := find_by_id(situation):
        who = caller_of(route, situation)
        for name, value, why in (
            ("id", NO_SUCH_ID, "what does an id answer that has the wrong shape?"),
            ("null", "%00", "what does a null character in a path answer?"),
            ("bytes", "%ff%fe", "what do bytes in a path answer that are no UTF-8?"),
        ):
            yield Step(f"errors/{name}", "GET", fill(route.path, value), why, who=who, expects=EXPECTED)
    if parent := situation.calm.rpartition("/")[0]:
        path = f"{parent}/readycheck-no-such-path"
        yield Step(
            "errors/absent", "GET", path, "what does a path of the API answer that is not there?",
            who=situation.calm_user, expects=EXPECTED,
        )  # fmt: skip
    yield Step(
        "errors/query", "GET", f"{situation.calm}?{QUERY}", "what do wrong types and a broken Accept answer?",
        (("Accept", "readycheck;;q=x, */"),), who=situation.calm_user, expects=EXPECTED,
    )  # fmt: skip
    if is_thorough(situation):
        yield Step(
            "errors/long", "GET", f"/readycheck-{'a' * LONG}", "what does a path of 9 KB answer?", expects=EXPECTED
        )
