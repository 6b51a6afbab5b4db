"""Which comments suppress what, and which texts are no suppression at all."""

from __future__ import annotations

import pytest

from readycheck.model.vocabulary import Language
from readycheck.scan.comments.directives import find_directives, read_directive
from readycheck.scan.unit import Unit

NAMES = {
    Language.PYTHON: "a.py",
    Language.JAVASCRIPT: "a.js",
    Language.TYPESCRIPT: "a.ts",
    Language.TSX: "a.tsx",
    Language.YAML: "a.yml",
    Language.TOML: "a.toml",
    Language.JSON: "a.json",
    Language.DOCKERFILE: "Dockerfile",
    Language.TEXT: ".env",
}


def scopes(language: Language, text: str) -> list[tuple[int, int, int]]:
    return [(found.line, found.first, found.last) for found in find_directives(Unit(NAMES[language], language, text))]


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# readycheck: ignore[print-call] start-up banner", (("print-call",), "start-up banner")),
        ("// readycheck: ignore[a-b, c] two of them", (("a-b", "c"), "two of them")),
        ("/* readycheck: ignore[a] why */", (("a",), "why")),
        ("/* readycheck: ignore[a] why */}", (("a",), "why")),
        ("<!-- readycheck: ignore[a] why -->", (("a",), "why")),
        ("# noqa: T201  # readycheck: ignore[a] why", (("a",), "why")),
        ("#readycheck:ignore[a]: why", (("a",), "why")),
        ("# readycheck: ignore[a] — why", (("a",), "why")),
        ("# readycheck: ignore[a]", (("a",), "")),
        ("/* readycheck: ignore[a] */", (("a",), "")),
        ("# readycheck: ignore[] why", ((), "why")),
        ("# readycheck: ignore why", ((), "")),
        ("# readycheck: ignroe[a] why", ((), "")),
        ("# readycheck: ignore[a why", ((), "")),
        ("# write readycheck: ignore[a] to silence it", None),
        ("# see https://readycheck.example/ignore", None),
        ("# `readycheck: ignore[a] why` silences it", None),
    ],
)
def test_what_a_comment_says(comment: str, expected: tuple[tuple[str, ...], str] | None) -> None:
    assert read_directive(comment) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("print(1)  # readycheck: ignore[a] b\n", [(1, 1, 1)]),
        ("f(  # readycheck: ignore[a] b\n  1,\n  2,\n)\ng()\n", [(1, 1, 4)]),
        ("f(\n  1,\n  2,\n)  # readycheck: ignore[a] b\ng()\n", [(4, 1, 4)]),
        ("f(\n  1,  # readycheck: ignore[a] b\n)\n", [(2, 1, 3)]),
        ("# readycheck: ignore[a] b\nf(\n  1,\n)\ng()\n", [(1, 2, 4)]),
        ("# readycheck: ignore[a] b\n# more\n\nf()\ng()\n", [(1, 4, 4)]),
        ("# readycheck: ignore[a] b\n# readycheck: ignore[c] d\nf()\n", [(1, 3, 3), (2, 3, 3)]),
        ("if a:  # readycheck: ignore[a] b\n    f()\nelse:\n    g()\n", [(1, 1, 1)]),
        ("if a:\n    f()\nelse:  # readycheck: ignore[a] b\n    g()\n", [(3, 3, 3)]),
        ("if (a and\n    b):  # readycheck: ignore[a] b\n    f()\n", [(2, 1, 2)]),
        ("# readycheck: ignore[a] b\nwith a as b, \\\n    c as d:\n    f()\n", [(1, 2, 3)]),
        ("def f():\n    # readycheck: ignore[a] b\n    g(\n        1)\n    h()\n", [(2, 3, 4)]),
        ("def f(\n    a,\n):  # readycheck: ignore[a] b\n    g()\n", [(3, 1, 3)]),
        ("@app.get('/x')  # readycheck: ignore[a] b\nasync def f():\n    g()\n", [(1, 1, 2)]),
        ("# readycheck: ignore[a] b\n@app.get('/x')\ndef f():\n    g()\n", [(1, 2, 3)]),
        ("if a: f()  # readycheck: ignore[a] b\ng()\n", [(1, 1, 1)]),
        ("a(); b()  # readycheck: ignore[a] b\n", [(1, 1, 1)]),
        ("x = {\n  # readycheck: ignore[a] b\n  'a': f(),\n  'b': g(),\n}\n", [(2, 3, 3)]),
        ("x = [\n  f(),  # readycheck: ignore[a] b\n  g(),\n]\n", [(2, 2, 2)]),
        ("f()\n# readycheck: ignore[a] b\n", [(2, 2, 2)]),
        ("x = '# readycheck: ignore[a] b'\n", []),
        ('"""\n# readycheck: ignore[a] b\n"""\n', []),
        ("x = 1 # nothing\n", []),
    ],
)
def test_what_a_python_comment_covers(text: str, expected: list[tuple[int, int, int]]) -> None:
    assert scopes(Language.PYTHON, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("console.log(1); // readycheck: ignore[a] b\n", [(1, 1, 1)]),
        ("// readycheck: ignore[a] b\nconsole.log(\n  1,\n);\nf();\n", [(1, 2, 4)]),
        ("/*\n * readycheck: ignore[a] b\n */\nf();\n", [(2, 4, 4)]),
        ("if (a) { // readycheck: ignore[a] b\n  f();\n  g();\n}\n", [(1, 1, 1)]),
        ("app.get('/', (q, r) => { // readycheck: ignore[a] b\n  f();\n  g();\n});\n", [(1, 1, 1)]),
        ("app.get('/', (q, r) => {\n  f(); // readycheck: ignore[a] b\n  g();\n});\n", [(2, 2, 2)]),
        ("// readycheck: ignore[a] b\napp.get('/', (q, r) => {\n  f();\n  g();\n});\n", [(1, 2, 2)]),
        ("app.use(\n  cors(), // readycheck: ignore[a] b\n);\n", [(2, 1, 3)]),
        ("const a = {\n  // readycheck: ignore[a] b\n  b: f(),\n  c: g(),\n};\n", [(2, 3, 3)]),
        ("const a = {\n  b: f(), // readycheck: ignore[a] b\n  c: g(),\n};\n", [(2, 2, 2)]),
        ("class A {\n  // readycheck: ignore[a] b\n  m() {\n    f();\n    g();\n  }\n}\n", [(2, 3, 3)]),
        ("const a = `\n// readycheck: ignore[a] b\n`;\n", []),
        ("const a = '// readycheck: ignore[a] b';\n", []),
        ("switch (x) {\n  case 1:\n    f(); // readycheck: ignore[a] b\n    g();\n}\n", [(3, 3, 3)]),
    ],
)
def test_what_a_script_comment_covers(text: str, expected: list[tuple[int, int, int]]) -> None:
    assert scopes(Language.JAVASCRIPT, text) == expected
    assert scopes(Language.TYPESCRIPT, text) == expected


