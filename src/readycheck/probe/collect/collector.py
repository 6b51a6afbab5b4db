"""Carries out a plan: in order, no faster and no more than announced, and not at all once the service is in trouble."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace

from readycheck.model.rule import Json
from readycheck.probe.collect.manners import Carrier, open_carriers
from readycheck.probe.collect.wire import Wire
from readycheck.probe.exchange import Exchange, Observation, Recording
from readycheck.probe.redact import Redactor
from readycheck.probe.situation import Limits, Situation
from readycheck.probe.step import Manner, Plan, Step

SERVER_ERROR = 500
TOO_MANY = 429
MOST_ERRORS = 2
MOST_FAILURES = 3
Progress = Callable[[int, int], None]


@dataclass
class Governor:
    """Says when the next request may go, and why none may go any more."""

    limits: Limits
    free: asyncio.Semaphore = field(init=False)
    next_at: float = 0.0
    errors: int = 0
    failures: int = 0
    stopped: str = ""

    def __post_init__(self) -> None:
        """So many at a time."""
        self.free = asyncio.Semaphore(self.limits.at_once)

    async def wait_turn(self) -> None:
        """Sleep until the rate allows one more request."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        start = max(now, self.next_at)
        self.next_at = start + 1 / self.limits.per_second
        await asyncio.sleep(start - now)

    def note(self, step: Step, exchange: Exchange) -> None:
        """Look at an answer: two unexpected server errors, a 429 that nobody asked for, or no server end the probe."""
        if exchange.response is None:
            self.failures += 1
            if self.failures >= MOST_FAILURES and not step.expects:
                self.stopped = f"{self.failures} requests in a row were not answered ({exchange.failure})"
            return
        self.failures = 0
        status = exchange.response.status
        if status in step.expects:
            return
        if status == TOO_MANY:
            self.stopped = f"the service answered 429 to {exchange.request.method} {exchange.request.target}"
        elif status >= SERVER_ERROR:
            self.errors += 1
            if self.errors >= MOST_ERRORS:
                self.stopped = f"the service answered {status} to {self.errors} requests"


@dataclass
class Collector:
    """One run over one plan."""

    wire: Wire
    plan: Plan
    governor: Governor
    progress: Progress | None = None
    taken: dict[str, list[Exchange | Observation]] = field(default_factory=dict)
    unsent: dict[str, str] = field(default_factory=dict)
    done: int = 0

    async def run(self, carriers: Mapping[Manner, Carrier]) -> None:
        """All steps; a step that must be alone waits for those before it, and those behind it wait for it."""
        running: set[asyncio.Task[None]] = set()
        for step in self.plan.steps:
            if step.alone and running:
                await asyncio.gather(*running)
                running.clear()
            await self.governor.free.acquire()
            task = asyncio.create_task(self.carry_out(step, carriers[step.manner]))
            running.add(task)
            task.add_done_callback(running.discard)
            if step.alone:
                await task
        await asyncio.gather(*running)

    async def carry_out(self, step: Step, carrier: Carrier) -> None:
        """One step, unless the probe has stopped."""
        try:
            if self.governor.stopped:
                self.unsent[step.id] = f"the probe stopped: {self.governor.stopped}"
                return
            if step.who and not self.wire.may_identify:
                self.unsent[step.id] = "the certificate could not be verified: no credentials are sent"
                return
            async for one in carrier(step, self.governor.wait_turn):
                self.taken.setdefault(step.id, []).append(one)
                if isinstance(one, Exchange):
                    self.governor.note(step, one)
        finally:
            self.governor.free.release()
            self.done += step.requests
            if self.progress:
                self.progress(min(self.done, self.plan.requests), self.plan.requests)


async def collect(
    plan: Plan, wire: Wire, situation: Situation, said: Mapping[str, Json], progress: Progress | None = None
) -> Recording:
    """Carry out a plan. What comes back is redacted before anything else sees it; `said` are the user's facts."""
    collector = Collector(wire, plan, Governor(situation.limits), progress)
    async with open_all(wire) as carriers:
        await collector.run(carriers)
    redactor = Redactor(tuple(secret for _, value in wire.credentials.values() for secret in list_secrets(value)))
    exchanges: list[Exchange] = []
    observations: list[Observation] = []
    taken = (one for step in plan.steps for one in collector.taken.get(step.id, ()))
    for number, one in enumerate(taken, 1):
        if isinstance(one, Exchange):
            exchanges.append(redactor.clean(replace(one, number=number)))
        else:
            observations.append(replace(one, number=number))
    return Recording(
        wire.target.origin,
        tuple(exchanges),
        tuple(observations),
        situation.routes,
        {**plan.unsent, **collector.unsent},
        dict(said),
        collector.governor.stopped,
    )


def list_secrets(value: str) -> list[str]:
    """A credential's header value, and the token behind its scheme."""
    return sorted({value, value.partition(" ")[2] or value}, key=len, reverse=True)


@asynccontextmanager
async def open_all(wire: Wire) -> AsyncIterator[Mapping[Manner, Carrier]]:
    """Everything that can carry out steps."""
    async with AsyncExitStack() as stack:
        yield await open_carriers(wire, stack)
