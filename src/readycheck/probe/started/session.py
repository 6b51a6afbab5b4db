"""What all scenarios share: the running process, its proxies, and a way to ask it that counts and records."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from readycheck.model.rule import Json
from readycheck.probe.collect.plain import Plain
from readycheck.probe.collect.wire import Wire
from readycheck.probe.exchange import Exchange, Observation, Who
from readycheck.probe.redact import Redactor
from readycheck.probe.situation import Situation
from readycheck.probe.started.command import Command, Exercise
from readycheck.probe.started.process import Child, run_child
from readycheck.probe.started.proxy import Proxy
from readycheck.probe.started.scenario import Scenario
from readycheck.probe.step import Step

PAUSE = 0.5
NEW_ID = b"{uuid}"  # what a user writes where each request needs a new one
OK = 200
SERVER_ERROR = 500
CALL_SECONDS = 35.0  # the checklist allows an outbound call 30 s; whoever waits for it needs a little more


class OutOfRequestsError(Exception):
    """A scenario has sent as many requests as were announced."""


@dataclass
class Session:
    """One started service. `ready` and `live` are its health routes, empty if it has none."""

    command: Command
    wire: Wire
    situation: Situation
    proxies: Mapping[str, Proxy]
    redactor: Redactor
    child: Child | None = None
    ready: str = ""
    live: str = ""
    scenario: Scenario | None = None
    sent: int = 0
    taken: list[Exchange | Observation] = field(default_factory=list)
    unsent: dict[str, str] = field(default_factory=dict)
    output: list[tuple[str, list[str]]] = field(default_factory=list)
    canaries: dict[str, str] = field(default_factory=dict)

    @property
    def running(self) -> Child:
        """The process, which must be there."""
        if self.child is None:
            raise AssertionError("a scenario needs a process")
        return self.child

    @property
    def environment(self) -> dict[str, str]:
        """The child's environment: the user's own, with the dependencies behind our proxies."""
        proxied = {proxy.dependency.variable: proxy.url for proxy in self.proxies.values()}
        return {**self.command.environment, **proxied}

    @asynccontextmanager
    async def start(self, label: str, environment: Mapping[str, str] | None = None) -> AsyncIterator[Child]:
        """The service, running until the block ends; its output is kept under the label. Raises StartError."""
        async with run_child(self.command.words, self.environment if environment is None else environment) as child:
            self.child = child
            try:
                yield child
            finally:
                self.child = None
                self.output.append((label, child.lines))

    def name_step(self, name: str) -> str:
        """A step of the scenario that is played: `cut-database/ready-before`."""
        return f"{self.scenario.topic if self.scenario else 'start'}/{name}"

    def make_step(self, name: str, path: str, who: Who = "") -> Step:
        """A GET of this scenario; every one uses a connection of its own."""
        return Step(self.name_step(name), "GET", path, "", who=who)

    async def send(self, step: Step, seconds: float = 0.0) -> Exchange:
        """Send one request and keep nothing. Raises OutOfRequestsError."""
        if self.scenario is not None and self.sent >= self.scenario.requests:
            raise OutOfRequestsError
        self.sent += 1
        async with Plain(replace(self.wire, timeout=seconds or self.wire.timeout)) as plain:
            return await plain.send(step)

    async def ask(self, step: Step, seconds: float = 0.0) -> Exchange:
        """Send one request and keep what became of it."""
        exchange = await self.send(step, seconds)
        self.taken.append(exchange)
        return exchange

    def observe(self, name: str, kind: str, /, **data: Json) -> None:
        """Keep something that is no exchange."""
        self.taken.append(Observation(0, self.name_step(name), kind, data))

    async def ask_until(
        self, step: Step, is_wanted: Callable[[Exchange], bool], seconds: float
    ) -> tuple[Exchange, float]:
        """Ask until the answer is wanted, or for so long; keeps the last answer. Gives it and the seconds it took."""
        started = time.monotonic()
        while True:
            exchange = await self.send(step)
            passed = time.monotonic() - started
            if is_wanted(exchange) or passed > seconds:
                self.taken.append(exchange)
                return exchange, passed
            await asyncio.sleep(PAUSE)

    @property
    def ordinary(self) -> tuple[str, Who]:
        """The path of an ordinary request, and whose credentials go with it."""
        return self.situation.calm, self.situation.calm_user

    def make_exercise(self, name: str, kind: str) -> Step:
        """The request that makes the service use a dependency: the user's, or an ordinary one."""
        path, who = self.ordinary
        exercise = self.command.exercises.get(kind)
        if exercise is None:
            return self.make_step(name, path, who)
        who = "a" if self.situation.users else ""
        step = self.make_step(name, exercise.path, who)
        body = exercise.body.replace(NEW_ID, str(uuid.uuid4()).encode())
        return replace(step, method=exercise.method, body=body, headers=list_headers(exercise))

    def clean_lines(self, lines: Sequence[str], most: int) -> list[Json]:
        """Lines of the log without secrets, the first ones."""
        return [self.redactor.clean_text(line)[:1000] for line in lines[:most]]


def list_headers(exercise: Exercise) -> tuple[tuple[str, str], ...]:
    """What kind of body it has."""
    if not exercise.body:
        return ()
    is_json = exercise.body[:1] in b"{["
    return (("Content-Type", "application/json" if is_json else "application/x-www-form-urlencoded"),)


def is_ok(exchange: Exchange) -> bool:
    """Whether it was answered with 200 or another success."""
    return exchange.response is not None and OK <= exchange.response.status < OK + 100


def is_refusal(exchange: Exchange) -> bool:
    """Whether it was answered that the service cannot do it now: 503, or another status of its kind."""
    return exchange.response is not None and exchange.response.status >= SERVER_ERROR
