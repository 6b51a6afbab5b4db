"""What kind of answer one is: text worth compressing, a page that stands in for every path."""

from __future__ import annotations

import re
from collections.abc import Iterable

from readycheck.probe.exchange import Exchange, Recording, Response

SMALLEST = 1024
TEXTUAL = ("application/json", "application/javascript", "application/xml", "application/xhtml+xml", "image/svg+xml")
CHANGING = re.compile(r"[0-9a-f]{6,}|\d+", re.IGNORECASE)
FIRST_GOOD, FIRST_REDIRECT = 200, 300
ABSENT = "page/absent"


def is_text(response: Response) -> bool:
    """Whether a body is text that compresses well."""
    kind = response.media_type
    textual = kind.startswith("text/") or kind in TEXTUAL or kind.endswith(("+json", "+xml"))
    return textual and kind != "text/event-stream"


def is_good(response: Response) -> bool:
    """Whether the status says that what was asked for is there (2xx)."""
    return FIRST_GOOD <= response.status < FIRST_REDIRECT


def list_genuine(recording: Recording, topic: str) -> list[tuple[Exchange, Response]]:
    """The good answers of a topic that are no stand-in: nothing like what a path that is not there gives."""
    stand_ins = [pair for pair in recording.answered(ABSENT) if is_good(pair[1])]
    return [
        (exchange, response)
        for exchange, response in recording.answered(topic)
        if is_good(response) and not is_stand_in(exchange, response, stand_ins)
    ]


def is_stand_in(exchange: Exchange, response: Response, others: Iterable[tuple[Exchange, Response]]) -> bool:
    """Whether an answer is the one for any path: an equal body, or just another page where every path gives a page."""
    mine = normalise(exchange, response)
    return any(
        answer.media_type == response.media_type and (response.is_page or normalise(other, answer) == mine)
        for other, answer in others
    )


def normalise(exchange: Exchange, response: Response) -> str:
    """A body without what differs each time: its own path, numbers, ids."""
    return CHANGING.sub("#", response.text.replace(exchange.request.path.strip("/") or "\0", "")).strip()


def has_stand_in(recording: Recording) -> bool:
    """Whether a path that is not there was answered as if it were."""
    return any(is_good(response) for _, response in recording.answered(ABSENT))
