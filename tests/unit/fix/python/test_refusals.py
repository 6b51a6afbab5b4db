"""Prints that are left alone, and prints whose fix has to be looked at, with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

import readycheck.fix.python as package
from readycheck.fix.python.reasons import REASONS
from tests.unit.fix.python.rewriting import fix


def inside(body: str, parameters: str = "n") -> str:
    """A function with this body."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f"def f({parameters}):\n{lines}"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (inside('name = input("?")\nprint(name)'), "interactive"),
        (inside('print("a", end=" ")'), "partial-line"),
        (inside('print("\\r50%")'), "partial-line"),
        (inside('print(f"\\r{n}%")'), "partial-line"),
        (inside("print(n, end=n)"), "partial-line"),
        (inside("print(n, end=n)\nprint(n)"), "partial-line"),
        (inside("for x in n:\n    print(x, end=' ')\nprint()"), "partial-line"),
        (inside("if n.hasHandlers():\n    n.info(1)\nelse:\n    print(n)"), "logging-machinery"),
        (inside("print(n, n, sep=n)"), "separator-unknown"),
        (inside("print(n, file=open(n))"), "data-file"),
        ("import sys\n\n\ndef f(n):\n    print(n, file=sys.__stderr__)\n", "original-stream"),
        ("from sys import __stdout__\n\n\ndef f(n):\n    print(n, file=__stdout__)\n", "original-stream"),
        ("import sys\n\n\ndef f(n, out=sys.stderr):\n    print(n, file=out)\n", "data-file"),
        (inside("print(n, **n)"), "unknown-arguments"),
        (inside("print(n, flush=n())"), "unknown-arguments"),
        (inside('print(sep="", *n)'), "unusual-arguments"),
        (inside("print(*n)", "n, str"), "starred-arguments"),
        (inside('print(n,  # both\n      sep="")'), "comment-lost"),
        (inside("p = print\np(n)"), "print-rebound"),
        ("import functools\n\nsay = functools.partial(print)\n\n\ndef f(n):\n    say(n)\n", "print-rebound"),
        ("def test(n):\n    print('a', n)\n", "not-service-code"),
        ("import pytest\n\n\ndef f(n):\n    print('a', n)\n", "not-service-code"),
        (inside("print(n)  # noqa: T201"), "kept-by-author"),
        (inside("print(  # pylint: disable=print-used\n    n)"), "kept-by-author"),
        ("import logging\n\n\nclass A(logging.Handler):\n    def emit(self, record):\n        print(record)\n",
         "logging-machinery"),
        ("def add_id(logger, name, event_dict):\n    print(event_dict)\n", "logging-machinery"),
        ("from loguru import logger\n\n\ndef sink(m):\n    print(m)\n\n\nlogger.add(sink)\n", "logging-machinery"),
        ("class Logger:\n    def info(self, m):\n        print(m)\n\n    def error(self, m): ...\n", "own-logger"),
        ("def log(m):\n    print(m)\n", "own-logger"),
        ("class A:\n    def f(self, n):\n        print(n, file=self.stdout)\n", "data-file"),
        ("import numba\n\n\n@numba.njit(cache=True)\ndef f(n):\n    print(n)\n", "taken-elsewhere"),
        ("from airflow.sdk import task\n\n\n@task.virtualenv\ndef f(n):\n    print(n)\n", "taken-elsewhere"),
        ("log = print\nlog(1)\n", "print-as-value"),
        ("import click\n\n\ndef f(n):\n    click.echo(n)\n    print(n)\n", "command-output"),
        ("def main():\n    print(1)\n\n\nif __name__ == '__main__':\n    main()\n", "main-guard"),
        ("def test_it(n):\n    print(n)\n", "not-service-code"),
        ("import twisted.logger\n\nlog = twisted.logger.Logger()\n\n\ndef f(n):\n    log.info('a')\n    print(n)\n",
         "logger-unproven"),
        ("import logging\n\nprint(1)\nlogger = logging.getLogger()\n", "logger-bound-later"),
        ("import logging\n\n\ndef f():\n    print(1)\n\n\nf()\nlogger = logging.getLogger()\n", "logger-bound-later"),
        ("import logging\n\nlogger = logging.getLogger()\n\n\ndef f(logger):\n    print(1)\n", "logger-shadowed"),
    ],
)  # fmt: skip
def test_it_is_left_alone(code: str, reason: str) -> None:
    result = fix(code)
    assert f"refused {reason}" in result.said
    assert result.text == code


