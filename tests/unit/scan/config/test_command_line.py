from __future__ import annotations

import pytest

from readycheck.scan.config.command_line import find_programs, split_words


@pytest.mark.parametrize(
    ("text", "programs"),
    [
        ("uvicorn app:app --reload", [("uvicorn", "app:app", "--reload")]),
        ("FLASK_DEBUG=1 exec poetry run flask run", [("flask", "run")]),
        ("npx --yes nodemon x.js", [("nodemon", "x.js")]),
        ("cd a && ./run.sh || true", [("cd", "a"), ("./run.sh",), ("true",)]),
        ("sh -c 'python manage.py migrate; gunicorn a:b'", [("python", "manage.py", "migrate"), ("gunicorn", "a:b")]),
        ("poetry install", [("poetry", "install")]),
        ("uv run -- uvicorn a:b", [("uvicorn", "a:b")]),
        ("echo 'never closed", [("echo", "'never", "closed")]),
        ("", []),
        ("exec", []),
    ],
)
def test_programs_behind_wrappers_and_shells(text: str, programs: list[tuple[str, ...]]) -> None:
    assert [program.words for program in find_programs(split_words(text))] == programs


def test_variables_reach_the_program_inside_a_shell() -> None:
    (program,) = find_programs(["env", "A=1", "bash", "-lc", "B=2 flask run"])
    assert program.environment == {"A": "1", "B": "2"}
    assert program.name == "flask"


def test_shells_inside_shells_end() -> None:
    text = "x"
    for _ in range(16):
        text = f"sh -c {text!r}"
    assert len(find_programs(split_words(text))) == 1
