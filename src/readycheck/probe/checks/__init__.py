"""Functions that http rules may name: one module a topic, found by walking this folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from readycheck.probe.checks.contract import RecordingCheck


@cache
def find_checks() -> Mapping[str, RecordingCheck]:
    """Every check of this folder by its bare name."""
    found: dict[str, RecordingCheck] = {}
    for module_info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{module_info.name}")
        found |= {name: value for name, value in vars(module).items() if isinstance(value, RecordingCheck)}
    return found
