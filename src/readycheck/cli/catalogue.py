"""The catalogue as the user of a command knows it: built in, from the configuration, from `--rules`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from readycheck.audit.errors import UsageError, suggest
from readycheck.audit.known import list_checks
from readycheck.audit.settings import load_settings
from readycheck.catalog import load_catalogue
from readycheck.model.rule import Catalogue


def load_rules(folders: Sequence[Path], *, examples: bool = True) -> Catalogue:
    """The built-in rules and those of the given folders; what they name must exist.

    Without `examples` the built-in rules come without theirs, which takes half the time.

    Raises CatalogueError with every problem of every rule.
    """
    if not folders:
        return load_catalogue(examples=examples)
    return load_catalogue(folders, known_checks=list_checks(), examples=examples)


def load_known(folders: Sequence[Path] | None) -> Catalogue:
    """The same, with the folders that the configuration in the current folder names."""
    return load_rules([*load_settings(Path()).rules, *(folders or ())])


def check_word(word: str, known: Sequence[str], what: str) -> None:
    """Raise UsageError if a word is not among the known ones, with the nearest of them."""
    if word not in known:
        raise UsageError(f'no {what} "{word}"{suggest(word, known)}; `readycheck rules list` shows all')
