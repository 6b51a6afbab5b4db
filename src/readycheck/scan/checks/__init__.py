"""Finds the checks: whatever in this folder's modules was declared one."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from readycheck.scan.checks.contract import CheckFunction, FileCheck, ProjectCheck


@cache
def find_checks() -> Mapping[str, CheckFunction]:
    """All checks by name.

    Raises:
        ValueError: two checks have the same name.
    """
    checks: dict[str, CheckFunction] = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        for value in vars(module).values():
            if not isinstance(value, FileCheck | ProjectCheck):
                continue
            if checks.setdefault(value.name, value) is not value:
                raise ValueError(f"two checks are called {value.name}")
    return MappingProxyType(checks)
