"""Finds the fact collectors: every module of this folder that declares the kinds it yields."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from readycheck.scan.facts.contract import Collector


@cache
def find_collectors() -> tuple[Collector, ...]:
    """All collectors, sorted by name."""
    collectors = []
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        names = vars(module)
        if "KINDS" in names:
            collector = Collector(
                info.name,
                tuple(names["KINDS"]),
                tuple(names.get("LANGUAGES", ())),
                tuple(names.get("ANCHORS", ())),
                tuple(names.get("GLOBS", ())),
                names.get("collect"),
                names.get("collect_config"),
            )
            collectors.append(collector)
    return tuple(sorted(collectors, key=lambda collector: collector.name))
