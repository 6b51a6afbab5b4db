from __future__ import annotations

from collections.abc import Sequence

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts import schema_prisma, schema_sqlalchemy
from readycheck.scan.schema.models import find_models
from readycheck.scan.unit import Unit
from readycheck.sql.snapshot import Snapshot, Table
from tests.unit.scan.schema.reading import read_sources


def read(facts: Sequence[Fact]) -> Snapshot:
    (source,) = find_models(facts, "postgres")
    return source.snapshot


def read_python(*texts: str) -> Snapshot:
    units = [Unit(f"app/{number}.py", Language.PYTHON, text) for number, text in enumerate(texts)]
    return read([fact for unit in units for fact in schema_sqlalchemy.collect(unit)])


def find(snapshot: Snapshot, name: str) -> Table:
    table = snapshot.find_table(name)
    assert table is not None
    return table


MODELS = """
from sqlalchemy import Column, ForeignKey, Index, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase): ...


class Owned:
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(100), unique=True)


class Note(Owned, Base):
    __tablename__ = "notes"
    __table_args__ = (Index("ix_recent", "topic_id", "created.desc()"), {"comment": "what users write"})
    id = Column(Integer, primary_key=True)
    topic_id = Column(
        Integer, ForeignKey("topics.id"), nullable=False)
    created = Column("created_at", Integer)
"""


def test_declarative_models_with_a_mixin() -> None:
    notes = find(read_python(MODELS), "notes")

    assert [(one.name, one.place.line) for one in notes.columns] == [
        ("owner_id", 19),
        ("id", 22),
        ("topic_id", 23),
        ("created_at", 25),
    ]
    assert {(key.columns, key.table, key.place.line) for key in notes.foreign_keys} == {
        (("owner_id",), "users", 19),
        (("topic_id",), "topics", 23),
    }
    assert ("owner_id",) in [one.names for one in notes.indexes]


def test_unique_columns_are_indexed() -> None:
    assert ("email",) in find(read_python(MODELS), "users").unique_keys


def test_tables_of_their_own() -> None:
    text = (
        'import sqlalchemy as sa\nlinks = sa.Table("links", meta, sa.Column("a", sa.ForeignKey("n.id"), index=True),\n'
        '  sa.Column("b", sa.Integer))\n'
    )
    links = find(read_python(text), "links")

    assert (links.primary_key, [one.names for one in links.indexes]) == ((), [("a",)])


def test_indexes_of_migrations_are_added_unless_they_are_dropped_or_there() -> None:
    migration = """
from alembic import op

revision = "a"
down_revision = None

def upgrade():
    op.create_index(op.f("ix_notes_topic"), "notes", ["topic_id"])
    op.create_index("ix_gone", "notes", ["created_at"])
    op.create_index("ix_again", "notes", ["owner_id"])
    op.drop_index("ix_gone", "notes")

def downgrade():
    op.drop_index("ix_notes_topic")
"""
    (source,) = read_sources({"app/models.py": MODELS, "migrations/versions/1.py": migration})
    notes = find(source.snapshot, "notes")

    assert [one.name for one in notes.indexes if one.place.path != "app/models.py"] == ["ix_notes_topic"]


def test_columns_of_a_class_without_a_table_are_in_that_of_its_parent() -> None:
    child = """
from sqlalchemy.orm import mapped_column
from app.models import Note

class Draft(Note):
    editor_id = mapped_column(ForeignKey("users.id"), index=True)
"""
    notes = find(read_python(MODELS, child), "notes")

    assert ("editor_id", "app/0.py") in [(one.name, one.place.path) for one in notes.columns]
    assert ("editor_id",) in [one.names for one in notes.indexes]


def test_prisma_models() -> None:
    text = """
datasource db {
  provider = "postgresql"
}
model User {
  id    String @id @db.Uuid
  notes Note[]
}
model Note {
  id     Int    @id @default(autoincrement())
  userId String @map("user_id")
  title  String? // @unique
  user   User   @relation(fields: [userId], references: [id])

  @@index([userId, title(sort: Desc)])
  @@map("notes")
}
"""
    snapshot = read(list(schema_prisma.collect_config(ConfigFile("prisma/schema.prisma", Language.TEXT, text))))
    notes = find(snapshot, "notes")

    assert [(key.columns, key.table, key.place.line) for key in notes.foreign_keys] == [(("user_id",), "User", 11)]
    assert [one.names for one in notes.indexes] == [("id",), ("user_id", "title")]
    assert [(one.name, one.nullable) for one in notes.columns] == [("id", False), ("user_id", False), ("title", True)]
