from __future__ import annotations

import pytest

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language
from readycheck.scan.facts.debug_switches import collect
from readycheck.scan.unit import Unit

FLASK = "import os\nfrom flask import Flask\napp = Flask(__name__)\n"


def facts(text: str, path: str = "app.py") -> list[Fact]:
    return list(collect(Unit(path, Language.PYTHON, text)))


@pytest.mark.parametrize(
    ("line", "form"),
    [
        ("app.run(debug=True)", "Flask.run(debug=True)"),
        ("app.debug = True", "app.debug = True"),
        ("app.config['DEBUG'] = True", "app.config['DEBUG'] = True"),
        ("app.config.update(DEBUG=True)", "app.config.update(DEBUG=True)"),
        ("app.run(debug=os.getenv('DEBUG', 'True') == 'True')", "Flask.run(debug=True)"),
        ("app.debug = os.environ.get('DEBUG', True)", "app.debug = True"),
    ],
)
def test_switches(line: str, form: str) -> None:
    (switch,) = facts(f"{FLASK}{line}\n")
    assert (switch.where.line, switch.data["form"], switch.data["main_guard"]) == (4, form, False)


@pytest.mark.parametrize(
    "line",
    [
        "app.run(debug=False)",
        "app.run(debug=settings.debug)",
        "app.run()",
        "app.debug = False",
        "app.config['TESTING'] = True",
        "app.config.update(DEBUG=False)",
        "other.debug = True",
        "other.run(debug=True)",
        "app.run(debug=os.getenv('DEBUG', 'False') == 'True')",
        "app.run(debug=bool(os.getenv('DEBUG')))",
        "# app.run(debug=True)",
    ],
)
def test_what_is_none(line: str) -> None:
    assert facts(f"{FLASK}{line}\n") == []


def test_an_application_from_a_factory() -> None:
    text = "from shop import create_app\napp = create_app()\napp.run(debug=True)\napp.debug = True\n"
    assert [(fact.where.line, fact.data["form"]) for fact in facts(text)] == [
        (3, "app.run(debug=True)"),
        (4, "app.debug = True"),
    ]
    assert facts("import asyncio\nasyncio.run(main(), debug=True)\n") == []
    assert facts("from shop import create_worker\ncreate_worker().run(debug=True)\n") == []


def test_where_a_switch_stands() -> None:
    (helper,) = facts("from fastapi import FastAPI\nif in_debug_mode():\n    app = FastAPI(debug=True)\n")
    assert helper.data["condition"] == "in_debug_mode()"
    (guarded,) = facts(f"{FLASK}if __name__ == '__main__':\n    app.run(debug=True)\n")
    assert guarded.data["main_guard"] is True
    (called,) = facts(f"{FLASK}def main():\n    app.run(debug=True)\n\nif __name__ == '__main__':\n    main()\n")
    assert called.data["main_guard"] is True
    (conditional,) = facts(f"{FLASK}if os.environ.get('ENV') == 'dev':\n    app.debug = True\n")
    assert conditional.data["condition"] == "os.environ.get('ENV') == 'dev'"
    (command,) = facts(f"{FLASK}@cli.command('develop')\ndef serve():\n    app.run(debug=True)\n")
    assert command.data["command"] == "@cli.command('develop')"
    (module,) = facts("import uvicorn\nuvicorn.run('a:b', reload=True)\n", "chat/__main__.py")
    assert (module.kind, module.data["main_guard"]) == ("reload-switch", True)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("DEBUG = True", "on"),
        ("DEBUG: bool = 1", "on"),
        ("DEBUG = False", "off"),
        ("DEBUG = env.bool('DEBUG', default=True)", "inverted"),
        ("DEBUG = config('DEBUG', default=True, cast=bool)", "inverted"),
        ("DEBUG = os.environ.get('DEBUG', '1') == '1'", "inverted"),
        ("DEBUG = os.environ.get('DEBUG') != 'False'", "inverted"),
        ("DEBUG = envbool('DEBUG', 'True')", "inverted"),
        ("DEBUG = get_bool_from_env('SHOP_DEBUG', 'yes')", "inverted"),
        ("DEBUG = get_bool_from_env('SHOP_DEBUG', 'NO')", "environment"),
        ("DEBUG = env.bool('DEBUG', default=False)", "environment"),
        ("DEBUG = os.environ.get('DEBUG') == 'true'", "environment"),
    ],
)
def test_django_settings(line: str, value: str) -> None:
    (fact,) = facts(f"INSTALLED_APPS = []\n{line}\n", "shop/settings.py")
    assert (fact.where.line, fact.data) == (2, {"value": value, "conditional": False})


def test_what_is_no_django_setting() -> None:
    assert facts("DEBUG = True\n", "game/constants.py") == []
    assert facts("INSTALLED_APPS = []\nclass A:\n    DEBUG = True\n", "shop/settings.py") == []


def test_entry_points() -> None:
    text = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings.production')\n"
    (fact,) = facts(text, "shop/wsgi.py")
    assert (fact.kind, fact.data) == ("django-entry", {"module": "shop.settings.production"})
