"""Where the parts of a text come from: the argument of `run(...)`, as kinds and texts in order."""

from __future__ import annotations

import re

import pytest

from readycheck.model.vocabulary import Language
from readycheck.scan.origins.parts import Kind
from readycheck.scan.origins.tracer import Purpose
from readycheck.scan.origins.tracing import make_tracer
from readycheck.scan.unit import Unit

PURPOSE = Purpose(lambda _, callee: callee.text().endswith("escape"), re.compile(r"^\"'\",\"''\"$"))


def trace(code: str, language: Language) -> list[tuple[str, str]]:
    unit = Unit("app/code.py" if language is Language.PYTHON else "src/code.ts", language, code)
    kind = "call" if language is Language.PYTHON else "call_expression"
    calls = [call for call in unit.root.find_all(kind=kind) if call.text().startswith("run(")]
    tracer = make_tracer(unit, PURPOSE)
    arguments = calls[-1].field("arguments")
    assert arguments is not None
    return [(part.kind.value, part.text) for part in tracer.trace(arguments.named_children()[0])]


def kinds(code: str, language: Language) -> set[str]:
    return {kind for kind, _ in trace(code, language)} - {Kind.CONSTANT}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("run('a' + 'b')", set()),
        ("A = 'x'\nrun(f'a {A} b')", set()),
        ("T = {'a': 'x'}\ndef f(k):\n    run('a' + T[k])", set()),
        ("T = {'a': 'x'}\ndef f(k):\n    run('a' + T.get(k, 'y'))", set()),
        ("def f(n):\n    run('a %d' % len(n))", {"number"}),
        ("def f(n: int):\n    run(f'{n}')", {"number"}),
        ("def f(n):\n    run(f'{n:.2f}')", {"number"}),
        ("def f(n):\n    run('a ' + n)", {"parameter"}),
        ("def f(n):\n    if n not in ('a', 'b'):\n        raise ValueError\n    run('a ' + n)", {"fixed"}),
        ("def f(n):\n    for k, v in n.items():\n        run('a ' + v)", {"parameter"}),
        ("def f(n):\n    run('a ' + escape(n))", {"safe"}),
        ("def f(n):\n    run('a ' + n.replace(\"'\", \"''\"))", {"safe"}),
        ("Q = load('file')\ndef f():\n    run(Q['name'])", {"fixed"}),
        ("from app.names import TABLE\nrun(f'a {TABLE}')", {"fixed"}),
        ("import os\ndef f():\n    run('a' + os.getenv('T'))", {"fixed"}),
        ("def f(path):\n    run(path.read_text())", {"fixed"}),
        ("def f(db):\n    for row in db.execute('q'):\n        run('a ' + row['n'])", {"stored"}),
        ("def _g(n):\n    run('a ' + n)\n_g('b')", set()),
        ("def g(n):\n    return 'a ' + n\ndef f(m):\n    run(g(m))", {"parameter"}),
        ("def g(n):\n    return 'a ' + n\nrun(g('b'))", set()),
        ("def f(ns):\n    run(', '.join('?' for _ in ns))", set()),
        ("def f(ns):\n    parts = []\n    for n in ns:\n        parts.append(f'{n} = ?')\n    run(', '.join(parts))",
        {"parameter"}),
        ("def f(n):\n    s = 'a'\n    s += n\n    run(s)", {"parameter"}),
        ("@app.get('/x')\ndef f(n: str):\n    run(n)", {"request"}),
        ("@app.get('/x')\ndef f(n: UUID):\n    run(f'{n}')", {"number"}),
        ("@app.get('/x')\ndef f(db: Session = Depends(get)):\n    run(f'{db.x}')", {"parameter", "unknown"}),
        ("from flask import request\ndef f():\n    run('a' + request.args.get('n'))", {"request"}),
        ("import requests as request\ndef f():\n    run('a' + request.get('n'))", {"unknown"}),
        ("def f(x):\n    x = x[1:] or f(x)\n    run(x)", {"parameter"}),
    ],
)  # fmt: skip
def test_python(code: str, expected: set[str]) -> None:
    assert kinds(code, Language.PYTHON) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("run('a' + `b`)", set()),
        ("const A = 'x'; run(`a ${A}`)", set()),
        ("const T = { a: 'x' }; function f(k) { run('a' + (T[k] || T.a)) }", set()),
        ("function f(n) { run(`a ${n.length} ${n * 2} ${Number(n)}`) }", {"number"}),
        ("function f(n: number) { run(`a ${n}`) }", {"number"}),
        ("export function f(n) { run(`a ${n}`) }", {"parameter"}),
        ("function f(n) { if (!ALLOWED.includes(n)) throw 1; run(`a ${n}`) }", {"fixed"}),
        ("function f(n) { run(`a ${n}`) } f('b')", set()),
        ("const all = ['a', 'b']; function f() { for (const one of all) run(`x ${one}`) }", set()),
        ("function f(o) { const s = []; s.push('a' + o.b); run(s.join(', ')) }", {"parameter"}),
        ("function f(o) { const s = o.map((one) => `${one.a} = ?`); run(s.join(', ')) }", {"parameter"}),
        ("function f(o) { run(Object.keys(o).filter((k) => OK.has(k)).join()) }", {"fixed"}),
        ("import { T } from './t'; run(`a ${T}`)", {"fixed"}),
        ("function f() { run(process.env.X + fs.readFileSync('a')) }", {"fixed"}),
        ("app.get('/', (req, res) => run('a' + req.query.q))", {"request"}),
        ("app.get('/', (req, res) => { const { q = 'x' } = req.query; run('a' + q) })", {"request"}),
        ("app.get('/', ({ query }, res) => run('a' + query.q))", {"request"}),
        ("const req = make(); run('a' + req.query.q)", {"fixed"}),
        ("socket.on('say', (text) => run('a' + text))", {"request"}),
        ("socket.on('disconnect', (text) => run('a' + text))", {"parameter"}),
        ("function f(n) { run('a' + escape(n)) }", {"safe"}),
        ("async function f() { const { rows } = await db.query('x'); run('a' + rows[0].n) }", {"stored"}),
        ("function f(n) { let s = 'a'; if (n) s += n; run(s) }", {"parameter"}),
    ],
)  # fmt: skip
def test_javascript(code: str, expected: set[str]) -> None:
    assert kinds(code, Language.TYPESCRIPT) == expected


def test_parts_stand_in_their_order() -> None:
    assert trace("def f(n):\n    run('a %s b' % n)", Language.PYTHON) == [
        ("constant", "a "),
        ("parameter", "n"),
        ("constant", " b"),
    ]


def test_a_parameter_is_known_by_its_function_and_place() -> None:
    unit = Unit("a.js", Language.JAVASCRIPT, "exports.f = async (a, { b: c }) => { run(c) }")
    call = unit.root.find(pattern="run($X)")
    assert call is not None
    argument = call.get_match("X")
    parts = make_tracer(unit, PURPOSE).trace(argument)
    assert [(part.function, part.index, part.name, part.key) for part in parts] == [("f", 1, "c", "b")]


def test_variables_that_hold_each_other_end() -> None:
    lines = "\n".join(f"    a{i}, a{(i + 1) % 40} = a{(i + 2) % 40} + a{(i + 3) % 40}, a{i}[1:]" for i in range(40))
    assert len(trace(f"def f(n):\n{lines}\n    run(a0)", Language.PYTHON)) <= 60
