"""The loggers that modules hold for others, and where logging is set up."""

from __future__ import annotations

import pytest

from readycheck.scan.memory import scan_texts


def collect(text: str, kind: str, path: str = "app/log.py") -> list[dict[str, object]]:
    """The data of the facts of one file."""
    scan = scan_texts({path: text}, [], kinds=(kind,))
    assert not scan.errors
    return [dict(fact.data) for file in scan.files for fact in file.facts]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import logging\nlog = logging.getLogger('a')\n", [("log", ["logging.getLogger()"], False)]),
        ("from loguru import logger\n", [("logger", ["loguru.logger"], False)]),
        ("from .base import logger as log\n", [("log", [".base.logger"], False)]),
        ("import logging\nlog: logging.Logger = make()\n", [("log", ["logging.Logger()"], False)]),
        ("import structlog\nlogger = structlog.get_logger()\n", [("logger", ["structlog.get_logger()"], False)]),
        ("import logging\ndef get_logger(n):\n    return logging.getLogger(n)\n",
         [("get_logger", ["logging.getLogger()"], True)]),
        ("import logging\ndef get_logger(n) -> logging.Logger: ...\n", [("get_logger", ["logging.Logger()"], True)]),
        ("import logging\nclass Ours(logging.LoggerAdapter): ...\ndef get_logger(n):\n    return Ours(n)\n",
         [("Ours", ["logging.LoggerAdapter()"], True), ("get_logger", ["#Ours()"], True)]),
        ("import logging\ndef get_logger(n):\n    if n:\n        return [n]\n    return logging.getLogger(n)\n", []),
        ("count = len(logger)\n", []),
        ("def f():\n    log = 1\n", []),
    ],
)  # fmt: skip
def test_loggers_of_a_module(code: str, found: list[tuple[str, list[str], bool]]) -> None:
    facts = collect(code, "module-logger")
    assert [(one["name"], one["values"], one["is_function"]) for one in facts] == found


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import logging\nlogging.basicConfig(level=logging.INFO)\n", [("logging", "", "info", True)]),
        ("import logging\nlogging.basicConfig()\n", [("logging", "", "unset", True)]),
        ("import logging\nlogging.basicConfig(level=30)\n", [("logging", "", "warning", True)]),
        ("import logging\nlogging.basicConfig(level=settings.LEVEL)\n", [("logging", "", "chosen", True)]),
        ("import logging\nlogging.getLogger('a.b').setLevel('DEBUG')\n", [("logging", "a.b", "info", False)]),
        ("import logging\nlogging.getLogger(__name__).setLevel('DEBUG')\n", [("logging", "*", "info", False)]),
        ("import logging\nlogging.getLogger().addHandler(h)\n", [("logging", "", "unset", True)]),
        ("import logging\nr = logging.getLogger()\nr.setLevel(10)\n", [("logging", "", "info", False)]),
        ("from loguru import logger\nlogger.add(s, level='ERROR')\n", [("loguru", "", "warning", True)]),
        ("from loguru import logger\nlogger.add(s)\n", [("loguru", "", "info", True)]),
        ("import structlog\nstructlog.configure()\n", [("structlog", "", "info", True)]),
        ("import coloredlogs\ncoloredlogs.install()\n", [("logging", "", "info", True)]),
        ("LOGGING = {'version': 1, 'handlers': {}, 'root': {'handlers': ['a'], 'level': 'INFO'}}\n",
         [("logging", "", "info", True)]),
        ("LOGGING = {'version': 1, 'handlers': {}, 'loggers': {'app': {'level': 'ERROR'}}}\n",
         [("logging", "app", "warning", False)]),
        ("X = {'handlers': {}, 'root': {'level': 'INFO'}}\n", []),
    ],
)  # fmt: skip
def test_where_logging_is_set_up(code: str, found: list[tuple[str, str, str, bool]]) -> None:
    facts = collect(code, "logging-level")
    assert [(one["library"], one["logger"], one["level"], one["handler"]) for one in facts] == found


def test_what_has_to_run_for_it() -> None:
    code = "import logging\n\n\nclass A:\n    def set_up(self):\n        logging.basicConfig(level=10)\n"
    assert collect(code, "logging-level")[0]["function"] == "A.set_up"
    guarded = "import logging\nif __name__ == '__main__':\n    logging.basicConfig(level=LEVEL)\n"
    assert [(one["guarded"], one["name"]) for one in collect(guarded, "logging-level")] == [(True, "LEVEL")]


def test_files_of_their_own() -> None:
    yaml = "version: 1\nhandlers: {}\nroot:\n  level: INFO\n  handlers: [a]\nloggers:\n  app: {level: WARNING}\n"
    found = [(one["logger"], one["level"], one["handler"]) for one in collect(yaml, "logging-level", "logging.yaml")]
    assert found == [("", "info", True), ("app", "warning", False)]
    ini = "[loggers]\nkeys=root\n\n[logger_root]\nlevel=DEBUG\nhandlers=a\n"
    assert [one["level"] for one in collect(ini, "logging-level", "conf/logging.ini")] == ["info"]
