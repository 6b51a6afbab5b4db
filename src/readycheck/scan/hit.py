"""What a code detector yields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ast_grep_py import SgNode


@dataclass(frozen=True, slots=True)
class Hit:
    """A syntax node that a detector found, and what is wrong there when that is more precise than the rule's title."""

    node: SgNode
    message: str = ""
