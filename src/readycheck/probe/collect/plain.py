"""Ordinary requests, by httpx: no redirect is followed, no cookie kept, and of an answer only so much is read."""

from __future__ import annotations

import asyncio
import time
from types import TracebackType
from typing import Self

import httpx

from readycheck.probe.collect.coding import Decoded, decode
from readycheck.probe.collect.wire import MOST_BYTES, Wire, describe_failure, loosen
from readycheck.probe.exchange import Exchange, Request, Response
from readycheck.probe.step import Step

START = "page/start"


class Plain:
    """One client over one pool of connections to the pinned origin; `start` is the start page once it was answered."""

    def __init__(self, wire: Wire) -> None:
        """Take the way to the target."""
        self._wire = wire
        self._context = wire.make_context()
        self.start: Response | None = None
        self._client = httpx.AsyncClient(
            verify=self._context,
            http1=True,
            http2=wire.http2,
            follow_redirects=False,
            trust_env=False,
            timeout=httpx.Timeout(wire.timeout),
        )

    async def __aenter__(self) -> Self:
        """Ready."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def send(self, step: Step) -> Exchange:
        """Carry out one step; a failure of the network is its result."""
        if not self._wire.verified:
            loosen(self._context)  # the client keeps the context with which it was made
        request = self._wire.make_request(step)
        started = time.monotonic()
        try:
            async with asyncio.timeout(self._wire.timeout):
                response, failure = await self._exchange(request), ""
        except (httpx.HTTPError, httpx.StreamError, OSError, TimeoutError) as error:
            response, failure = None, explain(error)
        if step.id == START:
            self.start = response
        return Exchange(0, step.id, request, response, failure, time.monotonic() - started)

    async def _exchange(self, request: Request) -> Response:
        """Send and read, up to the bound."""
        outgoing = httpx.Request(request.method, self._locate(request.target), headers=list(request.headers))
        if request.body:
            outgoing = httpx.Request(
                request.method, self._locate(request.target), headers=list(request.headers), content=request.body
            )
        answer = await self._client.send(outgoing, stream=True)
        try:
            body, cut = await read_bounded(answer)
        finally:
            await answer.aclose()
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers.raw)
        decoded = (
            Decoded(body, cut)
            if request.method == "HEAD"
            else decode(answer.headers.get("content-encoding"), body, cut)
        )
        return Response(answer.status_code, headers, decoded.body, answer.http_version, len(body), cut or decoded.cut)

    def _locate(self, target: str) -> httpx.URL:
        """The exact target, whatever is in it, at the pinned origin."""
        pinned = self._wire.target
        raw = target.encode("latin-1", "replace")
        return httpx.URL(scheme=pinned.scheme, host=pinned.host, port=pinned.port, raw_path=raw)


async def read_bounded(answer: httpx.Response) -> tuple[bytes, bool]:
    """The body as it came over the wire, up to the bound; and whether it was cut there."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in answer.aiter_raw():
        chunks.append(chunk)
        size += len(chunk)
        if size > MOST_BYTES:
            return b"".join(chunks)[:MOST_BYTES], True
    return b"".join(chunks), False


def explain(error: Exception) -> str:
    """What went wrong, from its root: httpx wraps what the operating system says."""
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return "no answer in time"
    cause: BaseException = error
    while (deeper := cause.__cause__ or cause.__context__) is not None:
        cause = deeper
    return describe_failure(cause)
