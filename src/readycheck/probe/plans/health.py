"""The health routes: those that are known, else the usual names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readycheck.probe.situation import Situation
from readycheck.probe.step import Step

RANK = 15
USUAL = ("/health", "/healthz", "/livez", "/readyz", "/api/health")
NAMES = frozenset(
    {"health", "healthz", "healthcheck", "health-check", "live", "livez", "liveness", "ready", "readyz", "readiness",
     "ping", "status", "heartbeat", "up", "alive"}
)  # fmt: skip
VERSION = re.compile(r"v\d+")
MOST = 5
NOT_READY = 503
BROKEN = 500


def plan(situation: Situation) -> Iterator[Step]:
    """At most five requests. A service that says that it is not ready has answered: that is no reason to stop."""
    known = [route.path for route in situation.reads() if is_health(route.path)]
    for number, path in enumerate(list(dict.fromkeys(known or USUAL))[:MOST], 1):
        why = "what does a health check learn here?"
        yield Step(f"health/{number}", "GET", path, why, expects=(NOT_READY, BROKEN))


def is_health(path: str) -> bool:
    """Whether a path is that of a health check: /v1/ping is one, the status of something that the API holds is none."""
    parts = [part for part in path.lower().split("/") if part]
    own = [part for part in parts if part != "api" and not VERSION.fullmatch(part)]
    return (len(own) == 1 and own[0] in NAMES) or any("health" in part for part in own[-2:])
