"""Recordings as text, as a rule's examples hold them and `--verbose` shows them.

    * fact users 2
    * route GET /v1/things authenticated
    * step cors/evil
    > GET /v1/things HTTP/1.1
    > Origin: https://evil.example
    < HTTP/1.1 200 OK
    < Content-Type: application/json
    <
    < {"things": []}

`>` is the request, `<` the answer (bodies after an empty line), `!` what came instead of an answer, `* KIND JSON` an
observation. An exchange's number is the line on which its request begins, so that an example can name it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from readycheck.model.rule import Json
from readycheck.probe.exchange import Exchange, Header, Observation, Recording, Request, Response, Route, Who

ORIGIN = "http://service.example"
CREDENTIALS: dict[str, Who] = {"<user a>": "a", "<user b>": "b"}


class TranscriptError(ValueError):
    """A transcript that cannot be read; says the line and what is wrong with it."""


@dataclass
class Reading:
    """A transcript being read."""

    origin: str = ORIGIN
    step: str = ""
    facts: dict[str, Json] = field(default_factory=dict)
    routes: list[Route] = field(default_factory=list)
    unsent: dict[str, str] = field(default_factory=dict)
    exchanges: list[Exchange] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)


def parse_transcript(text: str) -> Recording:
    """A transcript as a recording. Raises TranscriptError."""
    reading = Reading()
    lines = text.splitlines()
    number = 0
    while number < len(lines):
        line = lines[number]
        if line.startswith("* "):
            read_note(reading, line[2:], number + 1)
            number += 1
        elif line.startswith("> "):
            number = read_exchange(reading, lines, number)
        elif not line.strip() or line.startswith("#"):
            number += 1
        else:
            raise TranscriptError(f"line {number + 1}: must begin with '* ', '> ' or '#': {line[:40]!r}")
    return Recording(
        reading.origin,
        tuple(reading.exchanges),
        tuple(reading.observations),
        tuple(reading.routes),
        reading.unsent,
        reading.facts,
    )


def read_note(reading: Reading, note: str, line: int) -> None:
    """`origin URL`, `step NAME`, `fact NAME JSON`, `route METHOD PATH ACCESS`, `unsent STEP WHY`, or `KIND JSON`."""
    word, _, rest = note.partition(" ")
    match word, rest.split(" ", 2):
        case "origin", [origin]:
            reading.origin = origin
        case "step", [step]:
            reading.step = step
        case "fact", [name, *value]:
            reading.facts[name] = parse_json(" ".join(value), line)
        case "route", [method, path, access]:
            reading.routes.append(Route(method, path, access))
        case "unsent", [step, *reason]:
            reading.unsent[step] = " ".join(reason)
        case kind, _:
            data = parse_json(rest, line)
            if not isinstance(data, dict):
                raise TranscriptError(f"line {line}: an observation is `* KIND {{...}}`")
            reading.observations.append(Observation(line, reading.step, kind, data))


def parse_json(text: str, line: int) -> Json:
    """JSON inside a transcript."""
    try:
        value: Json = json.loads(text)
    except ValueError as error:
        raise TranscriptError(f"line {line}: not JSON: {text[:40]!r}") from error
    return value


def read_exchange(reading: Reading, lines: list[str], start: int) -> int:
    """Read the exchange whose request begins on a line; gives the line behind it (both from 0)."""
    sent = list(take_block(lines, start, ">"))
    after = start + len(sent)
    got = list(take_block(lines, after, "<"))
    end = after + len(got)
    failure = ""
    if not got and end < len(lines) and lines[end].startswith("! "):
        failure, end = lines[end][2:], end + 1
    if not got and not failure:
        raise TranscriptError(f"line {start + 1}: neither an answer ('< ') nor a failure ('! ') follows the request")
    try:
        request, response = parse_request(sent), parse_response(got) if got else None
    except ValueError as error:
        raise TranscriptError(f"line {start + 1}: {error}") from error
    reading.exchanges.append(Exchange(start + 1, reading.step, request, response, failure))
    return end


def take_block(lines: list[str], start: int, mark: str) -> Iterator[str]:
    """The lines from `start` that carry the mark, without it."""
    for line in lines[start:]:
        if line != mark and not line.startswith(f"{mark} "):
            return
        yield line[2:]


def parse_request(lines: list[str]) -> Request:
    """`GET /path HTTP/1.1`, headers, an empty line, the body."""
    method, target, _version = lines[0].split(" ")
    headers, body = split_message(lines[1:])
    named: list[Who] = [CREDENTIALS[value] for _, value in headers if value in CREDENTIALS]
    return Request(method, target, headers, body, named[0] if named else "")


def parse_response(lines: list[str]) -> Response:
    """`HTTP/1.1 200 OK`, headers, an empty line, the body."""
    version, status, *_reason = lines[0].split(" ")
    headers, body = split_message(lines[1:])
    return Response(int(status), headers, body, version, len(body))


def split_message(lines: list[str]) -> tuple[tuple[Header, ...], bytes]:
    """Headers and body."""
    blank = lines.index("") if "" in lines else len(lines)
    headers = [line.partition(":") for line in lines[:blank]]
    if broken := next((name for name, colon, _ in headers if not colon), None):
        raise ValueError(f"{broken!r} is no header")
    return tuple((name, value.strip()) for name, _, value in headers), "\n".join(lines[blank + 1 :]).encode()


def render_exchange(exchange: Exchange, most: int = 2_000) -> str:
    """An exchange as text; of a body, the first `most` characters."""
    request, response = exchange.request, exchange.response
    lines = [f"* step {exchange.step}", f"> {request.method} {request.target} HTTP/1.1"]
    lines += [f"> {name}: {value}" for name, value in request.headers]
    lines += render_body(request.body.decode("utf-8", "replace"), ">", most)
    if response is None:
        return "\n".join([*lines, f"! {exchange.failure}"])
    lines.append(f"< {response.version} {response.status}")
    lines += [f"< {name}: {value}" for name, value in response.headers]
    lines += render_body(response.text, "<", most)
    return "\n".join(lines)


def render_body(text: str, mark: str, most: int) -> list[str]:
    """A body behind its empty line, nothing if there is none."""
    if not text:
        return []
    cut = text[:most] + (" [cut]" if len(text) > most else "")
    return [mark, *(f"{mark} {line}" for line in cut.splitlines())]
