"""One planned request, and the plan: what a probe would send, before it sends anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from readycheck.model.rule import Json
from readycheck.probe.exchange import Header, Who


class Manner(StrEnum):
    """How a step is carried out: each is one module in `collect/`."""

    PLAIN = "plain"
    RAW = "raw"
    SOCKET = "socket"
    FORGED = "forged"
    BURST = "burst"
    TLS = "tls"
    SEARCH = "search"
    LINKED = "linked"


@dataclass(frozen=True, slots=True)
class Step:
    """A request of the plan.

    `id` is `topic/name`, `why` the question that it answers. `requests` is how many it may send at most, `expects` the
    statuses above 499, and 429, that are no reason to stop. `alone`: no other step runs beside it. `writes`, `burst`
    and `slow` say what the user must have allowed. `options` are the manner's own settings (JSON).
    """

    id: str
    method: str
    path: str
    why: str
    headers: tuple[Header, ...] = ()
    body: bytes = b""
    who: Who = ""
    manner: Manner = Manner.PLAIN
    requests: int = 1
    expects: tuple[int, ...] = ()
    alone: bool = False
    writes: bool = False
    burst: bool = False
    slow: bool = False
    options: Mapping[str, Json] = field(default_factory=dict)

    @property
    def is_extra(self) -> bool:
        """Whether the user must have allowed it, so that it does not count against the budget."""
        return self.writes or self.burst or self.slow

    @property
    def topic(self) -> str:
        """What the step is about: `cors`."""
        return self.id.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps in the order in which they are sent, and what is left out with the reason.

    `dropped` counts those that are left out because the budget is used up.
    """

    steps: tuple[Step, ...]
    unsent: Mapping[str, str]
    dropped: int = 0

    @property
    def requests(self) -> int:
        """How many requests are sent at most."""
        return sum(step.requests for step in self.steps)
