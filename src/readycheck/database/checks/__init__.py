"""Functions that database rules may name: one module a topic, found by walking this folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from readycheck.database.checks.contract import DatabaseCheck


@cache
def find_checks() -> Mapping[str, DatabaseCheck]:
    """Every check of this folder by its bare name."""
    found: dict[str, DatabaseCheck] = {}
    for module_info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{module_info.name}")
        found |= {name: value for name, value in vars(module).items() if isinstance(value, DatabaseCheck)}
    return found
