"""What the commands about a project's database have in common: its schema, and the queries that its code makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from readycheck.cli.inventory import Wish, read_project
from readycheck.model.evidence import Scan
from readycheck.model.rule import Rule
from readycheck.model.vocabulary import Role
from readycheck.scan.checks.contract import PROGRAM, Facts
from readycheck.scan.engine import join, sort_facts
from readycheck.scan.plan import Plan
from readycheck.scan.queries.analysed import Reading
from readycheck.scan.queries.project import STORED, read_database

DEPLOYED = ("workload", "compose-service")
ROLES = (Role.SERVER, Role.MIGRATION, Role.SCRIPT, Role.BUILD)


class Stored(NamedTuple):
    """The facts of a project's server code, migrations and scripts, and the databases and queries that they show."""

    facts: Facts
    reading: Reading


def read_stored(wish: Wish, further: Sequence[str] = ()) -> Stored:
    """What a project stores where, and asks for; the facts also of `further` kinds. Raises AuditError."""
    return join_stored(read_project(wish, (*PROGRAM, *STORED, *further)), further)


def join_stored(found: Scan, further: Sequence[str] = ()) -> Stored:
    """What a scan has seen of it; it must have gathered these kinds of facts: see `has_gathered`."""
    facts = sort_facts(found.files)
    joined = join(found.files, facts)
    kinds = (*PROGRAM, *STORED, *further)
    roles = {**dict.fromkeys(kinds, ROLES), **dict.fromkeys(DEPLOYED, tuple(Role)), "pool": (Role.SERVER,)}
    chosen = {kind: [one for role in roles[kind] for one in facts.get((kind, role), ())] for kind in kinds}
    given = Facts(chosen, joined)
    return Stored(given, read_database(given))


def has_gathered(rules: Sequence[Rule], further: Sequence[str] = ()) -> bool:
    """Whether a scan by these rules gathers all kinds of facts that a project's database is read from."""
    gathered = {kind for collector in Plan(tuple(rules)).collectors for kind in collector.kinds}
    return gathered.issuperset((*PROGRAM, *STORED, *further))
