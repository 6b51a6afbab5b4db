"""Patterns that are compiled when they are first used."""

from __future__ import annotations

import re

import pytest

from readycheck.scan.late import compile_late


def test_a_late_pattern_does_what_a_pattern_does() -> None:
    late = compile_late(r"(?P<word>\w+)!", re.IGNORECASE)
    found = late.search("say Hello!")
    assert found is not None
    assert found["word"] == "Hello"
    assert late.sub("", "a! b!") == " "
    assert [one[0] for one in late.finditer("a! b!")] == ["a!", "b!"]
    assert late.pattern == r"(?P<word>\w+)!"


def test_nothing_is_compiled_before_the_first_use() -> None:
    late = compile_late("(")
    with pytest.raises(re.error):
        late.search("")
