"""What an edit of Python must not do, each with an edit that does it."""

from __future__ import annotations

import pytest

from readycheck.fix.verify import verify
from readycheck.fix.verify.regions import Change
from readycheck.model.fix import Edit
from readycheck.model.location import Span

PRINTING = '''"""A module."""

from __future__ import annotations

import os


def greet(name: str) -> None:
    if name and os.name:
        print("hello", name)
    return None
'''


def change(before: str, *edits: tuple[str, str], place: str = "") -> Change:
    """Replace texts that stand in the file once; `place` is the text of the site."""
    made = []
    for old, new in edits:
        assert before.count(old) == 1, old
        start = before.index(old)
        made.append(Edit("a.py", start, start + len(old), new))
    return Change("a.py", before, tuple(made), (locate(before, place),) if place else ())


def locate(text: str, part: str) -> Span:
    start = text.index(part)
    end = start + len(part)
    return Span(
        "a.py",
        text.count("\n", 0, start) + 1,
        start - text.rfind("\n", 0, start),
        text.count("\n", 0, end) + 1,
        end - text.rfind("\n", 0, end),
    )


def faults(before: str, *edits: tuple[str, str], place: str = "") -> list[str]:
    return list(verify(change(before, *edits, place=place)))


CALL = 'print("hello", name)'
IMPORTS = ("import os\n", "import logging\nimport os\n\nlogger = logging.getLogger(__name__)\n")


def test_a_call_that_becomes_another_with_what_it_needs() -> None:
    assert faults(PRINTING, IMPORTS, (CALL, 'logger.info("hello %s", name)'), place=CALL) == []


def test_a_name_that_nothing_binds() -> None:
    assert faults(PRINTING, (CALL, 'logger.info("hello %s", name)'), place=CALL) == [
        "the name logger would be undefined"
    ]


def test_an_import_that_is_still_needed() -> None:
    assert faults(PRINTING, ("import os\n", "")) == ["the name os would be undefined"]


def test_a_name_that_was_undefined_before_is_not_blamed_on_the_edit() -> None:
    assert faults("print(missing)\n", ("print(missing)", "repr(missing)")) == []


def test_a_star_import_may_bring_any_name() -> None:
    assert faults("from tools import *\nprint(1)\n", ("print(1)", "log(1)")) == []


def test_a_text_that_does_not_parse() -> None:
    (fault,) = faults(PRINTING, (CALL, "logger.info("))
    assert fault.startswith("the new text would not parse: ")


@pytest.mark.parametrize(
    "insertion",
    [
        pytest.param("import re\n", id="before the docstring"),
        pytest.param("x = (\n", id="an open bracket"),
        pytest.param("'''\n", id="an open string"),
    ],
)
def test_an_insertion_at_the_top_that_changes_what_follows(insertion: str) -> None:
    before = '"""Doc."""\n\nvalue = 1  # \'\'\')\n'
    assert list(verify(Change("a.py", before, (Edit("a.py", 0, 0, insertion),)))) != []


def test_an_insertion_before_a_future_import() -> None:
    (fault,) = faults(PRINTING, ("from __future__", "import logging\nfrom __future__"))
    assert fault.startswith("the new text would not load: an import from __future__")


def test_a_comment_that_swallows_the_rest_of_the_line() -> None:
    (fault,) = faults("x = 1; y = print(2)\n", ("x = 1", "x = 1 # see below"), place="x = 1")
    assert "line 1 would change" in fault


def test_an_expression_that_binds_less_tightly_than_the_one_that_it_replaces() -> None:
    before = "done = ready and print(1) and late\n"
    assert faults(before, ("print(1)", "log(1) or False"), place="print(1)") != []
    assert faults(before, ("print(1)", "(print(1) or False)"), place="print(1)") == []


def test_a_statement_that_moves_into_another_block() -> None:
    before = "if a:\n    print(1)\nb = 2\n"
    assert faults(before, ("print(1)\n", "print(1)\n    ")) != []


def test_an_argument_more_where_it_was_planned() -> None:
    assert faults("call(url, data=1)\n", ("data=1", "data=1, timeout=30"), place="call(url, data=1)") == []


def test_a_keyword_that_is_inserted_without_a_place() -> None:
    before = "call(url, data=1)\n"
    assert list(verify(Change("a.py", before, (Edit("a.py", 16, 16, ", timeout=30"),)))) == []


def test_a_changed_constant_elsewhere_is_found() -> None:
    before = "print(1)\nlimit = 10\n"
    edits = (Edit("a.py", 0, 8, "log = 1\nlog"),)
    assert list(verify(Change("a.py", before, edits))) == []
    assert list(verify(Change("a.py", before, (Edit("a.py", 0, 7, "print(1"),)))) == []
    glued = (Edit("a.py", 19, 19, "0"),)  # `10` becomes `100`, where an insertion was planned
    assert list(verify(Change("a.py", before, glued))) == ["line 2 would change, where nothing was planned"]


def test_a_binding_below_its_first_use() -> None:
    before = "import os\nprint(os.name)\nvalue = 1\n"
    edits = (("print(os.name)", "logger.info(os.name)"), ("value = 1\n", "value = 1\nlogger = os\n"))
    assert faults(before, *edits, place="print(os.name)") == [
        "the name logger would be used on line 2, before it is bound on line 4"
    ]


def test_a_binding_below_a_function_that_uses_it_is_in_time() -> None:
    before = "import os\ndef f():\n    print(os.name)\nvalue = 1\n"
    edits = (("print(os.name)", "logger.info(os.name)"), ("value = 1\n", "value = 1\nlogger = os\n"))
    assert faults(before, *edits, place="print(os.name)") == []


def test_a_statement_that_is_taken_out() -> None:
    assert faults("a = 1\nbreakpoint()\nb = 2\n", ("breakpoint()\n", "")) == []
    assert faults("if a:\n    breakpoint()\nb = 2\n", ("    breakpoint()\n", "")) != []


def test_columns_count_characters_where_the_parser_counts_bytes() -> None:
    before = 'grüße = "ä"; print("ö"); y = "ü"\n'
    assert faults(before, ('print("ö")', 'repr("ö")'), place='print("ö")') == []


def test_a_decorator_that_is_inserted() -> None:
    before = "import functools\n\n@functools.cache\ndef f():\n    return 1\n"
    assert faults(before, ("@functools.cache\n", "@functools.wraps\n@functools.cache\n")) == []
