"""What the commands about a project's database have in common: its schema, and the queries that its code makes."""

from __future__ import annotations

from typing import NamedTuple

from readycheck.cli.inventory import Wish, read_project
from readycheck.model.vocabulary import Role
from readycheck.scan.checks.contract import PROGRAM, Facts
from readycheck.scan.engine import join, sort_facts
from readycheck.scan.queries.analysed import Reading
from readycheck.scan.queries.project import STORED, read_database

ROLES = (Role.SERVER, Role.MIGRATION, Role.SCRIPT, Role.BUILD)


class Stored(NamedTuple):
    """The facts of a project's server code, migrations and scripts, and the databases and queries that they show."""

    facts: Facts
    reading: Reading


def read_stored(wish: Wish) -> Stored:
    """What a project stores where, and asks for. Raises AuditError."""
    files = read_project(wish, (*PROGRAM, *STORED)).files
    facts = sort_facts(files)
    joined = join(files, facts)
    chosen = {kind: [one for role in ROLES for one in facts.get((kind, role), ())] for kind in (*PROGRAM, *STORED)}
    given = Facts(chosen, joined)
    return Stored(given, read_database(given))