@pytest.mark.parametrize("path", ["tests/test_a.py", "scripts/a.py", "app/cli.py", "app/commands/a.py", "manage.py"])
def test_files_that_are_no_service(path: str) -> None:
    code = "import argparse\n\n\ndef test_a():\n    print(argparse.ArgumentParser().parse_args())\n"
    code += "\n\nif __name__ == '__main__':\n    test_a()\n"
    result = fix({path: code})
    assert all(one.startswith("refused") for one in result.said)
    assert result.text == code


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (inside('print("\\033[91mred")'), "coloured"),
        (inside("print(GREEN, n)\n", "n, GREEN"), "coloured"),
        (inside('print("=" * 60)'), "decoration"),
        (inside('print("----- start -----")'), "decoration"),
        (inside('print("***")'), "decoration"),
        ("import json\n\n\ndef f(n):\n    print(json.dumps(n))\n", "machine-readable"),
        ("import json\n\n\ndef f(n):\n    print('\\n%s' % json.dumps(n))\n", "machine-readable"),
        (inside('print("""a\nb""")'), "several-lines"),
        (inside('print("a\\nb", n)'), "several-lines"),
        (inside('print("a", n, sep="\\n")'), "several-lines"),
        (inside("print(f'{n.api_key}')"), "sensitive"),
        (inside("print(password)", "password"), "sensitive"),
        (inside("print('a' f'\\n{n}')"), "several-lines"),
        (inside("print(n.body)"), "wordless"),
        (inside("print(n['name'])"), "wordless"),
        (inside("if self.REMDEBUG:\n    print('a', n)", "self, n"), "level-inferred"),
        (inside("print('%s%s' % (n, n))"), "wordless"),
        (inside("print(f'{n}: {n}')"), "wordless"),
        (inside("print(html)", "html"), "wordless"),
        (inside("print(response)", "response"), "wordless"),
        (inside("if not console_silence:\n    print('a', n)", "n, console_silence"), "flag-decides"),
        (inside("print('\\tanswer', n)"), "laid-out"),
        (inside("print(f'  -> {n}')"), "laid-out"),
        (inside("print('* Running on', n)"), "laid-out"),
        (inside("print('Guid       : %s' % n)"), "laid-out"),
        (inside("print(f'name {n:<20}')"), "laid-out"),
        (inside("print('name %-20s' % n)"), "laid-out"),
        (inside("if self.debug > 1:\n    print('asked', n)", "self, n"), "level-inferred"),
        (inside("print('hash', ntHash)", "ntHash"), "sensitive"),
        ("def prettyPrint(n):\n    print('a', n)\n", "prints-by-name"),
        ("def print_table(n):\n    print(n)\n", "prints-by-name"),
        (inside('"""Print what comes to stdout."""\nprint(n)'), "prints-by-name"),
        (inside('"""Show.\n\n    n: number of lines to print\n    """\nprint(n)'), "prints-by-name"),
        (inside("if not quiet:\n    print(n)", "n, quiet=False"), "flag-decides"),
        (inside("if self._verbose:\n    print('a', n)", "self, n"), "flag-decides"),
        (inside("print('New ones:')"), "laid-out"),
        (inside("if n.get('verbose'):\n    print('a', n)"), "flag-decides"),
        (inside("if n and self.verbose > 1:\n    print(n)", "self, n"), "flag-decides"),
        (
            "import questionary\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\ndef f(n):\n    print(n)\n",
            "terminal-dialogue",
        ),
        ("class A:\n    def __del__(self):\n        print(self)\n", "interpreter-shutdown"),
        ("import atexit\n\n\ndef f():\n    print(1)\n\n\natexit.register(f)\n", "interpreter-shutdown"),
        ("import sys\n\n\ndef f(n):\n    print(n)\n    sys.exit(1)\n", "run-by-itself"),
        ("def g(n):\n    return input(n)\n\n\ndef f(n):\n    print(n)\n", "terminal-dialogue"),
        (inside("return print(n)"), "value-used"),
        (inside("return [print(x) for x in n]"), "value-used"),
        (inside("n or print(n)"), "value-used"),
        (inside("return lambda: print(n)"), "value-used"),
        ("def f(n=print(1)): ...\n", "value-used"),
        (inside('print("")'), "blank-line"),
        (inside('print("\\n")'), "blank-line"),
    ],
)
def test_it_is_unsafe(code: str, reason: str) -> None:
    result = fix(code)
    assert result.said == [f"unsafe {reason}"]
    assert "print(" not in result.text.replace("def print_table(", "").replace("prettyPrint(", "")


