"""Fact collectors: one module a topic, found by walking this folder.

A module gives `KINDS` (the kinds of facts it yields) and for code `LANGUAGES`, `ANCHORS` and `collect(unit)`, for
configuration files `GLOBS` and `collect_config(file)`; or both. `SERVING = True` marks one whose facts matter only in a
project that serves requests or is deployed: nothing of it is read in a library. A module with `list_anchors(helpers)`
and `collect_helped(helpers, unit)` in their place reads what the configuration declares, and nothing without that.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.helper import QueryHelper
from readycheck.model.vocabulary import Language

if TYPE_CHECKING:
    from readycheck.scan.config.file import ConfigFile
    from readycheck.scan.unit import Unit


@dataclass(frozen=True, slots=True)
class Collector:
    """One topic's collector; `collect` or `collect_config` is None where it does not read that sort of file."""

    name: str
    kinds: tuple[str, ...]
    languages: tuple[Language, ...]
    anchors: tuple[str, ...]
    globs: tuple[str, ...]
    collect: Callable[[Unit], Iterator[Fact]] | None
    collect_config: Callable[[ConfigFile], Iterator[Fact]] | None
    serving: bool = False
    list_anchors: Callable[[Sequence[QueryHelper]], tuple[str, ...]] | None = None
    collect_helped: Callable[[Sequence[QueryHelper], Unit], Iterator[Fact]] | None = None

    def configure(self, helpers: Sequence[QueryHelper]) -> Collector:
        """The collector as the configuration makes it: one that reads what is declared looks for that."""
        if self.list_anchors is None or self.collect_helped is None or not helpers:
            return self
        return replace(self, anchors=self.list_anchors(helpers), collect=partial(self.collect_helped, helpers))


@cache
def find_collectors() -> tuple[Collector, ...]:
    """Every collector of this folder, by name."""
    found = []
    for module_info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{module_info.name}")
        if not hasattr(module, "KINDS"):
            continue
        found.append(
            Collector(
                module_info.name,
                module.KINDS,
                getattr(module, "LANGUAGES", ()),
                getattr(module, "ANCHORS", ()),
                getattr(module, "GLOBS", ()),
                getattr(module, "collect", None),
                getattr(module, "collect_config", None),
                getattr(module, "SERVING", False),
                getattr(module, "list_anchors", None),
                getattr(module, "collect_helped", None),
            )
        )
    return tuple(found)
