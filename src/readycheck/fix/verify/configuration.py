"""Configuration after an edit: what could be read before still can."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.fix.verify.regions import Change
from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigError, ConfigFile
from readycheck.scan.files.languages import language_of


def verify_configuration(change: Change) -> Iterator[str]:
    """What is wrong with the new text, if there was nothing wrong with the old one."""
    broken = find_fault(change.path, change.after)
    if broken and not find_fault(change.path, change.before):
        yield f"the new text could not be read: {broken}"


def find_fault(path: str, text: str) -> str:
    """Why a file cannot be read; empty if it can."""
    try:
        _ = ConfigFile(path, language_of(path) or Language.TEXT, text).documents
    except ConfigError as error:
        return f"{error.reason} on line {error.line}"
    return ""
