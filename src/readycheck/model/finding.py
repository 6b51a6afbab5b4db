"""Matches that count against an item, with everything that a reader or a machine needs to act on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from readycheck.model.location import Where
from readycheck.model.vocabulary import Confidence, Priority


@dataclass(frozen=True, slots=True)
class Suppressed:
    """Why a finding does not count: an inline comment, the baseline, or a waiver (which ends on `until`)."""

    by: Literal["inline", "baseline", "waiver"]
    reason: str
    until: date | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A match that counts against an item.

    `fingerprint` survives moved code: it hashes rule, path, enclosing symbol, normalised text and an ordinal, never a
    line number. `fix` names the rule's fix, if it has one: whether that can be made here, and safely, is known only
    once it is planned (`readycheck fix`).
    """

    rule: str
    item: str
    priority: Priority
    confidence: Confidence
    message: str
    fingerprint: str
    where: Where
    also: tuple[Where, ...] = ()
    suppressed: Suppressed | None = None
    fix: str | None = None
