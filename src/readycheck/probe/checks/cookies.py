"""The attributes of cookies that were set."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from readycheck.model.evidence import Match
from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule
from readycheck.probe.checks.contract import decide, examines, make_match, name_operation
from readycheck.probe.cookies import Cookie, parse_cookie
from readycheck.probe.exchange import Exchange, Recording

SAME_SITE = ("strict", "lax", "none")


def list_cookies(recording: Recording) -> list[tuple[Exchange, Cookie]]:
    """Every cookie that an answer sets and does not take away, once by its name and attributes."""
    seen: dict[str, tuple[Exchange, Cookie]] = {}
    for exchange, response in recording.answered():
        for value in response.values("set-cookie"):
            cookie = parse_cookie(value)
            if not cookie.is_deleted:
                seen.setdefault(f"{cookie.name};{sorted(cookie.attributes)}", (exchange, cookie))
    return list(seen.values())


def judge_cookies(recording: Recording, rule: Rule, find: Callable[[Cookie], Iterator[str]], proof: str) -> Judgement:
    """The faults of all cookies."""
    cookies = list_cookies(recording)
    if not cookies:
        seen = sum(1 for _ in recording.answered())
        return Judgement(unproven=f"no cookie was set by {seen} answers")
    matches: list[Match] = [
        make_match(
            rule,
            exchange.locate(f"cookie {cookie.name}: {fault}", "Set-Cookie"),
            f"{name_operation(exchange)} sets the cookie {cookie.name}: {fault}",
        )
        for exchange, cookie in cookies
        for fault in find(cookie)
    ]
    return decide(recording, matches, len(cookies), proof)


@examines("page")
def cookie_unguarded(recording: Recording, rule: Rule) -> Judgement:
    """A cookie that scripts or other sites get at, or that browsers refuse."""
    return judge_cookies(recording, rule, find_faults, "cookies are kept from scripts and other sites")


def find_faults(cookie: Cookie) -> Iterator[str]:
    """What is wrong with a cookie, whether or not the connection is encrypted."""
    attributes, same_site = cookie.attributes, cookie.attributes.get("samesite")
    if cookie.is_session and "httponly" not in attributes:
        yield "without HttpOnly scripts can read it"
    if same_site is None and cookie.is_session:
        yield "without SameSite some browsers send it along from other sites"
    if same_site is not None and same_site not in SAME_SITE:
        yield f"SameSite={same_site[:20]} is no value that browsers know"
    if same_site == "none" and "secure" not in attributes:
        yield "SameSite=None without Secure: browsers refuse it"
    yield from find_prefix_faults(cookie)


def find_prefix_faults(cookie: Cookie) -> Iterator[str]:
    """Why browsers refuse a cookie whose name makes a promise."""
    name, attributes = cookie.name.lower(), cookie.attributes
    if name.startswith(("__host-", "__secure-")) and "secure" not in attributes:
        yield "its name promises Secure: browsers refuse it"
    elif name.startswith("__host-") and (attributes.get("path") != "/" or attributes.get("domain")):
        yield "__Host- needs Path=/ and no Domain: browsers refuse it"


@examines("page")
def cookie_without_secure(recording: Recording, rule: Rule) -> Judgement:
    """A cookie set over https that browsers also send over plain http."""
    if not recording.origin.startswith("https:"):
        return Judgement(unproven="the probe came over plain http, where a cookie may well be set without Secure")
    return judge_cookies(recording, rule, find_insecure, "all cookies are Secure")


def find_insecure(cookie: Cookie) -> Iterator[str]:
    """Secure is missing on a cookie that browsers would keep."""
    if "secure" not in cookie.attributes:
        yield "without Secure it is sent over plain http as well"
