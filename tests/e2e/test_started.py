"""The scenarios against a service of one file: in order nothing is found, and each fault is."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import psutil  # type: ignore[import-untyped]
import pytest

from readycheck.model.judgement import Judgement
from readycheck.model.rule import Rule
from readycheck.probe.checks import find_checks
from readycheck.probe.collect.wire import Wire
from readycheck.probe.exchange import Recording, Route
from readycheck.probe.recording import dump_recording, load_recording
from readycheck.probe.situation import Allowed, Limits, Situation
from readycheck.probe.started.command import Command, Dependency, StartError, parse_dependency, parse_exercise
from readycheck.probe.started.run import Job, Stage, collect_started
from readycheck.probe.started.scenario import plan_scenes
from readycheck.probe.step import Plan
from readycheck.probe.target import Target

SERVICE = Path(__file__).with_name("little_service.py")
SECRET = "s3cr3t-key-0123456789"  # noqa: S105 - of the little service
VARIABLES = {"database": "DATABASE_URL", "redis": "REDIS_URL", "ai": "AI_URL"}
RULE = cast(Rule, SimpleNamespace(id="the-rule"))
SHORTENED = {
    "readycheck.probe.started.scenes.outages.NOTICE": 2.0,
    "readycheck.probe.started.scenes.outages.RECOVERY": 2.0,
    "readycheck.probe.started.scenes.outages.LATER": 0.2,
    "readycheck.probe.started.scenes.outages.CALL_SECONDS": 3.0,
    "readycheck.probe.started.scenes.late.AWAY": 1.0,
    "readycheck.probe.started.scenes.logging.WAIT": 0.5,
}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SHORTENED.items():
        monkeypatch.setattr(name, value)


def find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def run_stand_in() -> Iterator[int]:
    port = find_port()
    process = subprocess.Popen([sys.executable, SERVICE, "stand-in", str(port)])
    try:
        yield port
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def stores() -> Iterator[int]:
    with run_stand_in() as port:
        yield port


def make_job(stores: int, faults: str = "", *topics: str, words: tuple[str, ...] = ()) -> Job:
    port = find_port()
    url = f"tcp://user:pa55word-qwerty-9@127.0.0.1:{stores}/x"
    environment = {"PATH": os.environ["PATH"], "FAULTS": faults, "SECRET_KEY": SECRET}
    environment |= dict.fromkeys(VARIABLES.values(), url)
    found = [parse_dependency(f"{kind}={name}", environment) for kind, name in VARIABLES.items()]
    command = Command(
        words or (sys.executable, str(SERVICE), str(port)),
        environment,
        tuple(one for one in found if isinstance(one, Dependency)),
        required=("SECRET_KEY",),
        exercises=dict([parse_exercise("ai=GET /chat")]),
        grace=3.0,
        patience=8.0,
        repeats=400,
    )
    target = Target("http", "127.0.0.1", port)
    limits = Limits(timeout=2.0)
    situation = Situation(target, (Route("GET", "/things", "public"),), limits=limits)
    stage = Stage(command, plan_scenes(command, situation, topics or None))
    return Job(stage, Plan((), {}), Wire(target, timeout=limits.timeout), situation, {})


def play(job: Job) -> Recording:
    recording = asyncio.run(asyncio.wait_for(collect_started(job), 90))
    assert not find_left(job), "something was left running"
    return load_recording(dump_recording(recording))  # what a replay judges


def find_left(job: Job) -> list[int]:
    port = str(job.situation.target.port)
    return [one.pid for one in psutil.process_iter(["cmdline"]) if port in (one.info["cmdline"] or [])]


def judge(recording: Recording, check: str) -> Judgement:
    return find_checks()[check](recording, RULE)


@pytest.mark.e2e
def test_a_service_in_order_is_proved_so(stores: int) -> None:
    recording = play(make_job(stores))
    proofs = {name: judge(recording, name) for name in CHECKS}
    assert {name: (one.matches, one.unproven) for name, one in proofs.items() if not one.proof} == {}
    assert "answered 200; new connections got connection refused" in proofs["request_lost_at_sigterm"].proof
    assert "without each of SECRET_KEY" in proofs["starts_incomplete"].proof
    assert recording.unsent == {}


CHECKS = (
    "request_lost_at_sigterm", "sigterm_not_obeyed", "ready_while_draining", "starts_incomplete",
    "missing_variable_unnamed", "readiness_ignores_database", "liveness_needs_database", "database_not_reconnected",
    "needs_database_at_start", "outage_told_to_client", "hangs_with_dependency", "fails_without_redis",
    "fails_without_ai", "request_line_unstructured", "request_id_not_logged", "credential_logged", "resources_pile_up",
)  # fmt: skip
FAULTS = (
    ("drops", "drain", "request_lost_at_sigterm"),
    ("ignores-sigterm", "drain", "sigterm_not_obeyed"),
    ("leaves-children", "drain", "sigterm_not_obeyed"),
    ("starts-anyway", "start-without", "starts_incomplete"),
    ("says-nothing", "start-without", "missing_variable_unnamed"),
    ("health-lies", "cut-database", "readiness_ignores_database"),
    ("live-needs-database", "cut-database", "liveness_needs_database"),
    ("no-reconnect", "cut-database", "database_not_reconnected"),
    ("tells", "cut-database", "outage_told_to_client"),
    ("needs-database", "late-database", "needs_database_at_start"),
    ("no-timeout-DATABASE_URL", "hang-database", "hangs_with_dependency"),
    ("no-timeout-AI_URL", "hang-ai", "hangs_with_dependency"),
    ("no-timeout-AI_URL", "hang-ai", "fails_without_ai"),
    ("no-fallback", "cut-ai", "fails_without_ai"),
    ("needs-redis", "cut-redis", "fails_without_redis"),
    ("plain-log", "log", "request_line_unstructured"),
    ("no-id", "log", "request_id_not_logged"),
    ("log-headers", "log", "credential_logged"),
    ("leak-files", "resources", "resources_pile_up"),
    ("leak-memory", "resources", "resources_pile_up"),
)


@pytest.mark.e2e
@pytest.mark.parametrize(("fault", "topic", "check"), FAULTS)
def test_each_fault_is_found(stores: int, fault: str, topic: str, check: str) -> None:
    recording = play(make_job(stores, fault, topic))
    assert judge(recording, check).matches, [one.data for one in recording.observations]


def test_no_secret_is_in_the_recording(stores: int) -> None:
    text = dump_recording(play(make_job(stores, "tells log-headers", "log", "cut-database", "start-without")))
    assert SECRET not in text
    assert "pa55word" not in text


def test_a_slow_route_is_a_request_in_flight(stores: int) -> None:
    job = make_job(stores, "", "drain")
    command = replace(job.stage.command, dependencies=(), slow_path="/slow")
    judgement = judge(play(replace(job, stage=replace(job.stage, command=command))), "request_lost_at_sigterm")
    assert judgement.proof.startswith("SIGTERM during GET /slow, which is slow: answered 200")


@pytest.mark.parametrize(("faults", "lost"), [("", False), ("drops", True)])
def test_half_a_body_is_a_request_in_flight(stores: int, faults: str, lost: bool) -> None:  # noqa: FBT001 - a table
    job = make_job(stores, faults, "drain")
    command = replace(job.stage.command, dependencies=())
    situation = replace(job.situation, routes=(Route("POST", "/things"),), allowed=Allowed(writes=True))
    recording = play(replace(job, stage=replace(job.stage, command=command), situation=situation))
    judgement = judge(recording, "request_lost_at_sigterm")
    assert bool(judgement.matches) is lost
    assert bool(judgement.proof) is not lost


def test_without_a_way_to_hold_a_request_nothing_is_proved(stores: int) -> None:
    job = make_job(stores, "", "drain")
    stage = replace(job.stage, command=replace(job.stage.command, dependencies=()))
    judgement = judge(play(replace(job, stage=stage)), "request_lost_at_sigterm")
    assert "--slow-path PATH" in judgement.unproven


def test_what_is_sent_stays_below_what_was_announced(stores: int) -> None:
    job = make_job(stores, "", "log", "cut-redis", "drain")
    recording = play(job)
    assert len(recording.exchanges) <= job.stage.scenes.requests
    assert {one.step.partition("/")[0] for one in recording.exchanges} == {"log", "cut-redis", "drain"}


def test_a_command_that_ends_is_explained_with_its_last_words(stores: int) -> None:
    words = (sys.executable, "-c", f"print('no database at {SECRET}'); raise SystemExit(4)")
    with pytest.raises(
        StartError, match=r"exit code 4 before http://127.0.0.1:\d+ answered(?s:.*)no database"
    ) as caught:
        play(make_job(stores, "", "log", words=words))
    assert SECRET not in str(caught.value)


def test_a_command_that_never_answers_is_ended(stores: int) -> None:
    job = make_job(stores, "", "log", words=(sys.executable, "-c", "import time; time.sleep(600)"))
    command = replace(job.stage.command, patience=1.0)
    with pytest.raises(StartError, match="did not answer within 1 s, and wrote nothing"):
        play(replace(job, stage=replace(job.stage, command=command)))


def test_a_command_that_is_not_there(stores: int) -> None:
    with pytest.raises(StartError, match="--start: /no/such/command: no such file"):
        play(make_job(stores, "", "log", words=("/no/such/command",)))


def test_a_port_that_is_taken_is_not_judged(stores: int) -> None:
    job = make_job(stores, "", "log")
    taken = socket.create_server(("127.0.0.1", job.situation.target.port))
    with taken, pytest.raises(StartError, match="something listens there already"):
        play(job)


def test_cancelling_ends_what_was_started_and_its_children(stores: int) -> None:
    job = make_job(stores, "leaves-children", "log")

    async def run() -> None:
        task = asyncio.create_task(collect_started(job))
        for _ in range(200):
            if len(find_left(job)) > 1:  # the service and the child that it leaves behind
                break
            await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(asyncio.wait_for(run(), 60))
    assert find_left(job) == []
