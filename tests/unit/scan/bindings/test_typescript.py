"""What only TypeScript has: types, declarations, casts, parameter properties."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Qualify = Callable[[str, str], list[tuple[str, ...]]]

TYPESCRIPT: list[tuple[str, list[tuple[str, ...]]]] = [
    ("function f(x: console.A.B) {} Q(console.log)", [("globalThis.console.log",)]),
    ("let x: a.b.C; Q(x.d)", [("globalThis.a.b.C().d",)]),
    ("import x = require('y'); Q(x.z)", [("y.z",)]),
    ("import z = A.B.C; Q(z.d)", [("globalThis.A.B.C.d",)]),
    ("import type console from 'x'; Q(console.log)", [("globalThis.console.log",)]),
    ("import type { console } from 'x'; Q(console.log)", [("globalThis.console.log",)]),
    ("import { type console } from 'x'; Q(console.log)", [("globalThis.console.log",)]),
    ("import { type a, console } from 'x'; Q(console.log)", [("x.console.log",)]),
    ("declare const console: any; Q(console.log)", [("globalThis.console.log",)]),
    ("declare var console; Q(console.log)", [("globalThis.console.log",)]),
    ("declare function console(): void; Q(console.log)", [("globalThis.console.log",)]),
    ("declare global { var console: any } Q(console.log)", [("globalThis.console.log",)]),
    ("declare module 'm' { const console: number } Q(console.log)", [("globalThis.console.log",)]),
    ("namespace N { export const console = 1; Q(console.log) } Q(console.log)", [(), ("globalThis.console.log",)]),
    ("namespace N { var console = 1; } Q(console.log)", [("globalThis.console.log",)]),
    ("namespace console { export const a = 1 } Q(console.log)", [()]),
    ("enum console { A } Q(console.log)", [()]),
    ("interface console {} Q(console.log)", [("globalThis.console.log",)]),
    ("type console = 1; Q(console.log)", [("globalThis.console.log",)]),
    ("type T = (console: any) => void; Q(console.log)", [("globalThis.console.log",)]),
    (
        "interface J { (console: any): void; m(console): void; new (console): J; [console: string]: x } Q(console.log)",
        [("globalThis.console.log",)],
    ),
    ("function f(console: any) { Q(console.log) }", [()]),
    ("function f(console?: any) { Q(console.log) }", [()]),
    ("function f(this: Foo, console) { Q(console.log) }", [()]),
    ("function f(a: any = Q(console.log)) { }", [("globalThis.console.log",)]),
    ("function f({ console }: X = {}) { Q(console.log) }", [()]),
    (
        "class A { constructor(private console: X) { Q(console.log) } m() { Q(console.log) } }",
        [("globalThis.X().log",), ("globalThis.console.log",)],
    ),
    ("Q((console as any).log)", [("globalThis.console.log",)]),
    ("Q(console!.log)", [("globalThis.console.log",)]),
    ("Q((console satisfies C).log)", [("globalThis.console.log",)]),
    ("Q(log<T>)", [("globalThis.log",)]),
    (
        (
            "import { Logger } from '@nestjs/common'; class A { private readonly logger = "
            "new Logger(A.name); m() { Q(this.logger.log) } }"
        ),
        [("@nestjs/common.Logger().log",)],
    ),
    (
        (
            "import { PinoLogger } from 'nestjs-pino'; class A { constructor(private "
            "readonly logger: PinoLogger) {} m() { Q(this.logger.info) } }"
        ),
        [("nestjs-pino.PinoLogger().info",)],
    ),
    ("import type { Express } from 'express'; function f(app: Express) { Q(app.use) }", [("express.Express().use",)]),
    ("import e from 'express'; function f(app: e.Express) { Q(app.use) }", [("express.Express().use",)]),
    ("import e from 'express'; function f(app: e.Express | undefined) { Q(app.use) }", [("express.Express().use",)]),
    ("import e from 'express'; const app: e.Express = e(); Q(app.use)", [("express().use", "express.Express().use")]),
    ("abstract class console { abstract m(x): void } Q(console.log)", [()]),
    ("function ov(console: string): void; function ov(a: any) { Q(console.log) }", [("globalThis.console.log",)]),
    ("function a(x: string): x is string { Q(console.log) }", [("globalThis.console.log",)]),
    ("try {} catch (console: unknown) { Q(console.log) }", [()]),
    ("type A = [console: string]; Q(console.log)", [("globalThis.console.log",)]),
    ("export import q = A.B; Q(q)", [("globalThis.A.B",)]),
    ("export = console; Q(console.log)", [("globalThis.console.log",)]),
    ("export as namespace console; Q(console.log)", [("globalThis.console.log",)]),
    ("@Dec(Q(console.log)) class A { @Dec() m(@P() console) { Q(console.log) } }", [("globalThis.console.log",), ()]),
    ("const x = y as unknown as typeof console; Q(x)", [("globalThis.y",)]),
    ("const x = <any>console; Q(x.log)", [("globalThis.console.log",)]),
    ("const f = <T,>(console: T) => Q(console.log)", [()]),
]


@pytest.mark.parametrize(("code", "expected"), TYPESCRIPT)
def test_typescript(qualify: Qualify, code: str, expected: list[tuple[str, ...]]) -> None:
    assert qualify("typescript", code) == expected
