"""Little codemods for tests of the core, which has to work with whatever a codemod does."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import cast

from readycheck.catalog import load_catalogue
from readycheck.fix.codemods import find_codemods
from readycheck.fix.contract import Codemod, FileCodemod, FileView, Project, per_file, per_project
from readycheck.fix.verify.regions import line_starts
from readycheck.model.evidence import Match
from readycheck.model.fix import Edit, NewFile, Safety, Site
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.scan.unit import Unit


def rule_with(codemod: Codemod, rule_id: str = "print-call", name: str = "toy") -> Rule:
    """A rule of the catalogue that names this codemod, which is known from now on under that name."""
    cast("dict[str, Codemod]", find_codemods())[name] = codemod
    rule = load_catalogue().find_rule(rule_id)
    assert rule is not None
    return replace(rule, fix=name)


def nothing(_project: Project) -> None:
    """What a codemod prepares that needs nothing."""


def span_of(match: Match) -> Span:
    assert isinstance(match.where, Span)
    return match.where


def offset_of(unit: Unit, match: Match) -> int:
    """Where a match begins in the text."""
    where = span_of(match)
    return find_starts(unit.text)[where.line - 1] + where.column - 1


find_starts = lru_cache(maxsize=2)(line_starts)


def make_renamer(new: str = "repr", safety: Safety = Safety.SAFE, head: str = "") -> Codemod:
    """Turns `print` of a call into another name, and inserts a head at the beginning of the file."""

    @per_file(prepare=nothing)
    def rename(view: FileView, _prepared: object, matches: Sequence[Match]) -> Iterator[Site]:
        for match in matches:
            at = offset_of(view.unit, match)
            edits = [Edit(view.path, at, at + len("print"), new)]
            if head:
                edits.insert(0, Edit(view.path, 0, 0, head))
            reason = "" if safety is Safety.SAFE else "level-guessed"
            yield Site(match.rule, span_of(match), safety, "use another name", reason, tuple(edits))

    return rename


def make_loser() -> Codemod:
    """Forgets every second match."""

    @per_file(prepare=nothing)
    def lose(_view: FileView, _prepared: object, matches: Sequence[Match]) -> Iterator[Site]:
        for match in matches[::2]:
            yield Site(match.rule, span_of(match), Safety.REFUSED, "not now", "not-now")

    return lose


def make_breaker(how: str) -> Codemod:
    """Breaks in files whose text holds `break-me`: raises, hangs, or takes the process down."""
    renamer = make_renamer()
    assert isinstance(renamer, FileCodemod)

    @per_file(prepare=nothing)
    def break_it(view: FileView, prepared: object, matches: Sequence[Match]) -> Iterator[Site]:
        if "break-me" in view.unit.text:
            if how == "raise":
                raise ZeroDivisionError("it broke")
            if how == "hang":
                time.sleep(60)
            os._exit(7)
        yield from renamer.plan(view, prepared, matches)

    return break_it


def make_restless() -> Codemod:
    """Puts an argument in front of the others, whenever it is asked."""

    @per_file(prepare=nothing)
    def add(view: FileView, _prepared: object, matches: Sequence[Match]) -> Iterator[Site]:
        for match in matches:
            at = offset_of(view.unit, match) + len("print(")
            yield Site(match.rule, span_of(match), Safety.SAFE, "one more", "", (Edit(view.path, at, at, "1, "),))

    return add


def make_project_wide(new_path: str = "made.txt") -> Codemod:
    """Changes the first file with a match, and makes a new one."""

    @per_project()
    def change(project: Project, matches: Sequence[Match]) -> Iterator[Site]:
        for match in matches:
            where = span_of(match)
            text = project.read(where.path) or ""
            at = sum(len(line) + 1 for line in text.split("\n")[: where.line - 1]) + where.column - 1
            edits = (Edit(where.path, at, at + len("print"), "repr"),)
            yield Site(match.rule, where, Safety.SAFE, "rename", "", edits, (NewFile(new_path, "made\n"),))

    return change
