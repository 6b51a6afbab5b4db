from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readycheck.sql.advice.merging import Demand, fit, merge
from readycheck.sql.advice.wants import Term


def group(text: str) -> list[frozenset[str]]:
    return [frozenset(part) for part in text.split()]


@pytest.mark.parametrize(
    ("groups", "leading", "tail", "expected"),
    [
        ("", "ab", "", "ab"),
        ("", "ab", "cd", "ab c d"),
        ("ab", "a", "", "a b"),
        ("ab", "a", "b", "a b"),
        ("ab", "a", "c", None),
        ("a b", "ab", "", "a b"),
        ("a b", "b", "", None),
        ("a", "abc", "", "a bc"),
        ("abc", "b", "c", "b c a"),
    ],
)
def test_fit(groups: str, leading: str, tail: str, expected: str | None) -> None:
    assert fit(group(groups), frozenset(leading), list(tail)) == (group(expected) if expected is not None else None)


def make(leading: str, tail: str = "", *, descending: bool = False) -> Demand:
    return Demand(tuple(map(Term, leading)), tuple(map(Term, tail)), tuple((descending, descending) for _ in tail))


def test_an_order_and_its_reverse_share_an_index() -> None:
    drafts = merge([make("a", "b"), make("a", "b", descending=True), make("a")])
    assert [[(term.column, direction) for term, direction in draft.list_keys()] for draft in drafts] == [
        [("a", (False, False)), ("b", (False, False))]
    ]
    assert sorted(drafts[0].demands) == [0, 1, 2]


DEMANDS = st.builds(
    lambda leading, tail: make("".join(sorted(leading)), "".join(one for one in tail if one not in leading)),
    st.sets(st.sampled_from("abcd"), min_size=1, max_size=3),
    st.lists(st.sampled_from("efg"), unique=True, max_size=2),
)


@given(st.lists(DEMANDS, max_size=8))
def test_every_demand_is_served_by_the_draft_that_names_it(demands: list[Demand]) -> None:
    drafts = merge(demands)
    assert sorted(number for draft in drafts for number in draft.demands) == list(range(len(demands)))
    assert len(drafts) <= len(demands)
    for draft in drafts:
        keys = [term.column for term, _ in draft.list_keys()]
        for number in draft.demands:
            leading = {term.column for term in demands[number].leading}
            assert set(keys[: len(leading)]) == leading
            tail = [term.column for term in demands[number].tail]
            assert keys[len(leading) : len(leading) + len(tail)] == tail
