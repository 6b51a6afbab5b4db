"""What of a program runs."""

from __future__ import annotations

import pytest

from tests.unit.scan.program.conftest import Join

DOCKERFILE = 'FROM python:3.12\nCMD ["uvicorn", "app.main:create_app", "--factory"]\n'
MAIN = (
    "from fastapi import FastAPI\nfrom app import used\n"
    "def create_app():\n    app = FastAPI()\n    used.add(app)\n    return app\n"
)


def test_a_file_that_nothing_loads_does_not_run(join: Join) -> None:
    live = join({
        "Dockerfile": DOCKERFILE,
        "app/main.py": MAIN,
        "app/used.py": "def add(app): ...\ndef unused(app): ...\n",
        "app/old.py": "from fastapi import FastAPI\napp = FastAPI()\n",
    }).live  # fmt: skip

    assert set(live.entries) == {"app/main.py"}
    assert live.is_live("app/used.py")
    assert not live.is_live("app/old.py")
    assert live.runs("app/used.py", "add")
    assert not live.runs("app/used.py", "unused")
    assert live.runs("app/main.py", "create_app")


def test_without_an_entry_everything_may_run(join: Join) -> None:
    live = join({"lib.py": "def f(request): ...\n"}).live

    assert not live.is_known
    assert live.runs("lib.py", "f")


def test_what_only_dead_code_mentions_is_dead(join: Join) -> None:
    code = MAIN + "def dead():\n    deader()\ndef deader():\n    dead()\n"
    live = join({"Dockerfile": DOCKERFILE, "app/main.py": code, "app/used.py": "def add(app): ...\n"}).live

    assert not live.runs("app/main.py", "dead")
    assert not live.runs("app/main.py", "deader")


STARTS = [
    ({"package.json": '{"scripts": {"start": "node server/index.js"}}'}, "server/index.js"),
    ({"package.json": '{"scripts": {"start": "node dist/main.js"}}'}, "src/main.ts"),
    ({"package.json": '{"main": "./lib/app"}'}, "lib/app.js"),
    ({"Procfile": "web: gunicorn -w 4 shop.wsgi:application\n"}, "shop/wsgi.py"),
    ({"Dockerfile": 'FROM a\nCMD ["python", "-m", "shop"]\n'}, "shop/__main__.py"),
    ({"Dockerfile": "FROM a\nCMD python shop/run.py\n"}, "shop/run.py"),
    ({"pyproject.toml": '[project.scripts]\nshop = "shop.cli:main"\n'}, "shop/cli.py"),
    ({"compose.yaml": "services:\n  w:\n    command: celery -A shop.worker worker\n"}, "shop/worker.py"),
]


@pytest.mark.parametrize(("configuration", "entry"), STARTS)
def test_how_programs_are_started(join: Join, configuration: dict[str, str], entry: str) -> None:
    code = (
        "const app = require('express')();"
        if entry.endswith(("js", "ts"))
        else "import flask\napp = flask.Flask('a')\n"
    )

    assert entry in join({**configuration, entry: code}).live.starts


def test_a_text_that_names_a_module_loads_it(join: Join) -> None:
    live = join({
        "Dockerfile": 'FROM a\nCMD ["python", "-m", "shop"]\n',
        "shop/__main__.py": 'import uvicorn\nuvicorn.run("shop.app:create_app", factory=True)\n',
        "shop/app.py": "from fastapi import FastAPI\ndef create_app():\n    return FastAPI()\ndef other(app): ...\n",
    }).live  # fmt: skip

    assert live.runs("shop/app.py", "create_app")
    assert not live.runs("shop/app.py", "other")
