"""Values that several parts of the configuration have: texts, globs, paths."""

from __future__ import annotations

from pathlib import Path

from readycheck.audit.errors import SettingsError
from readycheck.edits.files import RefusedError, find_inside


def describe(error: Exception) -> str:
    """An error without the absolute path that the operating system puts into it."""
    return (error.strerror or "cannot be read") if isinstance(error, OSError) else str(error)


def parse_words(value: object, _root: Path) -> tuple[str, ...]:
    """A list of texts, none of them empty."""
    if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
        raise SettingsError('must be a list of texts, such as ["a", "b"]')
    return tuple(value)


def parse_globs(value: object, root: Path) -> tuple[str, ...]:
    """Globs of paths below the root."""
    globs = parse_words(value, root)
    wrong = [glob for glob in globs if glob.startswith("/") or ".." in glob.split("/") or "\\" in glob]
    if wrong:
        raise SettingsError([f'"{glob}" must be a glob below the audited folder, with "/"' for glob in wrong])
    return globs


def parse_path(value: object, root: Path) -> Path:
    """A path inside the root, of a file that may be missing."""
    if not isinstance(value, str):
        raise SettingsError("must be a path, as text")
    try:
        return find_inside(root, value)
    except (RefusedError, OSError, RuntimeError) as error:
        raise SettingsError(f'"{value}" {describe(error)}') from error


def parse_name(value: object, root: Path) -> str:
    """A path inside the root, as it is written."""
    parse_path(value, root)
    return str(value)
