"""The encryption itself: which versions are accepted, the certificate, and what plain http on the same host answers.

It comes before everything else: where the certificate cannot be verified, no credentials are sent at all.
"""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.probe.situation import Situation
from readycheck.probe.step import Manner, Step
from readycheck.probe.target import PORTS

RANK = -10
HANDSHAKES = 3


def plan(situation: Situation) -> Iterator[Step]:
    """At most four connections; none where the target is plain http, or (for the redirect) on an unusual port."""
    if not situation.target.is_tls:
        return
    why = "is the certificate good, which TLS versions are accepted? (handshakes only: nothing is sent over them)"
    yield Step("tls/handshake", "GET", "/", why, manner=Manner.TLS, requests=HANDSHAKES, alone=True)
    if situation.target.port == PORTS["https"]:
        why = "does plain http on port 80 of the same host redirect to https?"
        yield Step("tls/redirect", "GET", "/", why, manner=Manner.TLS, alone=True, options={"port": PORTS["http"]})
