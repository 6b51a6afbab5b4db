"""Keys that are made to be given to browsers: they open nothing that a visitor may not open anyway."""

from __future__ import annotations

import base64
import json
import re

AROUND = 600
FIREBASE = re.compile(
    r"authDomain|messagingSenderId|measurementId|firebaseapp\.com|maps\.google(?:apis)?\.com|maps/api/js"
    r"|mobilesdk_app_id|\"current_key\""
)


def is_for_browsers(title: str, text: str, offset: int) -> bool:
    """Whether a token that stands at an offset is one of those."""
    if title == "a Google API key":
        return FIREBASE.search(text[max(0, offset - AROUND) : offset + AROUND]) is not None
    return False


def read_claims(token: str) -> dict[str, object]:
    """The claims of a JSON web token; empty if it is none."""
    parts = token.split(".")
    if len(parts) != 3:  # noqa: PLR2004 - header, claims, signature
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return {}  # the alphabet fits by chance
    return claims if isinstance(claims, dict) else {}
