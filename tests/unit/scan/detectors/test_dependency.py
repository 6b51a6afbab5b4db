from __future__ import annotations

import pytest

from readycheck.model.rule import Dependency
from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigError, ConfigFile
from readycheck.scan.detectors import dependency

PYPROJECT = """\
[project]
dependencies = [
  "fastapi>=0.1",
  "Ruamel.Yaml [x] ; python_version > '3'",
]
[project.optional-dependencies]
server = ["slowapi"]
dev = ["pytest"]
[dependency-groups]
lint = ["ruff"]
[tool.poetry.dependencies]
python = "^3.11"
structlog = "^1"
[tool.poetry.group.test.dependencies]
httpx = "*"
"""
SETUP_CFG = """\
[options]
install_requires =
    flask >= 2
    # a comment
[options.extras_require]
tests = pytest
"""


def lines(path: str, language: Language, text: str, *packages: str) -> list[int]:
    found = dependency.find(Dependency(packages), ConfigFile(path, language, text))
    return [span.line for span, _ in found]


@pytest.mark.parametrize(
    ("package", "expected"),
    [
        ("fastapi", [3]),
        ("ruamel_yaml", [4]),
        ("slowapi", [7]),
        ("pytest", []),
        ("ruff", []),
        ("structlog", [13]),
        ("python", []),
        ("httpx", []),
        ("npm:fastapi", []),
    ],
)
def test_pyproject(package: str, expected: list[int]) -> None:
    assert lines("pyproject.toml", Language.TOML, PYPROJECT, package) == expected


def test_package_json_counts_what_is_shipped() -> None:
    text = '{"dependencies": {"pino": "1"},\n"devDependencies": {"jest": "1"},\n"optionalDependencies": {"@A/b": "1"}}'
    assert lines("package.json", Language.JSON, text, "pino", "jest", "@a/b") == [1, 3]
    assert lines("package.json", Language.JSON, text, "pypi:pino") == []


def test_requirements_file() -> None:
    text = (
        "# slowapi\n-r base.txt\nslowapi==1 # x\n-e git+https://x/y#egg=z\nSQLAlchemy [x]>=1\nhttps://x/slowapi.whl\n"
    )
    assert lines("requirements.txt", Language.TEXT, text, "slowapi", "sqlalchemy", "https") == [3, 5]


@pytest.mark.parametrize("path", ["requirements-dev.txt", "requirements/test.txt", "dev-requirements.txt"])
def test_requirements_of_development_do_not_count(path: str) -> None:
    assert lines(path, Language.TEXT, "slowapi\n", "slowapi") == []


def test_pipfile_is_read_whatever_its_language() -> None:
    text = '[packages]\nflask = "*"\n[dev-packages]\npytest = "*"\n'
    assert lines("Pipfile", Language.TEXT, text, "flask", "pytest") == [2]


def test_setup_cfg() -> None:
    assert lines("setup.cfg", Language.TEXT, SETUP_CFG, "flask", "pytest") == [3]
    with pytest.raises(ConfigError):
        lines("setup.cfg", Language.TEXT, "no section\n", "flask")


def test_conda_environment() -> None:
    text = "dependencies:\n  - flask=2\n  - pip:\n      - slowapi\n"
    assert lines("environment.yml", Language.YAML, text, "flask", "slowapi") == [2, 4]


@pytest.mark.parametrize("text", ["[]", '"x"', '{"dependencies": ["pino"]}', '{"dependencies": null}'])
def test_manifest_of_another_shape_declares_nothing(text: str) -> None:
    assert lines("package.json", Language.JSON, text, "pino") == []
