from __future__ import annotations

import pytest

from readycheck.model.rule import ConfigPath
from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.detectors import config_path

COMPOSE = """\
services:
  web:
    command: ["uvicorn", "app:app", "--reload"]
    labels:
      com.example/x: "1"
  db:
    image: postgres
    restart: true
"""


def find(
    path: str, matches: str | None, text: str = COMPOSE, language: Language = Language.YAML
) -> list[tuple[int, str]]:
    file = ConfigFile("compose.yml", language, text)
    return [(span.line, message) for span, message in config_path.find(ConfigPath(("*",), path, matches), file)]


@pytest.mark.parametrize(
    ("path", "matches", "lines"),
    [
        ("services.*.command", r"--reload\b", [3]),
        ("services.*.command.2", "^--reload$", [3]),
        ("services.*.command", "gunicorn", []),
        ('services.web.labels."com.example/x"', "^1$", [5]),
        ("services.web.labels.'com.example/x'", None, [5]),
        ("services.*.restart", "^true$", [8]),
        ("**.image", None, [7]),
        ("services.db.nothing", None, []),
        ("services.db.image.deeper", None, []),
    ],
)
def test_paths(path: str, matches: str | None, lines: list[int]) -> None:
    assert [line for line, _ in find(path, matches)] == lines


def test_message_says_what_stands_there() -> None:
    assert find("services.db.image", None) == [(7, "services.db.image is postgres")]


def test_dockerfile_of_the_last_stage() -> None:
    text = "FROM node:20 AS build\nUSER root\nFROM node:latest\nUSER node\nCMD node x\n"
    assert find("FROM.*", ":latest$", text, Language.DOCKERFILE) == [(3, "FROM.1 is node:latest")]
    assert find("USER", None, text, Language.DOCKERFILE) == [(4, "USER is node")]
    assert find("HEALTHCHECK", None, text, Language.DOCKERFILE) == []


def test_every_document_is_searched() -> None:
    assert [line for line, _ in find("a", None, "a: 1\n---\nb: 1\n---\na: 2\n")] == [1, 5]
