"""The one error of configuration files that cannot be read."""

from __future__ import annotations


class ConfigError(ValueError):
    """A configuration file is broken or too costly to read; `line` starts at 1 (0: not known)."""

    def __init__(self, reason: str, line: int = 0) -> None:
        """Say what is wrong, and where."""
        super().__init__(f"line {line}: {reason}" if line else reason)
        self.reason = reason
        self.line = line
