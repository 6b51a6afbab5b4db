"""Knex, TypeORM and Sequelize: one migration an index, outside of a transaction, written as those that are there.

- Knex (`knex/lib/migrations/migrate/Migrator.js`): `config.transaction` of a migration decides for it.
- TypeORM (`typeorm/migration/MigrationExecutor.js`): `transaction = false` is an error where all migrations run in one
  transaction, which is the default; `migration:revert` begins one unless the mode is `none`.
- Sequelize's command line begins no transaction.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from readycheck.fix.contract import Project
from readycheck.fix.indexes.needs import Wanted, explain, undo
from readycheck.fix.indexes.numbers import take_numbers
from readycheck.fix.refusal import RefusedError
from readycheck.model.evidence import Fact
from readycheck.model.fix import NewFile
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late
from readycheck.scan.schema.source import Source
from readycheck.scan.schema.sources import tell_folder

NAME = compile_late(r"^(?P<number>\d+)(?P<gap>[._-])(?P<words>.+?)(?P<end>(?<!\.d)\.[cm]?[jt]s)$")
ESM = compile_late(r"^export\s", re.MULTILINE)
KNEX_IMPORT = compile_late(r"^import\s[^;\n]*\bKnex\b[^;\n]*\bfrom\s[^;\n]*;?$", re.MULTILINE)
KNEX_PARAMETER = compile_late(r"\bup\b[^(\n]*\((\w+\s*:\s*[\w.]+)\)(\s*:\s*Promise<(?:void|any|unknown)>)?")
RUNNER = compile_late(r"\bup\s*(?:[:=]\s*)?(?:async\s*)?(?:function\s*)?\(\s*queryInterface\b")
CLASS = compile_late(r"^(export\s+|module\.exports\s*=\s*)class\s+(\w+?)(\d+)\b", re.MULTILINE)
TYPED = compile_late(
    r"^import\s*(?:type\s*)?\{[^}]*\bMigrationInterface\b[^}]*\}\s*from\s*(['\"]typeorm['\"])", re.MULTILINE
)
MODE = compile_late(
    r"\bmigrationsTransactionMode\s*[:=]\s*['\"](\w+)['\"]|\bmigration:run\b[^\n]*(?:-t|--transaction)[= ](\w+)"
)
SCRIPTS = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX})
POSTGRES = frozenset({"pg", "postgres", "pg-native", "pg-promise"})
OTHERS = frozenset({
    "mysql", "mysql2", "mariadb", "sqlite3", "better-sqlite3", "sql.js", "tedious", "oracledb",
})  # fmt: skip
QUOTE = compile_late(r"(?:from|require\(|=|\(|^) ?(['\"])", re.MULTILINE)
MILLISECONDS = 13
LONGEST_WORDS = 60
WHY = "// CONCURRENTLY is refused in a transaction, and without it writers would wait."


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The newest migration of a folder: the parts of its name, its text, and how it is written."""

    path: str
    name: re.Match[str]
    text: str

    @property
    def is_typed(self) -> bool:
        """Whether it is TypeScript."""
        return self.name["end"].endswith("ts")

    @property
    def strict(self) -> str:
        """The directive that it begins with, and an empty line."""
        found = re.match(r"\s*(['\"])use strict\1;?\n", self.text)
        return f"{found[0].strip()}\n\n" if found is not None else ""

    @property
    def is_module(self) -> bool:
        """Whether it exports as a module of the language."""
        return ESM.search(self.text) is not None

    @property
    def end(self) -> str:
        """What a statement ends with."""
        return ";" if self.text.count(";\n") else ""

    @property
    def step(self) -> str:
        """One level of indentation."""
        found = re.search(r"^([ \t]+)[^\s*]", self.text, re.MULTILINE)
        return found[1] if found is not None else "  "

    def quote(self, text: str) -> str:
        """A text as it writes them; one that has the quotes in it stands in the others."""
        said = QUOTE.search(self.text)
        wanted = said[1] if said is not None else '"'
        free = next(one for one in (wanted, "'", '"', "`") if one not in text)
        return f"{free}{text}{free}"


Writer = Callable[[Neighbour, str, Wanted], str]


