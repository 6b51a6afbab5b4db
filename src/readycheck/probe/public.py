"""Which internal-looking paths the user says are meant to be public."""

from __future__ import annotations

from readycheck.probe.exchange import Recording


def is_meant(recording: Recording, path: str) -> bool:
    """Whether the user said that the path, or a folder that it is in, is public."""
    named = recording.facts.get("public")
    return isinstance(named, list) and any(
        path == one or path.startswith(f"{str(one).rstrip('/')}/") for one in map(str, named)
    )
