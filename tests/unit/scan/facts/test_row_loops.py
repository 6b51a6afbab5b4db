from __future__ import annotations

from typing import Any

from readycheck.model.vocabulary import Language
from readycheck.scan.facts import row_loops
from readycheck.scan.unit import Unit


def read(text: str, language: Language = Language.PYTHON) -> list[dict[str, Any]]:
    path = "app.py" if language is Language.PYTHON else "app.js"
    return [dict(one.data) for one in row_loops.collect(Unit(path, language, text))]


def tell(text: str, language: Language = Language.PYTHON) -> list[tuple[str, str, list[str], bool]]:
    return [(one["kind"], one["over"], one["names"], one["fixed"]) for one in read(text, language)]


def test_loops_and_comprehensions() -> None:
    text = "for row in rows:\n    x = f(row)\nfound = [g(one) for one in load(2)]\nfor row in rows:\n    pass\n"

    assert tell(text) == [("for", "rows", ["row", "x"], False), ("comprehension", "load(2)", ["one"], False)]


def test_loops_over_what_is_written_in_the_code() -> None:
    text = (
        "NAMES = ['a']\nfor a in (1, 2): f(a)\nfor b in NAMES: f(b)\nfor c in range(3): f(c)\n"
        "for d in range(len(rows)): f(d)\n"
    )

    assert [(over, fixed) for _, over, _, fixed in tell(text)] == [
        ("(1, 2)", True),
        ("NAMES", True),
        ("range(3)", True),
        ("rows", False),
    ]


def test_functions_that_are_called_for_each_element() -> None:
    text = (
        "for (const row of await load()) { run(row); }\n"
        "for (let i = 0; i < rows.length; i++) { run(rows[i]); }\n"
        "await Promise.all(rows.map(async ({ id }) => run(id)));\n"
        "const list = ['a', 'b'];\nlist.forEach((one) => run(one));\n"
    )

    assert sorted(tell(text, Language.JAVASCRIPT)) == [
        ("each", "list", ["one"], True),
        ("each", "rows", ["id"], False),
        ("for", "await load()", ["row"], False),
        ("for", "rows", ["i"], False),
    ]


def test_the_body_is_what_is_repeated() -> None:
    (loop,) = read("for row in load():\n    f(row)\n    g()\n")

    assert loop["at"] == [2, 5, 3, 8]
