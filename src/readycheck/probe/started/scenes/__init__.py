"""The scenarios: one module a few topics, each with `SCENES`, which maps a topic to what plays it.

What they see beside exchanges they keep as observations; durations are in seconds, texts of the process are redacted:

    start          {"answered", "seconds"}: up to the first answer
    health         {"ready", "live", "tried", "was_ready"}: the paths of its health routes, empty where there is none
    log            {"request", "sent", "returned", "by_id", "by_path", "written", "lines"}: the ids of one request, how
                   many lines hold them or its path, how many were written meanwhile, and the first that matter
    output         {"lines", "secrets", "found": [{"what", "line"}]}: which of the known secrets its output holds
    outage         {"dependency", "variable", "mode": "cut|hang", "connections", "used", "noticed", "recovered",
                   "ready", "live", "code"}: connections in all, and whether anything came while it hung
    stop           {"held", "answered", "refused", "answers", "code", "seconds", "grace", "left", "reason"}: what was
                   in flight at SIGTERM, what new connections got, and how many processes went on
    start-without  {"name", "how": "removed|empty", "code", "answered", "named", "seconds", "last"}
    late           {"during", "code", "ready", "seconds", "away", "last"}: a start before its database
    resources      {"path", "requests", "statuses", "good", "memory", "files", "processes"}: series, one number before
                   and one after each quarter
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Mapping
from functools import cache

from readycheck.probe.started.session import Session

Scene = Callable[[Session], Awaitable[None]]


@cache
def find_scenes() -> Mapping[str, Scene]:
    """What plays each topic."""
    found: dict[str, Scene] = {}
    for module_info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{module_info.name}")
        found |= getattr(module, "SCENES", {})
    return found
