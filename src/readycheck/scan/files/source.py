"""The content of one file as decoded code in one language."""

from __future__ import annotations

from readycheck.model.vocabulary import Language
from readycheck.scan.files.decoding import NotText, decode_text
from readycheck.scan.files.disk import Unreadable
from readycheck.scan.files.languages import embeds_scripts, language_of, suffix_of
from readycheck.scan.unit import Unit

LFS_POINTER = b"version https://git-lfs.github.com/spec/"
LFS_SIZE = 1024
SCRIPTS = (Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
MINIFIED_SAMPLE = 65_536
MINIFIED_SIZE = 5_000
MINIFIED_AVERAGE = 500


def make_unit(path: str, data: bytes) -> tuple[Unit | None, str | None]:
    """The code of a file, and a note if it may not be exactly what the author wrote.

    No unit (None) when an embedding file holds no script. Configuration files give a unit of their language.
    Raises `Unreadable` for bytes that are no text or no code (binary, minified, a Git LFS pointer, an R notebook).
    """
    language = language_of(path) or Language.TEXT
    if len(data) < LFS_SIZE and data.startswith(LFS_POINTER):
        raise Unreadable("a Git LFS pointer: its content is not in the working tree")
    try:
        text, note = decode_text(data, language is Language.PYTHON)
    except NotText as error:
        raise Unreadable(str(error)) from error
    if suffix_of(path) == "ipynb":
        from readycheck.scan.files.notebook import read_notebook  # noqa: PLC0415 - only where there is a notebook

        return read_notebook(path, text), note
    if embeds_scripts(path):
        from readycheck.scan.files.embedded import extract_scripts  # noqa: PLC0415 - likewise

        found = extract_scripts(text)
        return (Unit(path, *found), note) if found else (None, None)
    if language in SCRIPTS and is_minified(text):
        raise Unreadable("minified")
    return Unit(path, language, text), note


def is_minified(text: str) -> bool:
    """Whether the first 64 KB look like the output of a minifier: few line breaks, and no body of short lines."""
    sample = text[:MINIFIED_SAMPLE]
    lines = sample.count("\n") + 1
    return len(sample) > MINIFIED_SIZE and len(sample) / lines > MINIFIED_AVERAGE
