"""Why a fix is refused or unsafe: the stable codes with a sentence each.

Those of the core stand here; a package of codemods has its own in `reasons.py`, as `REASONS`.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Mapping
from functools import cache

import readycheck.fix as package

REASONS: Mapping[str, str] = {
    "suppressed": "a comment `readycheck: ignore[...]` with a reason accepts this place",
    "excluded": "the configuration leaves this path out of all fixes (`[fix] exclude`)",
    "generated": "the file is generated: what generates it has to be changed",
    "embedded": "the code is embedded in a file of another language",
    "notebook": "cells of notebooks are not rewritten",
    "not-reversible": "the file's bytes are not valid in its encoding, so that it could not be written back as it is",
    "lone-return": "lines of the file end with a lone carriage return, which the parser does not know",
    "not-parsed": "the Python that runs readycheck cannot parse the file, so that no change of it can be verified",
    "not-read": "the file could not be read",
    "no-plan": "the fix has no answer for this place, which is a bug in readycheck",
}


@cache
def find_reasons() -> Mapping[str, str]:
    """Every code with its sentence: the core's, then those of each package of codemods.

    A test holds the packages to one sentence a code.
    """
    found = dict(REASONS)
    for reasons in list_packages().values():
        found = {**reasons, **found}
    return found


def list_packages() -> Mapping[str, Mapping[str, str]]:
    """The reasons of each package of codemods."""
    names = [info.name for info in pkgutil.iter_modules(package.__path__) if info.ispkg and has_reasons(info.name)]
    return {name: importlib.import_module(f"{package.__name__}.{name}.reasons").REASONS for name in names}


def has_reasons(name: str) -> bool:
    """Whether a package of codemods has reasons of its own."""
    return importlib.util.find_spec(f"{package.__name__}.{name}.reasons") is not None
