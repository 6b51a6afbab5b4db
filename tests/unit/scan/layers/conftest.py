"""Layers of small projects that are written down as texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping

import pytest

from readycheck.model.evidence import Fact
from readycheck.scan.checks.contract import Facts, Joined
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts import find_collectors
from readycheck.scan.files.globs import compile_globs
from readycheck.scan.files.languages import language_of
from readycheck.scan.files.source import make_unit
from readycheck.scan.layers.mounted import LAYERED, Stack
from readycheck.scan.plan import CODE

Layered = Callable[[Mapping[str, str]], Stack]


@pytest.fixture(scope="session")
def layered() -> Layered:
    """A function that gives the layers of some files by path."""
    return layer_texts


def layer_texts(files: Mapping[str, str]) -> Stack:
    facts: dict[str, list[Fact]] = defaultdict(list)
    for path, text in files.items():
        unit, _ = make_unit(path, text.encode())
        for one in find_collectors():
            if not set(one.kinds) & set(LAYERED):
                continue
            if one.collect is not None and unit is not None and unit.language in one.languages:
                found = one.collect(unit)
            elif one.collect_config is not None and unit is not None and compile_globs(one.globs).fullmatch(path):
                found = one.collect_config(ConfigFile(path, unit.language, unit.text))
            else:
                continue
            for fact in found:
                facts[fact.kind].append(fact)
    return Stack(Facts(facts, Joined(facts, [path for path in files if language_of(path) in CODE])))
