"""Whether a record of level INFO is shown: only then is a fix safe without the user's word."""

from __future__ import annotations

import pytest

from readycheck.model.fix import FixSettings
from tests.unit.fix.python.rewriting import fix

PRINTS = "def f(n):\n    print(n)\n"
NOT_SHOWN = ["unsafe logging-not-configured"]
MAIN = "from app import logs, service\n\n"
LOG_SETUP = "import logging\nimport os\n\nfrom app.config import LOG_LEVEL\n\n\ndef set_up():\n    {}\n"


def plan(setup: str, main: str = "logs.set_up()\n", **more: str) -> list[str]:
    """What is said of a print in a project that sets up its logging like this, in a function."""
    files = {"app/service.py": PRINTS, "app/logs.py": LOG_SETUP.format(setup), "app/main.py": MAIN + main}
    return fix({**files, **{f"app/{name}.py": text for name, text in more.items()}}, FixSettings()).said


@pytest.mark.parametrize(
    "setup",
    [
        "logging.basicConfig(level=logging.INFO)",
        'logging.basicConfig(level="DEBUG", format="%(message)s")',
        "logging.basicConfig(level=20)",
        'logging.basicConfig(level=os.getenv("LEVEL", "INFO"))',
        "root = logging.getLogger(); root.setLevel(logging.INFO); root.addHandler(logging.StreamHandler())",
        'app = logging.getLogger("app"); app.setLevel("INFO"); app.addHandler(logging.StreamHandler())',
        'logging.config.dictConfig({"version": 1, "handlers": {}, "root": {"level": "INFO", "handlers": ["a"]}})',
        'logging.config.dictConfig({"version": 1, "handlers": {}, "loggers": {"": {"level": 10, "handlers": [1]}}})',
    ],
)
def test_it_is_shown(setup: str) -> None:
    assert plan(setup) == ["safe"]


@pytest.mark.parametrize(
    "setup",
    [
        "pass",
        "logging.basicConfig()",
        "logging.basicConfig(level=logging.WARNING)",
        "logging.basicConfig(level=logging.DEBUG if os.environ else logging.WARNING)",
        "logging.basicConfig(level=LOG_LEVEL)",
        "logging.getLogger().setLevel(logging.INFO)",
        'other = logging.getLogger("other"); other.setLevel("INFO"); other.addHandler(logging.StreamHandler())',
        'logging.config.dictConfig({"version": 1, "handlers": {}, "root": {"level": "ERROR", "handlers": ["a"]}})',
    ],
)
def test_it_is_not_proved_to_be_shown(setup: str) -> None:
    assert plan(setup) == NOT_SHOWN


def test_a_setting_is_its_default() -> None:
    setup = "logging.basicConfig(level=LOG_LEVEL)"
    assert plan(setup, config='import os\n\nLOG_LEVEL = os.getenv("LOG_LEVEL", "INFO")\n') == ["safe"]
    assert plan(setup, config='import os\n\nLOG_LEVEL = os.getenv("LOG_LEVEL", "WARNING")\n') == NOT_SHOWN


def test_what_does_not_run_proves_nothing() -> None:
    setup = "logging.basicConfig(level=logging.INFO)"
    assert plan(setup, main="") == NOT_SHOWN
    guarded = 'import logging\n\nif __name__ == "__main__":\n    logging.basicConfig(level="INFO")\n'
    assert fix({"app/a.py": PRINTS, "app/b.py": guarded}, FixSettings()).said == NOT_SHOWN
    alone = 'import logging\n\nlogging.basicConfig(level="INFO")\n'
    assert fix({"app/a.py": PRINTS, "app/b.py": alone}, FixSettings()).said == NOT_SHOWN
    assert fix({"app/a.py": f"from app import b\n\n\n{PRINTS}", "app/b.py": alone}, FixSettings()).said == ["safe"]
    assert (
        fix({"app/a.py": PRINTS, "tests/test_b.py": f"{alone}\n\ndef test_a(): ...\n"}, FixSettings()).said == NOT_SHOWN
    )


def test_libraries_that_show_it_by_themselves() -> None:
    files = {"app/a.py": f"import structlog\n\nlog = structlog.get_logger()\n\n\n{PRINTS}"}
    assert fix(files, FixSettings()).said == ["safe"]
    files["app/b.py"] = (
        "import logging\n\nimport structlog\n\nfrom app import a\n\n"
        "structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))\n"
    )
    files["app/c.py"] = "import app.b\n"
    assert fix(files, FixSettings()).said == NOT_SHOWN
    files["app/b.py"] = "import structlog\n\nstructlog.configure(logger_factory=structlog.stdlib.LoggerFactory())\n"
    assert fix(files, FixSettings()).said == NOT_SHOWN


def test_loguru_s_sinks() -> None:
    files = {"app/a.py": f"from loguru import logger\nimport app.b\n\n\n{PRINTS}"}
    assert fix(files, FixSettings()).said == ["safe"]
    head = "import sys\n\nfrom loguru import logger\n\nlogger.remove()\n"
    assert fix({**files, "app/b.py": head}, FixSettings()).said == NOT_SHOWN
    assert fix({**files, "app/b.py": f'{head}logger.add(sys.stderr, level="ERROR")\n'}, FixSettings()).said == NOT_SHOWN
    assert fix({**files, "app/b.py": f"{head}logger.add(sys.stderr)\n"}, FixSettings()).said == ["safe"]


def test_configuration_files() -> None:
    files = {"app/a.py": PRINTS, "logging.yaml": "version: 1\nhandlers: {a: {}}\nroot: {level: INFO, handlers: [a]}\n"}
    assert fix(files, FixSettings()).said == ["safe"]
    files["logging.yaml"] = files["logging.yaml"].replace("INFO", "WARNING")
    assert fix(files, FixSettings()).said == NOT_SHOWN


def test_while_the_module_is_imported() -> None:
    start = 'import logging\n\nimport uvicorn\n\nprint("a")\nlogging.basicConfig(level=logging.INFO)\nprint("b")\n'
    assert fix(start, FixSettings()).said == ["unsafe before-logging-configured", "safe"]
    files = {
        "app/a.py": f"import app.b\n\nprint(app)\n\n\n{PRINTS}",
        "app/b.py": "import logging\n\nimport app.a\n\n",
    }
    files["app/b.py"] += "logging.basicConfig(level=logging.INFO)\n"
    assert fix(files, FixSettings()).said == ["unsafe runs-at-import", "safe"]


def test_the_user_s_word() -> None:
    assert fix(PRINTS, FixSettings(logging_configured=True)).said == ["safe"]
    setup = "import uvicorn\nimport logging\n\nlogging.basicConfig(level=logging.INFO)\n\n\n"
    assert fix(f"{setup}{PRINTS}", FixSettings(logging_configured=False)).said == NOT_SHOWN
