"""Alembic: one revision behind the only head, whose indexes are built outside of its transaction."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from readycheck.fix.contract import Project
from readycheck.fix.indexes.needs import Wanted, undo
from readycheck.fix.refusal import RefusedError
from readycheck.model.evidence import Fact
from readycheck.model.fix import NewFile
from readycheck.scan.schema.history import list_after

TYPED = re.compile(r"^revision\s*:\s*str\b", re.MULTILINE)
VERSION = re.compile(
    r"^[ \t\"']*alembic[ \t]*[=~^<]=?[ \t\"'=]*1\.(\d+)|name = \"alembic\"\nversion = \"1\.(\d+)", re.MULTILINE
)
FIRST_WITH_IF = 12
NUMBERED = re.compile(r"(\d+)(_\w+)?")
RANDOM_DIGITS = 12
SLUG = "add_missing_indexes"


def write_revision(project: Project, steps: Sequence[Fact], wanted: Sequence[Wanted]) -> NewFile:
    """The new revision with all indexes. Raises RefusedError."""
    followed = {name for one in steps for name in list_after(one)}
    heads = [one for one in steps if str(one.data["revision"]) not in followed]
    if len(heads) != 1:
        raise RefusedError("two-heads")
    head = heads[0]
    last = str(head.data["revision"])
    revision = name_revision(last, wanted)
    folder = head.where.path.rpartition("/")[0]
    text = project.read(head.where.path) or ""
    name = revision if revision.endswith(SLUG) else f"{revision}_{SLUG}"
    content = render(text, revision, last, wanted, plain=is_old(project, folder))
    return NewFile(f"{folder}/{name}.py", content)


def name_revision(last: str, wanted: Sequence[Wanted]) -> str:
    """The next number where revisions are numbered, else twelve digits that depend on what is built behind what."""
    numbered = NUMBERED.fullmatch(last)
    if numbered is not None and len(last) != RANDOM_DIGITS:
        following = str(int(numbered[1]) + 1).zfill(len(numbered[1]))
        return f"{following}_{SLUG}" if numbered[2] else following
    text = "\n".join([last, *(one.statement for one in wanted)])
    return hashlib.sha256(text.encode()).hexdigest()[:RANDOM_DIGITS]


def render(sample: str, revision: str, last: str, wanted: Sequence[Wanted], *, plain: bool) -> str:
    """The text of the revision, with annotations where the one before has them."""
    quote = "'" if sample.count("'") > sample.count('"') else '"'
    typed = TYPED.search(sample) is not None
    arrow = " -> None" if re.search(r"def upgrade\(\)\s*->", sample) else ""
    rows = [
        f'"""Add missing indexes.\n\nRevision ID: {revision}\nRevises: {last}\n"""',
        "",
        "from alembic import op",
        "",
        f"revision{': str' if typed else ''} = {quote}{revision}{quote}",
        f"down_revision{': str | None' if typed and '|' in sample else ''} = {quote}{last}{quote}",
        "branch_labels = None",
        "depends_on = None",
        "",
        "",
        f"def upgrade(){arrow}:",
        "    # Outside of the transaction: CONCURRENTLY is refused in it, and without it writers would wait.",
        "    with op.get_context().autocommit_block():",
        *(f"        {write_create(one, quote, plain=plain)}" for one in wanted),
        "",
        "",
        f"def downgrade(){arrow}:",
        "    with op.get_context().autocommit_block():",
        *(f"        {write_execute(undo(one))}" for one in reversed(wanted)),
        "",
    ]
    return "\n".join(rows)


def write_create(one: Wanted, quote: str, *, plain: bool) -> str:
    """`op.create_index(...)` for one index; its statement where a key is more than a column, or Alembic is too old."""
    if plain or any(key.column is None or key.descending for key in one.proposal.index.columns):
        return write_execute(one.statement)
    columns = ", ".join(f"{quote}{key.column}{quote}" for key in one.proposal.index.columns)
    return (
        f"op.create_index(\n            {quote}{one.name}{quote},\n            {quote}{one.need.table.name}{quote},\n"
        f"            [{columns}],{write_schema(one, quote)}\n"
        f"            if_not_exists=True,\n            postgresql_concurrently=True,\n        )"
    )


def write_execute(statement: str) -> str:
    """`op.execute(...)` with a statement."""
    text = statement.removesuffix(";")
    return f"op.execute({text!r})" if '"' in text or "\\" in text else f'op.execute("{text}")'


def write_schema(one: Wanted, quote: str) -> str:
    """The schema of a table that is not in the usual one."""
    schema = one.need.table.schema
    return f"\n            schema={quote}{schema}{quote}," if schema and schema != "public" else ""


def is_old(project: Project, folder: str) -> bool:
    """Whether a manifest or lock file holds Alembic below 1.12, whose operations know no `if_not_exists`."""
    names = ("requirements.txt", "requirements.in", "pyproject.toml", "poetry.lock", "uv.lock", "Pipfile", "setup.cfg")
    texts = [project.read(str(above / name)) or "" for above in PurePosixPath(folder, "x").parents for name in names]
    found = [version for text in texts for pair in VERSION.findall(text) for version in pair if version]
    return any(int(minor) < FIRST_WITH_IF for minor in found)
