"""Who may open a WebSocket, and who may keep it."""

from __future__ import annotations

from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule
from readycheck.probe.checks.contract import examines, make_match, name_operation
from readycheck.probe.exchange import Exchange, Observation, Recording, Response

SWITCHING = 101
REFUSALS = frozenset({400, 401, 403})
NONE_KNOWN = "no WebSocket is known: name one with --socket, or the code with --code"


@examines("sockets")
def socket_foreign_origin(recording: Recording, rule: Rule) -> Judgement:
    """A page of any site may open the WebSocket."""
    answers = [pair for pair in recording.answered("sockets") if "/origin-" in pair[0].step]
    matches = [
        make_match(
            rule,
            exchange.locate(f"Origin: {origin_of(exchange)}", "101 Switching Protocols"),
            f"{name_operation(exchange)} opens a WebSocket for a page of {origin_of(exchange)}",
        )
        for exchange, response in answers
        if response.status == SWITCHING
    ]
    if matches:
        return Judgement(len(answers), tuple(matches))
    refused = [exchange for exchange, response in answers if response.status in REFUSALS and opens(recording, exchange)]
    if refused:
        paths = ", ".join(exchange.request.path for exchange in refused)
        return Judgement(
            len(answers), proof=f"a handshake from a foreign origin is refused ({paths}), one without is not"
        )
    return Judgement(len(answers), unproven=explain(recording, answers))


def opens(recording: Recording, refused: Exchange) -> bool:
    """Whether the same socket lets in a caller that names no origin, so that it was the origin that was refused."""
    return any(
        exchange.request.target == refused.request.target
        and "/guest-" in exchange.step
        and response.status == SWITCHING
        for exchange, response in recording.answered("sockets")
    )


def explain(recording: Recording, answers: list[tuple[Exchange, Response]]) -> str:
    """Why nothing can be said."""
    if answers:
        return ", ".join(f"{name_operation(exchange)} answered {response.status}" for exchange, response in answers)
    failed = [exchange.failure for exchange in recording.about("sockets") if exchange.failure]
    return recording.explain_unsent("sockets") or (failed[0] if failed else NONE_KNOWN)


@examines("sockets")
def socket_guest_kept(recording: Recording, rule: Rule) -> Judgement:
    """A WebSocket stays open, or is told things, although nobody said who is calling."""
    answers = [pair for pair in recording.answered("sockets") if "/guest-" in pair[0].step]
    heard = [one for one in recording.seen("socket") if "/guest-" in one.step and not is_public(recording, one)]
    matches = [
        make_match(rule, one.locate(str(one.data.get("target", "")), str(one.data.get("end", ""))), tell(one))
        for one in heard
        if tell(one)
    ]
    if matches:
        return Judgement(len(answers), tuple(matches))
    ended = [one for one in heard if one.data.get("end") in ("closed", "refused")]
    shut = [exchange for exchange, response in answers if response.status in (401, 403)]
    if not ended and not shut:
        return Judgement(len(answers), unproven=explain(recording, answers))
    if len(ended) + len(shut) < len(answers):
        return Judgement(len(answers), unproven="not every socket puts out a caller who does not say who it is")
    told = [f"{one.data.get('target')} closes after {one.data.get('seconds')} s" for one in ended]
    told += [f"{exchange.request.path} refuses the handshake" for exchange in shut]
    return Judgement(len(answers), proof=f"without credentials {', '.join(told)}")


def is_public(recording: Recording, one: Observation) -> bool:
    """Whether the socket is said to be for everybody."""
    path = str(one.data.get("target", "")).partition("?")[0]
    return any(path.endswith(route.path) and route.access == "public" for route in recording.routes)


def tell(one: Observation) -> str:
    """What is wrong about a socket whose caller never said who it is, or nothing."""
    target, seconds = one.data.get("target"), one.data.get("seconds")
    if one.data.get("end") == "admitted":
        return f"{target} lets a socket.io client in that names no user"
    if one.data.get("end") != "open" or one.data.get("protocol") == "socket.io":
        return ""
    if one.data.get("spoke"):
        return f"{target} stays open for {seconds} s and sends messages, although the caller never said who it is"
    return f"{target} is still open after {seconds} s, although the caller never said who it is"


def origin_of(exchange: Exchange) -> str:
    """The origin that a request claimed."""
    return next((value for name, value in exchange.request.headers if name.lower() == "origin"), "")
