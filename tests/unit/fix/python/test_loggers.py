"""Which logger a print goes to: the module's own one, whatever it is called and wherever it comes from."""

from __future__ import annotations

import pytest

from readycheck.model.fix import FixSettings
from tests.unit.fix.python.rewriting import fix

PRINTS = "\n\ndef f(n):\n    print(n)\n"


def call_of(code: str | dict[str, str]) -> str:
    """The line that the print became."""
    return fix(code).text.rstrip("\n").rpartition("\n")[2].strip()


@pytest.mark.parametrize(
    ("head", "call"),
    [
        ("import logging\n\nlog = logging.getLogger('a')\n", 'log.info("%s", n)'),
        ("import logging as l\n\nLOG = l.getLogger('a').getChild('b')\n", 'LOG.info("%s", n)'),
        ("import logging\n\nlogger: logging.Logger = make_log()\n", 'logger.info("%s", n)'),
        ("import logging\n\nlogger = logging.LoggerAdapter(logging.getLogger(), {})\n", 'logger.info("%s", n)'),
        ("from celery.utils.log import get_task_logger\n\nlog = get_task_logger(__name__)\n", 'log.info("%s", n)'),
        ("import structlog\n\nlog = structlog.get_logger().bind(a=1)\n", 'log.info("%s" % (n,))'),
        ("from structlog.stdlib import BoundLogger, get_logger\n\nlog: BoundLogger = get_logger()\n",
         'log.info("%s" % (n,))'),
        ("from loguru import logger\n", 'logger.info("{!s}", n)'),
        ("from loguru import logger as log\n", 'log.info("{!s}", n)'),
        ("from loguru import logger\n\nlog = logger.bind(a=1)\n", 'log.info("{!s}", n)'),
        ("try:\n    from loguru import logger\nexcept ImportError:\n    from loguru import logger\n",
         'logger.info("{!s}", n)'),
        ("import logging\n\na_log = logging.getLogger('a')\nb_log = logging.getLogger('b')\nb_log.info('x')\n",
         'b_log.info("%s", n)'),
    ],
)  # fmt: skip
def test_the_module_s_logger(head: str, call: str) -> None:
    assert call_of(f"{head}{PRINTS}") == call
    assert fix(f"{head}{PRINTS}").said == ["safe"]


@pytest.mark.parametrize(
    "module",
    [
        "import logging\n\nlogger = logging.getLogger('app')\n",
        "from app.base import logger\n",
        "from .base import logger\n",
    ],
)
def test_a_logger_of_another_module(module: str) -> None:
    base = "import logging\n\nlogger = logging.getLogger('base')\n"
    files = {"app/a.py": f"from app.log import logger{PRINTS}", "app/log.py": module, "app/base.py": base}
    assert call_of(files) == 'logger.info("%s", n)'


@pytest.mark.parametrize(
    "module",
    [
        "import logging\n\n\ndef get_logger(name):\n    return logging.getLogger(name)\n",
        "import logging\n\n\ndef get_logger(name) -> logging.Logger:\n    return make_one(name)\n",
        "from logging import Logger\n\n\nclass Our(Logger): ...\n\n\ndef get_logger(n):\n    return Our(n)\n",
        "import logging\n\n\ndef get_logger(name):\n    log = logging.getLogger(name)\n    return log\n",
    ],
)
def test_a_function_of_another_module_that_makes_one(module: str) -> None:
    files = {"app/a.py": f"from app.log import get_logger\n\nlog = get_logger(__name__){PRINTS}", "app/log.py": module}
    assert call_of(files) == 'log.info("%s", n)'


@pytest.mark.parametrize(
    "head",
    [
        "logger = None\n\n\ndef g():\n    global logger\n    logger = make()\n",
        "import logging\n\nif A:\n    logger = logging.getLogger()\n",
        "from other import make_log\n\nlogger = make_log()\n",
        "from loguru import logger\n\nlogger = logger.opt(colors=True)\n",
        "import logging\n\ntry:\n    from loguru import logger\nexcept OSError:\n    logger = logging.getLogger()\n",
    ],
)
def test_what_is_not_certain_is_not_used(head: str) -> None:
    assert '    _logger.info("%s", n)\n' in fix(f"{head}{PRINTS}").text or "loguru" in head
    used = fix(f"{head}{PRINTS}\n\ndef h():\n    logger.info('a')\n")
    assert used.reasons == ["logger-unproven"]


