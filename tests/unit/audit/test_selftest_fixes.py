"""What the self-test says about a fix that does not do what its examples show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from readycheck.audit.selftest import find_fix_failure
from readycheck.catalog import load_catalogue
from readycheck.model.rule import Example, Rule
from readycheck.model.vocabulary import Language

Made = tuple[Mapping[str, str], Sequence[str]]
BEFORE = "print(1)\n"
AFTER = "log(1)\n"


def print_rule() -> Rule:
    rule = load_catalogue().find_rule("print-call")
    assert rule is not None
    return rule


def check(make: Callable[[str], str], fixed: str | None = AFTER, problems: Sequence[str] = ()) -> str | None:
    def fixer(_rule: Rule, files: Mapping[str, str]) -> Made:
        return {path: make(text) for path, text in files.items()}, problems

    return find_fix_failure(print_rule(), Example(BEFORE, (1,), Language.PYTHON, fixed=fixed), fixer)


def test_the_very_text() -> None:
    assert check(lambda text: text.replace("print", "log")) is None


def test_another_text_is_shown_with_its_first_other_line() -> None:
    assert check(lambda text: text.replace("print", "say")) == (
        "the fix gives another text: line 1 is 'say(1)', not 'log(1)'"
    )
    assert check(lambda text: text.replace("print", "log") + "x = 1\n") == (
        "the fix gives another text: line 2 is 'x = 1', not ''"
    )


def test_a_fix_that_changes_its_own_result() -> None:
    assert check(lambda text: AFTER if text == BEFORE else text + "#") == "the fix changes its own result once more"


def test_what_went_wrong_on_the_way() -> None:
    assert check(lambda text: text, problems=["it broke"]) == "it broke"


def test_an_example_that_is_to_stay_as_it_is() -> None:
    assert check(lambda text: text, fixed=BEFORE) is None
    assert check(lambda text: text.replace("print", "log"), fixed=BEFORE) is not None


def test_without_a_fixed_text_only_faults_count() -> None:
    assert check(lambda text: text.replace("print", "log"), fixed=None) is None
    assert check(lambda text: text + "#", fixed=None) == "the fix changes its own result once more"


def test_an_example_shows_every_file_that_changes() -> None:
    files = {"a.py": BEFORE, "b.py": BEFORE}
    example = replace(Example("", ("a.py:1", "b.py:1"), Language.PYTHON, fixed=AFTER), files=files)

    def fixer(_rule: Rule, given: Mapping[str, str]) -> Made:
        return {path: text.replace("print", "log") for path, text in given.items()}, ()

    assert find_fix_failure(print_rule(), example, fixer) == (
        "the fix changes a.py and b.py: give path and text of each under `fixed`"
    )
    assert find_fix_failure(print_rule(), replace(example, fixed={"a.py": AFTER, "b.py": AFTER}), fixer) is None
    assert find_fix_failure(print_rule(), replace(example, fixed={"a.py": AFTER}), fixer) == "the fix also changes b.py"
    more = replace(example, fixed={"a.py": AFTER, "b.py": AFTER, "c.py": AFTER})
    assert find_fix_failure(print_rule(), more, fixer) == "the fix makes no c.py"
