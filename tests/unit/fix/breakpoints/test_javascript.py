"""`debugger` statements taken out."""

from __future__ import annotations

import pytest

from tests.unit.fix.others import fix

TAKEN = {
    "function f() {\n  debugger;\n  return 1;\n}\n": "function f() {\n  return 1;\n}\n",
    "function f() { debugger; return 1; }\n": "function f() { return 1; }\n",
    "if (x) debugger\n": "if (x) {}\n",
    "if (x) y(); else debugger;\n": "if (x) y(); else {}\n",
    "while (x) debugger;\n": "while (x) {}\n",
    "switch (x) {\n  case 1:\n    debugger;\n    break;\n}\n": "switch (x) {\n  case 1:\n    break;\n}\n",
    "// eslint-disable-next-line no-debugger\ndebugger;\nf();\n": "f();\n",
    "debugger; // eslint-disable-line\nf();\n": "f();\n",
    "f();\n\ndebugger;\n\ng();\n": "f();\n\ng();\n",
    "const a = 1\ndebugger\nconst b = 2\n": "const a = 1\nconst b = 2\n",
    "f();\r\ndebugger;\r\ng();\r\n": "f();\r\ng();\r\n",
    "function f() {}\ndebugger\n;(g)()\n": "function f() {}\n;(g)()\n",
}


@pytest.mark.parametrize("name", ["app.js", "app.ts"])
@pytest.mark.parametrize(("before", "after"), TAKEN.items())
def test_a_statement_is_taken_out(before: str, after: str, name: str) -> None:
    result = fix({name: before}, "debugger-statement", unsafe=False)

    assert (result.text, result.said) == (after, ["safe"])


@pytest.mark.parametrize("next_line", ["(g)()", "[1].map(f)", "`x`.trim()", "-1"])
def test_lines_that_would_become_one_are_left(next_line: str) -> None:
    code = f"const a = b\ndebugger\n{next_line}\n"

    result = fix({"app.js": code}, "debugger-statement")

    assert (result.text, result.said) == (code, ["refused lines-would-join"])
