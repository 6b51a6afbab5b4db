"""Header values of the browser's security policies, parsed as browsers do: CSP and Strict-Transport-Security."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from readycheck.probe.exchange import Response

CSP = "content-security-policy"
HSTS = "strict-transport-security"
DIRECTIVES = frozenset(
    {"default-src", "script-src", "script-src-elem", "script-src-attr", "style-src", "style-src-elem",
     "style-src-attr", "img-src", "font-src", "connect-src", "media-src", "object-src", "frame-src", "child-src",
     "worker-src", "manifest-src", "prefetch-src", "base-uri", "form-action", "frame-ancestors", "navigate-to",
     "report-uri", "report-to", "sandbox", "upgrade-insecure-requests", "block-all-mixed-content",
     "require-trusted-types-for", "trusted-types", "plugin-types", "require-sri-for", "fenced-frame-src", "webrtc"}
)  # fmt: skip
UNQUOTED = re.compile(
    r"(?:self|none|unsafe-inline|unsafe-eval|strict-dynamic|nonce-\S+|sha(?:256|384|512)-\S+)", re.IGNORECASE
)
ANYWHERE = frozenset({"*", "http:", "https:", "data:", "ws:", "wss:", "http://*", "https://*"})
MAX_AGE = re.compile(r'"?(\d+)"?')
SAFE_REFERRERS = frozenset(
    {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin", "origin",
     "origin-when-cross-origin", "no-referrer-when-downgrade", "unsafe-url"}
)  # fmt: skip
LEAKY_REFERRERS = frozenset({"unsafe-url", "no-referrer-when-downgrade"})

Policy = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Parsed:
    """One policy of a CSP header with what is wrong with its form: a directive twice, a keyword without quotes."""

    policy: Policy
    faults: tuple[str, ...] = ()


def parse_csp(response: Response) -> list[Parsed]:
    """All policies of an answer: every header and every part between commas is one, and all of them hold."""
    texts = [text for value in response.values(CSP) for text in value.split(",")]
    return [parse_policy(text) for text in texts if text.strip(" \t;")]


def parse_policy(text: str) -> Parsed:
    """One policy; of a directive that stands twice, the first counts."""
    policy: dict[str, list[str]] = {}
    faults: list[str] = []
    for part in text.split(";"):
        name, *sources = part.split() or [""]
        name = name.lower()
        if not name:
            continue
        if name in policy:
            faults.append(f"{name} stands twice, and browsers ignore the second one")
            continue
        if name not in DIRECTIVES:
            faults.append(f"there is no directive {name}")
        policy[name] = [source.lower() if not source.startswith(("'nonce-", "'sha")) else source for source in sources]
        faults += [f"{name} {source} lacks its quotes" for source in sources if UNQUOTED.fullmatch(source)]
    return Parsed(policy, tuple(faults))


def effective(policy: Policy, *names: str) -> Sequence[str] | None:
    """The sources of the first directive that is there, else of default-src; None if nothing restricts them."""
    return next((policy[name] for name in (*names, "default-src") if name in policy), None)


def find_weaknesses(policy: Policy) -> Iterator[str]:
    """What one policy lets through that a policy of a page should stop."""
    scripts = effective(policy, "script-src-elem", "script-src")
    if scripts is None:
        yield "scripts may come from anywhere (no script-src, no default-src)"
    else:
        yield from find_script_weaknesses(scripts)
    plugins = effective(policy, "object-src")
    if plugins is None or not ANYWHERE.isdisjoint(plugins):
        yield "plugins may come from anywhere (object-src)"
    if scripts is not None and any(is_nonce(source) for source in scripts) and "base-uri" not in policy:
        yield "an injected <base> redirects scripts that a nonce allows (no base-uri)"


def find_script_weaknesses(scripts: Sequence[str]) -> Iterator[str]:
    """What the sources of scripts let through."""
    exact = any(is_nonce(source) or source.startswith("'sha") for source in scripts)
    dynamic = "'strict-dynamic'" in scripts
    if "'unsafe-inline'" in scripts and not exact and not dynamic:
        yield "inline scripts are allowed (script-src 'unsafe-inline')"
    if "'unsafe-eval'" in scripts:
        yield "eval is allowed (script-src 'unsafe-eval')"
    wide = [source for source in scripts if source in ANYWHERE]
    if wide and not dynamic:
        yield f"scripts may come from anywhere (script-src {' '.join(wide)})"
    plain = [source for source in scripts if source.startswith("http://") and source not in ANYWHERE]
    if plain and not dynamic:
        yield f"scripts may come over plain http (script-src {plain[0]})"


def is_nonce(source: str) -> bool:
    """Whether a source is a nonce."""
    return source.startswith("'nonce-")


def restricts_frames(response: Response) -> bool:
    """Whether a browser keeps other sites from framing an answer: frame-ancestors, else X-Frame-Options."""
    ancestors = [one.policy["frame-ancestors"] for one in parse_csp(response) if "frame-ancestors" in one.policy]
    if ancestors:
        return any(ANYWHERE.isdisjoint(sources) for sources in ancestors)
    values = split_values(response, "x-frame-options")
    return bool(values) and all(value in ("deny", "sameorigin") for value in values)


def split_values(response: Response, name: str) -> list[str]:
    """The values of a header, also those joined by commas, in lower case."""
    return [part.strip().lower() for value in response.values(name) for part in value.split(",") if part.strip()]


@dataclass(frozen=True, slots=True)
class StrictTransport:
    """A Strict-Transport-Security header: seconds, or why a browser ignores it."""

    seconds: int = 0
    fault: str = ""


def parse_hsts(value: str) -> StrictTransport:
    """One header value (RFC 6797): max-age is needed, and no directive may stand twice."""
    seen: dict[str, str] = {}
    for part in value.split(";"):
        name, _, text = part.strip().partition("=")
        name = name.strip().lower()
        if not name:
            continue
        if name in seen:
            return StrictTransport(fault=f"{name} stands twice")
        seen[name] = text.strip()
    if "max-age" not in seen:
        return StrictTransport(fault="there is no max-age")
    number = MAX_AGE.fullmatch(seen["max-age"])
    return StrictTransport(int(number[1])) if number else StrictTransport(fault=f"max-age={seen['max-age'][:20]}")
