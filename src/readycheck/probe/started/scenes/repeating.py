"""A thousand requests to one cheap route, and what is left of them in memory and open files."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from readycheck.probe.collect.plain import Plain
from readycheck.probe.started.process import Child
from readycheck.probe.started.scenario import WARM_UP
from readycheck.probe.started.scenes.starting import wait_for_answer, wait_until_ready
from readycheck.probe.started.session import OutOfRequestsError, Session
from readycheck.probe.started.tree import Usage, list_tree, measure
from readycheck.probe.step import Step

BATCHES = 4
AT_ONCE = 4
SETTLE = 5.0
GOOD = range(200, 400)


@dataclass
class Load:
    """Requests to one route: the statuses that came back."""

    session: Session
    step: Step
    statuses: Counter[str] = field(default_factory=Counter)

    @property
    def is_good(self) -> bool:
        """Whether it only succeeded so far."""
        return all(status.isdigit() and int(status) in GOOD for status in self.statuses)

    async def send(self, number: int) -> None:
        """So many requests, a few at a time; none any more once one of them fails."""
        left = iter(range(number))
        async with Plain(self.session.wire) as plain:
            await asyncio.gather(*(self.work(plain, left) for _ in range(AT_ONCE)))

    async def work(self, plain: Plain, left: Iterator[int]) -> None:
        """One of those that send; they share one iterator."""
        for _ in left:
            if not self.is_good:
                return
            if self.session.scenario and self.session.sent >= self.session.scenario.requests:
                raise OutOfRequestsError
            self.session.sent += 1
            exchange = await plain.send(self.step)
            self.statuses[f"{exchange.response.status}" if exchange.response else exchange.failure] += 1


async def play(session: Session) -> None:
    """Start it anew, and try an ordinary route, then the one that says that it lives: no limiter counts that."""
    async with session.start("repeated requests") as child:
        await wait_for_answer(session, child)
        await wait_until_ready(session, child, session.command.patience)
        for path in dict.fromkeys(one for one in (session.situation.read, session.live) if one):
            if await repeat(session, child, path):
                return


async def repeat(session: Session, child: Child, path: str) -> bool:
    """Warm up, then measure after each quarter of the requests; gives whether all of them succeeded."""
    load = Load(session, session.make_step("repeat", path))
    await load.send(WARM_UP)
    usages = [measure(list_tree(child.pid))]
    before = load.statuses.total()
    for _ in range(BATCHES):
        await load.send(max(1, session.command.repeats // BATCHES))
        usages.append(await settle(child.pid, usages[0]))
    seen = [one for one in usages if one is not None]
    session.observe(
        "repeat",
        "resources",
        path=path,
        requests=load.statuses.total() - before,
        statuses=dict(load.statuses),
        good=load.is_good,
        memory=[one.memory for one in seen],
        files=[one.files for one in seen],
        processes=[one.processes for one in seen],
    )
    return load.is_good


async def settle(pid: int, before: Usage | None) -> Usage | None:
    """What it holds, once the files of the last requests are closed, or some time has passed."""
    usage = None
    for _ in range(int(SETTLE)):
        await asyncio.sleep(0.3)
        usage = measure(list_tree(pid))
        if usage is None or before is None or usage.files <= before.files + AT_ONCE:
            return usage
    return usage


SCENES = {"resources": play}
