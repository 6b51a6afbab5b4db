"""The reference backend's database: the schema of its queue's library, then its own migrations."""

from __future__ import annotations

from pathlib import Path

from procrastinate.schema import SchemaManager

from readycheck.sql.snapshot import Script

BACKEND = Path(__file__).parents[3] / "fixtures/chat_backend"
MIGRATIONS = sorted((BACKEND / "chat/db/migrations").glob("*.sql"))


def read(paths: list[Path]) -> list[Script]:
    return [Script(path.name, path.read_text(encoding="utf-8")) for path in paths]


def list_statements() -> list[str]:
    """What the backend's own command runs, in its order."""
    parts = [part for script in read(MIGRATIONS) for part in split(script.text)]
    return [SchemaManager.get_schema(), *(part for part in parts if part.strip())]


def split(text: str) -> list[str]:
    return text.split(";\n") if "CONCURRENTLY" in text else [text]
