"""The names of what encloses a place."""

from __future__ import annotations

import pytest
from ast_grep_py import SgRoot

from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.resolver import Bindings

PYTHON = [
    ("X", ""),
    ("def f():\n    X", "f"),
    ("async def f():\n    X", "f"),
    ("class A:\n    X", "A"),
    ("class A:\n    def f(self):\n        def g():\n            X", "A.f.g"),
    ("def f():\n    return lambda: X", "f"),
    ("@X\ndef f(): ...", ""),
    ("def f(a=X): ...", "f"),
    ("if a:\n    def f():\n        for b in c:\n            X", "f"),
]
JAVASCRIPT = [
    ("X", ""),
    ("function f() { X }", "f"),
    ("function* f() { X }", "f"),
    ("const f = () => { X }", "f"),
    ("const f = async function () { X }", "f"),
    ("const f = function g() { X }", "g"),
    ("class A { m() { X } }", "A.m"),
    ("class A { static #m() { X } }", "A.#m"),
    ("class A { f = () => X }", "A.f"),
    ("const A = class { m() { X } }", "A.m"),
    ("const o = { m() { X } }", "m"),
    ("const o = { f: () => X, 'g h': 1 }", "f"),
    ("module.exports.f = function () { X }", "f"),
    ("exports.f = () => X", "f"),
    ("app.get('/', (req, res) => { X })", ""),
    ("function f() { app.get('/', () => { X }) }", "f"),
    ("const f = useCallback(() => { X })", "f"),
    ("export default () => X", "default"),
    ("export default function () { X }", "default"),
]


def find_symbol(language: Language, code: str) -> str:
    root = SgRoot(code, language.value).root()
    node = root.find(kind="identifier", regex="^X$")
    assert node is not None
    return Bindings(root, language).enclosing_symbol(node)


@pytest.mark.parametrize(("code", "expected"), PYTHON)
def test_python(code: str, expected: str) -> None:
    assert find_symbol(Language.PYTHON, code) == expected


@pytest.mark.parametrize("language", [Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX])
@pytest.mark.parametrize(("code", "expected"), JAVASCRIPT)
def test_javascript(language: Language, code: str, expected: str) -> None:
    assert find_symbol(language, code) == expected


def test_namespace() -> None:
    assert find_symbol(Language.TYPESCRIPT, "namespace N { export function f() { X } }") == "N.f"
