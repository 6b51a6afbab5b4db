"""What a source file is for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from readycheck.model.vocabulary import Role


@dataclass(frozen=True, slots=True)
class RoleContext:
    """What the manifests and the configuration say about roles."""

    overrides: tuple[tuple[str, tuple[str, ...]], ...] = ()


def is_manifest(path: str) -> bool:
    """Whether `build_context` wants that file."""
    return path.rpartition("/")[2] in ("package.json", "pyproject.toml", "setup.cfg")


def build_context(root_files: Mapping[str, bytes], overrides: Mapping[str, Sequence[str]]) -> RoleContext:
    """What manifests (bytes by path) and overrides (globs by role) say."""
    return RoleContext(tuple((role, tuple(globs)) for role, globs in overrides.items()))


def classify(path: str, data: bytes, context: RoleContext) -> tuple[Role, str]:
    """The role and the reason for it."""
    return Role.SERVER, "no other sign"
