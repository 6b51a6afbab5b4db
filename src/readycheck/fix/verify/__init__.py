"""What must hold of a file after it was edited; nothing is written of a file for which it does not.

The checks know nothing of how the edits were made: Python is read by its own parser, not by that of the scan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from readycheck.fix.verify.regions import Change
from readycheck.model.vocabulary import Language
from readycheck.scan.files.languages import language_of


def verify(change: Change) -> Iterator[str]:
    """What is wrong with the new text of a file."""
    language = language_of(change.path) or Language.TEXT
    return VERIFIERS[language](change) if language in VERIFIERS else iter(())


def verify_python(change: Change) -> Iterator[str]:
    """Python: parses, same statements elsewhere, no name that nothing binds."""
    from readycheck.fix.verify.python import verify_python as check  # noqa: PLC0415 - only where Python is edited

    return check(change)


def verify_script(change: Change) -> Iterator[str]:
    """JavaScript and TypeScript: the same, on the parser's tree."""
    from readycheck.fix.verify.script import verify_script as check  # noqa: PLC0415 - only where a script is edited

    return check(change)


def verify_configuration(change: Change) -> Iterator[str]:
    """Configuration that could be read still can."""
    from readycheck.fix.verify.configuration import verify_configuration as check  # noqa: PLC0415 - likewise

    return check(change)


VERIFIERS: Mapping[Language, Callable[[Change], Iterator[str]]] = {
    Language.PYTHON: verify_python,
    Language.JAVASCRIPT: verify_script,
    Language.TYPESCRIPT: verify_script,
    Language.TSX: verify_script,
    Language.YAML: verify_configuration,
    Language.JSON: verify_configuration,
    Language.TOML: verify_configuration,
}