def write_scripts(project: Project, source: Source, steps: Sequence[Fact], wanted: Sequence[Wanted]) -> list[NewFile]:
    """The new migration of each index. Raises RefusedError where the style cannot be told for certain."""
    tool = str(steps[0].data["tool"])
    check_driver(project, source.label)
    folder = source.label
    names = {PurePosixPath(one.where.path).name for one in steps if str(PurePosixPath(one.where.path).parent) == folder}
    found = [match for name in sorted(names) if (match := NAME.match(name)) is not None]
    if tool not in WRITERS or not found or len(found) < len(names):
        raise RefusedError("style-unknown")
    last = max(found, key=lambda one: int(one["number"]))
    path = f"{folder}/{last.string}"
    near = Neighbour(path, last, project.read(path) or "")
    write = WRITERS[tool](project, near)
    check_listed(project, near)
    numbers = take_numbers([one["number"] for one in found], len(wanted))
    return [
        NewFile(f"{folder}/{number}{last['gap']}{name_words(last, one)}{last['end']}", write(near, number, one))
        for number, one in zip(numbers, wanted, strict=True)
    ]


def name_words(last: re.Match[str], one: Wanted) -> str:
    """What stands behind the number: in words with capitals, with `-` or with `_`, as the last migration has it."""
    words = ["add", *(part for part in re.split(r"[^a-z0-9]+", one.name.lower()) if part)]
    if re.search(r"[A-Z]", last["words"]) and not re.search(r"[-_]", last["words"]):
        return "".join(map(str.capitalize, words))[:LONGEST_WORDS]
    space = "-" if "-" in f"{last['gap']}{last['words']}" and "_" not in last["words"] else "_"
    return space.join(words)[:LONGEST_WORDS].rstrip(space)


def check_driver(project: Project, folder: str) -> None:
    """Refuse unless the package around a folder has a driver for Postgres and none for another database."""
    if tell_folder(folder) == "postgres":
        return
    for above in PurePosixPath(folder, "x").parents:
        text = project.read(str(above / "package.json"))
        if text is not None:
            given = set(read_packages(text))
            if given & OTHERS:
                raise RefusedError("several-databases", ", ".join(sorted(given & OTHERS)))
            if given & POSTGRES:
                return
    raise RefusedError("database-unclear")


def read_packages(text: str) -> list[str]:
    """The packages that a package.json names."""
    try:
        whole: Any = json.loads(text)
    except ValueError:
        return []
    parts = [whole.get(key) for key in ("dependencies", "devDependencies")] if isinstance(whole, dict) else []
    return [str(name) for part in parts if isinstance(part, dict) for name in part]


def check_listed(project: Project, near: Neighbour) -> None:
    """Refuse where another file names the newest migration: then a new one must be named there, too."""
    stem = near.name.string.removesuffix(near.name["end"])
    own = CLASS.search(near.text)
    words = {stem} | ({f"{own[2]}{own[3]}"} if own is not None else set())
    for file in project.files:
        if file.language in SCRIPTS and file.path != near.path:
            text = project.read(file.path) or ""
            if any(word in text for word in words):
                raise RefusedError("steps-listed", file.path)


def choose_knex(project: Project, near: Neighbour) -> Writer:
    """Knex's migrations, as functions that are exported one by one. Raises RefusedError."""
    del project
    if near.is_typed and not (KNEX_IMPORT.search(near.text) and KNEX_PARAMETER.search(near.text)):
        raise RefusedError("style-unknown")
    return write_knex


def write_knex(near: Neighbour, number: str, one: Wanted) -> str:
    """The text of one migration of Knex."""
    del number
    imported, said = KNEX_IMPORT.search(near.text), KNEX_PARAMETER.search(near.text)
    head = f"{imported[0]}\n\n" if near.is_typed and imported is not None else ""
    typed = (said[1], said[2] or "") if near.is_typed and said is not None else ("knex", "")
    rows = [f"{near.strict}{head}{explain(one, '//')}{WHY}"]
    if near.is_module:
        rows += [f"export const config = {{ transaction: false }}{near.end}", ""]
        opening, closing = "export async function {}({}){} {{", "}"
    else:
        rows += [f"exports.config = {{ transaction: false }}{near.end}", ""]
        opening, closing = "exports.{} = async function ({}){} {{", f"}}{near.end}"
    owner = typed[0].partition(":")[0].strip()
    for way, statement in (("up", one.statement), ("down", undo(one))):
        call = f"await {owner}.raw({near.quote(statement.removesuffix(';'))}){near.end}"
        rows += [opening.format(way, *typed), f"{near.step}{call}", closing, ""]
    return "\n".join(rows)


