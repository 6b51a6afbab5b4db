"""What a name would mean at a place where it does not stand, and whether a module may bind it."""

from __future__ import annotations

import pytest

from readycheck.scan.files.source import make_unit
from readycheck.scan.unit import Unit


def read(text: str) -> Unit:
    """A module."""
    unit, _ = make_unit("a.py", text.encode())
    assert unit is not None
    return unit


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("def f(log):\n    here()\n", "function_definition"),
        ("log = 1\n\n\ndef f():\n    here()\n", "module"),
        ("def f():\n    here()\n\n\nlog = 1\n", "module"),
        ("here()\nlog = 1\n", ""),
        ("log = 1\nhere()\n", "module"),
        ("class A:\n    log = 1\n\n    def f(self):\n        here()\n", ""),
        ("class A:\n    log = 1\n    here()\n", "class_definition"),
        ("def f():\n    global log\n    log = 1\n    here()\n", "module"),
    ],
)
def test_what_a_name_would_mean(text: str, scope: str) -> None:
    unit = read(text)
    place = next(one for one in unit.find_kind("call") if one.text() == "here()")
    found = unit.bindings.resolve_name("log", place)[0]
    assert (found.kind() if found is not None else "") == scope


@pytest.mark.parametrize(
    ("text", "is_free"),
    [
        ("here()\n", True),
        ("here()\nx.log(log=1)\n", True),
        ("here()\nprint(log)\n", False),
        ("def f(log):\n    log()\n\n\nhere()\n", True),
        ("def f(log):\n    here()\n", False),
        ("here()\nimport log\n", False),
        ("def log():\n    here()\n", False),
        ("def f():\n    global log\n    log = 1\n\n\nhere()\n", False),
        ("here()\n[log for log in x]\n", True),
    ],
)
def test_whether_a_module_may_bind_a_name(text: str, is_free: bool) -> None:  # noqa: FBT001 - what is expected
    unit = read(text)
    place = next(one for one in unit.find_kind("call") if one.text() == "here()")
    assert unit.bindings.is_free("log", [place]) is is_free


def test_what_a_module_binds_at_its_top() -> None:
    unit = read("from a import b as log\n\nif x:\n    log = 1\n\n\ndef f():\n    log = 2\n")
    assert len(unit.bindings.list_outermost("log")) == 2
    assert read("log = 1\ndel log\n").bindings.list_outermost("log") == []
    assert unit.bindings.list_outermost("other") == []
