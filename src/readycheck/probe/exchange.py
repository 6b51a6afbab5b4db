"""What was sent to a service and what came back: plain data, the same from the network, a file or a rule's example."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from readycheck.model.location import Endpoint
from readycheck.model.rule import Json

Header = tuple[str, str]
Who = Literal["", "a", "b"]


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `target` is the path with its query; `who` says whose credentials went with it, if any."""

    method: str
    target: str
    headers: tuple[Header, ...] = ()
    body: bytes = b""
    who: Who = ""

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]


@dataclass(frozen=True, slots=True)
class Response:
    """One answer. `body` is decoded (no content coding) and cut; `received` counts its bytes on the wire.

    `version` is `HTTP/1.1` or `HTTP/2`; header names keep their case and order, and may occur more than once.
    """

    status: int
    headers: tuple[Header, ...] = ()
    body: bytes = b""
    version: str = "HTTP/1.1"
    received: int = 0
    cut: bool = False

    def values(self, name: str) -> list[str]:
        """All values of a header, in their order."""
        wanted = name.lower()
        return [value for key, value in self.headers if key.lower() == wanted]

    def value(self, name: str) -> str | None:
        """The first value of a header, None if it is not there."""
        return next(iter(self.values(name)), None)

    @property
    def media_type(self) -> str:
        """`application/json`, without parameters and in lower case; empty if there is none."""
        return (self.value("content-type") or "").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as text; what is no UTF-8 is replaced."""
        return self.body.decode("utf-8", "replace")

    @property
    def is_json(self) -> bool:
        """Whether the answer calls itself JSON."""
        return self.media_type == "application/json" or self.media_type.endswith("+json")

    @property
    def is_page(self) -> bool:
        """Whether a browser would show the answer as a page."""
        return self.media_type in ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request with what became of it: a response, or a failure in words. `number` counts from 1 in its recording.

    `step` is the planned step that it belongs to, such as `cors/evil`; `seconds` how long it took.
    """

    number: int
    step: str
    request: Request
    response: Response | None = None
    failure: str = ""
    seconds: float = 0.0

    def locate(self, sent: str = "", got: str = "") -> Endpoint:
        """The place of a match: the operation, with what mattered of the request and of the answer."""
        told = got or (f"{self.response.status}" if self.response else self.failure)
        return Endpoint(self.request.method, self.request.target, self.number, sent, told)


@dataclass(frozen=True, slots=True)
class Observation:
    """Something seen that is no exchange: a TLS handshake, how a process ended. `data` is JSON."""

    number: int
    step: str
    kind: str
    data: Mapping[str, Json]

    def locate(self, what: str, got: str = "") -> Endpoint:
        """The place of a match: what was looked at (`TLS`, `PROCESS`), with what was seen."""
        return Endpoint(self.kind.upper(), what, self.number, "", got)


@dataclass(frozen=True, slots=True)
class Route:
    """An operation that the service is said to have. `access` is `public`, `authenticated`, `admin` or `unknown`.

    `source` says who says so: `openapi`, `code`, `given`.
    """

    method: str
    path: str
    access: str = "unknown"
    source: str = "given"


@dataclass(frozen=True)
class Recording:
    """One probe, as it can be kept in a file and judged again.

    `unsent` maps a planned step to why it was not sent; `facts` is what the user said about the service (JSON), and
    `stopped` why the probe ended early, if it did.
    """

    origin: str
    exchanges: tuple[Exchange, ...] = ()
    observations: tuple[Observation, ...] = ()
    routes: tuple[Route, ...] = ()
    unsent: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Json] = field(default_factory=dict)
    stopped: str = ""

    @cached_property
    def by_topic(self) -> Mapping[str, tuple[Exchange, ...]]:
        """Exchanges by the part of their step before the slash."""
        topics: dict[str, list[Exchange]] = {}
        for exchange in self.exchanges:
            topics.setdefault(exchange.step.partition("/")[0], []).append(exchange)
        return {topic: tuple(found) for topic, found in topics.items()}

    def about(self, step: str) -> tuple[Exchange, ...]:
        """The exchanges of a step (`cors/evil`), or of all steps of a topic (`cors`)."""
        found = self.by_topic.get(step.partition("/")[0], ())
        return tuple(exchange for exchange in found if exchange.step == step) if "/" in step else found

    def answered(self, step: str = "") -> Iterator[tuple[Exchange, Response]]:
        """Exchanges that were answered, of a step or a topic; of all if none is named."""
        for exchange in self.about(step) if step else self.exchanges:
            if exchange.response is not None:
                yield exchange, exchange.response

    def seen(self, kind: str) -> tuple[Observation, ...]:
        """The observations of a kind."""
        return tuple(one for one in self.observations if one.kind == kind)

    def explain_unsent(self, *steps: str) -> str:
        """Why steps or topics were not sent, one reason each; empty if nothing is known to be missing."""
        reasons = [
            reason
            for name, reason in self.unsent.items()
            if not steps or name in steps or name.partition("/")[0] in steps
        ]
        return "; ".join(dict.fromkeys(reasons))
