"""Codemods that rules may name: one module each or a topic, found by walking this folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from readycheck.fix.contract import Codemod, FileCodemod, ProjectCodemod


@cache
def find_codemods() -> Mapping[str, Codemod]:
    """Every codemod of this folder by its bare name."""
    found: dict[str, Codemod] = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        found |= {
            name: value for name, value in vars(module).items() if isinstance(value, FileCodemod | ProjectCodemod)
        }
    return found
