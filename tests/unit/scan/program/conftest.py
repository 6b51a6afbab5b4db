"""Small programs out of texts, joined as a scan joins them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

import pytest

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Role
from readycheck.scan.checks.contract import CONFIGURED, PROGRAM, Facts, Joined
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts import find_collectors
from readycheck.scan.files.globs import compile_globs
from readycheck.scan.files.languages import language_of
from readycheck.scan.files.source import make_unit
from readycheck.scan.plan import CODE
from readycheck.scan.roles.classify import build_context, classify, is_manifest

Join = Callable[[Mapping[str, str]], Facts]


@pytest.fixture(scope="session")
def join() -> Join:
    """A function that gives the facts of some files by path, with their program."""
    return join_texts


def join_texts(files: Mapping[str, str]) -> Facts:
    context = build_context({path: text.encode() for path, text in files.items() if is_manifest(path)}, {})
    facts: dict[str, list[Fact]] = defaultdict(list)
    scripts: list[Fact] = []
    for path, text in files.items():
        role, _ = classify(path, text.encode(), context)
        for fact in collect(path, text):
            if role is Role.SCRIPT and fact.kind == "outline":
                scripts.append(fact)
            elif role in {Role.SERVER, Role.BUILD} or fact.kind in CONFIGURED:
                facts[fact.kind].append(fact)
    return Facts(facts, Joined(facts, [path for path in files if language_of(path) in CODE], scripts))


def collect(path: str, text: str) -> Iterator[Fact]:
    unit, _ = make_unit(path, text.encode())
    assert unit is not None
    for one in find_collectors():
        if not set(one.kinds) & set(PROGRAM):
            continue
        if one.collect is not None and unit.language in one.languages:
            yield from one.collect(unit)
        elif one.collect_config is not None and compile_globs(one.globs).fullmatch(path):
            yield from one.collect_config(ConfigFile(path, unit.language, unit.text))
