"""The libraries for JavaScript: which of them a file uses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from readycheck.scan.queries.mapped.flow import Run
    from readycheck.scan.queries.mapped.shapes import Shape
    from readycheck.scan.unit import Unit

PRISMA = compile_late(r"\.find(?:Many|Unique|First)|(?i:prisma)")
TYPEORM = compile_late(r"typeorm|\bRepository<|getRepository\(|createQueryBuilder")
SEQUELIZE = compile_late(r"\.(?:findAll|findByPk|findAndCountAll|findOrCreate)\b|\bOp\.|(?i:sequelize)")
KNEX = compile_late(r"(?i)knex")
DRIZZLE = compile_late(r"drizzle|\.from\(\s*[A-Za-z_]|\.query\.\w+\.find")
SUPABASE = compile_late(r"(?i)supabase")


def find_shapes(unit: Unit) -> Iterator[tuple[Run, Shape]]:
    """The queries of one file, each with the place at which it is run."""
    text = unit.text
    if PRISMA.search(text):
        from readycheck.scan.queries.mapped import prisma  # noqa: PLC0415 - for the files that need it

        yield from prisma.find_shapes(unit)
    if TYPEORM.search(text):
        from readycheck.scan.queries.mapped import typeorm  # noqa: PLC0415 - likewise

        yield from typeorm.find_shapes(unit)
    if SEQUELIZE.search(text) and not TYPEORM.search(text):
        from readycheck.scan.queries.mapped import sequelize  # noqa: PLC0415 - likewise

        yield from sequelize.find_shapes(unit)
    yield from find_built(unit, text)


def find_built(unit: Unit, text: str) -> Iterator[tuple[Run, Shape]]:
    """Those of query builders."""
    if KNEX.search(text):
        from readycheck.scan.queries.mapped import knex  # noqa: PLC0415 - likewise

        yield from knex.find_shapes(unit)
    if SUPABASE.search(text):
        from readycheck.scan.queries.mapped import supabase  # noqa: PLC0415 - likewise

        yield from supabase.find_shapes(unit)
    if DRIZZLE.search(text):
        from readycheck.scan.queries.mapped import drizzle  # noqa: PLC0415 - likewise

        yield from drizzle.find_shapes(unit)
