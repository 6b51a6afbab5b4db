"""The way to the pinned origin that all manners share: address, TLS, credentials, user agent."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from readycheck import __version__
from readycheck.probe.exchange import Header, Request
from readycheck.probe.step import Step
from readycheck.probe.target import Target

USER_AGENT = f"readycheck/{__version__} (readiness probe)"
MOST_BYTES = 1_000_000
ACCEPT = "application/json, text/html;q=0.9, */*;q=0.5"


@dataclass
class Wire:
    """How to reach the target.

    `credentials` maps `a` and `b` to a header; they are sent only where the certificate was verified (`verified`), or
    where there is no TLS on this machine. `timeout` bounds one answer, in seconds.
    """

    target: Target
    credentials: Mapping[str, Header] = field(default_factory=dict)
    timeout: float = 10.0
    verified: bool = True
    http2: bool = False

    def make_headers(self, step: Step) -> tuple[Header, ...]:
        """The headers of a step as they are sent, without `Host`: defaults that the step does not set, credentials."""
        given = {name.lower() for name, _ in step.headers}
        defaults = (("User-Agent", USER_AGENT), ("Accept", ACCEPT), ("Accept-Encoding", "identity"))
        own = tuple(header for header in defaults if header[0].lower() not in given)
        if step.who and not self.may_identify:
            raise PermissionError("credentials are not sent over an unverified connection")
        identity = (self.credentials[step.who],) if step.who else ()
        return (*own, *step.headers, *identity)

    def make_request(self, step: Step) -> Request:
        """The request of a step."""
        return Request(step.method, self.target.locate(step.path), self.make_headers(step), step.body, step.who)

    @property
    def may_identify(self) -> bool:
        """Whether credentials may be sent at all."""
        return self.verified if self.target.is_tls else True

    def make_context(self) -> ssl.SSLContext:
        """The TLS context of ordinary requests."""
        context = ssl.create_default_context()
        if not self.verified:
            loosen(context)
        return context

    @asynccontextmanager
    async def connect(
        self, context: ssl.SSLContext | None = None
    ) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """A connection of its own to the target, for what no HTTP client would send. Raises OSError, TimeoutError."""
        tls = (context or self.make_context()) if self.target.is_tls else None
        name = self.target.host if tls else None
        opening = asyncio.open_connection(self.target.host, self.target.port, ssl=tls, server_hostname=name)
        reader, writer = await asyncio.wait_for(opening, self.timeout)
        try:
            yield reader, writer
        finally:
            writer.transport.abort()


def loosen(context: ssl.SSLContext) -> None:
    """Let a context take any certificate: only where no credentials are sent any more."""
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE


def describe_failure(error: BaseException) -> str:
    """A network error in a few words, without addresses of this machine."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLError):
        return f"TLS: {error.reason or error}"
    if isinstance(error, OSError) and error.errno and error.errno > 0:
        return os.strerror(error.errno).lower()  # its own text may name the address
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error).strip().rstrip(".") or type(error).__name__
