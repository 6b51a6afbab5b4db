"""Whether a condition asks where the code runs: in development, in production, with debugging on."""

from __future__ import annotations

import re

ENVIRONMENT = re.compile(
    r"node_env|\benv\b|environ|__dev__|__debug__|\bis_?(?:not_?|non_?)?(?:dev|prod|debug|local)|"
    r"(?<![a-z])(?:dev|develop|development|prod|production|debug|staging)(?:\b|_?mode)|"
    r"(?-i:[a-z](?:Debug|Development|Production|Dev|Prod)(?:Mode|Env|Environment)?\b)|"
    r"(?:show|include|expose|with|send)_?(?:stack|trace)|\bsettings\b|\bconfig\b",
    re.IGNORECASE,
)


def asks_environment(condition: str) -> bool:
    """Whether the text of a condition speaks of the environment or of a setting (`NODE_ENV`, `isDev`, `settings.x`)."""
    return ENVIRONMENT.search(condition) is not None
