"""The index that each match asks for, and the database whose migrations would have to build it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

from readycheck.fix.contract import Project
from readycheck.model.evidence import Fact, Match
from readycheck.model.vocabulary import Role
from readycheck.scan.checks.contract import PROGRAM, Facts
from readycheck.scan.checks.indexes import BY_KEY, BY_QUERY, describe, find_needs, judge, list_alike
from readycheck.scan.engine import WHOLE
from readycheck.scan.late import compile_late
from readycheck.scan.schema.history import STEP, find_histories
from readycheck.scan.schema.source import Source
from readycheck.sql.audit import Need, Proposal

ROLES = (Role.SERVER, Role.MIGRATION)
"""The roles that the rules of this fix name, in their order."""
KINDS = {"foreign-key-without-index": BY_KEY, "query-without-index": BY_QUERY}
"""The needs that each rule tells."""
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


def find_wanted(project: Project, matches: Sequence[Match]) -> Mapping[Key, Sequence[Wanted]]:
    """The indexes of each match, by what makes the match the one it is: one, or those that it stands for as well."""
    rules = {match.rule for match in matches}
    judged = judge(select(project))[1]
    chosen = [(rule, kinds) for rule, kinds in KINDS.items() if rule in rules]
    every = frozenset().union(*(kinds for _, kinds in chosen))
    found: dict[Key, Sequence[Wanted]] = {}
    for rule, kinds in chosen:
        for one, need in find_needs(judged, kinds):
            alike = [(each, each.proposal) for each in list_alike(one, need, every) if each.proposal is not None]
            found[make_key(describe(rule, need))] = [Wanted(one.source, each, proposal) for each, proposal in alike]
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


def explain(one: Wanted, mark: str = "--") -> str:
    """The comment above the statement, in a language whose comments begin with `mark`."""
    return "".join(f"{mark} {row}\n" for row in wrap(" ".join(one.need.reason.split()), 100))


def find_steps(project: Project, source: Source) -> tuple[Fact, ...]:
    """The migrations in code that make a database, in order: those of its folder.

    What stands in models alone is made by Alembic's revisions where the project has one row of them.
    """
    if source.style == "sql":
        return ()
    histories = list(find_histories(list(project.facts.get(STEP, ()))))
    own = [one for one in histories if (one.folder or ".") == source.label]
    own = own or [one for one in histories if all(step.data["tool"] == "alembic" for step in one.steps)]
    tools = {str(step.data["tool"]) for one in own for step in one.steps}
    return own[0].steps if len(own) == 1 and len(tools) == 1 else ()
