"""Bodies that must be refused. None of them is ever good, but they are POSTs: only with --allow-writes.

One question needs no body and is a GET: is a body refused that announces a terabyte?
"""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.model.rule import Json
from readycheck.probe.routes import caller_of, find_writable, is_thorough
from readycheck.probe.situation import Situation
from readycheck.probe.step import Manner, Step

RANK = 65
JSON = (("Content-Type", "application/json"),)
EXPECTED = (429, 500, 501, 502, 503)
TERABYTE = 2**40
LARGE = 10 * 2**20 + 1_024
DEEP = 20_000
BODIES = (
    ("malformed", b'{"readycheck": ', "what does JSON answer that ends too early?"),
    ("shape", b"[1, 2, 3]", "what does JSON of the wrong type answer?"),
    ("types", b'{"name": {"a": []}, "email": 7, "content": [null], "id": {}}', "what do fields of wrong types answer?"),
    ("bytes", b'{"name": "\xff\xfe\x00"}', "what does a body answer that is no UTF-8?"),
    ("deep", b"[" * DEEP + b"]" * DEEP, "what does JSON of 20,000 levels answer?"),
)


def plan(situation: Situation) -> Iterator[Step]:
    """One read; and seven POSTs where they are allowed, two of which send 10 MB."""
    options: dict[str, Json] = {"announce": TERABYTE}
    if situation.allowed.writes or is_thorough(situation):
        yield Step(
        "bodies/announced", "GET", situation.calm, "is a body of a terabyte refused when it is announced?", JSON,
        who=situation.calm_user, manner=Manner.RAW, expects=EXPECTED, options=options,
    )  # fmt: skip
    route = find_writable(situation)
    if route is None:
        return
    who = caller_of(route, situation)
    for name, body, why in BODIES:
        yield Step(f"bodies/{name}", "POST", route.path, why, JSON, body, who, expects=EXPECTED, writes=True)
    for name, more in (("large", {}), ("chunked", {"chunked": True})):
        how: dict[str, Json] = {"fill": LARGE, **more}
        yield Step(
            f"bodies/{name}", "POST", route.path, "is a body of more than 10 MB refused?", JSON, who=who,
            manner=Manner.RAW, expects=EXPECTED, writes=True, options=how, alone=True,
        )  # fmt: skip
