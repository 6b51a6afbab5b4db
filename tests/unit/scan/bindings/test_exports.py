"""What modules export."""

from __future__ import annotations

import pytest
from ast_grep_py import SgRoot

from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.resolver import Bindings

Exports = dict[str, tuple[str, ...]]

COMMON: list[tuple[str, Exports]] = [
    ("const a = 1", {}),
    ("module.exports = require('pino')()", {"default": ("pino()",)}),
    ("module.exports.a = console.log", {"a": ("globalThis.console.log",)}),
    ("exports.a = console.log; exports.b = f()", {"a": ("globalThis.console.log",), "b": ("globalThis.f()",)}),
    ("exports = module.exports = console", {"default": ("globalThis.console",)}),
    (
        "const x = console; module.exports = { x, y: x.log, z() {}, 'v': 1 }",
        {"default": (), "x": ("globalThis.console",), "y": ("globalThis.console.log",), "z": (), "v": ()},
    ),
    ("module.paths = 1; module.exports.a.b = 2; f(module.exports)", {}),
    ("function f(module) { module.exports = 1 }", {}),
    (
        "export const a = console.log, { b } = console",
        {"a": ("globalThis.console.log",), "b": ("globalThis.console.b",)},
    ),
    ("export function f() {} export class C {}", {"f": (), "C": ()}),
    ("import p from 'pino'; const a = p(); export default a", {"default": ("pino()",)}),
    ("export default function () {}", {"default": ()}),
    ("const a = console; export { a, a as b }", {"a": ("globalThis.console",), "b": ("globalThis.console",)}),
    ("export { a, default as b } from './m'", {"a": ("./m.a",), "b": ("./m",)}),
    ("export * from './m'; export * from './n'", {"*": ("./m", "./n")}),
    ("export * as n from './n'", {"n": ("./n",)}),
]
TYPED: list[tuple[str, Exports]] = [
    ("import a = require('a'); export = a", {"default": ("a",)}),
    ("export type T = 1; export interface I {} export type { Z } from 'z'", {}),
    ("const a = 1; export { a, type B }", {"a": ()}),
    ("export enum E {} export namespace N {}", {"E": (), "N": ()}),
]


def list_exports(language: Language, code: str) -> Exports:
    return Bindings(SgRoot(code, language.value).root(), language).exports()


@pytest.mark.parametrize("language", [Language.JAVASCRIPT, Language.TYPESCRIPT])
@pytest.mark.parametrize(("code", "expected"), COMMON)
def test_exports(language: Language, code: str, expected: Exports) -> None:
    assert list_exports(language, code) == expected


@pytest.mark.parametrize(("code", "expected"), TYPED)
def test_typescript(code: str, expected: Exports) -> None:
    assert list_exports(Language.TYPESCRIPT, code) == expected


def test_python_has_no_list() -> None:
    assert list_exports(Language.PYTHON, "a = print") == {}
