from __future__ import annotations

from readycheck.scan.environ.dotenv import parse_dotenv


def test_what_is_set() -> None:
    text = (
        "\ufeffA=1\r\nexport B=two words # remark\n# C=3\nD=\nE=''\nF=\"\"\nG='quoted # no remark'\n"
        "H=\"over\ntwo lines\"\nI = spaced\nJ=#hash\nK= # only a remark\n'L'=x\nnothing\n"
    )
    assert parse_dotenv(text) == {
        "A": True, "B": True, "D": False, "E": False, "F": False, "G": True, "H": True, "I": True, "J": False,
        "K": False, "L": True,
    }  # fmt: skip


def test_the_last_line_counts_and_nothing_is_expanded() -> None:
    assert parse_dotenv("A=1\nA=\nB=${HOME}\n") == {"A": False, "B": True}
