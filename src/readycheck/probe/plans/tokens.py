"""Tokens that must be refused: signed with a secret that everybody knows, unsigned, or altered."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.model.rule import Json
from readycheck.probe.routes import is_thorough
from readycheck.probe.situation import Situation
from readycheck.probe.step import Manner, Step

RANK = 20
# From tutorials, templates and the front page of jwt.io, the likeliest first.
SECRETS = (
    "secret", "dev-secret", "your-256-bit-secret", "changeme", "your-secret-key", "supersecret", "jwt_secret",
)  # fmt: skip
FEW = 2


def plan(situation: Situation) -> Iterator[Step]:
    """At most four requests; ten where there is room for them."""
    if not situation.private:
        return
    if situation.users:
        yield make(situation, "altered", {"altered": True}, "is a token refused whose claims were changed?")
    yield make(situation, "unsigned", {"unsigned": True}, "is a token without a signature refused (alg: none)?")
    for secret in SECRETS if is_thorough(situation) else SECRETS[:FEW]:
        why = f'is a token refused that is signed with the well-known secret "{secret}"?'
        yield make(situation, f"key-{secret}", {"key": secret}, why)


def make(situation: Situation, name: str, how: dict[str, Json], why: str) -> Step:
    """A step with a forged token."""
    return Step(f"tokens/{name}", "GET", situation.private, why, manner=Manner.FORGED, expects=(500,), options=how)
