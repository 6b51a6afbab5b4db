"""Languages by name."""

from __future__ import annotations

import pytest

from readycheck.model.vocabulary import Language
from readycheck.scan.files.languages import embeds_scripts, language_of, unread_language


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("a.py", Language.PYTHON),
        ("a.PY", Language.PYTHON),
        ("gui.pyw", Language.PYTHON),
        ("n.ipynb", Language.PYTHON),
        ("a.pyi", None),
        ("a.mjs", Language.JAVASCRIPT),
        ("a.jsx", Language.JAVASCRIPT),
        ("a.cts", Language.TYPESCRIPT),
        ("a.tsx", Language.TSX),
        ("a.vue", Language.JAVASCRIPT),
        ("bin/www", Language.JAVASCRIPT),
        ("Dockerfile", Language.DOCKERFILE),
        ("deploy/Dockerfile.prod", Language.DOCKERFILE),
        ("api.dockerfile", Language.DOCKERFILE),
        ("Containerfile", Language.DOCKERFILE),
        ("a.yml", Language.YAML),
        ("Pipfile", Language.TOML),
        ("package.json", Language.JSON),
        (".env", Language.TEXT),
        (".env.local", Language.TEXT),
        ("requirements-dev.txt", Language.TEXT),
        ("Procfile", Language.TEXT),
        ("nginx/site.conf", Language.TEXT),
        ("py", None),
        (".py", None),
        ("a.png", None),
        ("dir.py/README", None),
    ],
)
def test_language_of_a_name(path: str, language: Language | None) -> None:
    assert language_of(path) is language


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("cmd/main.go", "Go"),
        ("app/models/user.rb", "Ruby"),
        ("a.py", None),
        ("native/module.c", None),
        ("android/app/Main.java", None),
        ("tests/main_test.go", None),
        ("go", None),
    ],
)
def test_server_languages_that_no_rule_reads(path: str, name: str | None) -> None:
    assert unread_language(path) == name


def test_files_that_embed_scripts() -> None:
    assert [embeds_scripts(path) for path in ("a.vue", "a.svelte", "a.HTML", "a.js")] == [True, True, True, False]
