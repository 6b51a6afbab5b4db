"""Matches in server code that nothing starts are no findings."""

from __future__ import annotations

from readycheck.catalog import load_catalogue
from readycheck.scan.memory import scan_texts

RULES = [rule for rule in load_catalogue().rules if rule.id in {"print-call", "errors-handled-once"}]
APP = """
from flask import Flask
from app.used import work

app = Flask(__name__)
app.add_url_rule('/', view_func=work)
"""
PRINTS = 'def work():\n    print("x")\n    return ""\n'


def exemptions(files: dict[str, str]) -> dict[str, str | None]:
    """Why the match in each file is no finding, by path."""
    scan = scan_texts({"Procfile": "web: gunicorn wsgi:app\n", **files}, RULES)
    return {file.path: match.exempt for file in scan.files for match in file.matches if match.rule == "print-call"}


def test_a_file_that_nothing_loads() -> None:
    files = {"wsgi.py": APP, "app/used.py": PRINTS, "app/old.py": PRINTS, "debug_auth.py": PRINTS}
    assert exemptions(files) == {
        "app/used.py": None,
        "app/old.py": "in a file that nothing starts",
        "debug_auth.py": "in a file that nothing starts",
    }


def test_a_file_that_running_code_names_in_a_text() -> None:
    worker = 'import subprocess\n\ndef work():\n    subprocess.Popen(["python", "jobs/import_rows.py"])\n'
    assert exemptions({"wsgi.py": APP, "app/used.py": worker, "jobs/import_rows.py": PRINTS}) == {
        "jobs/import_rows.py": None
    }


def test_a_project_of_which_nothing_is_known_to_start() -> None:
    assert exemptions({"app/used.py": PRINTS}) == {"app/used.py": None}


def test_a_service_whose_start_is_not_seen() -> None:
    other = 'from flask import Flask\n\napp = Flask(__name__)\nprint("x")\n'
    files = {"wsgi.py": APP, "app/used.py": "def work():\n    return ''\n", "other/main.py": other}
    assert exemptions(files) == {"other/main.py": None}