def test_comments_in_jsx_cover_the_next_element_and_attribute() -> None:
    text = (
        "const x = (\n  <div>\n    {/* readycheck: ignore[a] b */}\n    <A\n      on={f}\n    />\n    <B on={g} />\n"
        "    <C\n      // readycheck: ignore[a] b\n      on={f}\n      off={g}\n    />\n  </div>\n);\n"
    )
    assert scopes(Language.TSX, text) == [(3, 4, 6), (9, 10, 10)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (Language.YAML, "a: 1 # readycheck: ignore[a] b\nb: 2\n", [(1, 1, 1)]),
        (Language.YAML, "# readycheck: ignore[a] b\n\n# x\na: 1\n", [(1, 4, 4)]),
        (Language.YAML, "a: '# readycheck: ignore[a] b'\nb: x#readycheck: ignore[a] b\n", []),
        (Language.YAML, "run: |\n  # readycheck: ignore[a] b\n  ls\nc: 1 # readycheck: ignore[a] b\n", [(4, 4, 4)]),
        (Language.TOML, 'a = """\n# readycheck: ignore[a] b\n"""\nb = 1 # readycheck: ignore[a] b\n', [(4, 4, 4)]),
        (Language.DOCKERFILE, "# readycheck: ignore[a] b\nRUN a \\\n  && b\nUSER x\n", [(1, 2, 3)]),
        (Language.DOCKERFILE, "RUN a # readycheck: ignore[a] b\n", []),
        (Language.TEXT, "KEY=1 # readycheck: ignore[a] b\n", [(1, 1, 1)]),
        (Language.JSON, '{"a": "// readycheck: ignore[a] b", // readycheck: ignore[a] b\n}\n', [(1, 1, 1)]),
    ],
)
def test_comments_in_configuration(language: Language, text: str, expected: list[tuple[int, int, int]]) -> None:
    assert scopes(language, text) == expected


def test_lines_of_a_notebook_are_those_of_the_file() -> None:
    unit = Unit("a.ipynb", Language.PYTHON, "# readycheck: ignore[a] b\nf()\n", (7, 9))
    assert [(found.line, found.first, found.last) for found in find_directives(unit)] == [(7, 9, 9)]


def test_rules_and_reason_arrive() -> None:
    found = find_directives(Unit("a.py", Language.PYTHON, "print(1)  # readycheck: ignore[print-call, x] banner\n"))
    assert [(one.path, one.rules, one.reason) for one in found] == [("a.py", ("print-call", "x"), "banner")]


@pytest.mark.parametrize(
    "text",
    [
        "# readycheck: ignore[a] b\nf()\n" * 20_000,
        "x = [\n" + "  # readycheck: ignore[a] b\n  f(),\n" * 20_000 + "]\n",
        "def f():\n" + "    g()  # readycheck: ignore[a] b\n" * 20_000,
        "# readycheck: ignore[a] b\n" * 30_000,
        "# readycheck: ignore[a] b\n" + "[" * 50_000,
    ],
)
def test_hostile_files_take_time_in_proportion_to_their_size(text: str) -> None:
    assert 0 < len(scopes(Language.PYTHON, text)) <= 1000


def test_a_deeply_nested_script_is_answered() -> None:
    text = "{\n" * 20_000 + "f(); // readycheck: ignore[a] b\n" + "}\n" * 20_000
    assert scopes(Language.JAVASCRIPT, text) == [(20_001, 20_001, 20_001)]
