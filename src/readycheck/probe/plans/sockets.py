"""WebSockets: may a page of another site open one, and what happens to a caller who never says who it is?"""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.probe.plans.cors import EVIL
from readycheck.probe.routes import list_sockets
from readycheck.probe.situation import Situation
from readycheck.probe.step import Manner, Step

RANK = 35
MOST = 2
LISTEN_SECONDS = 8


def plan(situation: Situation) -> Iterator[Step]:
    """Two handshakes for each of at most two sockets."""
    for number, path in enumerate(list_sockets(situation)[:MOST], 1):
        yield Step(
            f"sockets/origin-{number}", "GET", path, "may a page of a foreign origin open this WebSocket?",
            (("Origin", EVIL),), manner=Manner.SOCKET,
        )  # fmt: skip
        yield Step(
            f"sockets/guest-{number}", "GET", path, "is a caller without credentials refused, or put out again?",
            manner=Manner.SOCKET, options={"listen": LISTEN_SECONDS},
        )  # fmt: skip
