"""What tests of the smaller fixes share: the whole way from texts to the fixed texts, and a second time over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from readycheck.catalog import load_catalogue
from readycheck.cli.fix_missing import Missing
from readycheck.fix.choose import Wish
from readycheck.fix.memory import fix_texts
from readycheck.model.fix import FixSettings, Site
from readycheck.model.rule import Catalogue, Rule

EXPRESS = 'const express = require("express");\nconst app = express();\n'


@dataclass(frozen=True, slots=True)
class Result:
    """The files after a fix, and what was said of each place."""

    before: Mapping[str, str]
    files: Mapping[str, str]
    sites: tuple[Site, ...]

    @property
    def changed(self) -> dict[str, str]:
        """The files that are new or different."""
        return {path: text for path, text in self.files.items() if self.before.get(path) != text}

    @property
    def text(self) -> str:
        """The first file."""
        return self.files[next(iter(self.before))]

    @property
    def said(self) -> list[str]:
        """`safe`, `unsafe may-take-longer`, `refused options-elsewhere`, in the order of the places."""
        return [f"{site.safety} {site.reason}".strip() for site in self.sites]


@cache
def load() -> Catalogue:
    """The built-in rules."""
    return load_catalogue(examples=False)


def choose(rule_ids: tuple[str, ...]) -> tuple[Rule, ...]:
    """Rules by id."""
    return tuple(rule for rule in load().rules if rule.id in rule_ids)


def fix(files: Mapping[str, str], *rule_ids: str, unsafe: bool = True, seconds: float = 30.0) -> Result:
    """Fix files by some rules; a fix that breaks, or that is made again in a second run, fails the test."""
    rules = choose(rule_ids)
    items = tuple(item for item in load().items if item.id in {rule.item for rule in rules})
    missing = Missing(replace(load(), rules=rules, items=items), rules)
    settings = FixSettings(timeout_seconds=seconds)
    first = fix_texts(files, rules, Wish(unsafe=unsafe), settings, missing.find)
    assert first.problems == ()
    again = fix_texts(first.files, rules, Wish(unsafe=unsafe), settings, missing.find)
    assert (again.problems, again.files) == ((), first.files)
    return Result(files, first.files, first.sites)
