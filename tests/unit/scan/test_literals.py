from __future__ import annotations

import pytest
from ast_grep_py import SgRoot

from readycheck.model.rule import Json
from readycheck.scan.literals import find_argument, read_argument, read_literal


def parse_expression(code: str, language: str) -> object:
    statement = SgRoot(code, language).root().children()[0]
    return statement.children()[0]


@pytest.mark.parametrize(
    ("code", "language", "expected"),
    [
        ("'a'", "python", (True, "a")),
        ("b'a'", "python", (True, "a")),
        ('"""a"""', "python", (True, "a")),
        ("f'a{x}'", "python", (False, None)),
        ("f'a'", "python", (True, "a")),
        ("''", "python", (True, "")),
        ("True", "python", (True, True)),
        ("None", "python", (True, None)),
        ("1_000", "python", (True, 1000)),
        ("0x1f", "python", (True, 31)),
        ("1.5e3", "python", (True, 1500.0)),
        ("1j", "python", (False, None)),
        ("x", "python", (False, None)),
        ("'a'", "javascript", (True, "a")),
        ("`a`", "javascript", (True, "a")),
        ("`a${x}`", "javascript", (False, None)),
        ("true", "javascript", (True, True)),
        ("null", "javascript", (True, None)),
        ("10", "javascript", (True, 10)),
        ("undefined", "javascript", (False, None)),
    ],
)
def test_read_literal(code: str, language: str, expected: tuple[bool, Json]) -> None:
    assert read_literal(parse_expression(code, language)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "language", "name", "expected"),
    [
        ("run(debug=True)", "python", "debug", (True, True)),
        ("run(a, debug=flag)", "python", "debug", (False, None)),
        ("run(debug)", "python", "debug", (False, None)),
        ("run(**{'debug': True})", "python", "debug", (False, None)),
        ("run({ debug: true })", "javascript", "debug", (True, True)),
        ("run(a, { 'debug': false })", "javascript", "debug", (True, False)),
        ("run({ ['debug']: true })", "javascript", "debug", (False, None)),
        ("run({ debug })", "javascript", "debug", (False, None)),
        ("new Run({ level: 'info' })", "javascript", "level", (True, "info")),
    ],
)
def test_read_argument(code: str, language: str, name: str, expected: tuple[bool, Json]) -> None:
    assert read_argument(parse_expression(code, language), name) == expected  # type: ignore[arg-type]


def test_find_argument_gives_the_node() -> None:
    node = find_argument(parse_expression("run(debug=settings.debug)", "python"), "debug")  # type: ignore[arg-type]
    assert node is not None
    assert node.text() == "settings.debug"
