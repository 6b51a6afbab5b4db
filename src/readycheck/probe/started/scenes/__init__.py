"""The scenarios: one module a few topics, each with `SCENES`, which maps a topic to what plays it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Mapping
from functools import cache

from readycheck.probe.started.session import Session

Scene = Callable[[Session], Awaitable[None]]


@cache
def find_scenes() -> Mapping[str, Scene]:
    """What plays each topic."""
    found: dict[str, Scene] = {}
    for module_info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{module_info.name}")
        found |= getattr(module, "SCENES", {})
    return found
