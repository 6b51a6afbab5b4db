"""Rewritten statements run under the real loggers: the record holds all that the print showed, in its order.

Each statement runs as it was and as it has become; what its parts evaluate is noted in between, and must be the same.
"""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Callable, Iterator
from typing import Any, Literal

import loguru
import pytest
import structlog

from readycheck.model.fix import FixSettings
from tests.unit.fix.python.rewriting import fix

Library = Literal["logging", "structlog", "loguru"]
LIBRARIES: tuple[Library, ...] = ("logging", "structlog", "loguru")
STATEMENTS = [
    'print("up")',
    'print(f"u={note(1)}")',
    'print(f"{note(0.5):.2f}%")',
    'print("a", note(1))',
    'print("100%", note(1))',
    'print("100%")',
    'print("{} {x} %s %d {{}}", note(1))',
    'print("{} %s")',
    "print(note({'k': 1}))",
    "print(note({}))",
    'print("d", note({"k": 1}))',
    'print(note(1), note(2), sep="")',
    'print(note(1), note(2), sep="%")',
    'print(note(1), note(2), sep=" {} ")',
    'print("a", note(1), sep=":")',
    'print("it\'s", note("b"), "said", note("c"), "\\"x\\"")',
    "print('it\\'s', note(1), \"don't\", note(2))",
    'print("a" "b%" "c{}", note(1))',
    'print("a", "b", "c")',
    'print(r"a\\d%", note(1), r"\\s")',
    'print("tab\\t\\x25 \\u0025", note(1))',
    'print("é ü 漢", note("漢"), "\\u6f22")',
    "print(note(None))",
    "print(note((1, 2)))",
    "print(note((1,)), note(()))",
    "print(note(b'x'), note([1]))",
    "print(b'%s')",
    "print(*note([1, 2, 3]))",
    'print("a", *note([1, "%s", "{}"]), note(4))',
    'print(*note([1, 2]), sep="-")',
    "print((yes := note(1)), yes)",
    "print(yes := note(1), yes)",
    "print(note(1) if note(0) else note(2))",
    "print(lambda: 1 and 2) if False else print(note(3))",
    "print(\n    note(1),  # one\n    note(2),\n    # end\n)",
    'print(\n    "a",  # one\n    note(2),\n)',
    "print(note(1), note(2), flush=True)",
    'print("a %s" % note(1), note(2))',
    'print("a %s" % note(1))',
    'print("a {}".format(note(1)))',
    'print("a" + str(note(1)))',
    'print(", ".join(note(["%", "{"])))',
    'print("a", f"{note(1)}", note(2))',
    "print(Shown(1), Shown(2))",
    'print("%(k)s", note({"k": 1}))',
    'print(note("%s"), note("{}"))',
    'print("""a""", note(1))',
    "print('''it's \"a\"''', note(1))",
    'print("a\\\\", note(1))',
    'print("a", note(1), end="\\n")',
    "print(note(1), file=sys.stderr)",
    'print("<red>x</red>", note(1))',
]


class Shown:
    """What `str` gives differs from what `format` and `repr` give."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __str__(self) -> str:
        return f"shown {self.value}"

    def __format__(self, spec: str) -> str:
        return "formatted"


def run(statement: str, logger: object, head: str = "") -> list[object]:
    """Run a statement; what its parts evaluated, in order."""
    noted: list[object] = []

    def note(value: object) -> object:
        noted.append(value)
        return value

    names: dict[str, Any] = {"note": note, "Shown": Shown, "logger": logger, "__name__": "app"}
    exec(f"import sys\nimport traceback\n{head}\n{statement}\n", names)  # noqa: S102 - our own statement
    return noted


def show(statement: str) -> tuple[str, list[object]]:
    """What print writes, and what was evaluated."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        noted = run(statement, None)
    return output.getvalue(), noted


