"""Where one comes in before one is known: by the path of a route, and by the paths that a layer leaves alone."""

from __future__ import annotations

import re

from readycheck.scan.program.guard_words import ACTION, ENTRANCE, PUBLIC_MARK
from readycheck.scan.program.model import Call
from readycheck.scan.program.paths import is_parameter, split


def is_entrance(path: str) -> bool:
    """Whether one comes in by a path: `/password/reset`, not what is done to an object, `/sites/{id}/reset`."""
    parts = split(path)
    while parts and is_parameter(parts[-1]):
        parts.pop()
    is_action = len(parts) > 1 and is_parameter(parts[-2]) and ACTION.match(parts[-1])
    return not is_action and ENTRANCE.search(re.sub(r"/[{:<][^/]*", "", path)) is not None


def leaves_out(pattern: str, path: str) -> bool:
    """Whether a pattern of `exclude` fits a path; it is never compiled, for a stranger wrote it."""
    stem = pattern.strip("^$").rstrip("*").removesuffix(".").rstrip("/")
    return bool(stem) and (path.startswith(stem) if pattern.startswith("^") else stem in path)


def waives(call: Call) -> bool:
    """Whether a call tells what it calls not to ask: `parseRequest(request, schema, {skipAuth: true})`."""
    pairs = [pair for one in call.arguments for pair in one.get("o") or ()]
    return any(value.get("v") is True and PUBLIC_MARK.search(name) for name, value in (*pairs, *call.keywords.items()))
