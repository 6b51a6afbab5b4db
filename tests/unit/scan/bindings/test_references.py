"""References to wanted names: found through whatever leads to them, each once, in order, with their calls."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Found = list[tuple[int, str, bool]]
Find = Callable[..., Found]

PRINT: list[tuple[str, Found]] = [
    ("print(1)", [(1, "print", True)]),
    ("print", [(1, "print", False)]),
    ("map(print, x)", [(1, "print", False)]),
    ("(print)(1)", [(1, "print", True)]),
    ("print(print(1))", [(1, "print", True), (1, "print", True)]),
    ("print(1); print(2)", [(1, "print", True), (1, "print", True)]),
    ("def f(print):\n    print(1)", []),
    ("from rich import print\nprint(1)", []),
    ("from builtins import print as p\np(1)", [(2, "p", True)]),
    ("import builtins as b\nb.print(1)", [(2, "b.print", True)]),
    ("__builtins__.print(1)", [(1, "__builtins__.print", True)]),
    ("p = print\np(1)", [(1, "print", False), (2, "p", True)]),
    ("p = q = print\nq(1)", [(1, "print", False), (2, "q", True)]),
    ("p, q = print, input\np(1)\nq(2)", [(1, "print", False), (2, "p", True)]),
    ("def f(out=print):\n    out(1)", [(1, "print", False), (2, "out", True)]),
    ("if (p := print):\n    p(1)", [(1, "print", False), (2, "p", True)]),
    ("def f():\n    p = print\np(1)", [(2, "print", False)]),
    ("(print if x else log)(1)", [(1, "print", True)]),
    ("print(1)\ndef print(): ...\nprint(2)", [(1, "print", True)]),
    ("class A:\n    def print(self):\n        print(1)\n        self.print()", [(3, "print", True)]),
    ("class A:\n    out = print\n    def f(self):\n        self.out(1)", [(2, "print", False), (4, "self.out", True)]),
    (
        "class A:\n    def __init__(self):\n        self.out = print\n    def f(self):\n        self.out(1)",
        [(3, "print", False), (5, "self.out", True)],
    ),
    ("from functools import partial\npartial(print, 1)(2)", [(2, "print", True)]),
    ("def get():\n    return print\nget()(1)", [(2, "print", False), (3, "get()", True)]),
    ("getattr(__builtins__, 'print')(1)", [(1, "getattr(__builtins__, 'print')", True)]),
    ("x.print(1)\nf(print=1)\n'print(1)'  # print(2)", []),
    ("def f(:\n    print(1)", [(2, "print", True)]),
    ("@print\nclass A: ...", [(1, "print", False)]),
    ("f'{print(1)}'", [(1, "print", True)]),
    ("def f():\n    '''\n    >>> print(1)\n    '''", []),
    ("print = print\nprint(1)", [(1, "print", False), (2, "print", True)]),
]

CONSOLE: list[tuple[str, Found]] = [
    ("console.log(1)", [(1, "console.log", True)]),
    ("console.log", [(1, "console.log", False)]),
    ("console", []),
    ("f(console)", []),
    ("console?.log?.(1)", [(1, "console?.log", True)]),
    ("console['log'](1)", [(1, "console['log']", True)]),
    ("console[level](1)", [(1, "console[level]", True)]),
    ("(console).log(1)", [(1, "(console).log", True)]),
    ("(0, console.log)(1)", [(1, "console.log", True)]),
    ("console.log.apply(console, x)", [(1, "console.log", True)]),
    ("console.log.call(console, x)", [(1, "console.log", True)]),
    ("console.log.bind(console)", [(1, "console.log", False)]),
    ("console.log.bind(console)(1)", [(1, "console.log", True)]),
    ("new console.Console()", [(1, "console.Console", True)]),
    ("console.log = f", [(1, "console.log", False)]),
    ("console.log.x.y(1)", [(1, "console.log", False)]),
    ("console.log(console.warn(1))", [(1, "console.log", True), (1, "console.warn", True)]),
    ("p.catch(console.error)", [(1, "console.error", False)]),
    ("window.console.log(1)", [(1, "window.console.log", True)]),
    ("globalThis.console.log(1)", [(1, "globalThis.console.log", True)]),
    ("window['console'].log(1)", [(1, "window['console'].log", True)]),
    ("const self = this; self.console.log(1)", []),
    ("function f(console) { console.log(1) }", []),
    ("import console from 'x'; console.log(1)", []),
    ("const { log } = console; log(1)", [(1, "log", True)]),
    ("const { log: l, ...rest } = console; l(1); rest.warn(2)", [(1, "l", True), (1, "rest.warn", True)]),
    ("const c = console; c.log(1)", [(1, "c.log", True)]),
    ("const c = console; { const c = 1; c.log(1) }", []),
    ("const l = console.log.bind(console); l(1)", [(1, "console.log", False), (1, "l", True)]),
    ("let l; l = console.log; l(1)", [(1, "console.log", False), (1, "l", True)]),
    ("function f({ log = console.log }) { log(1) }", [(1, "console.log", False), (1, "log", True)]),
    ("const f = (c = console) => c.log(1)", [(1, "c.log", True)]),
    ("const l = x ? console.log : noop; l(1)", [(1, "console.log", False), (1, "l", True)]),
    ("const get = () => console; get().log(1)", [(1, "get().log", True)]),
    ("const out = { l: console.log }; out.l(1)", [(1, "console.log", False), (1, "out.l", True)]),
    ("class A { l = console.log; m() { this.l(1) } }", [(1, "console.log", False), (1, "this.l", True)]),
    ("class A { constructor() { this.c = console } m() { this.c.log(1) } }", [(1, "this.c.log", True)]),
    ("class A { get() { return console } m() { this.get().log(1) } }", [(1, "this.get().log", True)]),
    ("({ console: 1 }).console.log(1)", []),
    ("'console.log(1)' // console.log(2)", []),
    ("console: for (;;) break console", []),
    ("const x = { log: console.log }", [(1, "console.log", False)]),
    ("`${console.log(1)}`", [(1, "console.log", True)]),
    ("{ console.log(1)", [(1, "console.log", True)]),
]

TYPED: list[tuple[str, Found]] = [
    ("type T = typeof console.log", []),
    ("let f: typeof console.log = console.log; f(1)", [(1, "console.log", False), (1, "f", True)]),
    ("(console as any).log(1)", [(1, "(console as any).log", True)]),
    ("console!.log(1)", [(1, "console!.log", True)]),
    ("(<any>console).log(1)", [(1, "(<any>console).log", True)]),
    ("console.log<string>(1)", [(1, "console.log", True)]),
    ("declare const console: any; console.log(1)", [(1, "console.log", True)]),
    ("import type { console } from 'x'; console.log(1)", [(1, "console.log", True)]),
    ("interface console {}\nconsole.log(1)", [(2, "console.log", True)]),
    ("class A { constructor(private c = console) {} m() { this.c.log(1) } }", [(1, "this.c.log", True)]),
]


@pytest.mark.parametrize(("code", "expected"), PRINT)
def test_print(find: Find, code: str, expected: Found) -> None:
    assert find("python", code, "builtins.print") == expected


@pytest.mark.parametrize("language", ["javascript", "typescript", "tsx"])
@pytest.mark.parametrize(("code", "expected"), CONSOLE)
def test_console(find: Find, language: str, code: str, expected: Found) -> None:
    assert find(language, code, "globalThis.console.*") == expected


@pytest.mark.parametrize(("code", "expected"), TYPED)
def test_console_in_typescript(find: Find, code: str, expected: Found) -> None:
    assert find("typescript", code, "globalThis.console.*") == expected


def test_jsx_attributes_and_elements(find: Find) -> None:
    code = "<A onError={console.error}><console.B/></A>"
    assert find("tsx", code, "globalThis.console.*") == [(1, "console.error", False), (1, "console.B", False)]


def test_elements_of_a_page_are_no_variables(find: Find) -> None:
    code = "<console><Console/><console/></console>"
    assert find("javascript", code, "globalThis.console", "globalThis.Console") == [(1, "Console", False)]


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("python", "from rich import print\ndef f(:\nprint(1)", []),
        ("python", "print(1)\nclass (:\n  def print(", [(1, "print", True)]),
        ("typescript", "import console from 'x'\nconst = {{{\nconsole.log(1)", []),
        ("javascript", "function (console { }\nconsole.log(1)", [(2, "console.log", True)]),
    ],
)
def test_what_can_be_parsed_of_broken_code_counts(find: Find, language: str, code: str, expected: Found) -> None:
    assert [one for one in find(language, code, "builtins.print", "globalThis.console.*") if one[2]] == expected


LIBRARIES: list[tuple[str, str, str, Found]] = [
    ("python", "from flask import Flask\napp = Flask(1)\napp.run()", "flask.Flask().run", [(3, "app.run", True)]),
    ("python", "import flask\nflask.Flask(1).run()", "flask.Flask().run", [(2, "flask.Flask(1).run", True)]),
    ("python", "import flask as f\nf.Flask(1)", "flask.Flask", [(2, "f.Flask", True)]),
    (
        "python",
        "from flask import Flask\ndef f(app: Flask):\n    app.run()",
        "flask.Flask().run",
        [(3, "app.run", True)],
    ),
    (
        "python",
        "from flask import Flask\ndef create():\n    app = Flask(1)\n    return app\ncreate().run()",
        "flask.Flask().run",
        [(5, "create().run", True)],
    ),
    ("python", "from pprint import *\npprint(1)", "pprint.pprint", [(2, "pprint", True)]),
    ("python", "from pdb import set_trace as st\nst()", "pdb.set_trace", [(2, "st", True)]),
    ("python", "def f():\n    import pdb; pdb.set_trace()", "pdb.set_trace", [(2, "pdb.set_trace", True)]),
    ("python", "__import__('pdb').set_trace()", "pdb.set_trace", [(1, "__import__('pdb').set_trace", True)]),
    ("python", "from .log import info\ninfo(1)", ".log.info", [(2, "info", True)]),
    ("python", "import a.b\na.b.c()\na.x()", "a.b.*", [(2, "a.b.c", True)]),
    ("python", "from x import A\nclass B(A): ...", "x.A", [(2, "A", False)]),
    ("javascript", "require('express')().use(1)", "express().use", [(1, "require('express')().use", True)]),
    ("javascript", "import e from 'express'; const a = e(); a.use(1)", "express().use", [(1, "a.use", True)]),
    ("javascript", "import { Server as S } from 'socket.io'; new S(1)", "socket.io.Server", [(1, "S", True)]),
    ("javascript", "const { z } = await import('y'); z(1)", "y.z", [(1, "z", True)]),
    ("javascript", "import { l } from './log'; l.info(1)", "./log.l.info", [(1, "l.info", True)]),
    ("javascript", "import * as S from '@sentry/node'; S.init({})", "@sentry/node.init", [(1, "S.init", True)]),
    (
        "javascript",
        "const p = require('pino'); const l = p(); l.info(1)",
        "pino",
        [(1, "p", True), (1, "require('pino')", False)],
    ),
    ("javascript", "import { a } from 'x'; export { a }; export { b } from 'x'", "x.a", [(1, "a", False)]),
    (
        "typescript",
        "import { L } from 'n'; class A { private l = new L(1); m() { this.l.log(1) } }",
        "n.L().log",
        [(1, "this.l.log", True)],
    ),
    (
        "typescript",
        "import { L } from 'n'; class A { constructor(private readonly l: L) {} m() { this.l.log(1) } }",
        "n.L().log",
        [(1, "this.l.log", True)],
    ),
]


@pytest.mark.parametrize(("language", "code", "name", "expected"), LIBRARIES)
def test_libraries(find: Find, language: str, code: str, name: str, expected: Found) -> None:
    assert sorted(find(language, code, name)) == sorted(expected)


def test_several_names_in_the_order_of_the_text(find: Find) -> None:
    code = "import os\nos.system(1)\nprint(2)\nos.system(3)"
    assert find("python", code, "builtins.print", "os.system") == [
        (2, "os.system", True),
        (3, "print", True),
        (4, "os.system", True),
    ]


def test_nothing_wanted_finds_nothing(find: Find) -> None:
    assert find("python", "print(1)") == []
