from __future__ import annotations

from collections.abc import Sequence

import pytest

from readycheck.model.evidence import Fact
from readycheck.model.location import Span
from readycheck.model.rule import Check, Json, Rule
from readycheck.model.vocabulary import Channel, Confidence, Polarity, Role, WhenClean
from readycheck.scan.checks.contract import Facts
from readycheck.scan.checks.debug import debug_mode_on, django_debug

RULE = Rule(
    "r", "t", "i", Channel.CODE, Polarity.VIOLATION, (), Confidence.HIGH, "w", "r", (), (),
    Check("c"), (), (), WhenClean.SUPPORTS, (Role.SERVER,), (), None, "s",
)  # fmt: skip


def switch(path: str, **more: Json) -> Fact:
    data: dict[str, Json] = {
        "form": "app.run(debug=True)",
        "condition": "",
        "main_guard": False,
        "inverted": False,
        "command": "",
    }
    return Fact("debug-switch", Span(path, 5, 1, 5, 9), {**data, **more})


def command(*argv: Json) -> Fact:
    return Fact("command", Span("Dockerfile", 2, 1, 2, 9), {"argv": [*argv], "environment": "production", "name": ""})


def exemptions(switches: Sequence[Fact], commands: Sequence[Fact] = ()) -> list[str | None]:
    return [
        match.exempt for match in debug_mode_on(Facts({"debug-switch": switches, "command": commands}), RULE).matches
    ]


def test_a_switch_that_production_may_reach_is_a_finding() -> None:
    assert exemptions([switch("app.py")]) == [None]


def test_reasons_why_a_switch_is_none() -> None:
    assert exemptions([switch("app.py", condition="settings.debug")]) == ["only under the condition `settings.debug`"]
    assert exemptions([switch("config/dev.py")]) == ["in a file named for development or scripts"]
    assert exemptions([switch("device.py")]) == [None]
    assert exemptions([switch("app.py", command="run_dev")]) == ["in a command for development, `run_dev`"]
    reason = "under the main guard of a file that no production command runs"
    assert exemptions([switch("app.py", main_guard=True)]) == [reason]
    assert exemptions([switch("app.py", main_guard=True)], [command("gunicorn", "app:app")]) == [reason]


def test_a_main_guard_is_no_excuse_where_production_runs_the_file() -> None:
    result = debug_mode_on(
        Facts({"debug-switch": [switch("app.py", main_guard=True)], "command": [command("python", "app.py")]}), RULE
    )
    (match,) = result.matches
    assert match.exempt is None
    assert match.message == "app.run(debug=True) is switched on, and `python app.py` runs this file in production"
    assert [where.path for where in match.also if isinstance(where, Span)] == ["Dockerfile"]


def setting(path: str, value: str, line: int = 1, *, conditional: bool = False) -> Fact:
    return Fact("django-debug", Span(path, line, 1, line, 9), {"value": value, "conditional": conditional})


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ([setting("a/settings.py", "on")], [None]),
        ([setting("a/settings.py", "inverted")], [None]),
        ([setting("a/settings.py", "off")], []),
        ([setting("a/settings.py", "environment")], []),
        ([setting("a/settings.py", "on", conditional=True)], ["only under a condition"]),
        ([setting("a/settings.py", "on"), setting("a/settings.py", "off", 9)], ["set again on line 9"]),
        ([setting("a/settings.py", "off"), setting("a/settings.py", "on", 9)], [None]),
        ([setting("s/base.py", "on"), setting("s/production.py", "off")], ["switched off in s/production.py"]),
        ([setting("s/base.py", "on"), setting("x/production.py", "off")], [None]),
        ([setting("s/local.py", "on")], ["a settings module named for development"]),
    ],
)
def test_django_settings(settings: Sequence[Fact], expected: Sequence[str | None]) -> None:
    result = django_debug(Facts({"django-debug": settings}), RULE)
    assert [match.exempt for match in result.matches] == list(expected)
    assert result.examined == len(settings)


def test_a_development_module_that_the_server_loads_is_no_excuse() -> None:
    entry = Fact("django-entry", Span("wsgi.py", 1, 1, 1, 9), {"module": "s.local"})
    developers = Fact("django-entry", Span("manage.py", 1, 1, 1, 9), {"module": "s.local"})
    for entries, expected in (([entry], None), ([developers], "a settings module named for development")):
        (match,) = django_debug(
            Facts({"django-debug": [setting("s/local.py", "on")], "django-entry": entries}), RULE
        ).matches
        assert match.exempt == expected
