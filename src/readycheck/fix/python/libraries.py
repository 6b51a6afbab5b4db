"""Python's loggers: what makes one, and how a module binds its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MADE: Mapping[str, str] = {
    "logging.getLogger()": "logging",
    "logging.root": "logging",
    "logging.Logger()": "logging",
    "logging.LoggerAdapter()": "logging",
    "celery.utils.log.get_task_logger()": "logging",
    "celery.utils.log.get_logger()": "logging",
    "multiprocessing.get_logger()": "logging",
    "structlog.get_logger()": "structlog",
    "structlog.getLogger()": "structlog",
    "structlog.stdlib.get_logger()": "structlog",
    "structlog.stdlib.BoundLogger()": "structlog",
    "structlog.BoundLogger()": "structlog",
    "structlog.types.FilteringBoundLogger()": "structlog",
    "structlog.typing.FilteringBoundLogger()": "structlog",
    "loguru.logger": "loguru",
    "loguru.Logger()": "loguru",
}
# Methods that give a logger like the one they are called on. Not loguru's `opt`: it may read markup in the message.
SAME = (".bind()", ".new()", ".patch()", ".getChild()")


@dataclass(frozen=True, slots=True)
class Binding:
    """How a module gets a logger: the module to import, the import, what `{module}` then makes."""

    module: str
    statement: str
    value: str
    alias: str


BINDINGS: Mapping[str, Binding] = {
    "logging": Binding("logging", "import logging", "{module}.getLogger(__name__)", "import logging as _logging"),
    "structlog": Binding(
        "structlog", "import structlog", "{module}.get_logger(__name__)", "import structlog as _structlog"
    ),
    "loguru": Binding("loguru", "from loguru import logger", "", "from loguru import logger as {name}"),
}


def read_library(name: str) -> str:
    """The library that a resolved name is a logger of; empty if it is none."""
    while name.endswith(SAME):
        name = name[: name[:-2].rindex(".")]
    return MADE.get(name, "")
