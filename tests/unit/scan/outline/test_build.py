"""What an outline says of a file."""

from __future__ import annotations

from typing import Any

import pytest

from readycheck.scan.files.source import make_unit
from readycheck.scan.outline.build import build_outline


def outline(path: str, code: str) -> dict[str, Any]:
    unit, _ = make_unit(path, code.encode())
    assert unit is not None
    return build_outline(unit)


def first_call(path: str, code: str, text: str) -> dict[str, Any]:
    return next(call for call in outline(path, code)["calls"] if call["t"] == text)


PYTHON_ARGUMENTS = [
    ("f('a')", [{"s": "a"}]),
    ("f(1, True, None)", [{"v": 1}, {"v": True}, {"v": None}]),
    ("f(['a', x])", [{"l": [{"s": "a"}, {"n": ["builtins.x"], "t": "x"}]}]),
    ("f({'a': 1})", [{"o": [["a", {"v": 1}]]}]),
    ("f('a' 'b')", [{"s": "ab"}]),
    ("f(*[1])", [{"e": {"l": [{"v": 1}]}}]),
    ("f(lambda: 1)", [{"f": "<1:3>"}]),
    ("f(1 if DEBUG else 2)", [{"a": [{"v": 1}, {"v": 2}], "if": "DEBUG"}]),
    ("f(g(1))", [{"c": 1, "t": "g(1)"}]),
    ("f(a < b)", [{"t": "a < b"}]),
]


@pytest.mark.parametrize(("code", "arguments"), PYTHON_ARGUMENTS)
def test_python_arguments(code: str, arguments: list[Any]) -> None:
    found = outline("a.py", code)["calls"][0]["a"]
    if arguments[0].get("l"):
        found[0]["l"][1]["n"] = ["builtins.x"]  # what an unbound name is called is the bindings' business

    assert found == arguments


SCRIPT_ARGUMENTS = [
    (
        "f({ limit: '1mb', ...more })",
        [{"o": [["limit", {"s": "1mb"}], ["...", {"n": ["globalThis.more"], "t": "more"}]]}],
    ),
    ("f(`a ${b} c`)", [{"j": [{"s": "a "}, {"n": ["globalThis.b"], "t": "b"}, {"s": " c"}], "op": "+"}]),
    ("f(a || 'x')", [{"a": [{"n": ["globalThis.a"], "t": "a"}, {"s": "x"}], "t": "a || 'x'"}]),
    ("f(DEV && g)", [{"a": [{"n": ["globalThis.g"], "t": "g"}], "if": "DEV"}]),
    ("f(require('./users'))", [{"n": ["./users"], "t": "require('./users')"}]),
    ("f((req, res) => res.send('x'))", [{"f": "<1:3>"}]),
    ("f(function named() {})", [{"f": "named"}]),
]


@pytest.mark.parametrize(("code", "arguments"), SCRIPT_ARGUMENTS)
def test_script_arguments(code: str, arguments: list[Any]) -> None:
    assert outline("a.js", code)["calls"][0]["a"] == arguments


def test_a_definition_knows_its_parameters_results_and_bases() -> None:
    code = (
        "from base import Base\n"
        "class Service(Base):\n"
        "    store: Store\n"
        "    async def find(self, key: str = 'a', *rest) -> Row:\n"
        "        return self.store.get(key)\n"
    )
    found = outline("a.py", code)["definitions"]

    assert found["Service"]["bases"] == [{"n": ["base.Base"], "t": "Base"}]
    assert found["Service.find"]["async"] is True
    assert [one["name"] for one in found["Service.find"]["params"]] == ["self", "key", "*rest"]
    assert found["Service.find"]["params"][1]["d"] == {"s": "a"}
    assert found["Service.find"]["returns"] == [{"c": 0, "t": "self.store.get(key)"}]


def test_two_definitions_of_one_name_are_told_apart() -> None:
    code = "const a = { list() { one() } }; const b = { list() { two() } };"
    calls = {call["t"]: call["in"] for call in outline("a.js", code)["calls"]}

    assert calls == {"one": "list", "two": "list~2"}


CONTEXTS = [
    ("a.py", "if DEBUG:\n    f()\n", {"if": ["DEBUG"]}),
    ("a.py", "if DEBUG:\n    pass\nelse:\n    f()\n", {"if": ["not (DEBUG)"]}),
    ("a.py", "def g():\n    if PROD:\n        return\n    f()\n", {"if": ["not (PROD)"]}),
    ("a.py", "def g():\n    if PROD:\n        log()\n    f()\n", {}),
    ("a.py", "for x in y:\n    f()\n", {"loop": True}),
    ("a.py", "try:\n    f()\nexcept OSError:\n    pass\n", {"try": ["except OSError"]}),
    ("a.py", "try:\n    pass\nexcept OSError:\n    f()\n", {"handler": True}),
    ("a.py", "async def g():\n    await f()\n", {"await": True}),
    ("a.py", "raise f()\n", {"throw": True}),
    ("a.js", "if (process.env.DEV) f();", {"if": ["(process.env.DEV)"]}),
    ("a.js", "process.env.DEV && f();", {"if": ["process.env.DEV"]}),
    ("a.js", "function g() { if (isProd) { return; } f(); }", {"if": ["not ((isProd))"]}),
    ("a.js", "try { f(); } catch (e) { }", {"try": ["catch (e)"]}),
    ("a.js", "throw new f();", {"throw": True, "new": True}),
]


@pytest.mark.parametrize(("path", "code", "marks"), CONTEXTS)
def test_a_call_knows_under_what_it_runs(path: str, code: str, marks: dict[str, Any]) -> None:
    call = first_call(path, code, "f")

    assert {key: call[key] for key in ("if", "loop", "try", "handler", "await", "throw", "new") if key in call} == marks


def test_a_decorator_names_what_it_decorates() -> None:
    python = "@router.get('/')\nasync def read(): ...\n"
    script = "class Users { @Get('me') find() {} }"

    assert first_call("a.py", python, "router.get")["on"] == "read"
    assert first_call("a.ts", script, "Get")["on"] == "Users.find"


def test_a_loop_variable_is_what_the_loop_around_it_runs_over() -> None:
    code = (
        "from a import one, two\nfrom b import three\n"
        "def mount(app):\n"
        "    for module in (one, two):\n        app.include(module.router)\n"
        "    for module in (three,):\n        app.exclude(module.router)\n"
    )
    names = {call["t"]: call["a"][0]["n"][1:] for call in outline("a.py", code)["calls"]}

    assert names == {"app.include": ["a.one.router", "a.two.router"], "app.exclude": ["b.three.router"]}


def test_words_are_constants_and_no_documentation() -> None:
    code = '"""Module X-Frame-Options."""\ndef f():\n    """Returns 429."""\n    send("X-Frame-Options", 404)\n'
    found = outline("a.py", code)

    assert found["words"] == {"f": ["X-Frame-Options"]}
    assert found["numbers"] == {"f": [404]}


def test_names_that_nothing_binds() -> None:
    code = "import os\ndef f(a):\n    os.getcwd()\n    limiter.limit(a)\n    print(missing)\n"

    assert outline("a.py", code)["unbound"] == [["limiter", 4], ["missing", 5]]
    assert outline("a.py", "from x import *\nlimiter.limit()\n")["unbound"] == []
