"""Asks for the first file of this very origin that the start page links to, and for its source map."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace

from readycheck.probe.exchange import Exchange, Response
from readycheck.probe.step import Step

Turn = Callable[[], Awaitable[None]]
Send = Callable[[Step], Awaitable[Exchange]]
LINK = re.compile(
    r"""<(?:script|link)\b[^>]*?\b(?:src|href)\s*=\s*["']?([^"'\s>]+\.(?:m?js|css)(?:\?[^"'\s>]*)?)""", re.IGNORECASE
)
LIBRARY = re.compile(r"socket\.io|node_modules|vendor|jquery|bootstrap|/cdn-cgi/", re.IGNORECASE)
MOST_TEXT = 200_000
LONGEST = 500


async def follow_links(step: Step, turn: Turn, send: Send, path: str) -> AsyncIterator[Exchange]:
    """The file at the path, and what would be its source map; nothing if there is no path."""
    for one in (path, f"{path.partition('?')[0]}.map")[: step.requests] if path else ():
        await turn()
        yield await send(replace(step, path=one))


def find_file(page: Response | None, base: str) -> str:
    """The path of the first file that a page links to, behind the prefix `base`; empty if there is none."""
    return next(find_files(page.text[:MOST_TEXT], base), "") if page and page.is_page else ""


def find_files(text: str, base: str) -> Iterator[str]:
    """Paths of scripts and styles of the same origin, behind the prefix `base`, scripts first; no known library."""
    found = [match[1] for match in LINK.finditer(text) if len(match[1]) <= LONGEST and match[1].isascii()]
    for link in sorted(found, key=lambda one: ".css" in one):
        if ":" in link or link.startswith("//") or ".." in link or LIBRARY.search(link):
            continue
        path = link if link.startswith("/") else f"{base}/{link.removeprefix('./')}"
        if path.startswith(f"{base}/"):
            yield path.removeprefix(base)
