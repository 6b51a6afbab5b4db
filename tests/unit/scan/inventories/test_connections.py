"""How many connections a project opens at least."""

from __future__ import annotations

import pytest

from readycheck.model.evidence import Fact
from readycheck.model.location import Span
from readycheck.model.rule import Json
from readycheck.scan.checks.contract import Facts
from readycheck.scan.inventories.connections import KINDS, find_demand


def fact(name: str, /, **data: Json) -> Fact:
    return Fact(name, Span("app.py", 3, 1, 3, 2), data)


def measure(*facts: Fact) -> tuple[int, int, int] | None:
    found = find_demand(Facts({kind: [one for one in facts if one.kind == kind] for kind in KINDS}))
    return (found.most, found.workers, found.replicas) if found else None


def deployment(image: str, replicas: int, **data: Json) -> Fact:
    rows: list[Json] = [{"image": image, "init": False}]
    return fact("workload", kind="Deployment", replicas=replicas, containers=rows, **data)


POOL = fact("pool", most=10)


def test_nothing_is_said_without_a_pool_of_known_size() -> None:
    assert measure(fact("pool", most=None)) is None
    assert measure() is None
    assert measure(fact("pool", most=10, brief=True)) is None


def test_of_several_pools_the_largest_counts() -> None:
    assert measure(POOL, fact("pool", most=4)) == (10, 1, 1)


@pytest.mark.parametrize(
    ("argv", "workers"),
    [
        (["gunicorn", "-w", "4", "app:app"], 4),
        (["/venv/bin/uvicorn", "app:app", "--workers=3"], 3),
        (["uvicorn", "app:app", "--workers", "$WORKERS"], 1),
        (["celery", "worker", "--workers", "9"], 1),
    ],
)
def test_workers(argv: list[Json], workers: int) -> None:
    assert measure(POOL, fact("command", argv=argv, environment="production")) == (10, workers, 1)
    assert measure(POOL, fact("command", argv=argv, environment="development")) == (10, 1, 1)


def test_copies_count_where_one_process_alone_is_the_projects() -> None:
    api = deployment("ghcr.io/me/api:1", 3)
    assert measure(POOL, api, deployment("redis:7", 5)) == (10, 1, 3)
    assert measure(POOL, api, deployment("ghcr.io/me/web:1", 8)) == (10, 1, 1)
    assert measure(POOL, deployment("ghcr.io/me/api:1", 3, development=True)) == (10, 1, 1)
    assert measure(POOL, fact("compose-service", build=True, replicas=2)) == (10, 1, 2)
