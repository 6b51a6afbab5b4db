from __future__ import annotations

from ast_grep_py import SgRoot

from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.resolver import Bindings


def test_a_wide_list_is_not_searched_once_for_each_of_its_elements() -> None:
    """30,000 names take a moment; were each looked up among the others, they would take ten minutes."""
    text = "x = [" + ",\n".join(["print"] * 30_000) + "]\n"
    found = Bindings(SgRoot(text, "python").root(), Language.PYTHON).find_references(["builtins.print"])
    assert sum(1 for _ in found) == 30_000


def test_a_target_in_a_nested_list_gets_its_element() -> None:
    bindings = Bindings(SgRoot("a, (b, c) = 1, (2, print)\nc('x')\n", "python").root(), Language.PYTHON)
    calls = [one for one in bindings.find_references(["builtins.print"]) if one.call is not None]
    assert [one.call.text() for one in calls if one.call is not None] == ["c('x')"]
