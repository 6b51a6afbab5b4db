"""What the end-to-end tests share: the command, what it answered, and what its fixtures are called with."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

COMMAND = str(Path(sys.executable).with_name("readycheck"))
PROJECT = Path(__file__).resolve().parents[2] / "fixtures" / "projects" / "notes"
SAFETY_NET = 60.0  # seconds; nothing here is meant to come near it


@dataclass(frozen=True)
class Answer:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        report: dict[str, Any] = json.loads(self.out)
        return report

    def places(self, rule: str) -> list[str]:
        """`path:line` of the rule's findings that count, from a JSON report."""
        return sorted(
            f"{one['where']['path']}:{one['where']['line']}"
            for one in self.report["findings"]
            if one["rule"] == rule and one["suppressed"] is None
        )

    def outcome(self, item: str) -> str:
        """An item's outcome, from a JSON report."""
        return next(str(one["outcome"]) for one in self.report["items"] if one["id"] == item)


class Run(Protocol):
    def __call__(
        self,
        *arguments: str | Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        prepare: Callable[[], None] | None = None,
    ) -> Answer: ...


def clean_environment(cache: Path) -> dict[str, str]:
    """Our environment without what would colour the output, and with a cache and undo records of the test's own."""
    unwanted = {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "PYTHONPATH", "GITHUB_ACTIONS", "CI"}
    kept = {key: value for key, value in os.environ.items() if key not in unwanted}
    own = {"READYCHECK_CACHE_DIR": str(cache), "READYCHECK_STATE_DIR": str(cache / "state")}
    return {**kept, **own, "TERM": "xterm"}


Tree = Callable[[Mapping[str, str | bytes]], Path]
