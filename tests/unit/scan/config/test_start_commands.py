from __future__ import annotations

import pytest

from readycheck.model.evidence import Fact
from readycheck.model.location import Span
from readycheck.model.rule import Json
from readycheck.scan.config.command_line import find_programs, split_words
from readycheck.scan.config.start_commands import find_started, runs_file


def command(path: str, text: str, source: str, environment: str = "unknown", name: str = "") -> Fact:
    words: list[Json] = list(split_words(text))
    data: dict[str, Json] = {"argv": words, "source": source, "environment": environment, "name": name}
    return Fact("command", Span(path, 1, 1, 1, 2), data)


def test_scripts_are_followed_from_what_production_starts() -> None:
    facts = [
        command("Dockerfile", "./start.sh", "dockerfile", "production"),
        command("start.sh", "npm run serve", "shell", name="start.sh"),
        command("package.json", "node server.js", "script", name="serve"),
        command("other.sh", "uvicorn a:b", "shell", name="other.sh"),
        command("compose.dev.yml", "nodemon x", "compose", "development"),
    ]
    started = find_started(facts)
    assert [one.program.words for one in started] == [("./start.sh",), ("npm", "run", "serve"), ("node", "server.js")]
    assert {one.origin.where.path for one in started} == {"Dockerfile"}


def test_scripts_that_run_each_other_end() -> None:
    facts = [
        command("package.json", "npm run b", "script", "production", "a"),
        command("package.json", "npm run a", "script", "production", "b"),
    ]
    assert {one.program.words[-1] for one in find_started(facts)} == {"a", "b"}


def test_a_deployment_is_the_origin_before_a_package_script() -> None:
    script = command("package.json", "next dev", "script", "production", "start")
    facts = [script, command("Dockerfile", "yarn start", "dockerfile", "production")]
    (found,) = [one for one in find_started(facts) if one.program.name == "next"]
    assert found.origin.where.path == "Dockerfile"


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("python app.py", "app.py", True),
        ("python -u ./src/app.py", "src/app.py", True),
        ("python3 /srv/app.py", "app.py", True),
        ("python app.py", "src/app.py", True),
        ("python -m src.app", "src/app.py", True),
        ("python -m src", "src/__main__.py", True),
        ("python other.py", "app.py", False),
        ("gunicorn app:app", "app.py", False),
        ("python", "app.py", False),
        ("python -m", "app.py", False),
        ("python myapp.py", "app.py", False),
    ],
)
def test_which_file_python_runs(text: str, path: str, expected: bool) -> None:  # noqa: FBT001 - a table's column
    (program,) = find_programs(split_words(text))
    assert runs_file(program, path) is expected
