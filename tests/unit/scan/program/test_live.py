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


def test_what_is_decorated_in_a_function_waits_for_its_call(join: Join) -> None:
    facts = join({
        "Procfile": "web: uvicorn main:app\n",
        "main.py": "from fastapi import FastAPI\napp = FastAPI()\n\n"
        "def add(other):\n    @other.get('/x')\n    def read(): ...\n\n@app.get('/y')\ndef used(): ...\n",
    })  # fmt: skip

    assert not facts.live.runs("main.py", "add.read")
    assert facts.live.runs("main.py", "used")
    assert (facts.live.reaches("main.py", 6), facts.live.reaches("main.py", 9)) == (False, True)


def test_a_module_that_is_handed_on_offers_all_that_is_in_it(join: Join) -> None:
    facts = join({
        "package.json": '{"scripts": {"start": "node app.js"}}',
        "app.js": "const app = require('express')();\nconst one = require('./one');\nconst two = require('./two');\n"
        "const all = { one };\napp.get('/', (req, res) => res.json(all[req.query.name].run(two)));\n",
        "one.js": "exports.run = function run(app) { return app; };\n",
        "two.js": "exports.other = function other(app) { return app; };\n",
        "three.js": "exports.other = function other(app) { return app; };\n",
    })  # fmt: skip

    assert facts.live.runs("one.js", "run")
    assert facts.live.runs("two.js", "other")
    assert not facts.live.runs("three.js", "other")


def test_to_import_is_not_to_use(join: Join) -> None:
    facts = join({
        "Procfile": "web: uvicorn main:app\n",
        "main.py": "from fastapi import FastAPI\nfrom slowapi import Limiter\nimport redis\napp = FastAPI()\n"
        "redis.Redis()\n\ndef dead():\n    return Limiter()\n",
    })  # fmt: skip
    used = set(facts.live.list_used("main.py"))

    assert "redis.Redis" in used
    assert "slowapi.Limiter" not in used


def test_what_servers_and_plugins_are_told_to_load(join: Join) -> None:
    facts = join({
        "Procfile": "web: gunicorn -c /home/app/gunicorn_config.py application\n"
        "worker: celery -A worker.celery worker\n",
        "pyproject.toml": '[project.entry-points."app.plugins"]\nmail = "plugins.mail:Mail"\n',
        "gunicorn_config.py": "import os\nbind = os.environ['X']\n",
        "application.py": "from flask import Flask\napplication = Flask(__name__)\n",
        "worker.py": "from celery import Celery\ncelery = Celery()\nrequest = 1\n",
        "plugins/mail.py": "import redis\nclass Mail: ...\n",
        "other.py": "import redis\n",
    })  # fmt: skip

    assert set(facts.live.entries) == {"gunicorn_config.py", "application.py", "worker.py", "plugins/mail.py"}
