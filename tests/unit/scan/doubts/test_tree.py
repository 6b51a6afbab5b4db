"""Where a file may not have been understood, and which odd but valid code is no reason for doubt."""

from __future__ import annotations

import pytest

from readycheck.model.vocabulary import Language
from readycheck.scan.doubts.python import HOST, newer_rules
from readycheck.scan.doubts.tree import find_doubts
from readycheck.scan.unit import Unit


def doubt(language: Language, text: str) -> tuple[int, str] | None:
    found = find_doubts(Unit("a", language, text))
    return (found[0].line, found[0].reason) if found else None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x = 1\ndef f(:\n    pass\n", 2),
        ("x = 1\nprint 'x'\n", 2),
        ("exec 'x' in y\n", 1),
        ("x = (1\n", 1),
        ("x = 1\n{% if a %}\ny = 2\n{% endif %}\n", 2),
        ("try:\n    f()\nexcept OSError, error:\n    g()\n", 3),
        ("if a:\n    b\n  c\n", 3),
        ("def f():\nx = 1\n", 1),
        ("f(a=1, 2)\n", 1),
        ("x = 5 5\n", 1),
    ],
)
def test_broken_and_old_python(text: str, line: int) -> None:
    found = doubt(Language.PYTHON, text)
    assert found is not None
    assert found[0] == line


def test_only_the_hosts_word_is_called_that() -> None:
    found = doubt(Language.PYTHON, "x = 1\nf(a=1, 2)\n")
    assert found is not None
    assert found[1].startswith(f"{HOST}'s own parser rejects line 2: ")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "x = ''\n",
        "type Pair[T] = tuple[T, T]\n",
        "def first[T](items: list[T]) -> T:\n    return items[0]\n",
        "class Entry[T: Base = Base](\n    Parent,\n):\n    x = 1\n",
        "class Box[\n    T: Base[int] = Base[\n        int\n    ]\n](Parent):\n    x = 1\n",
        "x = f'{a['b']}'\n",
        'x = f"{f"{1}"}"\n',
        'x = f"{\n    a\n}"\n',
        "os.system(f\"say '{a.replace(\"'\", \"'\\\\''\")}'\")\n",
        "try:\n    f()\nexcept OSError, ValueError:\n    g()\n",
        "from socket import timeout\ntry:\n    f()\nexcept OSError, timeout:\n    g()\n",
        "x = t'{a}'\n",
        "match a:\n    case {'b': 1, **c}:\n        pass\n",
        "try:\n    f()\nexcept* OSError:\n    g()\n",
        "x = '\\d'\nassert (1, 'always')\n",
    ],
)
def test_valid_and_newer_python_is_no_doubt(text: str) -> None:
    assert doubt(Language.PYTHON, text) is None


def test_what_is_newer_depends_on_the_host() -> None:
    assert [len(list(newer_rules(version))) for version in ((3, 11), (3, 12), (3, 13), (3, 14))] == [4, 2, 1, 0]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000 + ")" * 100_000,
        "[" * 50_000,
        "-" * 100_000 + "1",
        "+".join(["1"] * 50_000),
        "a" + ".b" * 50_000,
        "if a: pass\n" + "elif b: pass\n" * 20_000,
        '"""' + "a\n" * 100_000,
    ],
)
def test_hostile_python_is_doubted_and_harms_nobody(text: str) -> None:
    assert doubt(Language.PYTHON, text) is not None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("const x = ;\n", 1),
        ("f();\nif (a { b }\n", 2),
        ("a = {\n", 1),
        ("<script>\n{% if a %}\n", 1),
        ("// @flow\nconst f = (a: number): string => a;\n", 2),
    ],
)
def test_broken_scripts(text: str, line: int) -> None:
    found = doubt(Language.JAVASCRIPT, text)
    assert found is not None
    assert found[0] == line


def test_flow_is_named() -> None:
    found = doubt(Language.JAVASCRIPT, "// @flow\nconst f = (a: number): string => a;\n")
    assert found is not None
    assert "Flow" in found[1]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (Language.JAVASCRIPT, ""),
        (Language.JAVASCRIPT, "const a = '', b = ``;\nfor (;;) {}\n"),
        (Language.JAVASCRIPT, "#!/usr/bin/env node\nf();\n"),
        (Language.JAVASCRIPT, "import a from './a.json' assert { type: 'json' };\n"),
        (Language.JAVASCRIPT, "const a = String.raw`\\u00 x`;\n"),
        (Language.JAVASCRIPT, "const a = <b>Terms & conditions</b>;\n"),
        (Language.TSX, "const a = <B c='x?a=1&b=2' />;\n"),
        (Language.TYPESCRIPT, "export type * from './a';\n"),
        (Language.TYPESCRIPT, "interface A {\n  abstract?: B<C> | null;\n}\n"),
        (Language.TYPESCRIPT, "const a = await db.$queryRaw<{ id: string }[]>`SELECT ${f(() => g())}`;\n"),
        (Language.TYPESCRIPT, "const a = await b.c<[Row]>`x`;\n"),
        (Language.TYPESCRIPT, "const a = await b<typeof import('./c')>();\nf();\n"),
        (Language.TYPESCRIPT, "const a = [...(await b<typeof import('./c')>())];\n"),
        (Language.TSX, "type A = {\n  readonly s: ({ o }?: { o?: R<string, unknown> }) => P<void>;\n};\n"),
    ],
)
def test_valid_scripts_that_the_grammar_lacks_are_no_doubt(language: Language, text: str) -> None:
    assert doubt(language, text) is None


def test_code_in_a_broken_place_is_doubted_even_beside_harmless_repairs() -> None:
    assert doubt(Language.TSX, "const a = <b>Terms & {f(}</b>;\n") is not None


def test_lines_of_a_notebook_are_those_of_the_file() -> None:
    found = find_doubts(Unit("a.ipynb", Language.PYTHON, "x = 1\nprint 'x'\n", (7, 9)))
    assert (found[0].line, found[0].reason) == (9, "line 9 is Python 2")


def test_configuration_is_not_parsed_here() -> None:
    assert find_doubts(Unit("a.yml", Language.YAML, "a: [\n")) == ()
