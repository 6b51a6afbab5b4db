"""The encryption: certificate, versions, the redirect from plain http, Strict-Transport-Security."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from readycheck.model.evidence import Match
from readycheck.model.judgement import Judgement
from readycheck.model.rule import Json, Rule
from readycheck.probe.checks.contract import decide, examines, make_match, name_operation
from readycheck.probe.exchange import Observation, Recording, Response
from readycheck.probe.policies import HSTS, parse_hsts
from readycheck.probe.target import TargetError, parse_target

FEW_DAYS = 14
# What renews a certificate does so with a third of its life left: with a sixth, it has failed a few times.
LATE = 6
YEAR_SECONDS, HALF_YEAR_SECONDS = 31_536_000, 15_552_000
SMALLEST_KEYS = {"RSA": 2048, "EC": 224, "DSA": 2048}
LOCAL = "plain http on this machine: whether a proxy encrypts what comes from outside cannot be seen from here"
REDIRECTS = (301, 302, 303, 307, 308)
EXPIRED, NOT_YET, SELF_SIGNED, SELF_SIGNED_CHAIN, NO_ISSUER, NO_FIRST = 10, 9, 18, 19, 20, 21
REASONS = {
    EXPIRED: "it has expired",
    NOT_YET: "it is not valid yet",
    SELF_SIGNED: "it is signed by itself",
    SELF_SIGNED_CHAIN: "its chain ends in an authority that nobody trusts",
    NO_ISSUER: "its issuer is unknown: the chain is incomplete, or its authority is not trusted",
    NO_FIRST: "its issuer is unknown: the chain is incomplete, or its authority is not trusted",
    62: "it is for another host",
    64: "it is for another address",
}


def is_https(recording: Recording) -> bool:
    """Whether the probe came over TLS."""
    return recording.origin.startswith("https:")


def explain_plain(recording: Recording) -> str:
    """Why nothing can be said about TLS where there is none."""
    return LOCAL if is_local(recording) else "the service was probed over plain http"


def is_local(recording: Recording) -> bool:
    """Whether the service runs on this machine."""
    try:
        return parse_target(recording.origin).is_local
    except TargetError:
        return False


def find_handshakes(recording: Recording) -> tuple[Observation, ...]:
    """The observations of handshakes that came about."""
    return tuple(one for one in recording.seen("tls") if one.data.get("version"))


@examines("page", "tls")
def plain_http(recording: Recording, rule: Rule) -> Judgement:
    """The service answers plain http on another machine, with something else than a redirect to https."""
    if is_https(recording):
        return Judgement(1, proof="the service was probed over https")
    if is_local(recording):
        return Judgement(unproven=LOCAL)
    answers = [pair for pair in recording.answered("page") if pair[0].request.method == "GET"]
    bare = [(exchange, response) for exchange, response in answers if not leads_to_https(recording, response)]
    matches = [
        make_match(
            rule,
            exchange.locate("plain http", f"{response.status}"),
            f"{name_operation(exchange)} answers {response.status} over plain http, with no redirect to https",
            [other.locate("plain http", f"{answer.status}") for other, answer in bare[1:]],
        )
        for exchange, response in bare[:1]
    ]
    if answers and not matches:
        return Judgement(len(answers), unproven="plain http redirects to https: probe that address")
    return decide(recording, matches, len(answers), "", "page")


def leads_to_https(recording: Recording, response: Response) -> bool:
    """Whether an answer sends the client to https on the same host."""
    host = urlsplit(recording.origin).hostname
    return response.status in REDIRECTS and is_same_host_https(response.value("location") or "", host)


def is_same_host_https(location: str, host: str | None) -> bool:
    """Whether an address is https on that host."""
    try:
        parts = urlsplit(location)
        return parts.scheme.lower() == "https" and parts.hostname == host
    except ValueError:
        return False


@examines("tls")
def certificate_bad(recording: Recording, rule: Rule) -> Judgement:
    """A certificate that cannot be verified, ends soon, or has a weak key or signature."""
    if not is_https(recording):
        return Judgement(unproven=explain_plain(recording))
    seen = find_handshakes(recording)
    matches = [
        make_match(rule, one.locate("certificate", fault), f"the certificate of {recording.origin}: {fault}")
        for one in seen
        for fault in find_certificate_faults(one.data)
    ]
    proof = "; ".join(describe_certificate(one.data) for one in seen)
    return decide(recording, matches, len(seen), proof, "tls")


def find_certificate_faults(data: Mapping[str, Json]) -> Iterator[str]:
    """What is wrong with the certificate that was shown."""
    one = read_part(data, "certificate")
    code = data.get("code")
    if not data.get("verified"):
        reason = REASONS.get(code) if isinstance(code, int) else None
        yield reason or str(data.get("problem") or "it could not be verified")
    days, bits = one.get("days_left"), one.get("bits")
    if isinstance(days, int | float) and days < 0 and code != EXPIRED:
        yield f"it has expired ({one.get('until')})"
    elif isinstance(days, int | float) and 0 <= days < find_few(one):
        yield f"it ends in {days:.0f} days ({one.get('until')})"
    smallest = SMALLEST_KEYS.get(str(one.get("key")), 0)
    if isinstance(bits, int) and 0 < bits < smallest:
        yield f"its {one.get('key')} key has only {bits} bits"
    if one.get("old_signature") and not one.get("self_signed"):
        yield f"it is signed with {one.get('old_signature')}"


def find_few(one: Mapping[str, Json]) -> float:
    """How many days left are too few: 14, less for a certificate that is made for a few days or hours only."""
    whole = one.get("days")
    return min(FEW_DAYS, whole / LATE) if isinstance(whole, int | float) else FEW_DAYS


def read_part(data: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    """An object inside an observation; empty if there is none."""
    part = data.get(name)
    return part if isinstance(part, dict) else {}


def describe_certificate(data: Mapping[str, Json]) -> str:
    """`the certificate is verified, RSA with 2048 bits, 61 days left`."""
    one = read_part(data, "certificate")
    key = f"{one.get('key')} with {one.get('bits')} bits" if one.get("bits") else str(one.get("key"))
    return f"the certificate is verified, {key}, {one.get('days_left')} days left"


@examines("tls")
def old_version_accepted(recording: Recording, rule: Rule) -> Judgement:
    """TLS 1.0 or 1.1 is accepted."""
    if not is_https(recording):
        return Judgement(unproven=explain_plain(recording))
    seen = recording.seen("tls")
    tried = [(one, name, str(result)) for one in seen for name, result in read_part(one.data, "old").items()]
    matches = [
        make_match(rule, one.locate(name.removeprefix("TLS "), "accepted"), f"{recording.origin} accepts {name}")
        for one, name, result in tried
        if result == "accepted"
    ]
    known = [name for _, name, result in tried if result in ("accepted", "refused")]
    if tried and not known:
        return Judgement(unproven=f"{tried[0][1]}: {tried[0][2]}")
    spoken = ", ".join(str(one.data.get("version") or "nothing newer") for one in seen)
    proof = f"{' and '.join(known)} refused; {spoken} is spoken"
    return decide(recording, matches, len(known), proof, "tls")


@examines("tls")
def http_not_redirected(recording: Recording, rule: Rule) -> Judgement:
    """Plain http on port 80 answers, and not with a redirect to https on the same host first."""
    if not is_https(recording):
        return Judgement(unproven=explain_plain(recording))
    seen = recording.seen("redirect")
    answered = [one for one in seen if "status" in one.data]
    if seen and not answered:
        told = f"plain http on port {seen[0].data.get('port')} does not answer ({seen[0].data.get('failure')})"
        return Judgement(len(seen), proof=told)
    matches = [match for one in answered for match in judge_redirect(recording, rule, one)]
    proof = "plain http redirects to https on the same host"
    reason = "only the usual port 443 has a known neighbour: port 80"
    judged = decide(recording, matches, len(answered), proof, "tls/redirect")
    return judged if answered or recording.explain_unsent("tls/redirect") else Judgement(unproven=reason)


def judge_redirect(recording: Recording, rule: Rule, one: Observation) -> Iterator[Match]:
    """What is wrong with the answer to plain http."""
    host = urlsplit(recording.origin).hostname
    status, location = one.data.get("status"), str(one.data.get("location") or "")
    if status in REDIRECTS and is_same_host_https(location, host):
        return
    where = one.locate(f"http://{host}:{one.data.get('port')}", f"{status} {location}".strip())
    if status in REDIRECTS:
        yield make_match(rule, where, f"http://{host} redirects to {location}, not to https on the same host first")
    elif isinstance(status, int) and status < 400:  # noqa: PLR2004 - refusals are no service
        yield make_match(rule, where, f"http://{host} answers {status} without encryption, and does not redirect")


@examines("page")
def hsts_missing(recording: Recording, rule: Rule) -> Judgement:
    """Strict-Transport-Security is missing, ignored by browsers, or shorter than half a year."""
    if not is_https(recording):
        return Judgement(unproven=f"{explain_plain(recording)}, and browsers ignore the header there")
    answers = list(recording.answered("page"))
    matches: dict[str, Match] = {}
    for exchange, response in answers:
        if fault := judge_hsts(response):
            where = exchange.locate("Strict-Transport-Security", fault)
            message = f"{name_operation(exchange)} answers {response.status}: {fault}"
            matches.setdefault(fault, make_match(rule, where, message))
    least = min((read_hsts(response) for _, response in answers), default=0)
    if answers and not matches and least < YEAR_SECONDS:
        return Judgement(len(answers), unproven=f"max-age is {least} seconds: more than half a year, less than a year")
    return decide(recording, matches.values(), len(answers), f"max-age of {least} seconds or more", "page")


def judge_hsts(response: Response) -> str:
    """What is wrong with the header; of several, browsers take the first."""
    values = response.values(HSTS)
    if not values:
        return "Strict-Transport-Security is missing"
    parsed = parse_hsts(values[0])
    if parsed.fault:
        return f"Strict-Transport-Security is ignored by browsers: {parsed.fault}"
    if parsed.seconds == 0:
        return "Strict-Transport-Security: max-age=0 switches it off"
    if len(set(values)) > 1:
        return f"Strict-Transport-Security stands there {len(values)} times with different values"
    if parsed.seconds < HALF_YEAR_SECONDS:
        return f"Strict-Transport-Security: max-age={parsed.seconds} is less than half a year"
    return ""


def read_hsts(response: Response) -> int:
    """The seconds of the first header, 0 if there is none."""
    return next((parse_hsts(value).seconds for value in response.values(HSTS)), 0)


@examines("tls", "page")
def transport_secured(recording: Recording, rule: Rule) -> Judgement:
    """All of it together: a verified certificate with days left, no old version, HSTS of a year, no open plain http."""
    if not is_https(recording):
        return Judgement(unproven=explain_plain(recording))
    parts = (certificate_bad, old_version_accepted, http_not_redirected, hsts_missing)
    judged = [part(recording, rule) for part in parts]
    reasons = [one.unproven or "; ".join(match.message for match in one.matches) for one in judged if not one.proof]
    seen = find_handshakes(recording)
    if reasons or not seen:
        return Judgement(sum(one.examined for one in judged), unproven="; ".join(dict.fromkeys(reasons)))
    protocol = str(seen[0].data.get("protocol") or "http/1.1")
    told = "; ".join([*(one.proof for one in judged), f"ALPN chooses {protocol}"])
    match = make_match(rule, seen[0].locate("handshake", str(seen[0].data.get("version"))), told)
    return Judgement(sum(one.examined for one in judged), (match,))
