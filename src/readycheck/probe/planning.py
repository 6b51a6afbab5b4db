"""From what is known about a service to the plan: every topic's steps, within the budget that was announced."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache

from readycheck.probe import plans as folder
from readycheck.probe.situation import Allowed, Situation
from readycheck.probe.step import Plan, Step

Planner = Callable[[Situation], Iterator[Step]]


USED_UP = "the budget of"


@cache
def find_planners() -> Mapping[str, tuple[int, Planner]]:
    """The planner of every module in `plans/`, with its rank: lower ones are sent first, and dropped last."""
    found: dict[str, tuple[int, Planner]] = {}
    for module_info in pkgutil.iter_modules(folder.__path__):
        module = importlib.import_module(f"{folder.__name__}.{module_info.name}")
        found[module_info.name] = (module.RANK, module.plan)
    return found


def make_plan(situation: Situation, topics: Collection[str] | None = None) -> Plan:
    """The steps of all topics, or of those that the selected rules examine, in the order of their ranks.

    A step that does not fit into the budget any more, or needs what the user has not allowed, is left out with the
    reason; smaller ones behind it still get their turn. What the user has allowed beyond reading comes on top.
    """
    steps: list[Step] = []
    unsent: dict[str, str] = {}
    left = situation.limits.requests
    planners = sorted(find_planners().values(), key=lambda pair: pair[0])
    for step in (step for _, planner in planners for step in planner(situation)):
        if topics is not None and step.topic not in topics:
            continue
        if reason := find_obstacle(step, situation, left):
            unsent[step.id] = reason
            continue
        if not step.is_extra:
            left -= step.requests
        steps.append(step)
    return Plan(tuple(steps), unsent, sum(reason.startswith(USED_UP) for reason in unsent.values()))


def find_obstacle(step: Step, situation: Situation, left: int) -> str:
    """Why a step cannot be sent, or nothing."""
    return find_prohibition(step, situation.allowed) or find_lack(step, situation, left)


def find_prohibition(step: Step, allowed: Allowed) -> str:
    """What the user has not allowed."""
    if step.writes and not allowed.writes:
        return "it may write: allow it with --allow-writes"
    if step.burst and allowed.burst < step.requests:
        return f"a burst of {step.requests} requests: allow it with --allow-burst {step.requests}"
    return (
        "it holds a connection open for a while: allow it with --allow-slow" if step.slow and not allowed.slow else ""
    )


def find_lack(step: Step, situation: Situation, left: int) -> str:
    """What there is not enough of: credentials, requests."""
    if step.who == "a" and not situation.users:
        return "no credentials were given: name them with --auth-env"
    if step.who == "b" and situation.users < len("ab"):
        return "only one user's credentials were given: name a second one with --auth-env"
    if step.requests > left and not step.is_extra:
        return f"{USED_UP} {situation.limits.requests} requests is used up: raise it with --max-requests"
    return ""
