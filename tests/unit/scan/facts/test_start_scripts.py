from __future__ import annotations

import pytest

from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts.start_scripts import collect_config


def collect(text: str) -> list[tuple[int, object, object]]:
    facts = collect_config(ConfigFile("bin/start.sh", Language.TEXT, text))
    return [(one.where.line, one.data["command"], one.data["waits"]) for one in facts]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("migrate\ngunicorn app:app\n", (2, ["gunicorn", "app:app"], False)),
        ("PORT=80 node server.js", (1, ["node", "server.js"], False)),
        ('echo hello\n"$@"', (2, ["$@"], False)),
        ("bash wait-for-it.sh db:1 -- npm start", (1, ["bash", "wait-for-it.sh", "db:1", "--"], False)),
        ("node a.js &\nwait -n\nexit $?", (2, ["node", "a.js"], True)),
        ("if true; then\n  flask run\nfi", (2, ["flask", "run"], False)),
    ],
)
def test_a_server_that_is_a_child_of_the_shell(text: str, found: tuple[int, list[str], bool]) -> None:
    assert collect(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "exec gunicorn app:app",
        "python manage.py migrate",
        "python --version",
        "trap stop TERM\ngunicorn app:app",
        "gunicorn app:app &",
        "some-tool --serve",
        "case $1 in\n a) exec node a.js;;\n *) node b.js;;\nesac",
        "wait",
        "exit 0",
        "",
    ],
)
def test_what_ends_otherwise(text: str) -> None:
    assert collect(text) == []
