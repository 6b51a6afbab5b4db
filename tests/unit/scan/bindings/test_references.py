"""References to wanted callables, through imports, aliases, scopes and shadowing."""

from __future__ import annotations

import pytest
from ast_grep_py import SgRoot

from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.resolver import Bindings


def find(language: Language, code: str, *names: str) -> list[tuple[int, str, bool]]:
    """The line, the text and whether it is called, of every reference."""
    bindings = Bindings(SgRoot(code, language.value).root(), language)
    return [
        (one.node.range().start.line + 1, one.node.text(), one.call is not None)
        for one in bindings.find_references(names)
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("print(1)", [(1, "print", True)]),
        ("def f(print):\n    print(1)", []),
        ("from rich import print\nprint(1)", []),
        ("import builtins as b\nb.print(1)", [(2, "b.print", True)]),
        ("p = print\np(1)", [(1, "print", False), (2, "p", True)]),
        ("print(1)\ndef print(): ...\nprint(2)", [(1, "print", True)]),
    ],
)
def test_print(code: str, expected: list[tuple[int, str, bool]]) -> None:
    assert find(Language.PYTHON, code, "builtins.print") == expected


@pytest.mark.parametrize("language", [Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX])
@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("console.log(1)", [(1, "console.log", True)]),
        ("console?.log?.(1)", [(1, "console?.log", True)]),
        ("window.console['log'](1)", [(1, "window.console['log']", True)]),
        ("function f(console) { console.log(1) }", []),
        ("const { log } = console; log(1)", [(1, "log", True)]),
        ("p.catch(console.error)", [(1, "console.error", False)]),
    ],
)
def test_console(language: Language, code: str, expected: list[tuple[int, str, bool]]) -> None:
    assert find(language, code, "globalThis.console.*") == expected
