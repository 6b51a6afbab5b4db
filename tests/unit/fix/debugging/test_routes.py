"""Routes for debugging put behind a condition."""

from __future__ import annotations

from tests.unit.fix.others import EXPRESS, fix

RULES = ("debug-route", "leftover-route")
FLASK = (
    "import os\n\nfrom flask import Flask\n\napp = Flask(__name__)\n"
    "IS_LIVE = os.environ.get('APP_ENV') == 'production'\n\n\n"
)
DEBUG = "@app.get('/debug')\ndef debug():\n    text = '''\nas it is\n'''\n    return text\n"


def test_a_route_of_express_is_moved_into_a_block() -> None:
    code = f"{EXPRESS}app.get('/debug', (req, res) => {{\n  res.send(`\nas it is`);\n}});\napp.listen(80);\n"

    result = fix({"server.js": code}, *RULES)

    assert result.text == (
        f'{EXPRESS}if (process.env.NODE_ENV === "development") {{\n'
        "  app.get('/debug', (req, res) => {\n    res.send(`\nas it is`);\n  });\n}\napp.listen(80);\n"
    )
    assert result.said == ["unsafe route-disappears"]


def test_the_condition_asks_what_the_project_asks() -> None:
    route = "app.get('/debug', (req, res) => res.end());\napp.listen(80);\n"
    code = f"{EXPRESS}const dev = process.env.APP_ENV === 'dev';\n{route}"

    assert "if (process.env.APP_ENV === 'dev') {\n  app.get('/debug'" in fix({"server.js": code}, *RULES).text


def test_a_function_of_flask_is_moved_with_its_route() -> None:
    result = fix({"app.py": FLASK + DEBUG}, *RULES)

    assert result.text == FLASK + (
        "if os.environ.get('APP_ENV') == 'development':\n"
        "    @app.get('/debug')\n    def debug():\n        text = '''\nas it is\n'''\n        return text\n"
    )
    assert result.said == ["unsafe route-disappears"]


def test_a_module_that_the_condition_needs_is_imported() -> None:
    main = '"""The service."""\n\nfrom flask import Flask\n\nimport settings\n\napp = Flask(__name__)\n\n\n'
    files = {"app.py": f"{main}{DEBUG}", "settings.py": "import os\n\nLIVE = os.environ['APP_ENV'] == 'production'\n"}

    assert fix(files, *RULES).text.startswith('"""The service."""\n\nimport os\nfrom flask import Flask\n')


def test_what_else_would_disappear_is_left() -> None:
    assert said(f"{FLASK}@app.get('/users')\n{DEBUG}") == ["refused other-routes"]
    assert said(f"{FLASK}{DEBUG}\n\nprint(debug())\n") == ["refused handler-used"]
    assert said("from flask import Flask\n\napp = Flask(__name__)\n\n\n" + DEBUG) == ["refused environment-unknown"]
    assert said(FLASK + DEBUG, more={"other.py": "from app import debug\n"}) == ["refused handler-used"]


def test_a_route_that_is_guarded_is_left() -> None:
    code = f"{EXPRESS}if (process.env.NODE_ENV === 'development') {{\n  app.get('/debug', f);\n}}\napp.listen(80);\n"

    result = fix({"server.js": code}, *RULES)

    assert (result.changed, result.said) == ({}, ["refused guarded-already"])


def test_a_route_inside_of_an_expression_is_left() -> None:
    code = f"{EXPRESS}const routes = app.get('/debug', (req, res) => res.end());\napp.listen(80);\n"

    result = fix({"server.js": code}, *RULES)

    assert (result.changed, result.said) == ({}, ["refused part-of-expression"])


def said(code: str, more: dict[str, str] | None = None) -> list[str]:
    """What is said of the places of a module that stays as it is."""
    result = fix({"app.py": code, **(more or {})}, *RULES)
    assert result.changed == {}
    return result.said
