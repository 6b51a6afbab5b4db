"""Why a variable is put into a template only on demand, or not at all."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "empty-is-not-unset": "the code has a default, which is not repeated here, and empty may not be the same as unset",
    "new-file": "the project has no template of `.env` yet",
    "which-example": "the project has several templates of `.env`, and nothing tells which one is meant",
    "name-unknown": "the name of the variable is only known when the code runs",
}
