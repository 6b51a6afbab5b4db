"""How code tells a caller that it must not: by a status, an error, a closed socket, the way to the login."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.scan.program.guard_words import LOGIN_PATH, REFUSAL, REFUSED_STATUS
from readycheck.scan.program.model import Call


def is_refused_status(call: Call) -> bool:
    """Whether a call is given the status of a refusal."""
    return any(REFUSED_STATUS.search(text) for text in list_texts(call))


def refuses_by(call: Call) -> bool:
    """Whether a call tells the caller that it must not: an error, an answer, a closed socket, the way to the login."""
    text = call.text.lower()
    if call.method == "close" and "socket" in text:
        return True
    raises = call.is_marked("throw") or call.is_marked("new") or call.method in ("abort", "next", "HTTPException")
    if raises and any(REFUSAL.search(one) for one in list_texts(call)):
        return True
    if REFUSAL.search(call.text) or is_refused_status(call):
        return True
    return "redirect" in text and any(LOGIN_PATH.search(one) for one in list_texts(call))


def list_texts(call: Call) -> Iterator[str]:
    """The texts of a call's arguments."""
    for value in (*call.arguments, *call.keywords.values()):
        yield str(value.get("t") or value.get("s") or value.get("v") or "")
        for _, one in value.get("o", ()):
            yield str(one.get("t") or one.get("s") or one.get("v") or "")
