"""Rate limits: what is advertised, whom it counts, and whether it is kept."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from readycheck.model.evidence import Match
from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule
from readycheck.probe.checks.contract import examines, make_match, name_operation
from readycheck.probe.exchange import Exchange, Recording, Response
from readycheck.probe.limits import Limit, read_limits, tightest

TOO_MANY = 429
SECONDS = re.compile(r"\d{1,9}")
SUCCESS = range(200, 300)
SILENT = "no answer advertises a limit, and only a burst would show one: --allow-burst N"


@examines("page", "rates", "burst")
def limit_reached(recording: Recording, rule: Rule) -> Judgement:
    """A burst, or ordinary requests, were answered 429 with a time to wait."""
    refused = list_refused(recording)
    good = [
        make_match(
            rule,
            exchange.locate(tell_burst(recording), f"429, Retry-After: {response.value('retry-after')}"),
            f"{name_operation(exchange)} answers 429 with Retry-After: {response.value('retry-after')}"
            f"{tell_burst(recording)}",
        )
        for exchange, response in refused
        if is_wait(response.value("retry-after"))
    ]
    examined = sum(1 for _ in recording.answered())
    return Judgement(examined, tuple(good[:1]), unproven="" if good else explain_unreached(recording))


def list_refused(recording: Recording) -> list[tuple[Exchange, Response]]:
    """The answers that said 429."""
    return [pair for pair in recording.answered() if pair[1].status == TOO_MANY]


def tell_burst(recording: Recording) -> str:
    """` after 301 requests`."""
    sent = next((one.data.get("sent") for one in recording.seen("burst")), None)
    return f" after {sent} requests" if sent else ""


def explain_unreached(recording: Recording) -> str:
    """What is known of limits without having reached one."""
    if list_refused(recording):
        return "429 is answered, but without a Retry-After that says when to come back"
    advertised = find_advertised(recording)
    known = ""
    if advertised:
        exchange, limit = advertised
        known = f"{name_operation(exchange)} advertises {limit.describe()} ({limit.form}), which was not reached: "
    for one in recording.seen("burst"):
        if one.data.get("end") == "no limit":
            return f"{known}{one.data.get('sent')} requests in a row were all answered"
        return f"{known}the burst ended after {one.data.get('sent')} requests: {one.data.get('end')}"
    if not known:
        return SILENT
    return f"{known}{recording.explain_unsent('burst') or 'no burst was sent'}"


def find_advertised(recording: Recording) -> tuple[Exchange, Limit] | None:
    """The first answer that advertises a limit."""
    for exchange, response in recording.answered():
        if limit := tightest(read_limits(response)):
            return exchange, limit
    return None


def is_wait(value: str | None) -> bool:
    """Whether a Retry-After says when to come back: seconds, or a date."""
    if value is None:
        return False
    if SECONDS.fullmatch(value.strip()):
        return True
    try:
        parsedate_to_datetime(value)
    except ValueError:
        return False
    return True


@examines("page", "rates", "burst")
def refusal_without_wait(recording: Recording, rule: Rule) -> Judgement:
    """A 429 that does not say, or not so that a program understands it, when to come back."""
    refused = list_refused(recording)
    matches = [
        make_match(
            rule,
            exchange.locate("", f"429, Retry-After: {value}" if value else "429 without Retry-After"),
            f"{name_operation(exchange)} answers 429 "
            + (f"with a Retry-After that is none: {value[:60]}" if value else "without Retry-After"),
        )
        for exchange, response in refused
        if not is_wait(value := response.value("retry-after"))
    ]
    why = explain_unreached(recording) if not refused else ""
    return Judgement(len(refused), tuple(matches[:1]), "every 429 says when to come back" if refused else "", why)


@dataclass(frozen=True, slots=True)
class Left:
    """What an answer of the differential said is left; `who` is whose credentials went with it."""

    exchange: Exchange
    left: int


def read_differential(recording: Recording) -> dict[str, Left]:
    """Step name -> what was left of one and the same limit; steps that do not advertise it are missing."""
    seen: dict[str, tuple[Exchange, dict[tuple[str, str], int]]] = {}
    for exchange, response in recording.answered("rates"):
        left = {(one.form, one.name): one.remaining for one in read_limits(response) if one.remaining is not None}
        if left:
            seen[exchange.step.partition("/")[2]] = exchange, left
    shared = [name for _, left in seen.values() for name in left if all(name in other for _, other in seen.values())]
    if not shared:
        return {}
    name = max(dict.fromkeys(shared), key=lambda one: len({left[one] for _, left in seen.values()}))
    return {step: Left(exchange, left[name]) for step, (exchange, left) in seen.items()}


def is_counted(left: dict[str, Left]) -> bool:
    """Whether two equal requests were counted one after the other, by the same counter."""
    return "plain-1" in left and "plain-2" in left and left["plain-2"].left == left["plain-1"].left - 1


@examines("rates", "burst")
def limit_ignores_spoofing(recording: Recording, rule: Rule) -> Judgement:
    """A header that claims another address buys a fresh limit, seen from a peer that is not trusted by default."""
    return judge_spoofing(recording, rule, local=False)


@examines("rates", "burst")
def limit_spoofed_locally(recording: Recording, rule: Rule) -> Judgement:
    """The same from this machine, whose word many servers take by default."""
    return judge_spoofing(recording, rule, local=True)


def judge_spoofing(recording: Recording, rule: Rule, *, local: bool) -> Judgement:
    """Refuted by an answer to a spoofed address after a 429, or by a fresh remainder for each."""
    if is_local(recording) != local:
        return Judgement(
            unproven="the service is on this machine" if is_local(recording) else "it is not on this machine"
        )
    spoofed = list(recording.answered("burst/spoofed"))
    left = read_differential(recording)
    matches = list(find_passed(rule, recording)) or list(find_fresh(rule, left))
    if matches:
        return Judgement(len(matches), tuple(matches[:1]))
    if spoofed and all(response.status == TOO_MANY for _, response in spoofed):
        return Judgement(len(spoofed), proof=f"after a 429, {len(spoofed)} other claimed addresses get 429 as well")
    if is_counted(left) and "spoofed-2" in left:
        return Judgement(len(left), unproven="by its own headers the limit does not mind X-Forwarded-For")
    return Judgement(unproven=explain_unreached(recording))


def is_local(recording: Recording) -> bool:
    """Whether the probe ran on the machine of the service."""
    host = urlsplit(recording.origin).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def find_passed(rule: Rule, recording: Recording) -> Iterator[Match]:
    """Spoofed requests that were answered although the same one without the header still was not."""
    again = [response.status for _, response in recording.answered("burst/again")]
    if TOO_MANY not in again:
        return
    for exchange, response in recording.answered("burst/spoofed"):
        if response.status != TOO_MANY:
            sent = tell_claim(exchange)
            where = exchange.locate(sent, f"{response.status} after a 429")
            yield make_match(
                rule, where, f"{name_operation(exchange)} is answered {response.status} with {sent}, and 429 without it"
            )


def find_fresh(rule: Rule, left: dict[str, Left]) -> Iterator[Match]:
    """Remainders that start anew with each claimed address."""
    if not is_counted(left) or "spoofed-2" not in left:
        return
    first, second, before = left["spoofed-1"], left["spoofed-2"], left["plain-2"]
    if first.left == second.left and first.left > before.left:
        sent = tell_claim(first.exchange)
        where = first.exchange.locate(sent, f"{first.left} left")
        message = (
            f"{name_operation(first.exchange)} has {before.left} requests left, and {first.left} for each address that "
            f"X-Forwarded-For claims: whoever changes the header is never limited"
        )
        yield make_match(rule, where, message)


def tell_claim(exchange: Exchange) -> str:
    """The headers that claim an address."""
    names = ("x-forwarded-for", "x-real-ip", "forwarded")
    return ", ".join(f"{name}: {value}" for name, value in exchange.request.headers if name.lower() in names)


@examines("rates", "burst")
def users_counted_apart(recording: Recording, rule: Rule) -> Judgement:
    """One user is limited, or counted, and another one on the same address is not."""
    match = find_other_served(rule, recording) or find_apart(rule, read_differential(recording))
    if not match and any(response.status == TOO_MANY for _, response in recording.answered("burst/other")):
        return Judgement(1, unproven="after one user's 429 the other one is refused as well")
    examined = len(recording.about("rates")) + len(recording.about("burst"))
    return Judgement(examined, (match,) if match else (), unproven="" if match else explain_users(recording))


def find_other_served(rule: Rule, recording: Recording) -> Match | None:
    """After user A's 429, user B is answered, and A still is not."""
    again = [pair for pair in recording.answered("burst/again") if pair[1].status == TOO_MANY and pair[0].request.who]
    for exchange, response in recording.answered("burst/other"):
        if again and response.status in SUCCESS:
            user = exchange.request.who.upper()
            where = exchange.locate(f"user {user}", f"{response.status} after another user's 429")
            return make_match(rule, where, f"user {user} is answered {response.status} where another one gets 429")
    return None