@pytest.mark.parametrize("beside", ["print()", 'print("\\n")', 'print("=" * 60)', 'print("-------- a")'])
def test_beside_an_empty_line_or_a_frame_a_text_is_laid_out(beside: str) -> None:
    assert "unsafe laid-out" in fix(inside(f"{beside}\n# what follows\nprint(n)")).said
    assert "unsafe laid-out" in fix(inside(f"print(n)\n{beside}")).said


def test_many_prints_in_a_row_are_a_report() -> None:
    rows = "".join(f"print('{name}', n)\n" for name in "abcd")
    assert fix(inside(rows)).said == ["unsafe laid-out"] * 4
    assert fix(inside(rows.replace("print('b', n)", "n()"))).said == ["safe"] * 3
    assert fix(inside("print(a)\nprint(n, a)", "n, a")).said == ["unsafe laid-out"] * 2


def test_what_follows_an_error_belongs_to_it() -> None:
    result = fix(inside("print('Error: no answer')\nprint('of', n)\nn()\nprint('go on', n)"))
    assert result.said == ["unsafe level-inferred", "unsafe level-inferred", "safe"]
    assert 'logger.error("of %s", n)' in result.text.replace("'", '"')


@pytest.mark.parametrize(
    "body",
    [
        "print(n)\nn()\nprint(n)",
        "print(n, n, sep='')",
        "print(f'a - {n} - {n:.2f}')",
        "if n.is_bug:\n    print('a', n)",
        'print(n, end="\\n")\nprint(n)',
        "print(n)\nprint(n, flush=True)",
        "if n.is_new:\n    print(n)",
        '"""Nothing is sent."""\nprint(n)',
        "if n:\n    n.showing = True\nprint(n)",
    ],
)
def test_neighbours_that_say_nothing(body: str) -> None:
    assert set(fix(inside(body)).said) == {"safe"}


def test_every_reason_is_explained_and_given_somewhere() -> None:
    assert all(one and not one.endswith(".") for one in REASONS.values())
    folder = Path(package.__path__[0])
    sources = "".join(path.read_text() for path in folder.glob("*.py") if path.name != "reasons.py")
    assert [code for code in REASONS if f'"{code}"' not in sources] == []


def test_a_project_that_replaces_print() -> None:
    files = {"app/a.py": inside("print(n)"), "app/b.py": "import builtins\n\nbuiltins.print = log\n"}
    assert fix(files).said == ["unsafe print-replaced"]


def test_each_print_has_one_site_whatever_becomes_of_it() -> None:
    code = inside('print("a"); print("b", end=""); print(n); print(); x = print(n); [print, n]\nreturn map(print, n)')
    result = fix(code)
    assert result.said == [
        "safe",
        "refused partial-line",
        "refused partial-line",
        "unsafe blank-line",
        "unsafe value-used",
        "refused print-as-value",
        "refused print-as-value",
    ]
    assert 'logger.info("a"); print("b", end=""); print(n); pass; x = logger.info("%s", n); [print, n]\n' in result.text
