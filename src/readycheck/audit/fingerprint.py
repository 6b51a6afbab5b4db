"""An identity for a finding that outlives moved code: it hashes what was found and where it belongs, never a line."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from readycheck.model.evidence import Match
from readycheck.model.location import Span, Where, describe_where

DIGITS = 20


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes a finding the same one tomorrow: its rule, its place, its enclosing symbol, its text."""

    rule: str
    place: str
    symbol: str = ""
    text: str = ""


def identify(match: Match) -> Identity:
    """The identity of a match: a file's path without the line, or the endpoint or relation; white space normalised."""
    return Identity(match.rule, place_of(match.where), match.symbol, " ".join(match.text.split()))


def place_of(where: Where) -> str:
    """The part of a place that does not move."""
    return where.path if isinstance(where, Span) else describe_where(where)


def fingerprint_all(identities: Iterable[Identity]) -> list[str]:
    """A fingerprint (20 hexadecimal digits) for each identity, which must come in the order of their positions.

    Equal identities are told apart by an ordinal, so deleting one of two leaves one of the two fingerprints valid.
    """
    seen: Counter[Identity] = Counter()
    prints = []
    for identity in identities:
        prints.append(fingerprint(identity, seen[identity]))
        seen[identity] += 1
    return prints


def fingerprint(identity: Identity, ordinal: int) -> str:
    """The first 80 bits of a SHA-256 over length-prefixed parts, so that no two part lists run into one another."""
    digest = hashlib.sha256()
    for part in (identity.rule, identity.place, identity.symbol, identity.text, str(ordinal)):
        data = part.encode("utf-8", "surrogateescape")
        digest.update(b"%d:" % len(data) + data)
    return digest.hexdigest()[:DIGITS]
