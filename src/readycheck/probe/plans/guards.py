"""Who may call: routes that want credentials are asked without any, and with something that is none."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.probe.routes import find_private
from readycheck.probe.situation import Situation
from readycheck.probe.step import Step

RANK = 15
MOST = 2
GARBAGE = "Bearer readycheck-no-such-token"


def plan(situation: Situation) -> Iterator[Step]:
    """At most three requests."""
    for number, path in enumerate(find_private(situation, MOST), 1):
        yield Step(f"guards/none-{number}", "GET", path, "is it refused without credentials?")
    if situation.private:
        yield Step(
            "guards/garbage", "GET", situation.private, "is a token refused that is none?",
            (("Authorization", GARBAGE),), expects=(500,),
        )  # fmt: skip
