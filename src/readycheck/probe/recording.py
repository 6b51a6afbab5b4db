"""Recordings in files: `--record FILE` writes one, `--replay FILE` judges it again without any network.

The format is JSON, `readycheck/recording/v1`; bodies are text, or base64 where they are none.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Any

from readycheck.model.rule import Json
from readycheck.probe.exchange import Exchange, Header, Observation, Recording, Request, Response, Route

SCHEMA = "readycheck/recording/v1"


class RecordingError(ValueError):
    """A file that is no recording; says what is wrong with it."""


def dump_recording(recording: Recording) -> str:
    """A recording as JSON text, one exchange a block."""
    return json.dumps(
        {
            "schema": SCHEMA,
            "origin": recording.origin,
            "facts": dict(recording.facts),
            "routes": [[one.method, one.path, one.access, one.source] for one in recording.routes],
            "unsent": dict(recording.unsent),
            "stopped": recording.stopped,
            "exchanges": [dump_exchange(one) for one in recording.exchanges],
            "observations": [
                {"number": one.number, "step": one.step, "kind": one.kind, "data": dict(one.data)}
                for one in recording.observations
            ],
        },
        indent=1,
        ensure_ascii=False,
    )


def dump_exchange(exchange: Exchange) -> dict[str, Json]:
    """One exchange."""
    request, response = exchange.request, exchange.response
    return {
        "number": exchange.number,
        "step": exchange.step,
        "seconds": round(exchange.seconds, 4),
        "failure": exchange.failure,
        "request": {
            "method": request.method,
            "target": request.target,
            "who": request.who,
            "headers": dump_headers(request.headers),
            "body": dump_body(request.body),
        },
        "response": None
        if response is None
        else {
            "version": response.version,
            "status": response.status,
            "headers": dump_headers(response.headers),
            "body": dump_body(response.body),
            "received": response.received,
            "cut": response.cut,
        },
    }


def dump_headers(headers: Sequence[Header]) -> list[Json]:
    """Headers as pairs."""
    return [[name, value] for name, value in headers]


def dump_body(body: bytes) -> Json:
    """A body as text, or as `{"base64": ...}`."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode("ascii")}


def load_recording(text: str) -> Recording:
    """A recording from JSON text. Raises RecordingError."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RecordingError("not a recording: no JSON") from error
    if not isinstance(value, dict) or value.get("schema") != SCHEMA:
        raise RecordingError(f'not a recording: "schema" must be "{SCHEMA}"')
    try:
        return read_recording(value)
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error) as error:
        raise RecordingError(f"not a recording: {type(error).__name__}: {error}") from error


def read_recording(value: Mapping[str, Any]) -> Recording:
    """The parts of a recording."""
    return Recording(
        str(value["origin"]),
        tuple(read_exchange(one) for one in value["exchanges"]),
        tuple(Observation(one["number"], one["step"], one["kind"], one["data"]) for one in value["observations"]),
        tuple(Route(*map(str, one)) for one in value["routes"]),
        {str(name): str(reason) for name, reason in value["unsent"].items()},
        value["facts"],
        str(value["stopped"]),
    )


def read_exchange(value: Mapping[str, Any]) -> Exchange:
    """One exchange."""
    sent, got = value["request"], value["response"]
    request = Request(
        sent["method"], sent["target"], read_headers(sent["headers"]), read_body(sent["body"]), sent["who"]
    )
    response = None
    if got is not None:
        response = Response(
            int(got["status"]), read_headers(got["headers"]), read_body(got["body"]), str(got["version"]),
            int(got["received"]), bool(got["cut"]),
        )  # fmt: skip
    return Exchange(value["number"], value["step"], request, response, value["failure"], float(value["seconds"]))


def read_headers(value: Sequence[Sequence[str]]) -> tuple[Header, ...]:
    """Headers from pairs."""
    return tuple((str(name), str(text)) for name, text in value)


def read_body(value: str | Mapping[str, str]) -> bytes:
    """A body."""
    return value.encode("utf-8") if isinstance(value, str) else base64.b64decode(value["base64"], validate=True)