def choose_sequelize(project: Project, near: Neighbour) -> Writer:
    """The migrations of Sequelize's command line. Raises RefusedError."""
    packages = [
        name
        for above in PurePosixPath(near.path).parents
        for name in read_packages(project.read(str(above / "package.json")) or "")
    ]
    if "sequelize-cli" not in packages:
        raise RefusedError("runner-unknown")
    if near.is_typed or near.is_module or "module.exports" not in near.text or not RUNNER.search(near.text):
        raise RefusedError("style-unknown")
    return write_sequelize


def write_sequelize(near: Neighbour, number: str, one: Wanted) -> str:
    """The text of one migration of Sequelize."""
    del number
    rows = [f"{near.strict}module.exports = {{"]
    for way, statement in (("up", one.statement), ("down", undo(one))):
        why = [f"{near.step * 2}{row}" for row in explain(one, "//").splitlines()] if way == "up" else []
        call = f"await queryInterface.sequelize.query({near.quote(statement.removesuffix(';'))}){near.end}"
        rows += [f"{near.step}async {way}(queryInterface) {{", *why, f"{near.step * 2}{call}", f"{near.step}}},", ""]
    return "\n".join([*rows[:-1], f"}}{near.end}", ""])


def choose_typeorm(project: Project, near: Neighbour) -> Writer:
    """TypeORM's migrations, where the project lets one of them run outside of a transaction. Raises RefusedError."""
    modes = {one for text in list_settings(project) for pair in MODE.findall(text) for one in pair if one}
    own = CLASS.search(near.text)
    if len(modes) != 1 or not modes <= {"each", "none"}:
        raise RefusedError("one-transaction")
    if own is None or own[3] != near.name["number"] or len(own[3]) != MILLISECONDS:
        raise RefusedError("style-unknown")
    if near.is_typed and not TYPED.search(near.text):
        raise RefusedError("style-unknown")
    return lambda near, number, one: write_typeorm(near, number, one, beside=modes == {"none"})


def list_settings(project: Project) -> list[str]:
    """The texts that may say how migrations are run."""
    texts = [project.read(file.path) for file in project.files if file.language in SCRIPTS]
    texts += [project.read(file.path) for file in project.files if file.path.endswith("package.json")]
    return [text for text in texts if text]


def write_typeorm(near: Neighbour, number: str, one: Wanted, *, beside: bool) -> str:
    """The text of one migration of TypeORM; the way back is run in a transaction unless the mode is `none`."""
    name = "".join(part.capitalize() for part in ["add", *re.split(r"[^a-z0-9]+", one.name.lower())])
    imported, own = TYPED.search(near.text), CLASS.search(near.text)
    opening = own[1] if own is not None else "export "
    typed = near.is_typed and imported is not None
    back = undo(one).removesuffix(";")
    ways = (
        ("up", one.statement.removesuffix(";")),
        ("down", back if beside else back.replace("CONCURRENTLY ", "")),
    )
    head = f"import {{ MigrationInterface, QueryRunner }} from {imported[1]}{near.end}\n" if typed and imported else ""
    rows = [head, f"{opening}class {name}{number}{' implements MigrationInterface' if typed else ''} {{"]
    rows += [f"{near.step}{row}" for row in [*explain(one, "//").splitlines(), WHY]]
    rows += [f"{near.step}name = {near.quote(name + number)}{near.end}", f"{near.step}transaction = false{near.end}"]
    for way, statement in ways:
        parameter = "queryRunner: QueryRunner): Promise<void>" if typed else "queryRunner)"
        start = "public async" if typed else "async"
        call = f"await queryRunner.query({near.quote(statement)}){near.end}"
        rows += ["", f"{near.step}{start} {way}({parameter} {{", f"{near.step * 2}{call}", f"{near.step}}}"]
    return "\n".join([*rows, "}", ""]).lstrip("\n")


WRITERS: Mapping[str, Callable[[Project, Neighbour], Writer]] = {
    "knex": choose_knex, "sequelize": choose_sequelize, "typeorm": choose_typeorm,
}  # fmt: skip
