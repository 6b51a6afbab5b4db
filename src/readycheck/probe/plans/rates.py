"""Whom a limiter counts: seven requests in a fixed order, whose advertised remainders tell its key.

Two as nobody, two that claim another address, then user A, user B, and A again.
"""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.probe.exchange import Header, Who
from readycheck.probe.routes import iterate_counted
from readycheck.probe.situation import Situation
from readycheck.probe.step import Step

RANK = 60
ORDER: tuple[tuple[str, str, Who], ...] = (
    ("plain-1", "", ""),
    ("plain-2", "", ""),
    ("spoofed-1", "198.51.100.71", ""),
    ("spoofed-2", "198.51.100.72", ""),
    ("a-1", "", "a"),
    ("b-1", "", "b"),
    ("a-2", "", "a"),
)


def plan(situation: Situation) -> Iterator[Step]:
    """At most seven reads, one after the other; fewer where there are no two users."""
    path = next(iterate_counted(situation))
    for name, address, who in ORDER:
        if who and situation.users < len("ab"):
            continue
        headers: tuple[Header, ...] = (("X-Forwarded-For", address),) if address else ()
        why = f"whom does the limiter count, if {address or (f'user {who.upper()}' if who else 'nobody')} asks?"
        yield Step(f"rates/{name}", "GET", path, why, headers, who=who, alone=True)
