"""Commands that bring a database to the newest schema."""

from __future__ import annotations

from collections.abc import Sequence

from readycheck.scan.late import compile_late

# Tools that keep a second process from migrating at the same time, by advisory locks or a table of their own.
LOCKING = frozenset({
    "prisma", "knex", "flyway", "liquibase", "node-pg-migrate", "migrate", "atlas", "dbmate", "mikro-orm", "sqitch",
})  # fmt: skip
STEPS: tuple[tuple[str, ...], ...] = (
    ("alembic", "upgrade"), ("flask", "db", "upgrade"), ("aerich", "upgrade"), ("prisma", "migrate", "deploy"),
    ("prisma", "db", "push"), ("knex", "migrate:latest"), ("knex", "migrate:up"), ("sequelize", "db:migrate"),
    ("sequelize-cli", "db:migrate"), ("typeorm", "migration:run"), ("drizzle-kit", "migrate"), ("drizzle-kit", "push"),
    ("node-pg-migrate", "up"), ("db-migrate", "up"), ("flyway", "migrate"), ("liquibase", "update"), ("dbmate", "up"),
    ("dbmate", "migrate"), ("goose", "up"), ("atlas", "migrate", "apply"), ("sqitch", "deploy"), ("yoyo", "apply"),
    ("mikro-orm", "migration:up"), ("migrate-mongo", "up"), ("rails", "db:migrate"), ("rake", "db:migrate"),
    ("piccolo", "migrations", "forwards"), ("strapi", "migrate"), ("payload", "migrate"), ("medusa", "db:migrate"),
)  # fmt: skip
WORD = compile_late(
    r"^(?:(?:run|db|database|deploy|apply|schema|prod|production)[:_-])*(?:migrate|migrations?)"
    r"(?:[:_-](?:up|latest|run|deploy|prod|production|all|apply|db))*(?:\.(?:sh|py|js|ts))?$"
)
NOT_APPLIED = frozenset({
    "--check", "--dry-run", "--plan", "--fake", "make", "create", "generate", "new", "down", "undo", "revert",
    "rollback", "reset", "status", "--help", "add", "remove", "revision", "stamp", "install", "--list",
})  # fmt: skip
NO_WORK = frozenset(
    {"echo", "printf", "grep", "test", "[", "[[", "cat", "cp", "mkdir", "rm", "ls", "chmod", "git", "cd"}
)
MANAGERS = frozenset({"npm", "yarn", "pnpm", "bun", "make", "just", "task", "nx", "turbo"})


def read_tool(words: Sequence[str]) -> str:
    """The tool by which a command migrates, or empty for one that does not."""
    name = words[0].rpartition("/")[2] if words else ""
    plain = [word for word in words[1:] if not word.startswith("-")]
    if not words or name in NO_WORK or not NOT_APPLIED.isdisjoint(words[1:]):
        return ""
    called = [word.rpartition("/")[2].partition("@")[0] for word in (name, *plain)]
    for step in STEPS:
        if step[0] in called and holds(plain[called.index(step[0]) :], step[1:]):
            return step[0]
    if any("typeorm" in word for word in words) and any(word in ("migration:run", "migrations:run") for word in plain):
        return "typeorm"
    rest = plain[1:] if plain[:1] in (["run"], ["exec"], ["compose"]) else plain
    if name in MANAGERS:
        return name if rest and WORD.match(rest[0]) else ""
    if any(word.endswith("manage.py") for word in (name, *plain)):
        return "django" if "migrate" in plain else ""
    is_own = WORD.match(name) is not None or any(WORD.match(word.rpartition("/")[2]) for word in plain[:4])
    return (name if WORD.match(name) else "an own command") if is_own else ""


def holds(words: Sequence[str], step: Sequence[str]) -> bool:
    """Whether words hold the words of a step, one behind the other."""
    return any(tuple(words[place : place + len(step)]) == tuple(step) for place in range(len(words)))


def is_unguarded(tool: str) -> bool:
    """Whether two processes that run this tool at once may get in each other's way."""
    return bool(tool) and tool not in LOCKING and tool not in MANAGERS and tool != "an own command"
