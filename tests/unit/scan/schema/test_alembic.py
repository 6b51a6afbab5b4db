from __future__ import annotations

from tests.unit.scan.schema.reading import find, read_sources, tell_indexes, tell_keys, tell_problems

HEAD = "from alembic import op\nimport sqlalchemy as sa\nrevision = {0!r}\ndown_revision = {1!r}\n\n"
START = HEAD.format("a", None) + (
    "def upgrade():\n"
    "    op.create_table('users', sa.Column('id', sa.Integer, primary_key=True))\n"
    "    op.create_table(\n"
    "        'notes',\n"
    "        sa.Column('id', sa.Integer, primary_key=True),\n"
    "        sa.Column('user_id', sa.Integer, sa.ForeignKey('users.id')),\n"
    "    )\n"
    "def downgrade():\n"
    "    op.drop_table('notes')\n"
)


def write_step(name: str, after: object, body: str) -> str:
    return HEAD.format(name, after) + "def upgrade():\n" + "".join(f"    {row}\n" for row in body.split("\n"))


def test_revisions_follow_each_other_whatever_their_files_are_called() -> None:
    files = {
        "migrations/versions/1_late.py": write_step("b", "a", "op.create_index('ix', 'notes', ['user_id'])"),
        "migrations/versions/2_early.py": START,
    }
    (source,) = read_sources(files)

    assert (source.label, tell_problems(source)) == ("migrations/versions", [])
    assert tell_indexes(find(source, "notes")) == [("user_id",)]


def test_each_column_has_its_line() -> None:
    (source,) = read_sources({"migrations/versions/1.py": START})
    notes = find(source, "notes")

    assert [(one.name, one.place.line) for one in notes.columns] == [("id", 10), ("user_id", 11)]
    assert [(key.place.path, key.place.line) for key in notes.foreign_keys] == [("migrations/versions/1.py", 11)]


def test_branches_without_an_end_are_told() -> None:
    files = {
        "migrations/versions/1.py": START,
        "migrations/versions/2.py": write_step("b", "a", "op.drop_column('notes', 'user_id')"),
        "migrations/versions/3.py": write_step("c", "a", "op.create_index('ix', 'users', ['id'])"),
    }
    (source,) = read_sources(files)

    assert [(one.reason, one.text) for one in source.snapshot.problems] == [
        ("nothing joins the revisions that come last", "b, c")
    ]


def test_what_is_not_constant_is_told_with_its_line() -> None:
    body = (
        "for name in find_names():\n    op.create_index(f'ix_{name}', name, ['id'])\n"
        "op.execute(f'CREATE INDEX x ON {name} (id)')"
    )
    (source,) = read_sources({
        "migrations/versions/1.py": START, "migrations/versions/2.py": write_step("b", "a", body),
    })  # fmt: skip

    assert tell_problems(source) == [
        ("migrations/versions/2.py", 8, "its names are not constant"),
        ("migrations/versions/2.py", 9, "the statement is put together when it runs"),
    ]


def test_loops_helpers_and_conditions() -> None:
    text = write_step(
        "b",
        "a",
        "for table, column in (('notes', 'user_id'), ('users', 'id')):\n"
        "    add(table, columns=[column])\n"
        "if op.get_bind().dialect.name == 'mysql':\n"
        "    op.create_index('no', 'notes', ['id'])\n"
        "else:\n"
        "    op.create_index('yes', 'notes', ['id', 'user_id'])\n"
        "if not has_index():\n"
        "    op.create_index('too', 'users', ['id'])",
    )
    text += "def add(table, columns, prefix='ix'):\n    op.create_index(f'{prefix}_{table}', table, columns)\n"
    (source,) = read_sources({"migrations/versions/1.py": START, "migrations/versions/2.py": text})

    assert [one.name for one in find(source, "notes").indexes[1:]] == ["ix_notes", "yes"]
    assert [one.name for one in find(source, "users").indexes[1:]] == ["ix_users", "too"]


def test_models_tell_of_tables_that_no_migration_makes() -> None:
    models = """
from sqlalchemy import Column, ForeignKey, Integer
from app.db import Base

class Note(Base):
    __tablename__ = "notes"
    id = Column(Integer, primary_key=True)
    user_id = Column(Integer, ForeignKey("users.id"), index=True)

class Topic(Base):
    __tablename__ = "topics"
    id = Column(Integer, primary_key=True)
    note_id = Column(Integer, ForeignKey("notes.id"))
"""
    more = write_step("b", "a", "op.create_index('ix_topics', 'topics', ['note_id'])")
    (source,) = read_sources({
        "app/models.py": models, "migrations/versions/1.py": START, "migrations/versions/2.py": more,
    })  # fmt: skip

    assert tell_indexes(find(source, "notes")) == []  # what runs are the migrations, and they make no index
    assert (tell_keys(find(source, "topics")), tell_indexes(find(source, "topics"))) == (
        [(("note_id",), "notes")],
        [("note_id",)],
    )
    assert tell_problems(source) == []


def test_a_table_that_migrations_make_in_part_is_taken_from_the_models() -> None:
    models = """
from sqlalchemy import Column, Integer
from app.db import Base

class Note(Base):
    __tablename__ = "notes"
    id = Column(Integer, primary_key=True)
    topic_id = Column(Integer, index=True)
"""
    (source,) = read_sources({"app/models.py": models, "migrations/versions/1.py": START})

    assert [one.name for one in find(source, "notes").columns] == ["id", "topic_id"]
    assert tell_indexes(find(source, "notes")) == [("topic_id",)]


def test_loops_and_helpers_without_an_end_are_left() -> None:
    loops = "".join(f"{' ' * 4 * depth}for i{depth} in ROWS:\n" for depth in range(6)) + f"{' ' * 24}pass\n"
    text = write_step("b", "a", f"{loops}\nagain()\nop.create_index('late', 'notes', ['user_id'])")
    text = (
        text.replace("\n\n", f"\nROWS = {list(range(200))}\n\n", 1)
        + "def again():\n    again()\n    again()\n    again()\n"
    )
    (source,) = read_sources({"migrations/versions/1.py": START, "migrations/versions/2.py": text})

    assert [one.name for one in source.snapshot.tables] == ["users", "notes"]


def test_checks_are_known_by_their_names_and_lists_by_what_makes_them() -> None:
    body = (
        "op.create_check_constraint('positive', 'notes', 'id > 0')\n"
        "for name in [f'{one}_at' for one in ('made', 'changed')]:\n"
        "    op.add_column('notes', sa.Column(name, sa.DateTime))\n"
        "op.drop_constraint('positive', 'notes', type_='check')"
    )
    (source,) = read_sources({
        "migrations/versions/1.py": START, "migrations/versions/2.py": write_step("b", "a", body),
    })  # fmt: skip

    assert tell_problems(source) == []
    assert [one.name for one in find(source, "notes").columns] == ["id", "user_id", "made_at", "changed_at"]
