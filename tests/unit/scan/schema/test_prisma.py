from __future__ import annotations

from tests.unit.scan.schema.reading import find, read_sources, tell_indexes, tell_keys

SCHEMA = """
datasource db {
  provider = "postgresql"
}
enum Kind {
  A
}
model User {
  id    String @id @map("user_id")
  code  String @unique
  notes Note[]
  tags  Tag[]
}
model Note {
  userId String @map("owner")
  number Int
  kind   Kind
  user   User @relation(fields: [userId], references: [id])

  @@id([number, userId])
  @@index([kind, number(sort: Desc)], map: "by_kind")
  @@index(userId)
  @@index([kind(ops: raw("x_ops"))], type: Hash)
  @@schema("app")
}
model Tag {
  id    Int @id
  users User[]
  up    Tag? @relation("tree", fields: [upId], references: [id])
  upId  Int?
  down  Tag[] @relation("tree")
}
"""


def test_keys_indexes_and_names() -> None:
    (source,) = read_sources({"prisma/schema.prisma": SCHEMA})
    note = find(source, "Note")

    assert (note.schema, note.primary_key) == ("app", ("number", "owner"))
    assert [(one.name, one.method) for one in note.indexes[1:]] == [
        ("by_kind", "btree"),
        ("Note_owner_idx", "btree"),
        ("Note_kind_idx", "hash"),
    ]
    assert [(one.descending) for one in note.indexes[1].columns] == [False, True]
    assert [(key.columns, key.references) for key in note.foreign_keys] == [(("owner",), ("user_id",))]


def test_lists_of_each_other_make_a_table() -> None:
    (source,) = read_sources({"prisma/schema.prisma": SCHEMA})
    pair = find(source, "_TagToUser")

    assert tell_keys(pair) == [(("A",), "Tag"), (("B",), "User")]
    assert (pair.primary_key, tell_indexes(pair)) == (("A", "B"), [("B",)])
    assert source.snapshot.find_table("_tree") is None  # one list alone is the other end of a key


def test_with_relations_of_prismas_own_there_are_no_foreign_keys() -> None:
    text = SCHEMA.replace('provider = "postgresql"', 'provider = "mysql"\n  relationMode = "prisma"')
    (source,) = read_sources({"prisma/schema.prisma": text})

    assert (source.dialect, [table.foreign_keys for table in source.snapshot.tables]) == ("mysql", [(), (), ()])


def test_files_of_a_folder_belong_together() -> None:
    head, _, rest = SCHEMA.partition("model Tag")
    (source,) = read_sources({"prisma/schema/a.prisma": head, "prisma/schema/tag.prisma": f"model Tag{rest}"})

    assert {table.name for table in source.snapshot.tables} == {"User", "Note", "Tag", "_TagToUser"}
