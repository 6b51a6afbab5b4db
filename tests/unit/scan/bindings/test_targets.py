from __future__ import annotations

from ast_grep_py import SgRoot

from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.resolver import Bindings


def find(language: str, code: str, name: str) -> tuple[list[int], list[int]]:
    """The lines of the targets and of the uses of a name's last occurrence."""
    root = SgRoot(code, language).root()
    bindings = Bindings(root, Language(language))
    last = root.find_all(kind="identifier", regex=f"^{name}$")[-1]
    return (
        [one.range().start.line + 1 for one in bindings.find_targets(last)],
        [one.range().start.line + 1 for one in bindings.find_uses(last)],
    )


def test_python_targets_and_uses() -> None:
    code = "a = 0\ndef f(b):\n    a = b\n    a += 1\n    return a\n"
    assert find("python", code, "a") == ([3, 4], [5])


def test_javascript_targets_and_uses() -> None:
    code = "let a = 0;\nfunction f() {\n  a = 1;\n  const b = a;\n  return a + b;\n}\nfunction g(a) { return a }\na;"
    assert find("javascript", code, "a") == ([1, 3], [4, 5, 8])


def test_a_name_that_is_bound_nowhere() -> None:
    assert find("python", "print(a)", "a") == ([], [1])


def test_whether_a_name_occurs() -> None:
    root = SgRoot("type b = string;\nc.d = e;\nf = 1;\n// g\n", "typescript").root()
    bindings = Bindings(root, Language.TYPESCRIPT)

    assert [name for name in "bcdefgh" if bindings.occurs(name)] == ["b", "c", "e", "f"]
