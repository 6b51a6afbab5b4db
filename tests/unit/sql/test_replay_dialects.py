from __future__ import annotations

from tests.unit.sql.helpers import build, build_clean, get_index, get_table, list_foreign_keys, list_keys


def test_mysql_tables_have_inline_keys_and_an_index_for_every_foreign_key() -> None:
    snapshot = build_clean(
        "CREATE TABLE `u` (`id` int unsigned NOT NULL AUTO_INCREMENT, PRIMARY KEY (`id`)) ENGINE=InnoDB;\n"
        "CREATE TABLE IF NOT EXISTS `t` (\n  `id` int, `b` varchar(10) DEFAULT 'x' COMMENT 'c;', `c` int NOT NULL,\n"
        "  PRIMARY KEY (`id`), KEY `k` (`b`(10), `c` DESC), UNIQUE KEY (`c`), FULLTEXT KEY `ft` (`b`),\n"
        "  CONSTRAINT `f` FOREIGN KEY (`id`) REFERENCES `u` (`id`) ON DELETE SET NULL ON UPDATE CASCADE,\n"
        "  CONSTRAINT `g` FOREIGN KEY (`b`) REFERENCES `u` (`id`)\n) DEFAULT CHARSET=utf8mb4;\n/*!40000"
        " ALTER TABLE `t` DISABLE KEYS */;",
        dialect="mysql",
    )
    table = get_table(snapshot)
    assert list_keys(table) == {"PRIMARY": ("id",), "k": ("b", "c"), "c": ("c",), "ft": ("b",)}
    assert get_index(table, "ft").method == "fulltext"
    assert (table.foreign_keys[0].on_delete, table.foreign_keys[0].on_update) == ("set null", "cascade")
    assert [(column.name, column.type, column.nullable) for column in table.columns] == [
        ("id", "int", False),
        ("b", "varchar(10)", True),
        ("c", "int", False),
    ]


def test_mysql_alters() -> None:
    table = get_table(
        build_clean(
            "CREATE TABLE u (id int PRIMARY KEY); CREATE TABLE t (a int, b int, c int, KEY k (a), KEY l (b));",
            "ALTER TABLE t ADD COLUMN d int NOT NULL AFTER a, ADD INDEX m (d, a), DROP INDEX k, ADD UNIQUE KEY n (a);"
            "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (c) REFERENCES u (id); ALTER TABLE t DROP COLUMN b;"
            "ALTER TABLE t CHANGE COLUMN d dd bigint; ALTER TABLE t RENAME INDEX m TO mm; DROP INDEX n ON t;"
            "ALTER TABLE t ADD (x int, y decimal(3,1)); RENAME TABLE u TO uu; ALTER TABLE t MODIFY a bigint NOT NULL;",
            dialect="mysql",
        )
    )
    assert list_keys(table) == {"mm": ("dd", "a"), "f": ("c",)}
    assert list_foreign_keys(table) == {"f": (("c",), "uu", ("id",))}
    assert [(column.name, column.type) for column in table.columns] == [
        ("a", "bigint"), ("c", "int"), ("dd", "bigint"), ("x", "int"), ("y", "decimal(3, 1)"),
    ]  # fmt: skip


def test_sqlite() -> None:
    snapshot = build_clean(
        "CREATE TABLE u (id INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT NOT NULL UNIQUE);\n"
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a REFERENCES u ON DELETE CASCADE, b TEXT, UNIQUE (a, b),"
        " CHECK (b > 1)) STRICT;\n"
        "CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END;\n"
        "CREATE UNIQUE INDEX IF NOT EXISTS main.i ON t (a DESC, lower(b)) WHERE a IS NOT NULL;\n"
        "CREATE INDEX [two words] ON t ([b]); ALTER TABLE t RENAME COLUMN a TO aa; CREATE INDEX j ON t (b);"
        " DROP INDEX j;\n"
        "ALTER TABLE t ADD COLUMN n int REFERENCES u (id); ALTER TABLE u RENAME TO uu; CREATE VIRTUAL TABLE"
        " v USING fts5(a);",
        dialect="sqlite",
    )
    table = get_table(snapshot)
    assert list_keys(table) == {
        "t_pkey": ("id",), "t_a_b_key": ("aa", "b"), "i": ("aa", "(LOWER(b))"), "two words": ("b",),
    }  # fmt: skip
    assert list_foreign_keys(table) == {"t_a_fkey": (("aa",), "uu", ("id",)), "t_n_fkey": (("n",), "uu", ("id",))}
    assert (get_index(table, "i").predicate, get_table(snapshot, "v").complete) == ("NOT aa IS NULL", False)
    assert snapshot.find_table("T") == table


def test_what_is_not_understood_is_told_with_its_line() -> None:
    snapshot = build("CREATE TABLE t (a int);\nALTER TABLE t FROBNICATE;\nDROP TABLE nothing;", dialect="mysql")
    assert [problem.place.line for problem in snapshot.problems] == [2, 3]
