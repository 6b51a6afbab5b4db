"""Notebooks as one Python text whose lines are those of the file."""

from __future__ import annotations

import json

import pytest

from readycheck.scan.files.disk import Unreadable
from readycheck.scan.files.source import make_unit
from readycheck.scan.unit import Unit


def load(cells: list[object], **metadata: object) -> Unit:
    unit, _ = make_unit("a.ipynb", json.dumps({"metadata": metadata, "cells": cells}, indent=1).encode())
    assert unit is not None
    return unit


def code(*lines: str) -> dict[str, object]:
    return {"cell_type": "code", "source": [f"{line}\n" for line in lines]}


def test_cells_follow_each_other_and_lines_lead_to_the_file() -> None:
    cells = [code("import os", "print(1)"), {"cell_type": "markdown", "source": ["print(2)"]}, code("print(3)")]
    unit = load(cells)
    assert unit.text == "import os\nprint(1)\nprint(3)\n"
    raw = json.dumps({"metadata": {}, "cells": cells}, indent=1).split("\n")
    assert [raw[unit.real_line(row) - 1].strip() for row in range(3)] == [
        '"import os\\n",',
        '"print(1)\\n"',
        '"print(3)\\n"',
    ]


def test_a_source_that_is_one_string_stands_on_one_line() -> None:
    unit = load([{"cell_type": "code", "source": "a = 1\nprint(a)"}])
    assert unit.text == "a = 1\nprint(a)\n"
    assert unit.line_map is not None
    assert len(set(unit.line_map)) == 1


def test_magics_leave_python_behind() -> None:
    unit = load(
        [code("%matplotlib inline", "for x in y:", "    !ls", "z = !ls", "?print", "print?", "a = (b", "  % c)")]
    )
    expected = "pass\nfor x in y:\n    pass\nz = None\npass\npass\na = (b\n  % c)\n"
    assert unit.text == expected
    compile(unit.text, "a", "exec")


def test_cells_in_other_languages_are_left_out() -> None:
    unit = load([code("%%bash", "rm -rf x"), code("", "%%time", "print(1)"), code("%%html", "<b>")])
    assert unit.text == "\npass\nprint(1)\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"metadata": {"kernelspec": {"language": "R"}}, "cells": []}', "a notebook in r"),
        ('{"metadata": {"language_info": {"name": "julia"}}, "cells": []}', "a notebook in julia"),
        ('{"worksheets": []}', "old format"),
        ("[]", "broken notebook"),
        ('{"cells": [', "broken notebook"),
        ("[" * 100_000, "broken notebook"),
    ],
)
def test_what_is_no_python_notebook(text: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        make_unit("a.ipynb", text.encode())


def test_half_characters_do_not_break_the_parser() -> None:
    unit = load([code("x = '\ud800'")])
    assert unit.text == "x = '\ufffd'\n"
    assert unit.root.kind() == "module"


@pytest.mark.parametrize("cells", [None, 3, {}, [None], [{"cell_type": "code"}], [{"cell_type": "code", "source": 3}]])
def test_odd_cells_are_no_code(cells: object) -> None:
    unit, _ = make_unit("a.ipynb", json.dumps({"cells": cells}).encode())
    assert unit is not None
    assert unit.text == ""
