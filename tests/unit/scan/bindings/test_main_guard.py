"""Code that only runs when its file is started as a program."""

from __future__ import annotations

import pytest
from ast_grep_py import SgRoot

from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.resolver import Bindings

PYTHON = [
    ("X", False),
    ("if __name__ == '__main__':\n    X", True),
    ('if "__main__" == __name__:\n    X', True),
    ("if (__name__ == '__main__'):\n    X", True),
    ("if __name__ == '__main__' and a:\n    X", True),
    ("if __name__ == '__main__' or a:\n    X", False),
    ("if not __name__ == '__main__':\n    X", False),
    ("if __name__ != '__main__':\n    X", False),
    ("if __name__ == '__main__':\n    pass\nelse:\n    X", False),
    ("if a:\n    pass\nelif __name__ == '__main__':\n    X", True),
    ("if __name__ == '__main__':\n    for a in b:\n        with c:\n            X", True),
    ("if __name__ == 'main':\n    X", False),
    ("def f():\n    X\nif __name__ == '__main__':\n    f()", False),
    ("if X == __name__ == '__main__':\n    pass", False),
]
JAVASCRIPT = [
    ("X", False),
    ("if (require.main === module) { X }", True),
    ("if (module === require.main) X", True),
    ("if (require.main == module) { X }", True),
    ("if (require.main !== module) { X }", False),
    ("if (require.main === module) { } else { X }", False),
    ("require.main === module && X", True),
    ("require.main === module ? X : y", True),
    ("require.main === module ? y : X", False),
    ("if (require.main === module || a) { X }", False),
    ("if (import.meta.main) { X }", True),
    ("if (!import.meta.main) { X }", False),
    ("if (import.meta.url === `file://${process.argv[1]}`) { X }", True),
    ("if (import.meta.url === pathToFileURL(process.argv[1]).href) { X }", True),
    ("if (process.argv[1] === fileURLToPath(import.meta.url)) { X }", True),
    ("if (import.meta.url) { X }", False),
    ("if (!module.parent) { X }", True),
    ("if (a) { X }", False),
]


def is_guarded(language: Language, code: str) -> bool:
    root = SgRoot(code, language.value).root()
    node = root.find(kind="identifier", regex="^X$")
    assert node is not None
    return Bindings(root, language).is_inside_main_guard(node)


@pytest.mark.parametrize(("code", "expected"), PYTHON)
def test_python(code: str, expected: bool) -> None:  # noqa: FBT001 - a table's column
    assert is_guarded(Language.PYTHON, code) is expected


@pytest.mark.parametrize("language", [Language.JAVASCRIPT, Language.TYPESCRIPT])
@pytest.mark.parametrize(("code", "expected"), JAVASCRIPT)
def test_javascript(language: Language, code: str, expected: bool) -> None:  # noqa: FBT001 - likewise
    assert is_guarded(language, code) is expected
