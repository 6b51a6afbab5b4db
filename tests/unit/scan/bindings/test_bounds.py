"""Code that nobody writes by hand: deep, cyclic, endless. It ends, and what can be known is found."""

from __future__ import annotations

import pytest
from ast_grep_py import SgRoot

from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.resolver import Bindings
from readycheck.scan.bindings.tree import TooDeepError

DEEP = 20_000
NAMES = ("builtins.print", "globalThis.console.*")


def count(language: Language, code: str) -> int:
    bindings = Bindings(SgRoot(code, language.value).root(), language)
    return sum(1 for _ in bindings.find_references(NAMES))


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        (Language.PYTHON, f"x = {'[' * DEEP}print{']' * DEEP}\nprint(1)", 2),
        (Language.PYTHON, f"print(1){'.a()' * DEEP}", 1),
        (Language.JAVASCRIPT, f"{'[' * DEEP}console.log(1){']' * DEEP}", 1),
        (Language.JAVASCRIPT, f"console.log(1){'.a()' * DEEP}", 1),
        (Language.JAVASCRIPT, f"const {'[' * DEEP}console{']' * DEEP} = x; console.log(1)", 0),
        (Language.JAVASCRIPT, f"{'function f() {' * DEEP}console.log(1){'}' * DEEP}", 1),
    ],
)
def test_deep_nesting(language: Language, code: str, expected: int) -> None:
    assert count(language, code) == expected


@pytest.mark.parametrize("language", [Language.PYTHON, Language.JAVASCRIPT])
def test_candidates_at_every_level_are_refused_instead_of_guessed(language: Language) -> None:
    word = "print(" if language is Language.PYTHON else "console.log("
    with pytest.raises(TooDeepError):
        count(language, word * DEEP + ")" * DEEP)


@pytest.mark.parametrize(
    ("language", "code"),
    [
        (Language.PYTHON, "a = b\nb = a\na(1)"),
        (Language.PYTHON, "a = a.b\na(1)"),
        (Language.PYTHON, "def f():\n    return f()\nf()()"),
        (Language.PYTHON, "class A:\n    x = x\n    def f(self):\n        self.x = self.y\n        self.y = self.x"),
        (Language.JAVASCRIPT, "const a = b, b = a; a(1)"),
        (Language.JAVASCRIPT, "const f = () => f(); f()()"),
        (Language.JAVASCRIPT, "const require = require('x'); require('y')"),
        (Language.JAVASCRIPT, "class A { x = this.x }"),
        (Language.JAVASCRIPT, "const o = { o }; o.o.o.o(1)"),
    ],
)
def test_cycles_end_without_an_answer(language: Language, code: str) -> None:
    root = SgRoot(code, language.value).root()
    bindings = Bindings(root, language)
    assert {bindings.qualify(node) for node in root.find_all(kind="identifier")} == {()}


def test_a_value_that_grows_ends() -> None:
    assert count(Language.JAVASCRIPT, "let a = console; " + "a = a.log; " * 50 + "a(1)") > 0


def test_a_long_chain_of_aliases_is_followed() -> None:
    chain = "a0 = print\n" + "".join(f"a{n} = a{n - 1}\n" for n in range(1, 40))
    assert count(Language.PYTHON, f"{chain}a39(1)") == 41


def test_many_names_are_looked_up() -> None:
    code = "".join(f"a{n} = print\na{n}(1)\n" for n in range(200))
    assert count(Language.PYTHON, code) == 400


@pytest.mark.parametrize("language", [Language.PYTHON, Language.JAVASCRIPT, Language.TSX])
@pytest.mark.parametrize("code", ["", "\n", "\0", "((((", "}}}}", "é = 1", "\ufeffprint(1)"])
def test_anything_is_read(language: Language, code: str) -> None:
    assert count(language, code) <= 1


def test_other_languages_are_refused() -> None:
    with pytest.raises(ValueError, match="yaml"):
        Bindings(SgRoot("a: 1", "yaml").root(), Language.YAML)
