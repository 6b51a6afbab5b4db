"""Which variable a name is in JavaScript and TypeScript: scopes and shadowing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Qualify = Callable[[str, str], list[tuple[str, ...]]]

SCOPES: list[tuple[str, list[tuple[str, ...]]]] = [
    ("const self = this; Q(self.console.log)", [()]),
    ("let log; ({ log } = console); Q(log)", [("globalThis.console.log",)]),
    ("let log; log = console.log; Q(log)", [("globalThis.console.log",)]),
    ("let a; [a] = x; Q(a)", [()]),
    ("function f(console) { Q(console.log) }", [()]),
    ("function f({ console }) { Q(console.log) }", [()]),
    ("function f({ a: console }) { Q(console.log) }", [()]),
    ("function f({ a: [console] }) { Q(console.log) }", [()]),
    ("function f(console = 1) { Q(console.log) }", [()]),
    ("function f(...console) { Q(console.log) }", [()]),
    ("function f({ console = 1 }) { Q(console.log) }", [()]),
    ("function f(a = Q(console.log)) { }", [("globalThis.console.log",)]),
    ("const f = console => Q(console.log)", [()]),
    ("const f = (console) => Q(console.log)", [()]),
    ("function console() {} Q(console.log)", [()]),
    ("Q(console.log); function console() {}", [()]),
    ("{ function console() {} } Q(console.log)", [("globalThis.console.log",)]),
    ("(function console() { Q(console.log) }); Q(console.log)", [(), ("globalThis.console.log",)]),
    ("class console {} Q(console.log)", [()]),
    ("(class console { m() { Q(console.log) } }); Q(console.log)", [(), ("globalThis.console.log",)]),
    ("{ let console = 1; Q(console.log) } Q(console.log)", [(), ("globalThis.console.log",)]),
    ("{ var console = 1; } Q(console.log)", [()]),
    ("function f() { { var console } Q(console.log) } Q(console.log)", [(), ("globalThis.console.log",)]),
    ("Q(console.log); let console", [()]),
    ("try {} catch (console) { Q(console.log) } Q(console.log)", [(), ("globalThis.console.log",)]),
    ("try {} catch ({ console }) { Q(console.log) }", [()]),
    ("for (const console of x) { Q(console.log) } Q(console.log)", [(), ("globalThis.console.log",)]),
    ("for (let console = 0;;) { Q(console.log) } Q(console.log)", [(), ("globalThis.console.log",)]),
    ("for (var console in x) {} Q(console.log)", [()]),
    ("for (const { console } of x) Q(console.log)", [()]),
    ("for (const a of Q(console.log)) {}", [("globalThis.console.log",)]),
    (
        "switch (x) { case 1: let console = 1; case 2: Q(console.log) } Q(console.log)",
        [(), ("globalThis.console.log",)],
    ),
    ("console: for (;;) { Q(console.log); break console }", [("globalThis.console.log",)]),
    ("({ console: 1 }); Q(console.log)", [("globalThis.console.log",)]),
    ("({ console() { Q(console.log) } })", [("globalThis.console.log",)]),
    ("class A { console() { Q(console.log) } }", [("globalThis.console.log",)]),
    ("console = fake; Q(console.log)", [("globalThis.console.log", "globalThis.fake.log")]),
    ("class A { constructor() { this.l = console.log } m() { Q(this.l) } }", [("globalThis.console.log",)]),
    (
        "class A { l = console.log; m() { Q(this.l); const f = () => Q(this.l); function g() { Q(this.l) } } }",
        [("globalThis.console.log",), ("globalThis.console.log",), ()],
    ),
    ("class A { #l = console.log; m() { Q(this.#l) } }", [("globalThis.console.log",)]),
    ("class A { m() { return { n() { Q(this.l) } } } l = console.log }", [()]),
    ("let a = a.x; Q(a)", [()]),
    (
        "let a = console; a = a.log; Q(a)",
        [
            (
                "globalThis.console",
                "globalThis.console.log",
                "globalThis.console.log.log",
                "globalThis.console.log.log.log",
            )
        ],
    ),
    ("function f() { return Q(arguments) }", [("globalThis.arguments",)]),
    ("label: { let label = console; Q(label.log) }", [("globalThis.console.log",)]),
    ("const f = function () { Q(f) }", [()]),
    ("var console = console || {}; Q(console.log)", [()]),
    ("var a = a || console; Q(a.log)", [("globalThis.console.log",)]),
    ("let x = console; x ||= y; Q(x)", [("globalThis.console", "globalThis.y")]),
    ("class A { static { var console = 1; Q(console.log) } } Q(console.log)", [(), ("globalThis.console.log",)]),
    ("do { let console } while (Q(console.log))", [("globalThis.console.log",)]),
]


@pytest.mark.parametrize("language", ["javascript", "typescript", "tsx"])
@pytest.mark.parametrize(("code", "expected"), SCOPES)
def test_scopes(qualify: Qualify, language: str, code: str, expected: list[tuple[str, ...]]) -> None:
    assert qualify(language, code) == expected
