"""What a route's path says: its segments, what it is for, which version it carries, what else it matches."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from readycheck.scan.late import compile_late

PARAMETER = compile_late(r"^(?::|\{|<|\[|\*|\$\{|\(\?P<)")
VERSION = compile_late(
    r"^v\d+(?:[._-]?\d+)*(?:alpha\d*|beta\d*)?$|^\d{4}-\d{2}(?:-\d{2})?$|^[<{:](?:str:|re:)?(?:api_?)?version",
    re.IGNORECASE,
)
HEALTH = compile_late(
    r"^_?_?(?:health(?:z|[-_]?checks?|[-_]?status)?|live(?:z|ness)?|ready(?:z)?|readiness|alive|heartbeat|ping|up|startupz?"
    r"|started|status|lbheartbeat|dockerflow)(?:\.json)?_?_?$",
    re.IGNORECASE,
)
OPERATION = compile_late(
    r"^_?(?:health\w*|status|system|server|service|internal|app|actuator|management|manage|probes?|monitor\w*|k8s|kube\w*|ops"
    r"|utils?|core|public|common|infra\w*|meta|misc|diagnostics?|backend|admin|check\w*)$",
    re.IGNORECASE,
)
READY = compile_late(r"^(?:ready(?:z)?|readiness)$", re.IGNORECASE)
INFRASTRUCTURE = compile_late(
    r"^(?:metrics?|docs?|swagger(?:-ui)?(?:\.(?:json|ya?ml))?|redoc|openapi(?:\.(?:json|ya?ml))?|api-docs|schema|scalar|reference"
    r"|static|assets|public|media|uploads?|images?|favicon\.ico|robots\.txt|sitemap\.xml|manifest\.json|\.well-known|version"
    r"|__debug__|admin|graphi?ql|graphql|playground|debug|error|404|500|csp-report|webhooks?|hooks?|callbacks?|socket\.io|ws"
    r"|wss?|events|sse|sw\.js|service-worker\.js)$",
    re.IGNORECASE,
)
CONSTRAINED = compile_late(r"^<(?:int|uuid|re|path_int)\b|\(|:(?:int|float|uuid)\}$|:\w+\(")


def split(path: str) -> list[str]:
    """The segments of a path."""
    return [part for part in path.split("/") if part]


def is_parameter(segment: str) -> bool:
    """Whether a segment stands for any text."""
    return PARAMETER.match(segment) is not None or segment.startswith("(") or "{?}" in segment


def has_parameter(path: str) -> bool:
    """Whether a path names an object."""
    return any(is_parameter(part) for part in split(path))


def list_words(path: str) -> list[str]:
    """The constant segments of a path, in small letters, without `api` and versions."""
    return [
        part.lower()
        for part in split(path)
        if not is_parameter(part) and part.lower() != "api" and not VERSION.match(part)
    ]


def is_health(path: str) -> bool:
    """Whether a path asks whether the service lives or is ready: a word that says so, below words of the operation."""
    *above, last = list_words(path) or [""]
    return HEALTH.match(last) is not None and all(map(OPERATION.match, above)) and not has_parameter(path)


def is_readiness(path: str) -> bool:
    """Whether a path asks whether the service is ready."""
    words = list_words(path)
    return bool(words) and READY.match(words[-1]) is not None


def is_infrastructure(path: str) -> bool:
    """Whether a path belongs to no version of an API: health, metrics, documents, files, the root."""
    words = list_words(path)
    return (
        not words
        or is_health(path)
        or INFRASTRUCTURE.match(words[0]) is not None
        or INFRASTRUCTURE.match(words[-1]) is not None
    )


def has_version(path: str) -> bool:
    """Whether one of the first segments of a path is a version: `/api/v1/users`, `/api/1/users`."""
    parts = split(path)[:4]
    is_numbered = any(above == "api" and part.isdigit() for above, part in pairwise(parts))
    return is_numbered or any(VERSION.match(part) for part in parts)


def matches(pattern: Sequence[str], path: Sequence[str]) -> bool:
    """Whether whatever fits the second path fits the first one as well, segment by segment, without constraints."""
    if len(pattern) != len(path):
        return False
    for mine, other in zip(pattern, path, strict=True):
        if is_parameter(mine):
            if CONSTRAINED.search(mine) or "*" in mine or "{?}" in mine or "{?}" in other:
                return False
        elif mine != other:
            return False
    return True


def normalise(path: str) -> str:
    """A path with all parameters alike, to compare it with another syntax."""
    return "/" + "/".join("{}" if is_parameter(part) else part for part in split(path))
