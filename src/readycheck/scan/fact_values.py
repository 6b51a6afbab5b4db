"""Values out of facts, whose data is JSON and may have been written by an older version into a cache."""

from __future__ import annotations

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json


def read_texts(fact: Fact, key: str) -> list[str]:
    """A list of texts; empty for anything else."""
    value = fact.data.get(key)
    return [str(one) for one in value] if isinstance(value, list) else []


def read_objects(fact: Fact, key: str) -> list[dict[str, Json]]:
    """A list of objects; empty for anything else."""
    value = fact.data.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def read_rows(fact: Fact, key: str) -> list[list[Json]]:
    """A list of lists; empty for anything else."""
    value = fact.data.get(key)
    return [one for one in value if isinstance(one, list)] if isinstance(value, list) else []