def find_apart(rule: Rule, left: dict[str, Left]) -> Match | None:
    """By the remainders, user A's and user B's requests are counted apart."""
    if not {"a-1", "b-1", "a-2"} <= set(left):
        return None
    first, other, again = left["a-1"].left, left["b-1"].left, left["a-2"].left
    if again == first - 1 and other not in (first - 1, again):
        where = left["b-1"].exchange.locate("user B", f"{other} left")
        seen = f"user A has {first}, then {again} requests left, user B in between {other}"
        return make_match(rule, where, f"limits count users by what the service advertises: {seen}")
    return None


def explain_users(recording: Recording) -> str:
    """Why it is not known whether limits count users."""
    if recording.facts.get("users", 0) != len("ab"):
        return "it takes two users' credentials: name them with --auth-env"
    return explain_unreached(recording)


@examines("rates", "burst")
def users_counted_together(recording: Recording, rule: Rule) -> Judgement:
    """Two users on one address share one limit."""
    left = read_differential(recording)
    matches = [*find_other_refused(rule, recording), *find_together(rule, left)]
    if matches and (path := find_public(recording)):
        return Judgement(
            len(left), unproven=f"GET {path} counts two users together, but it is public: name a route that wants users"
        )
    if matches:
        return Judgement(len(left), tuple(matches[:1]))
    if not {"a-1", "b-1", "a-2"} <= set(left):
        return Judgement(unproven=explain_users(recording))
    if find_apart(rule, left):
        return Judgement(len(left), proof="the limits of two users on one address are counted apart")
    return Judgement(
        len(left), unproven="what is left of the limit tells nothing: somebody else may be counted as well"
    )


