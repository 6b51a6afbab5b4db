from __future__ import annotations

import pytest

from readycheck.scan.layers.conditions import judge

KNOWN = {"settings.limits_on": "False", "process.env.LIMITS": "", "LIMITS": "true", "config.mode": "fast"}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("process.env.NODE_ENV === 'production'", True),
        ("process.env['NODE_ENV'] !== \"production\"", False),
        ("'production' === process.env.NODE_ENV", True),
        ('settings.app_env == "local"', False),
        ('settings.ENV in ("dev", "test")', False),
        ('os.environ.get("ENV") not in ["test"]', True),
        ("not (config.isDev)", True),
        ("!isTest", True),
        ("is_production", True),
        ("settings.DEBUG", False),
        ("isProd && settings.limits_on", False),
        ("settings.limits_on || isProd", True),
        ("not (not settings.limits_on)", False),
        ("process.env.LIMITS === 'true'", False),
        ("process.env.LIMITS !== 'false'", True),
        ("Boolean(LIMITS)", True),
        ("LIMITS", True),
        ("false", False),
        ("True and not False", True),
    ],
)
def test_what_can_be_told_is_told(condition: str, holds: bool) -> None:  # noqa: FBT001 - the expectation
    assert judge(condition, KNOWN.get) is holds


@pytest.mark.parametrize(
    "condition",
    [
        'scope["type"] == "http"',
        "req.path === '/health'",
        "count > limit",
        "decision is not None and not decision.is_allowed",
        "user.environmentId === other",
        "config.mode === 'slow' || req.ok",
        "",
        "(" * 200,
        "not (" * 100 + "x",
    ],
)
def test_what_says_nothing_of_production_stays_unknown(condition: str) -> None:
    assert judge(condition, KNOWN.get) is None


def test_operators_inside_of_quotes_and_parentheses_join_nothing() -> None:
    assert judge("NODE_ENV === 'production || test'", KNOWN.get) is None
    assert judge("(isProd && x) || isProd", KNOWN.get) is True
