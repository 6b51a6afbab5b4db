"""Requests with a token that the service must refuse: made from the user's own, or after a usual pattern.

The options of a step say how it is forged: `key` (signed with that), `unsigned` (`alg: none`), `altered` (a claim is
changed under the old signature). The claims are those of the user's own token, so that it is nobody else's account that
is asked for; without one, they name an account that no service has.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace

from readycheck.model.rule import Json
from readycheck.probe.collect.plain import Plain
from readycheck.probe.collect.wire import Wire
from readycheck.probe.exchange import Exchange, Header, Observation
from readycheck.probe.step import Step

# Wherever it stands: behind a scheme, or in a cookie.
TOKEN = re.compile(r"eyJ[\w-]*\.[\w-]+\.[\w-]*")
PARTS = 3
HOUR = 3_600
NOBODY = "00000000-0000-4000-8000-00000000feed"


class Forged:
    """Sends ordinary requests whose token is forged."""

    def __init__(self, wire: Wire, plain: Plain) -> None:
        """Take the way to the target, and what sends."""
        self._wire = wire
        self._plain = plain

    async def send(self, step: Step) -> AsyncIterator[Exchange | Observation]:
        """Carry out one step, or say why there is nothing to forge."""
        own = self._wire.credentials.get("a") if self._wire.may_identify else None
        name, value = own or ("Authorization", "")
        found = TOKEN.search(value)
        token = forge(found[0] if found else value, step.options)
        if token is None:
            yield Observation(0, step.id, "no-token", {"why": "the user's credentials are no JWT"})
            return
        header: Header = (name, value.replace(found[0], token) if found else f"Bearer {token}")
        yield await self._plain.send(replace(step, headers=(*step.headers, header), who=""))


def forge(own: str, how: Mapping[str, Json]) -> str | None:
    """A token that must be refused; None if the user has one that is no JWT, or none where one is needed."""
    parts = own.split(".")
    header: dict[str, Json] = {"typ": "JWT", "alg": "HS256"}
    claims = make_claims()
    if own:
        if len(parts) != PARTS or (read := read_part(parts[0])) is None or (said := read_part(parts[1])) is None:
            return None
        header, claims = read, {**said, **refresh(said)}
    if how.get("altered"):
        return f"{parts[0]}.{write_part({**claims, 'readycheck': True})}.{parts[2]}" if own else None
    if how.get("unsigned"):
        return f"{write_part({**header, 'alg': 'none'})}.{write_part(claims)}."
    signed = f"{write_part({**header, 'alg': 'HS256'})}.{write_part(claims)}"
    mark = hmac.new(str(how.get("key", "")).encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"


def make_claims() -> dict[str, Json]:
    """What tokens usually say, about nobody."""
    now = int(time.time())
    return {
        "sub": NOBODY, "id": NOBODY, "userId": NOBODY, "email": "probe@readycheck.example", "role": "user",
        "iat": now, "exp": now + HOUR,
    }  # fmt: skip


def refresh(said: Mapping[str, Json]) -> dict[str, Json]:
    """The times of a token that was made now."""
    now = int(time.time())
    return {name: value for name, value in (("iat", now), ("exp", now + HOUR)) if name in said}


def read_part(text: str) -> dict[str, Json] | None:
    """A part of a token, None if it is none."""
    try:
        value = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def write_part(value: Mapping[str, Json]) -> str:
    """A part of a token."""
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).rstrip(b"=").decode()