@contextlib.contextmanager
def catch_standard() -> Iterator[tuple[object, list[str]]]:
    """A logger of the standard library, and its messages; an error on the way is raised."""
    messages: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            messages.append(record.getMessage())

    logger = logging.getLogger("readycheck-executed")
    handler = Handler()
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield logger, messages
    finally:
        logger.removeHandler(handler)


@contextlib.contextmanager
def catch_structlog(wrapper: type[Any] | None = None) -> Iterator[tuple[object, list[str]]]:
    """A logger of structlog, as it is without any configuration or with another wrapper."""
    messages: list[str] = []

    def keep(_logger: object, _method: str, event: Any) -> Any:  # noqa: ANN401 - structlog's own types
        messages.append(event["event"])
        raise structlog.DropEvent

    structlog.reset_defaults()
    structlog.configure(processors=[keep], wrapper_class=wrapper)
    try:
        yield structlog.get_logger(), messages
    finally:
        structlog.reset_defaults()


@contextlib.contextmanager
def catch_loguru() -> Iterator[tuple[object, list[str]]]:
    """The logger of loguru."""
    messages: list[str] = []
    sink = loguru.logger.add(lambda message: messages.append(message.record["message"]), level=0, catch=False)
    try:
        yield loguru.logger, messages
    finally:
        loguru.logger.remove(sink)


CATCHERS: dict[Library, Callable[[], contextlib.AbstractContextManager[tuple[object, list[str]]]]] = {
    "logging": catch_standard,
    "structlog": catch_structlog,
    "loguru": catch_loguru,
}
HEADS = {
    "logging": "import logging\n\nlogger = logging.getLogger(__name__)\n",
    "structlog": "import structlog\n\nlogger = structlog.get_logger()\n",
    "loguru": "from loguru import logger\n",
}


def rewrite(statement: str, library: Library) -> str:
    """The statement for a module that has a logger of the library."""
    head = f"import sys\nimport traceback\n\n{HEADS[library]}\n\nasync def work(note, Shown):\n"
    body = "".join(f"    {line}\n" for line in statement.splitlines())
    text = fix(head + body, FixSettings(logging_configured=True)).text
    return "\n".join(line.removeprefix("    ") for line in text[len(head) :].splitlines())


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_record_holds_what_was_printed(statement: str, library: Library) -> None:
    printed, evaluated = show(statement)
    after = rewrite(statement, library)
    assert "print(" not in after or library != "logging"
    if "print(" in after:  # a value that is used: not for these loggers
        return
    with CATCHERS[library]() as (logger, messages):
        noted = run(after, logger)
    assert noted == evaluated
    assert [*messages, ""] == printed.split("\n")


@pytest.mark.parametrize("wrapper", [structlog.BoundLogger, structlog.stdlib.BoundLogger])
@pytest.mark.parametrize("statement", ['print("a", note(1))', "print(note(1))", 'print(note("%"), note(2))'])
def test_structlog_takes_it_under_each_of_its_wrappers(statement: str, wrapper: type[Any]) -> None:
    with catch_structlog(wrapper) as (logger, messages):
        run(rewrite(statement, "structlog"), logger)
    assert [*messages, ""] == show(statement)[0].split("\n")


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("printed", ["print(e)", 'print("failed:", e)', "print(traceback.format_exc())"])
def test_inside_except_the_record_is_made_and_nothing_is_raised(printed: str, library: Library) -> None:
    statement = f"try:\n    note(1 / 0)\nexcept ZeroDivisionError as e:\n    {printed}"
    with CATCHERS[library]() as (logger, messages):
        run(rewrite(statement, library), logger)
    assert len(messages) == 1
    assert "format_exc" in printed or "division by zero" in messages[0]


def test_a_value_that_is_used_stays_none() -> None:
    with catch_standard() as (logger, messages):
        run(f"{rewrite('x = print(note(1))', 'logging')}\nassert x is None", logger)
    assert messages == ["1"]
