"""What the tables of these tests are run with."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ast_grep_py import SgRoot

from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.resolver import Bindings

Qualify = Callable[[str, str], list[tuple[str, ...]]]
Find = Callable[..., list[tuple[int, str, bool]]]


@pytest.fixture(scope="session")
def qualify() -> Qualify:
    """A function that gives the names of the first argument of each `Q(...)` in some code."""

    def run(language: str, code: str) -> list[tuple[str, ...]]:
        root = SgRoot(code, language).root()
        bindings = Bindings(root, Language(language))
        found = []
        for call in root.find_all(kind="call" if language == "python" else "call_expression"):
            function, arguments = call.field("function"), call.field("arguments")
            if function is not None and function.text() == "Q" and arguments is not None:
                found.append(bindings.qualify(arguments.named_children()[0]))
        return found

    return run


@pytest.fixture(scope="session")
def find() -> Find:
    """A function that gives the line, the text, and whether it is called, of each reference to some names."""

    def run(language: str, code: str, *names: str) -> list[tuple[int, str, bool]]:
        bindings = Bindings(SgRoot(code, language).root(), Language(language))
        return [
            (one.node.range().start.line + 1, one.node.text(), one.call is not None)
            for one in bindings.find_references(names)
        ]

    return run
