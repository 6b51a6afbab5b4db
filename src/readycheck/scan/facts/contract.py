"""What a fact collector is: a module of this folder that reads one kind of thing out of files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language

if TYPE_CHECKING:
    from readycheck.scan.config_file import ConfigFile
    from readycheck.scan.unit import Unit


@dataclass(frozen=True, slots=True)
class Collector:
    """One collector module.

    `kinds` are the kinds of facts it yields. Code in one of `languages` is given to `collect` if one of the `anchors`
    stands in it as a whole word; configuration whose path matches one of the `globs` is given to `collect_config`.
    """

    name: str
    kinds: tuple[str, ...]
    languages: tuple[Language, ...]
    anchors: tuple[str, ...]
    globs: tuple[str, ...]
    collect: Callable[[Unit], Iterator[Fact]] | None
    collect_config: Callable[[ConfigFile], Iterator[Fact]] | None
