"""The index that each match asks for, and the database whose migrations would have to build it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from readycheck.fix.contract import Project
from readycheck.model.evidence import Fact, Match
from readycheck.model.vocabulary import Role
from readycheck.scan.checks.contract import PROGRAM, Facts
from readycheck.scan.checks.indexes import BY_KEY, BY_QUERY, describe, find_needs, judge
from readycheck.scan.engine import WHOLE
from readycheck.scan.late import compile_late
from readycheck.scan.schema.source import Source
from readycheck.sql.audit import Need, Proposal

ROLES = (Role.SERVER, Role.MIGRATION)
"""The roles that the rules of this fix name, in their order."""
CONCURRENTLY = compile_late(r"^CREATE INDEX CONCURRENTLY (?!IF NOT EXISTS)")


@dataclass(frozen=True)
class Wanted:
    """An index that is to be built, and the database that lacks it."""

    source: Source
    need: Need
    proposal: Proposal

    @property
    def name(self) -> str:
        """The name of the index."""
        return self.proposal.index.name

    @property
    def statement(self) -> str:
        """The DDL; run twice, it does nothing the second time."""
        return CONCURRENTLY.sub("CREATE INDEX CONCURRENTLY IF NOT EXISTS ", self.proposal.statement)


Key = tuple[str, str, int, str]


def find_wanted(project: Project, matches: Sequence[Match]) -> Mapping[Key, Wanted]:
    """The index of each match, by what makes the match the one it is."""
    rules = {match.rule for match in matches}
    judged = judge(select(project))[1]
    found: dict[Key, Wanted] = {}
    for rule, kinds in (("foreign-key-without-index", BY_KEY), ("query-without-index", BY_QUERY)):
        for one, need in find_needs(judged, kinds) if rule in rules else ():
            if need.proposal is not None:
                found[make_key(describe(rule, need))] = Wanted(one.source, need, need.proposal)
    return found


def make_key(match: Match) -> Key:
    """What tells a match from others of its rule."""
    where = match.where
    return match.rule, getattr(where, "path", ""), getattr(where, "line", 0), match.text


def select(project: Project) -> Facts:
    """The facts that the rules were given, in that order: those of their roles, and of code that can run."""
    roles = {file.path: file.role for file in project.files}
    every = frozenset({*PROGRAM, *WHOLE})

    def choose(kind: str, facts: Sequence[Fact]) -> Sequence[Fact]:
        """What a rule is given of the facts of one kind."""
        meant = [fact for role in ROLES for fact in facts if roles.get(fact.where.path) is role]
        return meant if kind in every else [fact for fact in meant if project.facts.runs(fact)]

    return project.facts.narrow(choose)


def list_distinct(wanted: Sequence[Wanted]) -> list[Wanted]:
    """The indexes of one database in the order of tables and names, each once."""
    ordered = sorted(wanted, key=lambda one: (one.need.table.name, one.name))
    return list({one.statement: one for one in ordered}.values())


def undo(one: Wanted) -> str:
    """The way back."""
    schema = re.search(r" ON ((?:\"[^\"]+\"|\w+)\.)", one.statement)
    quoted = re.search(r"IF NOT EXISTS (\"[^\"]+\"|\w+) ON", one.statement)
    name = quoted[1] if quoted is not None else one.name
    return f"DROP INDEX CONCURRENTLY IF EXISTS {schema[1] if schema is not None else ''}{name};"
