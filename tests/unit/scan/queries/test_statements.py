from __future__ import annotations

from readycheck.scan.queries.statements import ends_open, render


def test_holes_become_parameters_names_or_nothing() -> None:
    pieces = [
        "SELECT a FROM t WHERE b = ",
        ["value", "b"],
        " AND c = $",
        ["number", "n"],
        " ORDER BY ",
        ["name", "sort"],
    ]

    assert render(pieces, "name") == "SELECT a FROM t WHERE b = :hole AND c = $1 ORDER BY hole_5"
    assert render(pieces, "empty") == "SELECT a FROM t WHERE b = :hole AND c = $1 ORDER BY "


def test_a_text_ends_open_where_a_limit_may_follow() -> None:
    assert ends_open(["SELECT a FROM t ", ["name", "rest"]])
    assert not ends_open(["SELECT a FROM t ORDER BY ", ["name", "sort"]])
    assert not ends_open(["SELECT a FROM t WHERE b = ", ["value", "b"]])
