from collections.abc import Sequence
from dataclasses import replace

import pytest

from readycheck.probe.exchange import Route
from readycheck.probe.planning import find_obstacle, find_planners, make_plan
from readycheck.probe.situation import Allowed, Limits, Situation
from readycheck.probe.step import Step
from readycheck.probe.target import Target

TARGET = Target("https", "chat.example", 443)
ROUTES = (
    Route("GET", "/health", "public"),
    Route("GET", "/v1/things/{id}", "authenticated"),
    Route("GET", "/v1/things", "authenticated"),
    Route("GET", "/v1/news", "public"),
    Route("POST", "/v1/login", "public"),
)
FULL = Situation(TARGET, ROUTES, 2, ("https://app.example",), ("/v1/ws",))
BARE = Situation(TARGET)


def test_ordinary_routes_are_chosen_for_the_requests() -> None:
    assert (FULL.read, FULL.private, FULL.calm) == ("/v1/news", "/v1/things", "/v1/things")
    assert (BARE.read, BARE.private, BARE.calm) == ("/", "", "/")


@pytest.mark.parametrize("situation", [FULL, BARE])
def test_the_whole_plan_stays_within_the_announced_requests(situation: Situation) -> None:
    plan = make_plan(situation)

    assert 0 < plan.requests <= situation.limits.requests
    assert not any("budget" in reason for reason in plan.unsent.values()), "the default plan must fit its own budget"


def test_only_reading_methods_are_sent_unless_writes_are_allowed() -> None:
    steps = make_plan(replace(FULL, limits=Limits(requests=1000))).steps

    assert {step.method for step in steps} <= {"GET", "HEAD", "OPTIONS", "TRACE"}
    assert not any(step.writes or step.burst or step.slow for step in steps)


def test_step_names_are_unique_and_belong_to_their_planner() -> None:
    situation = replace(FULL, limits=Limits(requests=10_000), allowed=Allowed(writes=True, burst=1000, slow=True))
    names = [step.id for step in make_plan(situation).steps]

    assert len(names) == len(set(names))
    assert len(find_planners()) >= 2


@pytest.mark.parametrize(
    ("step", "situation", "left", "said"),
    [
        (Step("a/b", "POST", "/", "?", writes=True), FULL, 9, "--allow-writes"),
        (Step("a/b", "GET", "/", "?", burst=True, requests=5), FULL, 9, "--allow-burst 5"),
        (Step("a/b", "GET", "/", "?", slow=True), FULL, 9, "--allow-slow"),
        (Step("a/b", "GET", "/", "?", who="a"), BARE, 9, "--auth-env"),
        (Step("a/b", "GET", "/", "?", who="b"), replace(FULL, users=1), 9, "second one"),
        (Step("a/b", "GET", "/", "?", requests=5), FULL, 4, "--max-requests"),
    ],
)
def test_what_cannot_be_sent_says_what_would_allow_it(step: Step, situation: Situation, left: int, said: str) -> None:
    assert said in find_obstacle(step, situation, left)


def test_topics_narrow_the_plan() -> None:
    plan = make_plan(FULL, {"cors"})

    assert plan.steps
    assert topics(plan.steps) == {"cors"}


def topics(steps: Sequence[Step]) -> set[str]:
    return {step.topic for step in steps}
