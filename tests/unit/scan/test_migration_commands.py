from __future__ import annotations

import pytest

from readycheck.scan.migration_commands import is_unguarded, read_tool


@pytest.mark.parametrize(
    ("command", "tool"),
    [
        ("alembic -c x.ini upgrade head", "alembic"),
        ("python -m alembic upgrade head", "alembic"),
        ("python manage.py migrate --noinput", "django"),
        ("npx prisma migrate deploy", "prisma"),
        ("npm run db:migrate", "npm"),
        ("make migrate", "make"),
        ("python -m chat migrate", "an own command"),
        ("deploy/release.sh migrate staging image", "an own command"),
        ("./migrate.sh", "migrate.sh"),
        ("typeorm-ts-node-commonjs migration:run -d x.ts", "typeorm"),
        ("python manage.py makemigrations", ""),
        ("python manage.py migrate --check", ""),
        ("npm run migrate:make", ""),
        ("npx knex migrate:make add", ""),
        ("alembic revision -m migrate", ""),
        ("echo migrate", ""),
        ("git commit -m migrate", ""),
        ("npm test", ""),
    ],
)
def test_which_commands_migrate(command: str, tool: str) -> None:
    assert read_tool(command.split()) == tool


def test_which_tools_take_no_lock() -> None:
    assert [name for name in ("alembic", "django", "prisma", "npm", "an own command", "") if is_unguarded(name)] == [
        "alembic",
        "django",
    ]
