"""Secrets leave a recording before anybody sees it: the user's credentials, cookies, tokens, passwords in URLs.

What is left keeps its shape (`postgres://chat:hu[redacted]@db`), so that a check can still tell that it was there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from readycheck.probe.exchange import Exchange, Header, Request, Response

GONE = "[redacted]"
KEPT = 2
SHORTEST = 6
# Each form begins where a word does and is bounded: a hostile answer must not make the search slow.
TOKEN = re.compile(r"(?<![\w-])eyJ[\w-]{8,5000}\.[\w-]{8,5000}\.[\w-]{0,2000}")
USERINFO = re.compile(r"(?<=://)([^\s:/@\"'<>]*):([^\s/@\"'<>]{1,256})@")
WORDS = "password | passwd | secret | api[_-]?key | access[_-]?token | private[_-]?key"
NAMED = re.compile(
    rf"""(?ix) ((?<![\w-]) [\w-]{{0,40}}? (?: {WORDS} ) [\w-]{{0,40}} ["']? \s{{0,8}} [:=] \s{{0,8}} ["']?)"""
    r"""([^\s"',;&}<\]]{4,})"""
)
COOKIE = re.compile(r"^([^=;]+=)([^;]*)")
CARRIERS = frozenset({"authorization", "proxy-authorization", "cookie", "x-api-key", "x-auth-token", "x-csrf-token"})


@dataclass(frozen=True, slots=True)
class Redactor:
    """Takes secrets out of exchanges; `known` are the user's own, which must never be seen wherever they turn up."""

    known: Sequence[str] = ()

    def clean(self, exchange: Exchange) -> Exchange:
        """The exchange without secrets."""
        response = exchange.response
        return replace(
            exchange,
            request=self.clean_request(exchange.request),
            response=None if response is None else self.clean_response(response),
            failure=self.clean_text(exchange.failure),
        )

    def clean_request(self, request: Request) -> Request:
        """Credentials that went with it are named by whose they are."""
        headers = tuple((name, self.clean_sent(name, value, request.who)) for name, value in request.headers)
        return replace(
            request, target=self.clean_text(request.target), headers=headers, body=self.clean_bytes(request.body)
        )

    def clean_sent(self, name: str, value: str, who: str) -> str:
        """A header that was sent."""
        if name.lower() in CARRIERS or any(secret in value for secret in self.known):
            return f"<user {who}>" if who and any(secret in value for secret in self.known) else shorten(value)
        return self.clean_text(value)

    def clean_response(self, response: Response) -> Response:
        """Headers and body of an answer."""
        headers = tuple(self.clean_header(name, value) for name, value in response.headers)
        return replace(response, headers=headers, body=self.clean_bytes(response.body))

    def clean_header(self, name: str, value: str) -> Header:
        """A header that came back: a cookie keeps its name and attributes."""
        if name.lower() == "set-cookie":
            value = COOKIE.sub(lambda found: found[1] + shorten(found[2]), value)
        return name, self.clean_text(value)

    def clean_bytes(self, body: bytes) -> bytes:
        """A body; what is no text keeps its bytes."""
        if not body:
            return body
        text = body.decode("utf-8", "surrogateescape")
        return self.clean_text(text).encode("utf-8", "surrogateescape")

    def clean_text(self, text: str) -> str:
        """Any text."""
        for secret in self.known:
            text = text.replace(secret, GONE)
        text = TOKEN.sub(lambda found: shorten(found[0]), text)
        text = USERINFO.sub(lambda found: f"{found[1]}:{shorten(found[2])}@", text)
        return NAMED.sub(lambda found: found[1] + shorten(found[2]), text)


def shorten(secret: str) -> str:
    """The first two characters at most; of a short secret none."""
    if not secret or GONE in secret:
        return secret
    return f"{secret[:KEPT] if len(secret) > SHORTEST else ''}{GONE}"