def test_functions_may_stand_above_the_binding() -> None:
    code = f"import logging{PRINTS}\n\nlogger = logging.getLogger(__name__)\n"
    assert '    logger.info("%s", n)' in fix(code).text


def test_the_library_is_what_the_neighbours_use() -> None:
    files = {
        "app/a/one.py": PRINTS.lstrip(),
        "app/a/two.py": "import structlog\n\nlog = structlog.get_logger()\n\n\ndef f():\n    log.info('x')\n",
        "app/b/three.py": PRINTS.lstrip(),
        "app/b/four.py": "from loguru import logger\n\n\ndef f():\n    logger.info('x')\n",
    }
    done = fix(files).files
    assert "structlog.get_logger(__name__)" in done["app/a/one.py"]
    assert done["app/b/three.py"].startswith("from loguru import logger\n")
    apart = {**files, "app/pyproject.toml": "", "app/a/requirements.txt": "", "app/c/five.py": PRINTS.lstrip()}
    apart["app/c/pyproject.toml"] = ""
    assert "import logging\n" in fix(apart).files["app/c/five.py"]
    chosen = fix(files, FixSettings(python_logger="logging", logging_configured=True)).files
    assert "logging.getLogger(__name__)" in chosen["app/a/one.py"]


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("Error: no", "error"), ("failed to start", "error"), ("[WARN] slow", "warning"), ("Debug - failed", "debug"),
        ("file not found", "warning"), ("连接失败", "error"), ("échec", "error"), (">>> here", "debug"),
        ("started", "info"), ("terror", "info"), ("errored-out-ish", "info"),
    ],
)  # fmt: skip
def test_the_level_that_the_words_suggest(text: str, method: str) -> None:
    result = fix(f'def f(n):\n    print("{text}", n)\n')
    assert f"logger.{method}(" in result.text
    assert result.reasons == ["" if method == "info" else "level-inferred"]


@pytest.mark.parametrize(
    ("handler", "call"),
    [
        ("except KeyboardInterrupt:\n        print('bye')", "logger.info('bye')"),
        ("except OSError:\n        def g():\n            print(1)", 'logger.info("%s", 1)'),
        (
            "except OSError:\n        print('x')\n        def g():\n            raise ValueError",
            "logger.exception('x')",
        ),
        ("except OSError as e:\n        print(e)\n        raise ValueError from e", 'logger.error("%s", e)'),
        ("except OSError:\n        pass\n    else:\n        print(1)", 'logger.info("%s", 1)'),
    ],
)
def test_the_level_inside_except(handler: str, call: str) -> None:
    assert call in fix(f"def f(n):\n    try:\n        n()\n    {handler}\n").text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("if n: print()", "if n: pass"),
        ("print()  # gap", "pass  # gap"),
        ("print(); x = 1", "pass; x = 1"),
        ("print(f'\\n{n}\\n')", "logger.info(f'{n}')"),
        ("print('\\na', n)", "logger.info('a %s', n)"),
        ("print(n, 'a\\n')", 'logger.info("%s a", n)'),
        ("print (n)", 'logger.info("%s", n)'),
        ("print(n,)", 'logger.info("%s", n,)'),
        ("print(n or 'a')", "logger.info(\"%s\", n or 'a')"),
        ("print(*n, sep=', ')", 'logger.info(", ".join(map(str, n)))'),
        ("print('a', *n.rows(1))", "logger.info('a %s', \" \".join(map(str, n.rows(1))))"),
        ("print(x for x in n)", 'logger.info("%s", (x for x in n))'),
        ("print(n, 'is', 'a', n)", 'logger.info("%s is a %s", n, n)'),
        ("print('a' 'b%', n)", "logger.info('a' 'b%% %s', n)"),
        ("print(n, 'é', '\\u6f22')", "logger.info(\"%s é %s\", n, '\\u6f22')"),
    ],
)
def test_the_text_of_the_call(before: str, after: str) -> None:
    assert fix(f"def f(n):\n    {before}\n    return n\n").text.endswith(f"    {after}\n    return n\n")
