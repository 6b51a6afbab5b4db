"""Paths at which files, settings and debugging tools are found where somebody forgot them."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.probe.situation import Situation
from readycheck.probe.step import Step

RANK = 25
USUAL = {
    "env": "/.env",
    "git": "/.git/HEAD",
    "actuator": "/actuator/env",
    "config": "/config.json",
    "debug": "/debug",
}
SPARE = ("debug", "config", "actuator")
WORDS = frozenset(
    {"debug", "test", "tests", "testing", "dev", "internal", "dump", "seed", "phpinfo", "pprof", "playground",
     "console", "trace", "traces", "env", "eval", "sandbox", "__debug__", "_debug", "debugger", "heapdump"}
)  # fmt: skip
ANYTHING = tuple(range(500, 600))


def plan(situation: Situation) -> Iterator[Step]:
    """At most five requests: routes that smell of debugging take the place of usual ones."""
    known = list(dict.fromkeys(route.path for route in situation.reads() if smells(route.path)))
    known = [path for path in known if path not in USUAL.values()][: len(SPARE)]
    left_out = SPARE[: len(known)]
    for number, path in enumerate(known, 1):
        why = "is a route for debugging open to everybody?"
        yield Step(f"leaks/known-{number}", "GET", path, why, expects=ANYTHING)
    for name, path in USUAL.items():
        if name not in left_out:
            yield Step(f"leaks/{name}", "GET", path, "is something served here that nobody should see?")


def smells(path: str) -> bool:
    """Whether a part of a path is called like something for debugging."""
    return any(part in WORDS for part in path.lower().split("/"))
