"""The table `fix` of the configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from readycheck.audit.errors import SettingsError
from readycheck.audit.settings import load_settings
from readycheck.model.fix import FixSettings

WHOLE = """
[fix]
python-logger = "structlog"
javascript-logger = "pino"
javascript-module = "src/logger.js"
logging-configured = true
timeout-seconds = 12
exclude = ["legacy/**"]
"""


def load(folder: Path, text: str) -> FixSettings:
    (folder / "readycheck.toml").write_text(text, encoding="utf-8")
    return load_settings(folder).fix


def test_everything_that_can_be_set(tmp_path: Path) -> None:
    assert load(tmp_path, WHOLE) == FixSettings(
        python_logger="structlog",
        javascript_logger="pino",
        javascript_module="src/logger.js",
        logging_configured=True,
        timeout_seconds=12.0,
        exclude=("legacy/**",),
    )


def test_nothing_is_set_without_a_table(tmp_path: Path) -> None:
    assert load_settings(tmp_path).fix == FixSettings()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('python-loger = "structlog"', 'unknown key "python-loger" (did you mean "python-logger"?)'),
        ('python-logger = "strutlog"', 'must be one of logging, structlog, loguru (did you mean "structlog"?)'),
        ("javascript-logger = 1", "must be one of pino, winston, bunyan"),
        ('javascript-module = "../logger.js"', "must be a path inside the audited folder"),
        ('javascript-module = "/logger.js"', "must be a path inside the audited folder"),
        ("javascript-module = 1", "must be a path, as text"),
        ('logging-configured = "yes"', "must be true or false"),
        ("timeout-seconds = 0", "must be a number of seconds"),
        ("timeout-seconds = -1.5", "must be a number of seconds"),
        ("timeout-seconds = nan", "must be a number of seconds"),
        ("timeout-seconds = inf", "must be a number of seconds"),
        ("timeout-seconds = true", "must be a number of seconds"),
        ('exclude = ["../x"]', "must be a glob below the audited folder"),
        ('exclude = "x"', "must be a list of texts"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, line: str, says: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load(tmp_path, f"[fix]\n{line}\n")

    (problem,) = raised.value.problems
    assert problem.startswith("readycheck.toml: fix: ")
    assert says in problem


def test_all_problems_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        load(tmp_path, "[fix]\na = 1\ntimeout-seconds = 0\n")

    assert len(raised.value.problems) == 2


def test_a_table_it_must_be(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="must be a table"):
        load(tmp_path, "fix = 1\n")
