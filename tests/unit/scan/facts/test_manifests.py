from __future__ import annotations

from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts.manifests import collect_config


def collect(path: str, text: str, language: Language = Language.TEXT) -> list[tuple[object, ...]]:
    keys = ("kind", "application", "loose", "total", "pinned")
    return [tuple(one.data[key] for key in keys) for one in collect_config(ConfigFile(path, language, text))]


def test_requirements() -> None:
    text = "# a\n-r b.txt\nflask==3.0 ; python_version > '3'\ngunicorn>=21 # ==21\nx @ https://example.com/x.whl\n\n"
    assert collect("requirements.txt", text) == [("requirements", True, 1, 3, False)]
    assert collect("requirements.txt", "flask==3 \\\n    --hash=sha256:a\n") == [("requirements", True, 0, 1, True)]
    assert collect("requirements/dev.txt", "flask\n") == []


def test_packages() -> None:
    start = '{"scripts": {"start": "node a.js"}, "dependencies": {"a": "1"}}'
    assert collect("package.json", start, Language.JSON) == [("npm", True, 0, 1, False)]
    assert collect("package.json", '{"dependencies": {"a": "1"}}', Language.JSON) == [("npm", False, 0, 1, False)]
    assert collect("package.json", '{"scripts": {"start": "node a.js"}}', Language.JSON) == []


def test_python() -> None:
    assert collect("pyproject.toml", '[project]\ndependencies = ["a"]\n', Language.TOML) == [
        ("pyproject", False, 0, 1, False)
    ]
    assert collect("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3"\n', Language.TOML) == []
    assert collect("Pipfile", '[packages]\na = "*"\n', Language.TOML) == [("pipfile", True, 0, 1, False)]
