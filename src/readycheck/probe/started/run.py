"""Everything against a process that we start: the ordinary plan first, then the scenarios, one after another."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace

from readycheck.model.rule import Json
from readycheck.probe.collect.collector import Progress, collect, list_secrets
from readycheck.probe.collect.wire import Wire
from readycheck.probe.exchange import Exchange, Header, Observation, Recording
from readycheck.probe.redact import Redactor
from readycheck.probe.situation import Situation
from readycheck.probe.started.command import Command
from readycheck.probe.started.proxy import Proxy, run_proxy
from readycheck.probe.started.scenario import Scenario, Scenes
from readycheck.probe.started.scenes import find_scenes
from readycheck.probe.started.scenes.starting import check_free
from readycheck.probe.started.secrets import find_leaks, list_known
from readycheck.probe.started.session import OutOfRequestsError, Session
from readycheck.probe.step import Plan

Teller = Callable[[str], None]
SignIn = Callable[[], Mapping[str, Header]]
AFTERWARDS = frozenset({"start-without", "late-database", "resources"})  # each starts it anew
STOPPING = (signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Stage:
    """What to start, and what to try with it."""

    command: Command
    scenes: Scenes


@dataclass(frozen=True, slots=True)
class Job:
    """All that a run needs: what to start and to try, what to ask, and whom to tell of it.

    `sign_in` gives the users' credentials as soon as the service answers.
    """

    stage: Stage
    plan: Plan
    wire: Wire
    situation: Situation
    said: Mapping[str, Json]
    progress: Progress | None = None
    tell: Teller = lambda _: None
    sign_in: SignIn = dict


async def collect_started(job: Job) -> Recording:
    """Start the service, carry out the plan and the scenarios, end it. Raises StartError if it does not start.

    Whatever happens, and be it SIGTERM or Ctrl-C, nothing that was started is left running.
    """
    task = asyncio.current_task()
    loop = asyncio.get_running_loop()
    if task is not None:
        for number in STOPPING:
            with suppress(ValueError, RuntimeError):  # not in the main thread: whoever started that thread ends it
                loop.add_signal_handler(number, task.cancel)
    async with AsyncExitStack() as stack:
        proxies = {one.kind: await stack.enter_async_context(run_proxy(one)) for one in job.stage.command.dependencies}
        session = make_session(job, proxies)
        await check_free(session)
        ordinary = await play_running(job, session)
        for scenario in job.stage.scenes.scenarios:
            if scenario.topic in AFTERWARDS:
                await play_scene(job, session, scenario)
    read_output(job, session)
    return merge(job, session, ordinary)


def make_session(job: Job, proxies: Mapping[str, Proxy]) -> Session:
    """The session, which knows every secret that must not be shown."""
    return Session(job.stage.command, job.wire, job.situation, proxies, make_redactor(job))


def make_redactor(job: Job) -> Redactor:
    """What takes out the users' credentials, and the secrets in the environment of what is started."""
    secrets = [secret for _, value in job.wire.credentials.values() for secret in list_secrets(value)]
    known = list_known(job.stage.command)
    return Redactor(tuple(sorted({*secrets, *known.values()}, key=len, reverse=True)))


async def play_running(job: Job, session: Session) -> Recording:
    """What needs the running service: the ordinary plan, then the scenarios up to the one that ends it."""
    async with session.start("normal") as child:
        for scenario in job.stage.scenes.scenarios:
            if scenario.topic == "start":
                await play_scene(job, session, scenario)
        job.wire.credentials = await asyncio.to_thread(job.sign_in)
        session.redactor = make_redactor(job)
        ordinary = await collect(job.plan, job.wire, job.situation, job.said, job.progress)
        for scenario in job.stage.scenes.scenarios:
            if scenario.topic in AFTERWARDS or scenario.topic == "start":
                continue
            if child.code is not None:
                session.unsent[scenario.id] = f"the process had ended by then, with exit code {child.code}"
                continue
            await play_scene(job, session, scenario)
    return ordinary


async def play_scene(job: Job, session: Session, scenario: Scenario) -> None:
    """One scenario. What it could not finish within the requests that were announced is unsent."""
    session.scenario, session.sent = scenario, 0
    job.tell(scenario.does)
    try:
        await find_scenes()[scenario.topic](session)
    except OutOfRequestsError:
        session.unsent[scenario.id] = f"the {scenario.requests} requests announced for it were not enough"
    finally:
        for proxy in session.proxies.values():
            await proxy.heal()


def read_output(job: Job, session: Session) -> None:
    """Look for secrets in everything that was written, by whichever start."""
    scene = next((one for one in job.stage.scenes.scenarios if one.topic == "log"), None)
    if scene is None:
        return
    users = {f"the credentials of user {user}": value for user, (_, value) in job.wire.credentials.items()}
    users = {what: list_secrets(value)[-1] for what, value in users.items()}
    secrets = {**list_known(job.stage.command), **users, **session.canaries}
    leaks = find_leaks(secrets, session.output)
    lines = sum(len(lines) for _, lines in session.output)
    found: list[Json] = [{"what": what, "line": session.redactor.clean_text(line)[:500]} for what, line in leaks]
    session.scenario = scene
    session.observe("output", "output", lines=lines, secrets=len(secrets), found=found)


def merge(job: Job, session: Session, ordinary: Recording) -> Recording:
    """One recording: the ordinary exchanges, then those of the scenarios, all without secrets."""
    redactor = session.redactor
    number = len(ordinary.exchanges) + len(ordinary.observations)
    exchanges = [redactor.clean(one) for one in ordinary.exchanges]
    observations = list(ordinary.observations)
    for one in session.taken:
        number += 1
        if isinstance(one, Exchange):
            exchanges.append(redactor.clean(replace(one, number=number)))
        elif isinstance(one, Observation):
            observations.append(replace(one, number=number))
    hosts: list[Json] = [f"{one.host}:{one.port}" for one in job.stage.command.dependencies]
    hosts += [f"127.0.0.1:{proxy.port}" for proxy in session.proxies.values()]
    return replace(
        ordinary,
        exchanges=tuple(exchanges),
        observations=tuple(observations),
        unsent={**ordinary.unsent, **job.stage.scenes.unsent, **session.unsent},
        facts={**ordinary.facts, "started": True, "hosts": hosts, "timeout": job.wire.timeout},
    )
