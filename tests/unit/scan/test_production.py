from __future__ import annotations

import pytest

from readycheck.scan.production import choose, judge


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("process.env.NODE_ENV !== 'production'", False),
        ("(process.env.NODE_ENV === 'production')", True),
        ("'production' === process.env.NODE_ENV", True),
        ("process.env.NODE_ENV === 'test'", False),
        ("config.env !== 'test'", True),
        ("os.getenv('APP_ENV', 'dev') == 'production'", True),
        ("['development', 'test'].includes(process.env.NODE_ENV)", False),
        ("env not in ('production', 'staging')", False),
        ("isDev || process.env.ENABLE_LOGGING === 'true'", False),
        ("process.env.LOGGING !== 'false'", True),
        ("!isProduction && verbose", False),
        ("not settings.DEBUG", True),
        ("isProduction || verbose", True),
        ("user.isActive", None),
        ("verbose && loud", None),
        ("", None),
    ],
)
def test_a_condition_in_production(condition: str, *, expected: bool | None) -> None:
    assert judge(condition) is expected


def test_variables_are_looked_up_and_end() -> None:
    known = {"isDev": "process.env.NODE_ENV !== 'production'", "on": "isDev || off", "off": "on && isDev"}

    assert judge("on", known) is False
    assert judge("!isDev", known) is True
    assert judge("loop", {"loop": "loop"}) is None


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("isProd ? 'silent' : 'debug'", "'silent'"),
        ("logging.DEBUG if DEBUG else logging.CRITICAL", "logging.CRITICAL"),
        ("loud ? 'info' : 'silent'", "loud ? 'info' : 'silent'"),
        ("'info'", "'info'"),
    ],
)
def test_the_alternative_that_production_takes(expression: str, expected: str) -> None:
    assert choose(expression) == expected
