"""How many connections a project opens at least when it is busy: its pools, its workers, the copies of its process."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from readycheck.model.evidence import Fact
from readycheck.model.location import Span
from readycheck.scan.checks.contract import Facts
from readycheck.scan.late import compile_late

KINDS = ("pool", "command", "workload", "compose-service")
SERVERS = frozenset({"gunicorn", "uvicorn", "hypercorn", "granian", "fastapi", "waitress-serve"})
WORKERS = compile_late(r"^(?:-w|--workers?|--num-workers)(?:=(\d+))?$")
OFFICIAL = compile_late(
    r"^(?:(?:docker\.io/)?(?:library/)?|[^/]*(?:bitnami|grafana|prom|redis|postgres|minio)[^/]*/)[^/]+$"
)


@dataclass(frozen=True, slots=True)
class Demand:
    """The connections of the largest pool whose size is known, and how many processes have one at the least."""

    most: int
    workers: int
    replicas: int
    where: Span


def find_demand(facts: Facts) -> Demand | None:
    """What the project opens at least; None where no pool's size is known.

    Processes are counted only where it is plain that they are the project's: an upper bound would be a guess.
    """
    known = [(most, fact) for fact in facts["pool"] if isinstance(most := fact.data.get("most"), int)]
    lasting = [one for one in known if facts.runs(one[1]) and not one[1].data.get("brief")]
    if not lasting:
        return None
    most, fact = max(lasting, key=lambda one: one[0])
    return Demand(most, count_workers(facts["command"]), count_replicas(facts), fact.where)


def count_workers(commands: Sequence[Fact]) -> int:
    """How many workers the command that starts a server names; the fewest where there are several commands."""
    found = []
    for fact in commands:
        argv = fact.data.get("argv")
        words = [str(word) for word in argv] if isinstance(argv, list) else []
        if fact.data.get("environment") == "development" or not any(
            word.rpartition("/")[2] in SERVERS for word in words
        ):
            continue
        found.append(read_workers(words))
    return min(found, default=1)


def read_workers(words: Sequence[str]) -> int:
    """The number of workers in one command, 1 where there is none."""
    for at, word in enumerate(words):
        if (match := WORKERS.match(word)) is not None:
            number = match[1] or (words[at + 1] if at + 1 < len(words) else "")
            return max(1, int(number)) if re.fullmatch(r"\d{1,3}", number) else 1
    return 1


def count_replicas(facts: Facts) -> int:
    """How many copies of the project's process are deployed, where only one kind of process is its own; else 1."""
    counts = []
    own = [fact for fact in facts["workload"] if is_own_workload(fact)]
    if len(own) == 1:
        counts.append(own[0].data.get("replicas"))
    built = [fact for fact in facts["compose-service"] if fact.data.get("build") and not fact.data.get("development")]
    if len(built) == 1:
        counts.append(built[0].data.get("replicas"))
    return max((one for one in counts if isinstance(one, int)), default=1)


def is_own_workload(fact: Fact) -> bool:
    """Whether a workload runs for ever, in production, and out of an image that is not somebody else's."""
    containers = fact.data.get("containers")
    rows = [one for one in containers if isinstance(one, dict)] if isinstance(containers, list) else []
    images = [str(one.get("image")) for one in rows if not one.get("init")]
    lasting = fact.data.get("kind") in ("Deployment", "StatefulSet", "Rollout")
    own = any(OFFICIAL.match(image) is None for image in images)
    return lasting and own and not fact.data.get("development") and not fact.data.get("partial")
