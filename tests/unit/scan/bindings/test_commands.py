"""Functions that a command line offers."""

from __future__ import annotations

import pytest
from ast_grep_py import SgRoot

from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.resolver import Bindings

CASES = [
    ("def f():\n    X", False),
    ("import click\n@click.command()\ndef f():\n    X", True),
    ("from click import option\n@option('--a')\ndef f(a):\n    X", True),
    ("import click\n@click.group()\ndef cli(): ...\n@cli.command('a')\ndef f():\n    X", True),
    ("import typer\ncli = typer.Typer()\n@cli.command()\ndef f():\n    X", True),
    ("def add(app):\n    @app.cli.command()\n    def f():\n        X", True),
    ("import click\n@click.command()\ndef f():\n    def g():\n        X", True),
    ("import click\n@click.command()\ndef f(): ...\ndef g():\n    X", False),
    ("from discord.ext import commands\nbot = commands.Bot()\n@bot.command()\ndef f():\n    X", False),
    (
        "import click\ndef own():\n    return lambda f: click.command()(f)\n@own()\ndef g():\n    X",
        True,
    ),
    ("class own:\n    def __call__(self, f):\n        return f\n@own()\ndef g():\n    X", False),
    ("@group.command()\ndef group():\n    X", False),
]


@pytest.mark.parametrize(("code", "expected"), CASES)
def test_commands(code: str, *, expected: bool) -> None:
    root = SgRoot(code, "python").root()
    node = root.find(kind="identifier", regex="^X$")
    assert node is not None
    assert Bindings(root, Language.PYTHON).is_inside_command(node) is expected
