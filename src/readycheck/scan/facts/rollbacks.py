"""Commands and settings by which a release is taken back: in shell scripts, Makefiles, compose files and Terraform.

`rollback-command`: `command`, `automatic` (the platform does it by itself when a release fails).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from readycheck.model.evidence import Fact
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.late import compile_late

KINDS = ("rollback-command",)
GLOBS = ("*.sh", "Makefile", "*.mk", "justfile", "Justfile", "*.tf", "*.yml", "*.yaml")
COMMAND = compile_late(
    r"\bkubectl\b[^#|;&]*\brollout\s+undo|\brollout\s+undo\b|\bhelm\s+rollback\b|\bhelm\b[^#|;&]*\s--(?:atomic|rollback-on-failure)\b|"
    r"\bheroku\s+(?:releases:)?rollback\b|\bkamal\s+rollback\b|\bdocker\s+service\s+(?:rollback\b|update\b[^#|;&]*--rollback)|"
    r"\bfly(?:ctl)?\s+deploy\b[^#|;&]*--image|\bupdate-traffic\b|\bvercel\s+rollback\b|\bargo\s*rollouts?\s+undo\b"
)
CIRCUIT = compile_late(r"deployment_circuit_breaker\b")
ROLLS_BACK = compile_late(r"^\s*rollback\s*=\s*true\b")
SWARM = compile_late(r"^\s*failure_action:\s*[\"']?rollback\b")
MAX_COLUMNS = 1000
NEAR = 6


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """The first command of one file, and what it tells a platform."""
    if file.path.endswith((".yml", ".yaml")):
        yield from find_lines(file, SWARM, automatic=True) if "failure_action" in file.text else ()
        return
    if file.path.endswith(".tf"):
        circuits = [number for number, row in enumerate(file.lines, 1) if CIRCUIT.search(row[:MAX_COLUMNS])]
        for number in circuits:
            if any(ROLLS_BACK.match(file.row(number + step)) for step in range(NEAR)):
                yield Fact("rollback-command", file.span(number), {"command": "a circuit breaker", "automatic": True})
        return
    yield from find_lines(file, COMMAND, automatic=False)


def find_lines(file: ConfigFile, pattern: re.Pattern[str], *, automatic: bool) -> Iterator[Fact]:
    """The first line that matches and is no comment."""
    for number, row in enumerate(file.lines, 1):
        text = row[:MAX_COLUMNS].strip()
        if not text.startswith(("#", "echo")) and pattern.search(text):
            yield Fact("rollback-command", file.span(number), {"command": text[:120], "automatic": automatic})
            return
