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
