"""As few indexes as serve all demands on a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from readycheck.sql.advice.wants import Term

Group = frozenset[str]
Direction = tuple[bool, bool]  # descending, nulls first
MOST_KEYS = 4


@dataclass(frozen=True, slots=True)
class Demand:
    """Keys that must lead an index in any order, then keys in a fixed order; directions of the latter."""

    leading: tuple[Term, ...]
    tail: tuple[Term, ...] = ()
    directions: tuple[Direction, ...] = ()
    method: str = "btree"


@dataclass
class Draft:
    """An index that is being put together: groups of keys whose order inside is open."""

    groups: list[Group] = field(default_factory=list)
    terms: dict[str, Term] = field(default_factory=dict)
    directions: dict[str, Direction] = field(default_factory=dict)
    demands: list[int] = field(default_factory=list)
    method: str = "btree"

    def list_keys(self) -> list[tuple[Term, Direction]]:
        """The keys in their order: inside a group in the order in which they were asked for."""
        places = list(self.terms)
        names = [name for group in self.groups for name in sorted(group, key=places.index)]
        return [(self.terms[name], self.directions.get(name, (False, False))) for name in names]


def merge(demands: Sequence[Demand]) -> list[Draft]:
    """Drafts that serve all demands; each names the demands (by number) that it serves."""
    drafts: list[Draft] = []
    order = sorted(range(len(demands)), key=lambda at: -len(demands[at].leading) - len(demands[at].tail))
    for number in order:
        demand = demands[number]
        for draft in drafts:
            if _take(draft, demand):
                draft.demands.append(number)
                break
        else:
            draft = Draft(method=demand.method)
            _take(draft, demand)
            draft.demands.append(number)
            drafts.append(draft)
    return drafts


def _take(draft: Draft, demand: Demand) -> bool:
    """Let a draft serve one more demand, when that can be done by ordering or appending keys."""
    if draft.method != demand.method:
        return False
    directions = _align(draft, demand)
    groups = fit(draft.groups, frozenset(term.name for term in demand.leading), [term.name for term in demand.tail])
    if groups is None or directions is None:
        return False
    if draft.groups and sum(map(len, groups)) > max(MOST_KEYS, sum(map(len, draft.groups))):
        return False
    draft.groups = groups
    for term in (*demand.leading, *demand.tail):
        draft.terms.setdefault(term.name, term)
    draft.directions.update(directions)
    return True


def _align(draft: Draft, demand: Demand) -> dict[str, Direction] | None:
    """The demand's directions as the draft has them: equal ones, or all turned round; None when neither will do."""
    wanted = {term.name: direction for term, direction in zip(demand.tail, demand.directions, strict=False)}
    turned = {name: (not descending, not first) for name, (descending, first) in wanted.items()}
    for candidate in (wanted, turned):
        if all(draft.directions.get(name, direction) == direction for name, direction in candidate.items()):
            return candidate
    return None


def fit(groups: Sequence[Group], leading: Group, tail: Sequence[str]) -> list[Group] | None:
    """The groups ordered and extended so that they begin with `leading` in any order, followed by `tail`."""
    fitted, rest = list(groups), leading
    at = 0
    while rest:
        if at == len(fitted):
            fitted.append(rest)
            rest = frozenset()
        elif fitted[at] <= rest:
            rest -= fitted[at]
        elif rest < fitted[at]:
            fitted[at : at + 1] = [rest, fitted[at] - rest]
            rest = frozenset()
        else:
            return None
        at += 1
    for name in tail:
        if at == len(fitted):
            fitted.append(frozenset({name}))
        elif name in fitted[at] and len(fitted[at]) > 1:
            fitted[at : at + 1] = [frozenset({name}), fitted[at] - {name}]
        elif fitted[at] != {name}:
            return None
        at += 1
    return fitted
