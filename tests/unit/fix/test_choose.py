"""Which sites are taken back when a file fails."""

from __future__ import annotations

import pytest

from readycheck.fix.choose import Choice, without
from readycheck.model.fix import Edit, NewFile, Safety, Site
from readycheck.model.location import Span

SITE = Site(
    "a-rule",
    Span("place.py", 1, 1, 1, 2),
    Safety.SAFE,
    "do it",
    edits=(Edit("edited.py", 0, 0, "x"),),
    creates=(NewFile("made.py", "x"),),
)


@pytest.mark.parametrize("path", ["place.py", "edited.py", "made.py"])
def test_a_site_goes_with_each_of_its_files(path: str) -> None:
    assert without(Choice((SITE,), ()), [path]).sites == ()


def test_other_files_leave_a_site() -> None:
    assert without(Choice((SITE,), ()), ["other.py"]).sites == (SITE,)
