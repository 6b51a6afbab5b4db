"""What migrations in JavaScript do on their way up: Knex, Sequelize, TypeORM (`schema-step`, see `schema_alembic`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late
from readycheck.scan.schema.knex import read_knex
from readycheck.scan.schema.script_nodes import read_constants
from readycheck.scan.schema.script_steps import UP, Made, Walker, find_functions, find_up
from readycheck.scan.schema.sequelize import read_interface
from readycheck.scan.schema.steps import read_step
from readycheck.scan.schema.typeorm_steps import read_runner

if TYPE_CHECKING:
    from readycheck.scan.unit import Unit

KINDS = ("schema-step",)
SERVING = True
LANGUAGES = (Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = ("queryInterface", "QueryInterface", "QueryRunner", "queryRunner", "knex", "Knex")
LEADS = compile_late(r"\bup\b")
MAKES = compile_late(r"^\s*(?:--[^\n]*\n\s*)*(?:CREATE|ALTER|DROP|RENAME|DO)\b", 2)
CHANGES = compile_late(r"\b(?:CREATE|ALTER|DROP)\s+(?:UNIQUE\s+)?(?:TABLE|INDEX)\b", 2)
READERS: Mapping[str, Callable[[Made], list[list[Json]] | None]] = {
    "typeorm": read_runner, "sequelize": read_interface, "knex": read_knex,
}  # fmt: skip


def collect(unit: Unit) -> Iterator[Fact]:
    """One migration."""
    tool = find_tool(unit.text)
    step = read_step(unit.path)
    if not tool or step.single or LEADS.search(unit.text) is None:
        return
    function = find_up(unit)
    if function is None:
        return
    walker = Walker({name: node for name, node in find_functions(unit).items() if name not in (*UP, "down")})
    rows: list[Json] = []
    for made in walker.walk(function.field("body"), read_constants(unit)):
        found = READERS[tool](made)
        if found is None:
            continue
        text = " ".join(made.call.node.text()[:200].split())
        is_sent = made.call.name in ("query", "raw")
        if not found and (not is_sent or CHANGES.search(made.call.node.text())):
            rows.append(["unread", made.call.line, text, "its names are not constant"])
        rows += [row for row in found if row[0] != "none" and (row[0] != "sql" or MAKES.match(str(row[2])))]
    if rows:
        data: dict[str, Json] = {"tool": tool, "folder": step.folder, "revision": "", "after": [], "operations": rows}
        yield Fact("schema-step", unit.locate(unit.root), data)


def find_tool(text: str) -> str:
    """Which tool a migration is written for."""
    if "queryRunner" in text or "QueryRunner" in text:
        return "typeorm"
    if "ueryInterface" in text:
        return "sequelize"
    return "knex" if "knex" in text or "Knex" in text else ""
