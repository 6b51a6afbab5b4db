"""The closed word lists of readycheck: every status, priority and channel that a report may name."""

from __future__ import annotations

from enum import StrEnum


class Priority(StrEnum):
    """How much an item weighs; the gate and the levels are defined over it."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for high, 1 for medium, 2 for low: sorts worst first."""
        return list(Priority).index(self)


class Confidence(StrEnum):
    """How sure a rule is that its match is what its title says."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Channel(StrEnum):
    """Where a rule looks."""

    CODE = "code"
    CONFIG = "config"
    HTTP = "http"
    DATABASE = "database"
    ATTESTATION = "attestation"


class Polarity(StrEnum):
    """Whether a match counts against the item (violation) or proves it (control)."""

    VIOLATION = "violation"
    CONTROL = "control"


class WhenClean(StrEnum):
    """What a violation rule without a finding says about its item."""

    PROVES = "proves"
    SUPPORTS = "supports"


class Outcome(StrEnum):
    """Of an item, and of one rule's evidence."""

    PASS = "pass"  # noqa: S105 - an outcome, not a password
    FAIL = "fail"
    CONTRADICTED = "contradicted"
    UNPROVEN = "unproven"
    NOT_APPLICABLE = "not-applicable"
    ATTESTED = "attested"
    ERROR = "error"


class Verdict(StrEnum):
    """Of the whole audit."""

    READY = "ready"
    NOT_READY = "not-ready"
    INCOMPLETE = "incomplete"


class Level(StrEnum):
    """Cumulative: bronze = every high item holds, silver = and every medium one, gold = and every low one."""

    GOLD = "gold"
    SILVER = "silver"
    BRONZE = "bronze"


class Role(StrEnum):
    """What a source file is for; only the roles that a rule names can give findings."""

    SERVER = "server"
    TEST = "test"
    SCRIPT = "script"
    MIGRATION = "migration"
    BUILD = "build"
    BROWSER = "browser"
    EXAMPLE = "example"
    DOCUMENTATION = "documentation"
    GENERATED = "generated"


class Language(StrEnum):
    """What a rule's `languages` may name. JSX is javascript; TSX is a language of its own to the parser."""

    PYTHON = "python"
    JAVASCRIPT = "javascript"
    TYPESCRIPT = "typescript"
    TSX = "tsx"
    DOCKERFILE = "dockerfile"
    YAML = "yaml"
    JSON = "json"
    TOML = "toml"
    TEXT = "text"
