"""What `readycheck probe` does with its options: plan, announce, collect, judge, report."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

from readycheck.audit.errors import CannotAuditError, UsageError, count
from readycheck.cli.alone import lay_basis
from readycheck.cli.console import print_line, print_note
from readycheck.cli.credentials import Credentials
from readycheck.cli.places import check_place, write_file
from readycheck.cli.progress import make_progress
from readycheck.cli.scanning import Wishes, deliver
from readycheck.cli.starting import Starting, announce_stage, make_stage, note_scene, run_started
from readycheck.edits.files import read_limited
from readycheck.model.report import Target as ReportTarget
from readycheck.model.rule import Json, Rule
from readycheck.probe.collect.collector import collect
from readycheck.probe.collect.wire import Wire
from readycheck.probe.exchange import Recording, Route
from readycheck.probe.judge import judge, list_topics
from readycheck.probe.openapi import OpenApiError, read_openapi
from readycheck.probe.planning import make_plan
from readycheck.probe.recording import RecordingError, dump_recording, load_recording
from readycheck.probe.situation import Allowed, Limits, Situation
from readycheck.probe.started.run import Job, Stage
from readycheck.probe.step import Plan
from readycheck.probe.target import Target, TargetError, parse_target

MOST_FILE = 200_000_000
ACCESS = ("public", "authenticated", "admin", "unknown")


@dataclass(frozen=True, slots=True)
class ProbeRequest:
    """What the command line asks for."""

    url: str | None
    config: Path | None = None
    fail_on: str | None = None
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    rules: Sequence[Path] = ()
    openapi: Path | None = None
    code: Path | None = None
    routes: Sequence[str] = ()
    origins: Sequence[str] = ()
    sockets: Sequence[str] = ()
    public: Sequence[str] = ()
    credentials: Credentials = field(default_factory=Credentials)
    limits: Limits = field(default_factory=Limits)
    allowed: Allowed = field(default_factory=Allowed)
    http2: bool = False
    owned: bool = False
    dry_run: bool = False
    record: Path | None = None
    replay: Path | None = None
    starting: Starting = field(default_factory=Starting)


def probe_and_report(request: ProbeRequest, wishes: Wishes) -> int:
    """Run `readycheck probe`; gives the exit code. Raises AuditError, CatalogueError or OSError."""
    basis = lay_basis(request, wishes)
    recording = observe(request, basis.selected.rules, wishes.verbosity)
    if recording is None:
        return 0
    audit = basis.report(judge(recording, basis.selected.rules), ReportTarget(None, recording.origin))
    return deliver(audit, basis.outputs, wishes)


def observe(request: ProbeRequest, rules: Sequence[Rule], verbosity: int) -> Recording | None:
    """Plan and send, or read a recording; None if only the plan was to be shown.

    Raises UsageError, and CannotAuditError if nothing came back that could be judged.
    """
    if request.replay:
        recording = replay(request.replay)
    else:
        situation = make_situation(request)
        topics = list_topics(rules)
        plan = make_plan(situation, topics)
        stage = make_stage(request.starting, situation, topics)
        if request.dry_run:
            announce(plan, situation)
            if stage:
                announce_stage(stage)
            return None
        recording = record(request, situation, plan, verbosity, stage)
    if not recording.exchanges and not recording.observations:
        raise CannotAuditError(f"{recording.origin}: nothing was sent; --dry-run shows the plan and what it lacks")
    if not any(True for _ in recording.answered()) and not recording.observations:
        failure = recording.exchanges[0].failure
        raise CannotAuditError(f"{recording.origin}: not one answer ({failure}); is the service running?")
    return recording


def replay(path: Path) -> Recording:
    """A recording from a file. Raises UsageError if it is none."""
    try:
        return load_recording(read_limited(path, MOST_FILE).decode("utf-8"))
    except (RecordingError, UnicodeDecodeError) as error:
        raise UsageError(f"--replay {path}: {error}") from error


def record(request: ProbeRequest, situation: Situation, plan: Plan, verbosity: int, stage: Stage | None) -> Recording:
    """Send the plan; keep what came back in a file if that is wished for."""
    if request.record:
        check_place(request.record, Path())
    sign_in = request.credentials.read
    credentials = {} if stage else sign_in()  # a service that we start is not there yet
    wire = Wire(situation.target, credentials, situation.limits.timeout, http2=request.http2)
    if verbosity >= 0:
        most = plan.requests + (stage.scenes.requests if stage else 0)
        print_note(f"probing {situation.target.origin}: at most {count(most, 'request')}")
        if plan.dropped:
            print_note(f"{count(plan.dropped, 'step')} more would not fit into the budget: see --max-requests")
    said: dict[str, Json] = {
        "users": situation.users,
        "origins": list(situation.origins),
        "public": list(situation.public),
    }
    with make_progress(verbosity, "probing", "requests") or nullcontext() as progress:
        if stage:
            job = Job(stage, plan, wire, situation, said, progress, sign_in=sign_in)
            recording = run_started(replace(job, tell=note_scene) if verbosity >= 0 else job)
        else:
            recording = asyncio.run(collect(plan, wire, situation, said, progress))
    if recording.stopped:
        print_note(f"the probe stopped early: {recording.stopped}")
    if request.record:
        write_file(request.record, dump_recording(recording))
    return recording


def make_situation(request: ProbeRequest) -> Situation:
    """What is known and allowed. Raises UsageError for a target that is not this machine and not said to be owned."""
    if request.url is None:
        raise UsageError("name the URL of the service, or a recording with --replay FILE")
    try:
        target = parse_target(request.url)
    except TargetError as error:
        raise UsageError(str(error)) from error
    if not (target.is_local or request.owned or request.dry_run):
        raise UsageError(
            f"{target.host} is not this machine: may you probe it? then say --i-own-this (--dry-run shows the plan)"
        )
    if not request.dry_run:
        request.credentials.check()
    return Situation(
        target, find_routes(request, target), request.credentials.users, tuple(request.origins), tuple(request.sockets),
        tuple(request.public), request.limits, request.allowed,
    )  # fmt: skip


def find_routes(request: ProbeRequest, target: Target) -> tuple[Route, ...]:
    """The routes that the user names, that a document declares, that the code serves; the first word counts."""
    routes = [parse_route(word) for word in request.routes]
    if request.openapi:
        try:
            routes += read_openapi(read_limited(request.openapi, MOST_FILE).decode("utf-8-sig"))
        except (OpenApiError, UnicodeDecodeError) as error:
            raise UsageError(f"--openapi {request.openapi}: {error}") from error
    if request.code:
        from readycheck.cli.routes import list_routes  # noqa: PLC0415 - only here is a project read

        routes += list_routes(request.code, request.config)
    known: dict[tuple[str, str], Route] = {}
    for route in routes:
        known.setdefault((route.method, route.path.removeprefix(target.base) or "/"), route)
    return tuple(Route(method, path, one.access, one.source) for (method, path), one in known.items())


def parse_route(word: str) -> Route:
    """`GET /v1/things public` as a route; the method may be left out, and who may call."""
    parts = word.split()
    method = parts.pop(0).upper() if parts and not parts[0].startswith("/") else "GET"
    if not parts or not parts[0].startswith("/") or len(parts) > len(("path", "access")):
        raise UsageError(f'--route: "{word}" must be a path, such as "GET /v1/things authenticated"')
    access = parts[1] if len(parts) > 1 else "unknown"
    if access not in ACCESS:
        raise UsageError(f'--route: "{access}" must be one of {", ".join(ACCESS)}')
    return Route(method, parts[0], access)


def announce(plan: Plan, situation: Situation) -> None:
    """Print what would be sent, and what would not."""
    for step in plan.steps:
        times = f" (up to {step.requests} times)" if step.requests > 1 else ""
        headers = "".join(f"  {name}: {value}" for name, value in step.headers)
        user = f"  as user {step.who}" if step.who else ""
        body = f"  with a body of {count(len(step.body), 'byte')}" if step.body else ""
        print_line(f"{step.method} {situation.target.locate(step.path)}{times}{headers}{user}{body}")
        print_line(f"    {step.id}: {step.why}")
    print_line(f"at most {count(plan.requests, 'request')} to {situation.target.origin}")
    for step_id, reason in plan.unsent.items():
        print_line(f"not sent: {step_id}: {reason}")
