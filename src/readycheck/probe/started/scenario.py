"""What is to be done with the started process, as data: said before it is done, with how many requests at most."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from readycheck.probe.situation import Situation
from readycheck.probe.started.command import SAFE, Command

STARTING = 40
WARM_UP = 200
NO_DEPENDENCY = "no {kind} to cut was named: --dependency {kind}=VARIABLE"
NO_NAMES = "no required variable was named: --require-env NAME, or --code DIR"
MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class Scenario:
    """One thing that is tried: `id` is `topic/name`, `does` what happens, `requests` how many it sends at most."""

    id: str
    does: str
    requests: int

    @property
    def topic(self) -> str:
        """What it is about: `cut-database`."""
        return self.id.partition("/")[0]

    @property
    def name(self) -> str:
        """Which of its topic it is: a variable's name."""
        return self.id.partition("/")[2]


@dataclass(frozen=True, slots=True)
class Scenes:
    """The scenarios in their order, and what is left out with the reason."""

    scenarios: tuple[Scenario, ...]
    unsent: Mapping[str, str]

    @property
    def requests(self) -> int:
        """How many requests are sent at most."""
        return sum(one.requests for one in self.scenarios)


def plan_scenes(command: Command, situation: Situation, topics: Collection[str] | None = None) -> Scenes:
    """All scenarios, or those that the selected rules examine."""
    scenarios: list[Scenario] = []
    unsent: dict[str, str] = {}
    for scenario, obstacle in list_scenes(command, situation):
        if topics is not None and scenario.topic not in topics and scenario.topic != "start":
            continue
        if obstacle:
            unsent[scenario.id] = obstacle
        else:
            scenarios.append(scenario)
    return Scenes(tuple(scenarios), unsent)


def list_scenes(command: Command, situation: Situation) -> Iterator[tuple[Scenario, str]]:
    """Each scenario with what stands against it, in the order in which they are played."""
    words = command.words[0]
    starting = STARTING + round(command.patience * 1.5)  # it is asked every second or two while it starts
    yield Scenario("start/normal", f"start {words}, wait until it answers, and find its health routes", starting), ""
    yield Scenario("log/requests", "send four requests and look for their ids in what it writes", 4), ""
    for scenario in list_cuts():
        kind = scenario.topic.partition("-")[2]
        yield scenario, explain_absence(command, kind) or explain_writing(command, situation, kind)
    drain = "send it SIGTERM while a request is in flight; is that answered, and does it end in time?"
    yield Scenario("drain/sigterm", drain, 40), ""
    yield from list_starts(command)
    late = "start it while the database is away, let that come back, and wait until it is ready"
    yield Scenario("late-database/start", late, STARTING * 3), explain_absence(command, "database")
    times = command.repeats
    repeat = f"ask a cheap route {times} times, or a second one; what becomes of memory and open files?"
    most = 2 * (times + WARM_UP) + starting
    yield Scenario("resources/repeat", repeat, most), "" if times else "left out: --repeat 0"


def list_cuts() -> Iterator[Scenario]:
    """What is done to dependencies while it runs."""
    yield Scenario("cut-database/all", "cut the database: is it not ready, but alive, and ready again later?", 160)
    yield Scenario("hang-database/all", "let the database hang: does a request still end in time?", 80)
    for kind, name in (("redis", "Redis"), ("ai", "the AI provider")):
        yield Scenario(f"cut-{kind}/all", f"cut {name}: do ordinary requests still get their answers?", 70)
        yield Scenario(f"hang-{kind}/all", f"let {name} hang: are answers still given in time?", 70)


def list_starts(command: Command) -> Iterator[tuple[Scenario, str]]:
    """A start without each required variable."""
    if not command.required:
        yield Scenario("start-without/none", "start it without a required variable", 0), NO_NAMES
    for position, name in enumerate(command.required):
        does = f"start it without {name}: does it refuse, and say so?"
        obstacle = "" if command.environment.get(name) else f"{name} is not set here: there is nothing to take away"
        if position >= MOST_NAMES:
            obstacle = obstacle or f"{MOST_NAMES} variables are tried at most: name others with --require-env"
        yield Scenario(f"start-without/{name}", does, STARTING), obstacle


def explain_absence(command: Command, kind: str) -> str:
    """Why a dependency cannot be cut, or nothing."""
    if any(one.kind == kind for one in command.dependencies):
        return ""
    return command.absent.get(kind) or NO_DEPENDENCY.format(kind=kind)


def explain_writing(command: Command, situation: Situation, kind: str) -> str:
    """Why the user's exercise of a dependency may not be sent, or nothing."""
    exercise = command.exercises.get(kind)
    if exercise is None or exercise.method in SAFE or situation.allowed.writes:
        return ""
    return f"--exercise {kind} sends {exercise.method}, which may write: allow it with --allow-writes"
