"""A further element between brackets, in the layout that is there."""

from __future__ import annotations

import pytest

from readycheck.edits.text import apply
from readycheck.fix.calls.brackets import append_items
from readycheck.scan.files.source import make_unit

PYTHON = {
    "f()": "f(x=1)",
    "f(a)": "f(a, x=1)",
    "f(a,)": "f(a, x=1)",
    "f( )": "f(x=1)",
    "f(a, b\n)": "f(a, b, x=1\n)",
    "f(\n    a,\n    b,\n)": "f(\n    a,\n    b,\n    x=1,\n)",
    "f(\n    a,\n    b\n)": "f(\n    a,\n    b,\n    x=1\n)",
    "f(\n\ta,\n)": "f(\n\ta,\n\tx=1,\n)",
    "f(\n    a,  # why\n)": "f(\n    a,  # why\n    x=1,\n)",
    "f(\n    a  # why\n)": "f(\n    a, x=1  # why\n)",
    "f(\n    a,\n    # b,\n)": "f(\n    a,\n    x=1,\n    # b,\n)",
    "f(a, {\n    1: 2,\n})": "f(a, {\n    1: 2,\n}, x=1)",
    "f(# nothing\n)": "f(# nothing\nx=1)",
    "é = f('😀', a)": "é = f('😀', a, x=1)",
}
SCRIPT = {
    "f({})": "f({ x: 1 })",
    "f({ a })": "f({ a, x: 1 })",
    "f({a: 1})": "f({a: 1, x: 1})",
    "f({\n  a,\n})": "f({\n  a,\n  x: 1,\n})",
    "f({\n  a\n})": "f({\n  a,\n  x: 1\n})",
    "f({\n  a, // why\n})": "f({\n  a, // why\n  x: 1,\n})",
}


@pytest.mark.parametrize(("before", "after"), PYTHON.items())
def test_arguments(before: str, after: str) -> None:
    unit, _ = make_unit("a.py", before.encode())
    assert unit is not None
    arguments = unit.find_kind("call")[0].field("arguments")
    assert arguments is not None

    assert apply(before, [append_items(unit, arguments, ["x=1"])]) == after


@pytest.mark.parametrize(("before", "after"), SCRIPT.items())
def test_properties(before: str, after: str) -> None:
    unit, _ = make_unit("a.js", before.encode())
    assert unit is not None

    assert apply(before, [append_items(unit, unit.find_kind("object")[0], ["x: 1"])]) == after


def test_several_elements_stand_on_lines_of_their_own() -> None:
    unit, _ = make_unit("a.py", b"f(\n    a,\n)\n")
    assert unit is not None
    arguments = unit.find_kind("call")[0].field("arguments")
    assert arguments is not None

    edit = append_items(unit, arguments, ["x=1", "y=2"])

    assert apply(unit.text, [edit]) == "f(\n    a,\n    x=1,\n    y=2,\n)\n"