def find_public(recording: Recording) -> str:
    """The path that the users asked for, if it is said to be public: who calls is nothing that it has to know."""
    public = {(route.method, route.path) for route in recording.routes if route.access == "public"}
    asked = (*recording.about("rates/b-1"), *recording.about("burst/other"))
    paths = (one.request.path for one in asked if (one.request.method, one.request.path) in public)
    return next(paths, "")


def find_together(rule: Rule, left: dict[str, Left]) -> Iterator[Match]:
    """By the remainders, user B's request was counted with user A's."""
    if not {"a-1", "b-1", "a-2"} <= set(left):
        return
    first, other, again = left["a-1"], left["b-1"], left["a-2"]
    if other.left == first.left - 1 and again.left == other.left - 1:
        where = other.exchange.locate("user B", f"{other.left} left after user A's {first.left}")
        seen = f"user A has {first.left} requests left, then user B {other.left}, then user A {again.left}"
        yield make_match(rule, where, f"two users on one address share one limit: {seen}")


def find_other_refused(rule: Rule, recording: Recording) -> Iterator[Match]:
    """After user A's 429, user B is refused as well."""
    refused = [pair for pair in recording.answered("burst/last") if pair[1].status == TOO_MANY and pair[0].request.who]
    for exchange, response in recording.answered("burst/other"):
        if refused and response.status == TOO_MANY:
            where = exchange.locate("user B", "429 after user A's 429")
            yield make_match(rule, where, "user B, who asked nothing, gets 429 on the same address as user A")
