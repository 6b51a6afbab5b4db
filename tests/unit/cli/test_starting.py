import asyncio

import pytest

from readycheck.audit.errors import CannotAuditError, UsageError
from readycheck.cli import starting
from readycheck.cli.starting import Starting, announce_stage, make_command, make_stage, run_started
from readycheck.probe.collect.wire import Wire
from readycheck.probe.situation import Situation
from readycheck.probe.started.run import Job
from readycheck.probe.step import Plan
from readycheck.probe.target import Target

HERE = Situation(Target("http", "127.0.0.1", 1))
THERE = Situation(Target("https", "example.com", 443))


def test_without_a_command_nothing_is_started() -> None:
    assert make_stage(Starting(), HERE, None) is None


@pytest.mark.parametrize(
    ("given", "situation", "message"),
    [
        (Starting(dependencies=("database=X",)), HERE, "need --start"),
        (Starting("run"), THERE, "example.com is not this machine"),
        (Starting(""), HERE, "names no command"),
        (Starting("run", dependencies=("queue=X",)), HERE, "--dependency"),
        (Starting("run", exercises=("ai=FETCH /x",)), HERE, "--exercise"),
        (Starting("run", slow_path="slow"), HERE, '--slow-path: "slow" must begin with "/"'),
    ],
)
def test_what_makes_no_sense_is_refused(given: Starting, situation: Situation, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        make_stage(given, situation, None)


def test_one_variable_for_each_kind() -> None:
    given = Starting("run", dependencies=("database=A", "database=B"))
    with pytest.raises(UsageError, match="one variable for each"):
        make_command(given, {"A": "postgres://h/a", "B": "postgres://h/b"})


def test_the_plan_says_what_is_started_and_tried(capfd: pytest.CaptureFixture[str]) -> None:
    stage = make_stage(Starting("python -m app", require=("PATH",)), HERE, {"drain", "start-without", "cut-redis"})
    assert stage is not None
    announce_stage(stage)
    shown = capfd.readouterr().out
    assert "START python -m app" in shown
    assert "drain/sigterm: send it SIGTERM while a request is in flight" in shown
    assert "start-without/PATH: start it without PATH" in shown
    assert "not tried: cut-redis/all: no redis to cut was named" in shown
    assert "resources" not in shown


def test_how_a_run_can_end(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = make_stage(Starting("/no/such/command"), HERE, set())
    assert stage is not None
    job = Job(stage, Plan((), {}), Wire(HERE.target), HERE, {})
    with pytest.raises(CannotAuditError, match="no such file"):
        run_started(job)

    async def cancel(_: Job) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr(starting, "collect_started", cancel)
    with pytest.raises(KeyboardInterrupt):
        run_started(job)
