"""What JavaScript expressions are: modules, aliases, destructuring, members, calls."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Qualify = Callable[[str, str], list[tuple[str, ...]]]

MODULES: list[tuple[str, list[tuple[str, ...]]]] = [
    ("import pino from 'pino'; Q(pino())", [("pino()",)]),
    ("import * as pino from 'pino'; Q(pino.destination)", [("pino.destination",)]),
    ("import * as pino from 'pino'; Q(pino.default())", [("pino()",)]),
    ("import { default as p } from 'pino'; Q(p())", [("pino()",)]),
    ("import { Server as S } from 'socket.io'; Q(new S(1).on)", [("socket.io.Server().on",)]),
    ("import a, { b } from 'x'; Q(a.c); Q(b)", [("x.c",), ("x.b",)]),
    ("import a, * as b from 'x'; Q(a); Q(b.z)", [("x",), ("x.z",)]),
    ("import { 'a-b' as c } from 'x'; Q(c)", [("x.a-b",)]),
    ("import 'x'; Q(x)", [("globalThis.x",)]),
    ("const pino = require('pino'); Q(pino)", [("pino",)]),
    ("const pino = require('pino').default; Q(pino)", [("pino",)]),
    ("const pino = require('pino').pino; Q(pino())", [("pino.pino()",)]),
    ("const log = require('pino')({}); Q(log.info)", [("pino().info",)]),
    (
        "const { createLogger: c, format: { json } } = require('winston'); Q(c); Q(json)",
        [("winston.createLogger",), ("winston.format.json",)],
    ),
    ("const { a = 1 } = require('x'); Q(a)", [("x.a",)]),
    ("const x = await import('y'); Q(x.z); Q(x.default())", [("y.z",), ("y()",)]),
    ("const { z } = await import('y'); Q(z)", [("y.z",)]),
    ("function f(require) { const x = require('y'); Q(x) }", [()]),
    (
        (
            "import { createRequire } from 'module'; const require = "
            "createRequire(import.meta.url); const x = require('y'); Q(x)"
        ),
        [("y",)],
    ),
    (
        "import { createRequire } from 'node:module'; const req = createRequire(import.meta.url); Q(req('y'))",
        [("node:module.createRequire()()",)],
    ),
    ("const x_1 = __importDefault(require('x')); Q(x_1.default())", [("x()",)]),
    ("var x = _interopRequireDefault(require('x')); Q(x.default.y)", [("x.y",)]),
    ("import console from 'console'; Q(console.log)", [("console.log",)]),
    ("import { console } from 'x'; Q(console.log)", [("x.console.log",)]),
    ("const { console } = require('x'); Q(console.log)", [("x.console.log",)]),
    ("import express from 'express'; const app = express(); Q(app.use)", [("express().use",)]),
    ("const app = require('express')(); app.x = 1; Q(app.get('/x').y)", [("express().get().y",)]),
    ("export { a as b }; const a = console.log; Q(a)", [("globalThis.console.log",)]),
    ("Q(import.meta.url)", [("import.meta.url",)]),
    ("const a = require(`pino`); Q(a)", [("pino",)]),
    ("const a = require(x); Q(a)", [("globalThis.require()",)]),
    ("const a = require('./utils/logger'); Q(a.info)", [("./utils/logger.info",)]),
    ("import * as Sentry from '@sentry/node'; Q(Sentry.init)", [("@sentry/node.init",)]),
    ("export default function console() {} Q(console.log)", [()]),
    ("export const console = 1; Q(console.log)", [()]),
    ("export { console } from 'x'; Q(console.log)", [("globalThis.console.log",)]),
    ("export * as console from 'x'; Q(console.log)", [("globalThis.console.log",)]),
]

VALUES: list[tuple[str, list[tuple[str, ...]]]] = [
    ("Q(console.log)", [("globalThis.console.log",)]),
    ("Q(console?.log)", [("globalThis.console.log",)]),
    ("Q(console['log'])", [("globalThis.console.log",)]),
    ("Q(console[`log`])", [("globalThis.console.log",)]),
    ("Q(console[x])", [("globalThis.console.*",)]),
    ("Q(console[0])", [("globalThis.console.0",)]),
    ("Q((console).log)", [("globalThis.console.log",)]),
    ("Q((0, console.log))", [("globalThis.console.log",)]),
    ("Q(window.console.log)", [("globalThis.console.log",)]),
    ("Q(globalThis.console.log)", [("globalThis.console.log",)]),
    ("Q(self.console.log)", [("globalThis.console.log",)]),
    ("Q(global.console.log)", [("globalThis.console.log",)]),
    ("Q(window.window.console.log)", [("globalThis.console.log",)]),
    ("Q(globalThis['console'].log)", [("globalThis.console.log",)]),
    ("Q(console.log.bind(console))", [("globalThis.console.log",)]),
    ("Q(console.log.call(console, 1))", [("globalThis.console.log()",)]),
    ("Q(new Foo())", [("globalThis.Foo()",)]),
    ("Q(new Foo)", [("globalThis.Foo()",)]),
    ("Q(await foo())", [("globalThis.foo()",)]),
    ("Q(a ? console.log : console.warn)", [("globalThis.console.log", "globalThis.console.warn")]),
    ("Q(a || console.log)", [("globalThis.a", "globalThis.console.log")]),
    ("Q(a ?? console.log)", [("globalThis.a", "globalThis.console.log")]),
    ("Q(a && console.log)", [("globalThis.console.log",)]),
    ("Q(x = console.log)", [("globalThis.console.log",)]),
    ("const { a = console.log } = opts; Q(a)", [("globalThis.opts.a", "globalThis.console.log")]),
    ("const { a: { b } = console } = opts; Q(b)", [("globalThis.opts.a.b", "globalThis.console.b")]),
    (
        "const { log, ...rest } = console; Q(log); Q(rest.warn)",
        [("globalThis.console.log",), ("globalThis.console.warn",)],
    ),
    ("const [a] = console; Q(a)", [()]),
    ("const { [k]: a } = console; Q(a)", [()]),
    ("const { 'log': a } = console; Q(a)", [("globalThis.console.log",)]),
    ("log = console.log; Q(log)", [("globalThis.log", "globalThis.console.log")]),
    ("const f = async ({console}) => { Q(console.log) }", [()]),
    ("if (x) { const console = 1 } else { Q(console.log) }", [("globalThis.console.log",)]),
    ("x.console = 1; Q(console.log)", [("globalThis.console.log",)]),
    ("const mk = () => console; Q(mk().log)", [("globalThis.console.log",)]),
    ("function mk() { return console } Q(mk().log)", [("globalThis.console.log",)]),
    (
        "const mk = async function () { const c = console; return c }; Q((await mk()).log)",
        [("globalThis.console.log",)],
    ),
    ("function* mk() { return console } Q(mk().log)", [()]),
    ("const a = b; const b = a; Q(a.x)", [()]),
    ("const log = console.log.bind(console); Q(log)", [("globalThis.console.log",)]),
    ("const c = console; const { log: l } = c; Q(l)", [("globalThis.console.log",)]),
    ("Q(`${console}`)", [()]),
    ("const x = `${Q(console.log)}`", [("globalThis.console.log",)]),
    ("Q(process.env.X); Q(process.env['X'])", [("globalThis.process.env.X",), ("globalThis.process.env.X",)]),
]


@pytest.mark.parametrize("language", ["javascript", "typescript", "tsx"])
@pytest.mark.parametrize(("code", "expected"), MODULES)
def test_modules(qualify: Qualify, language: str, code: str, expected: list[tuple[str, ...]]) -> None:
    assert qualify(language, code) == expected


@pytest.mark.parametrize("language", ["javascript", "typescript", "tsx"])
@pytest.mark.parametrize(("code", "expected"), VALUES)
def test_values(qualify: Qualify, language: str, code: str, expected: list[tuple[str, ...]]) -> None:
    assert qualify(language, code) == expected
