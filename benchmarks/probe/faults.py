"""The fifteen faults of `servers/faulty.py`, what each tool says when it has found one, and which findings are false.

Findings on the other servers are judged by hand, here: what is not in the table ends the benchmark with exit code 1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

OURS = ("readycheck", "readycheck-all")
GOOD = ("hardened", "caddy", "caddy-tls", "bare")


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault, and a pattern of the findings that name it, by tool; `told`: said as unproven, which is all one can."""

    number: int
    title: str
    ours: str
    peers: Mapping[str, str] = field(default_factory=dict)
    told: bool = False

    def find_pattern(self, tool: str) -> str:
        """The pattern for a tool; empty if it has no words for this."""
        return self.ours if tool in OURS else self.peers.get(tool, "")


FAULTS = (
    Fault(
        1, "any origin is let in, with credentials", r"live-foreign-origin-let-in: .*credentials: true",
        {"observatory": "cross-origin-resource-sharing", "nmap": "http-cors"},
    ),
    Fault(2, "the origin is echoed without Vary", "live-origin-without-vary"),
    Fault(3, "a stack trace in an error", "live-error-shows-inside", {"schemathesis": "Server error: POST"}),
    Fault(
        4, "TRACE repeats the request", "live-trace-repeats",
        {"schemathesis": "Wrong response to undeclared method: TRACE", "nmap": "http-trace"},
    ),
    Fault(
        5, "headers name software and version", "live-software-named",
        {"drheader": "(Server|X-Powered-By): Header should not", "nmap": "http-(server-header|php-version)"},
    ),
    Fault(
        6, "a session cookie without flags", "live-cookie-unguarded",
        {"observatory": "cookies", "drheader": "Set-Cookie", "nmap": "http-cookie-flags"},
    ),
    Fault(7, "a password in the health check", "live-health-leaks: GET /health"),
    Fault(
        8, "/.env is served", r"live-(debug-route-open|secrets-served): GET /\.env",
        {"nmap": r"http-enum: .*/\.env"},
    ),
    Fault(
        9, "/actuator/env is served", "live-(debug-route-open|secrets-served): GET /actuator/env",
        {"nmap": "http-enum: .*/actuator"},
    ),
    Fault(
        10, "the OpenAPI document is public", "live-docs-public: GET /openapi.json",
        {"nmap": "http-enum: .*openapi"},
    ),
    Fault(11, "no limit on how often", r"live-limit-reached: 1\d\d requests in a row were all answered", told=True),
    Fault(12, "no limit on the size of a body", "live-large-body-read"),
    Fault(13, "no limit on the time for a body", "live-slow-body-awaited"),
    Fault(14, "a user's answer is cacheable by anybody", "live-private-answer-shared: GET /api/me"),
    Fault(15, "a request id is kept whatever it holds", "live-hostile-id-kept"),
)  # fmt: skip


class Verdict(StrEnum):
    """Whether a finding on a good server is right. Taste: the fact is right, and harmless."""

    TRUE = "true"
    FALSE = "false"
    TASTE = "taste"


@dataclass(frozen=True, slots=True)
class Judged:
    """Findings of a tool on some servers that match a pattern, and what they are worth."""

    tools: tuple[str, ...]
    servers: tuple[str, ...]
    pattern: str
    verdict: Verdict
    reason: str

    def covers(self, tool: str, server: str, finding: str) -> bool:
        """Whether this is about that finding."""
        return tool in self.tools and server in self.servers and re.match(self.pattern, finding) is not None


EXPRESS = ("hardened", "caddy", "caddy-tls")
LOOPBACK = "plain http on the loopback address: what encrypts in front of it cannot be seen from here"
JSON = "the answer is JSON, which runs nothing, links to nothing and is not framed"
JUDGED = (
    Judged(OURS, GOOD, "live-answers-without-id", Verdict.TRUE, "none of these servers makes a request id"),
    Judged(
        OURS, EXPRESS, "live-errors-of-many-shapes: GET /items answers 429", Verdict.TRUE,
        "express-rate-limit's own message is a plain text sent as HTML, all other errors are JSON",
    ),
    Judged(
        OURS, EXPRESS, "live-bad-body-taken", Verdict.TRUE,
        "POST /messages looks at nothing but one field, and takes whatever else is JSON",
    ),
    Judged(
        OURS, EXPRESS, "live-slow-body-awaited", Verdict.TRUE,
        "Node.js gives a request 300 s, ten times what the rule asks for, and Caddy has no limit of its own",
    ),
    Judged(OURS, ("bare",), "live-slow-body-awaited", Verdict.TRUE, "uvicorn has no limit at all"),
    Judged(OURS, ("bare",), "live-security-header-missing: GET / ", Verdict.TRUE, "no header is set at all"),
    Judged(OURS, ("bare",), "live-security-header-missing: GET /docs ", Verdict.TRUE, "/docs is a page with scripts"),
    Judged(OURS, ("bare",), "live-docs-public", Verdict.TRUE, "on by default, for everybody"),
    Judged(OURS, ("bare",), "live-large-body-read", Verdict.TRUE, "FastAPI reads a body of any size"),
    Judged(OURS, ("bare",), "live-text-not-compressed", Verdict.TRUE, "no middleware compresses"),
    Judged(("observatory",), GOOD, "redirection: redirection-missing", Verdict.FALSE, LOOPBACK),
    Judged(("observatory",), GOOD, "strict-transport-security: hsts-not-impl", Verdict.FALSE, LOOPBACK),
    Judged(("observatory",), ("bare",), "x-content-type-options", Verdict.TRUE, "no header is set at all"),
    Judged(("observatory",), ("bare",), "content-security-policy|x-frame-options", Verdict.FALSE, JSON),
    Judged(("drheader",), GOOD, "Cache-Control: Header not", Verdict.FALSE, "the same for everybody, and harmless"),
    Judged(("drheader",), GOOD, "Pragma", Verdict.FALSE, "a header of HTTP/1.0 that means nothing in an answer"),
    Judged(("drheader",), EXPRESS, "Content-Security-Policy - style-src", Verdict.FALSE, JSON),
    Judged(
        ("drheader",), ("bare",), "(Content-Security-Policy|Referrer-Policy|X-Frame-Options): ", Verdict.FALSE, JSON,
    ),
    Judged(("drheader",), ("bare",), "Strict-Transport-Security: Header not", Verdict.FALSE, LOOPBACK),
    Judged(("drheader",), ("bare",), "X-Content-Type-Options", Verdict.TRUE, "no header is set at all"),
    Judged(
        ("drheader",), ("bare",), "X-XSS-Protection", Verdict.FALSE,
        "asks for the value 0 of a header that no current browser knows",
    ),
    Judged(("drheader", "nmap"), ("bare",), "(Server|http-server-header): ", Verdict.TASTE, "a name without a version"),
    Judged(
        ("schemathesis",), ("bare",), "Undocumented status code: POST /messages", Verdict.TRUE,
        "a body that is no UTF-8 is answered 400, which the document does not declare",
    ),
)  # fmt: skip


def judge(tool: str, server: str, finding: str) -> Judged | None:
    """What a finding on a good server is worth; nothing if nobody has looked yet."""
    return next((one for one in JUDGED if one.covers(tool, server, finding)), None)
