"""Fixes: what would be changed at each place that a rule found, or why nothing is."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from readycheck.model.location import Span


class Safety(StrEnum):
    """Whether a fix may be applied without looking at it; `refused` sites have no edit, but a reason."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace `text[start:end]` of one file by `new`.

    Offsets count code points of the file's decoded text, whose line ends are kept and whose byte order mark is not
    counted; `start == end` inserts. Equal edits of several sites (an import that all of them need) are made once.
    """

    path: str
    start: int
    end: int
    new: str


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that does not exist yet: path below the root, with `/`, and its content, with LF line ends, as UTF-8."""

    path: str
    content: str


@dataclass(frozen=True, slots=True)
class Site:
    """One place, and what the fix does there.

    `reason` is a stable code in kebab case: why the fix is refused or unsafe (`partial-line`, `level-guessed`), or
    empty for a safe one. `title` says in one line what is done (`use the module's logger`), or why nothing is.
    """

    rule: str
    where: Span
    safety: Safety
    title: str
    reason: str = ""
    edits: tuple[Edit, ...] = ()
    creates: tuple[NewFile, ...] = ()

    def __post_init__(self) -> None:
        """A refusal changes nothing and says why; everything else changes something."""
        changes = bool(self.edits or self.creates)
        if changes is (self.safety is Safety.REFUSED) or (self.safety is not Safety.SAFE and not self.reason):
            raise ValueError(f"{self.rule}: a fix needs edits, a refusal a reason and none: {self}")


PythonLogger = Literal["logging", "structlog", "loguru"]
JavascriptLogger = Literal["pino", "winston", "bunyan"]


@dataclass(frozen=True, slots=True)
class FixSettings:
    """What the configuration says about fixes (`[fix]`); None and empty: find out from the project.

    `javascript_module` is the path, below the root, of the module that exports the project's own logger.
    `logging_configured` says that the process sets up logging so that INFO is shown: where that can be found out
    neither here nor in the code, what would be safe is unsafe.
    """

    python_logger: PythonLogger | None = None
    javascript_logger: JavascriptLogger | None = None
    javascript_module: str | None = None
    logging_configured: bool | None = None
    timeout_seconds: float = 30.0
    exclude: tuple[str, ...] = field(default=())
