"""The pairs P1 to P24 of the semantics table: what becomes of each print, and how sure that is."""

from __future__ import annotations

import pytest

from readycheck.model.fix import FixSettings
from tests.unit.fix.python.rewriting import IMPORT, fix, rewrite


def test_a_module_without_a_logger_gets_one() -> None:  # P1
    result = fix('print("up")\n')
    assert result.text == 'import logging\n\nlogger = logging.getLogger(__name__)\n\nlogger.info("up")\n'
    assert result.said == ["unsafe run-by-itself"]
    files = {"app/service.py": 'print("up")\n', "app/main.py": "from app import service\n"}
    assert fix(files).said == ["safe"]
    assert fix('def start():\n    print("up")\n').said == ["safe"]


def test_the_module_s_logger_is_used_whatever_its_name() -> None:  # P2
    code = 'from logging import getLogger\n\nlog = getLogger("app")\n\n\ndef f(n):\n    print("a", n)\n'
    result = fix(code)
    assert result.text == code.replace('print("a", n)', 'log.info("a %s", n)')
    assert result.said == ["safe"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('print(f"u={u}")', 'logger.info(f"u={u}")'),  # P3
        ('print(f"{x:.2f}%")', 'logger.info(f"{x:.2f}%")'),  # P4
        ('print("a", b)', 'logger.info("a %s", b)'),  # P5
        ('print("100%", n)', 'logger.info("100%% %s", n)'),  # P6
        ('print("100%")', 'logger.info("100%")'),  # P7
        ("print(d)", 'logger.info("%s", d)'),  # P8
        ('print(a, b, sep="")', 'logger.info("%s%s", a, b)'),  # P9
    ],
)
def test_arguments_that_are_safe(before: str, after: str) -> None:
    assert rewrite(before) == after
    assert fix(f"def work(a, b, d, n, u, x):\n    {before}\n").said == ["safe"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('print(x, end="")', 'print(x, end="")', "refused partial-line"),  # P10
        ("print(x, file=sys.stderr)", 'logger.error("%s", x)', "unsafe level-inferred"),  # P11
        ("print(x, file=n)", "print(x, file=n)", "refused data-file"),  # P12
        ("x = print(b)", 'x = logger.info("%s", b)', "unsafe value-used"),  # P24
    ],
)
def test_other_arguments(before: str, after: str, said: str) -> None:
    assert rewrite(before) == after
    assert fix(f"import sys\n\n\ndef work(b, n, x):\n    {before}\n").said == [said]


def test_an_empty_line_is_removed() -> None:  # P13
    assert fix("def f(a):\n    print()\n    return a\n").text == "def f(a):\n    return a\n"
    result = fix("def f(a):\n    if a:\n        print()\n")
    assert result.text == "def f(a):\n    if a:\n        pass\n"
    assert result.said == ["unsafe blank-line"]


@pytest.mark.parametrize(
    ("handler", "after", "reason"),
    [
        ("print(e)", 'logger.exception("%s", e)', "traceback-added"),  # P14
        ('print("x"); raise', 'logger.error("x"); raise', "level-inferred"),  # P15
        ("print(traceback.format_exc())", 'logger.exception("unhandled error")', "message-invented"),  # P16
    ],
)
def test_inside_except(handler: str, after: str, reason: str) -> None:
    statement = "try:\n    a()\nexcept ValueError as e:\n    {}"
    assert rewrite(statement.format(handler), head="import traceback") == statement.format(after)
    body = "\n    ".join(statement.format(handler).splitlines())
    assert fix(f"import traceback\n\n\ndef f(a):\n    {body}\n").said == [f"unsafe {reason}"]


@pytest.mark.parametrize(
    ("files", "reasons"),
    [
        ({"app/a.py": 'if __name__ == "__main__":\n    print(1)\n'}, ["main-guard"]),  # P17
        (
            {
                "app/a.py": "def main():\n    print(1)\n",
                "pyproject.toml": '[project]\nname = "a"\nscripts = {a = "app.a:main"}\n',
            },
            ["console-script"],
        ),  # P18
        (
            {"app/a.py": "import argparse\n\n\ndef main():\n    argparse.ArgumentParser()\n    print(1)\n"},
            ["command-output"],
        ),
        ({"app/a.py": "from rich import print\n\nprint(1)\n"}, []),  # P19
        ({"app/a.py": "def print(x): ...\n\n\nprint(1)\n"}, []),
        (
            {"app/a.py": 'def f(xs):\n    print(1, end="")\n    list(map(print, xs))\n'},
            ["partial-line", "print-as-value"],
        ),
        ({"app/a.py": 'def f():\n    """Show it.\n\n    >>> print(1)\n    1\n    """\n'}, []),  # P22
    ],
)
def test_what_is_left_alone(files: dict[str, str], reasons: list[str]) -> None:
    result = fix(files)
    assert result.files == files
    assert result.reasons == reasons


def test_print_that_is_handed_on_is_a_place_of_its_own() -> None:  # P20
    result = fix('def f(xs):\n    print("rows", xs)\n    return list(map(print, xs))\n')
    assert result.said == ["safe", "refused print-as-value"]
    assert "map(print, xs)" in result.text


def test_a_parameter_named_logger_leaves_the_name_alone() -> None:  # P21
    result = fix('def f(logger, n):\n    print("a", n)\n')
    assert result.text == (
        'import logging\n\n_logger = logging.getLogger(__name__)\n\n\ndef f(logger, n):\n    _logger.info("a %s", n)\n'
    )
    assert result.said == ["safe"]


def test_the_binding_stands_behind_the_last_import() -> None:  # P23
    head = '"""Serve."""\n\nfrom __future__ import annotations\n\nimport os\nimport sys\n\nfrom app import db\n'
    result = fix(f"{head}\n\ndef f(n):\n    print(n)\n")
    assert result.text == (
        '"""Serve."""\n\nfrom __future__ import annotations\n\nimport logging\nimport os\nimport sys\n\n'
        'from app import db\n\nlogger = logging.getLogger(__name__)\n\n\ndef f(n):\n    logger.info("%s", n)\n'
    )


def test_the_value_of_another_logger_s_method_is_not_used() -> None:  # P24
    settings = FixSettings(python_logger="structlog", logging_configured=True)
    assert fix("def f(y):\n    x = print(y)\n    return x\n", settings).reasons == ["value-used"]


def test_without_proof_that_records_are_shown_nothing_is_safe() -> None:
    code = 'def f():\n    print("up")\n'
    assert fix(code, FixSettings()).said == ["unsafe logging-not-configured"]
    assert fix(code, FixSettings()).text == f'{IMPORT}def f():\n    logger.info("up")\n'
