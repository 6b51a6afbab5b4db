"""Request ids: is a good one kept, is a hostile one replaced?"""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.probe.exchange import Header
from readycheck.probe.situation import Situation
from readycheck.probe.step import Step

RANK = 30
NAMES = ("X-Request-ID", "X-Correlation-ID")
VALID = "5f1d0c4e-7a3b-4d29-8e16-0b9c2d7f4a01"
LONG = "readycheck" * 30
NASTY = "readycheck \"'><script>x</script>%0d%0aX-Injected: 1"


def plan(situation: Situation) -> Iterator[Step]:
    """Two requests. That a good id is kept is seen where one goes along, in `markup/path`."""
    for name, value, why in (
        ("long", LONG, "is a request id of 300 characters replaced?"),
        ("nasty", NASTY, "is a request id with quotes, spaces and markup replaced?"),
    ):
        yield Step(f"ids/{name}", "GET", situation.calm, why, claim(value), who=situation.calm_user, expects=(500,))


def claim(value: str) -> tuple[Header, ...]:
    """The headers in which callers give a request its id."""
    return tuple((name, value) for name in NAMES)
