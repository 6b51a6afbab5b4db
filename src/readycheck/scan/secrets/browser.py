"""Keys that are made to be given to browsers: they open nothing that a visitor may not open anyway."""

from __future__ import annotations

from readycheck.scan.late import compile_late

AROUND = 600
FIREBASE = compile_late(
    r"authDomain|messagingSenderId|measurementId|firebaseapp\.com|maps\.google(?:apis)?\.com|maps/api/js"
    r"|mobilesdk_app_id|\"current_key\""
)


def is_for_browsers(title: str, text: str, offset: int) -> bool:
    """Whether a token that stands at an offset is one of those."""
    if title == "a Google API key":
        return FIREBASE.search(text[max(0, offset - AROUND) : offset + AROUND]) is not None
    return False
