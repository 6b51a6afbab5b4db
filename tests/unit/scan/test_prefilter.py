from __future__ import annotations

import pytest

from readycheck.scan.prefilter import FEW, Prefilter

CASES = [
    ("print", b"print(1)", True),
    ("print", b"x.print", True),
    ("print", b"blueprint()", False),
    ("print", b"print_x()", False),
    ("print", b"_print()", False),
    ("print", "é print".encode(), True),
    ("print", "éprint".encode(), False),
    ("$store", b"$store.x", True),
    ("$store", b"a$store", False),
    ("console.log", b"console.log(1)", True),
    ("console.log", b"console.logger", False),
    ("@app", b"@app.get", True),
    ("@app", b"x@app", True),
    ("@app", b"app", False),
    ("-- ", b"select 1 -- x", True),
]


@pytest.mark.parametrize(("anchor", "data", "expected"), CASES)
@pytest.mark.parametrize("others", [0, FEW + 1])
def test_both_strategies_agree(anchor: str, data: bytes, expected: bool, others: int) -> None:  # noqa: FBT001 - table
    prefilter = Prefilter([anchor, *(f"absent{number}" for number in range(others))])
    assert prefilter.is_small is (others == 0)
    assert prefilter.find_anchors(data) == (frozenset([anchor]) if expected else frozenset())


def test_no_anchors_find_nothing() -> None:
    assert Prefilter([]).find_anchors(b"anything") == frozenset()


@pytest.mark.parametrize("others", [0, FEW + 1])
def test_beginnings_and_parts(others: int) -> None:
    prefilter = Prefilter(["ghp_*", "*secret*", "print", *(f"absent{number}" for number in range(others))])
    assert prefilter.find_anchors(b"x = 'ghp_0123456789abcdef'") == {"ghp_*"}
    assert prefilter.find_anchors(b"ghp_short") == frozenset()  # only long words begin so
    assert prefilter.find_anchors(b"my_ghp_0123456789abcdef") == frozenset()
    assert prefilter.find_anchors(b"JWT_SECRETS") == {"*secret*"}
    assert prefilter.find_anchors(b"print(mySecret)") == {"*secret*", "print"}
