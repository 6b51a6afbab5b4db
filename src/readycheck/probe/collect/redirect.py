"""What plain http on the same host answers: one bare request, without credentials, of which only the head is read."""

from __future__ import annotations

import asyncio

from readycheck.model.rule import Json
from readycheck.probe.collect.wire import USER_AGENT, Wire, describe_failure
from readycheck.probe.step import Step

MOST_HEAD = 16_384
MOST_LINES = 100


async def ask_for_redirect(wire: Wire, port: int, step: Step) -> dict[str, Json]:
    """Status and Location, or why there was no answer."""
    asked: dict[str, Json] = {"port": port, "target": wire.target.locate(step.path)}
    try:
        async with asyncio.timeout(wire.timeout):
            head = await fetch_head(wire, port, wire.target.locate(step.path))
    except (OSError, TimeoutError, EOFError, ValueError) as error:
        return {**asked, "failure": describe_failure(error)}
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ", 2)
    if not first.startswith("HTTP/") or len(words) < 2 or not words[1].isdecimal():  # noqa: PLR2004 - version, status
        return {**asked, "failure": "no HTTP answer"}
    headers = [line.partition(":") for line in lines[:MOST_LINES]]
    places = [value.strip() for name, _, value in headers if name.strip().lower() == "location"]
    return {**asked, "status": int(words[1]), "location": places[0] if places else ""}


async def fetch_head(wire: Wire, port: int, path: str) -> bytes:
    """Send one GET without any TLS; read until the empty line. Raises OSError, EOFError, ValueError."""
    reader, writer = await asyncio.open_connection(wire.target.host, port, limit=MOST_HEAD)
    try:
        host = f"[{wire.target.host}]" if ":" in wire.target.host else wire.target.host
        shown = host if port == 80 else f"{host}:{port}"  # noqa: PLR2004 - the port that http needs not name
        lines = (f"GET {path} HTTP/1.1", f"Host: {shown}", f"User-Agent: {USER_AGENT}", "Connection: close", "", "")
        writer.write("\r\n".join(lines).encode("latin-1", "replace"))
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError as error:
        raise ValueError("a head without end") from error
    finally:
        writer.transport.abort()
