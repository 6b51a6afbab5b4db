"""What Python expressions are: imports, aliases, members, calls."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Qualify = Callable[[str, str], list[tuple[str, ...]]]

IMPORTS: list[tuple[str, list[tuple[str, ...]]]] = [
    ("import os\nQ(os.path.join)", [("os.path.join",)]),
    ("import os.path\nQ(os.path.join)", [("os.path.join",)]),
    ("import os.path as p\nQ(p.join)", [("os.path.join",)]),
    ("from os import path as p\nQ(p.join)", [("os.path.join",)]),
    ("from . import logger\nQ(logger.info)", [(".logger.info",)]),
    ("from .logger import info\nQ(info)", [(".logger.info",)]),
    ("from ..core import log\nQ(log.get())", [("..core.log.get()",)]),
    ("from .. import a as b\nQ(b)", [("..a",)]),
    ("from a import (\n  b, # c\n  d as e,\n)\nQ(b)\nQ(e)", [("a.b",), ("a.d",)]),
    (
        "try:\n  import ujson as json\nexcept ImportError:\n  import json\nQ(json.dumps)",
        [("ujson.dumps", "json.dumps")],
    ),
    ("import x.print\nQ(print)\nQ(x.print)", [("builtins.print",), ("x.print",)]),
    ("import print\nQ(print)", [("print",)]),
    ("from rich import print\nQ(print)\ndel print\nQ(print)", [("rich.print",), ("builtins.print",)]),
    ("import builtins\nQ(builtins.print)", [("builtins.print",)]),
    ("from flask import Flask\napp = Flask(__name__)\nQ(app.run)", [("flask.Flask().run",)]),
    (
        "from flask import Flask\napp = application = Flask(__name__)\nQ(app.run)\nQ(application)",
        [("flask.Flask().run",), ("flask.Flask()",)],
    ),
    ("from flask import Flask\napp: Flask = Flask(__name__)\nQ(app.run)", [("flask.Flask().run",)]),
    ("from flask import Flask\ndef f(app: Flask): Q(app.run)", [("flask.Flask().run",)]),
    (
        "from flask import Flask\nfrom typing import Optional\ndef f(app: Optional[Flask] = None): Q(app.run)",
        [("flask.Flask().run",)],
    ),
    ("from flask import Flask\ndef f(app: Flask | None): Q(app.run)", [("flask.Flask().run",)]),
    (
        "from x import A\nclass B:\n  def __init__(self):\n    self.a = A()\n  def f(self): Q(self.a.go)",
        [("x.A().go",)],
    ),
    (
        "from x import A\nclass B:\n  a = A()\n  def f(self): Q(self.a.go)\n  @classmethod\n  def g(cls): Q(cls.a)",
        [("x.A().go",), ("x.A()",)],
    ),
    (
        "from x import A\nclass B:\n  def __init__(self, a: A):\n    self.a = a\n  def f(self): Q(self.a.go)",
        [("x.A().go",)],
    ),
    ("from x import A\nclass B:\n  @staticmethod\n  def f(self): Q(self.a)", [()]),
    (
        "import aiohttp\nasync def f():\n  async with aiohttp.ClientSession() as s: Q(s.get)",
        [("aiohttp.ClientSession().get",)],
    ),
    (
        "from fastapi import FastAPI\ndef mk():\n  app = FastAPI()\n  return app\napp = mk()\nQ(app.add_middleware)",
        [("fastapi.FastAPI().add_middleware",)],
    ),
    ("from functools import partial\np = partial(print, 1)\nQ(p)", [("builtins.print",)]),
    ("import functools as f\np = f.partial(print, 1)\nQ(p)", [("builtins.print",)]),
    ("import logging\nQ(getattr(logging, level))", [("logging.*",)]),
    ("m = __import__('logging')\nQ(m.info)", [("logging.info",)]),
    ("import importlib\nm = importlib.import_module('a.b')\nQ(m.c)", [("a.b.c",)]),
    ("from rich import *\nQ(print)\nQ(foo)", [("rich.print",), ("rich.foo",)]),
    ("from os import *\nQ(print)\nQ(open)", [("builtins.print",), ("os.open",)]),
    ("from .base import *\nQ(print)", [(".base.print",)]),
    ("from typing import cast\nQ(cast(int, print))", [("builtins.print",)]),
    ("if x:\n  from a import log\nelse:\n  from b import log\nQ(log)", [("a.log", "b.log")]),
    ("def f():\n  from a import log\n  Q(log)\nQ(log)", [("a.log",), ()]),
    ("if __name__ == '__main__':\n  import a\n  Q(a.b)", [("a.b",)]),
    ("import a; Q(a.b().c.d())", [("a.b().c.d()",)]),
    ("import a\nQ(a['x'])", [()]),
    ("from x import A\nclass B:\n  def f(this):\n    this.a = A()\n    Q(this.a)", [()]),
    ("from __future__ import print_function\nQ(print_function)", [()]),
    ("def f():\n  import builtins\n  builtins.print(1)\nQ(builtins)", [()]),
]

VALUES: list[tuple[str, list[tuple[str, ...]]]] = [
    ("Q(unknown)", [()]),
    ("a = b\nb = a\nQ(a)", [()]),
    ("a = print\nb = a\nc = b\nQ(c)", [("builtins.print",)]),
    ("a, b = print, open\nQ(a)\nQ(b)", [("builtins.print",), ("builtins.open",)]),
    ("a, *b = print, open\nQ(a)\nQ(b)", [(), ()]),
    ("a = print if x else open\nQ(a)", [("builtins.print", "builtins.open")]),
    ("a = x or print\nQ(a)", [("builtins.print",)]),
    ("a = x and print\nQ(a)", [("builtins.print",)]),
    ("def mk():\n  return print\nQ(mk())", [("builtins.print",)]),
    ("def mk():\n  yield print\nQ(mk())", [()]),
    ("def partial(x): ...\np = partial(print, 1)\nQ(p)", [()]),
    ("Q(getattr(__builtins__, 'print'))", [("builtins.print",)]),
    ("Q(f'{print}')", [()]),
    ("Q(app.run)\napp = 3", [()]),
]


@pytest.mark.parametrize(("code", "expected"), IMPORTS)
def test_imports(qualify: Qualify, code: str, expected: list[tuple[str, ...]]) -> None:
    assert qualify("python", code) == expected


@pytest.mark.parametrize(("code", "expected"), VALUES)
def test_values(qualify: Qualify, code: str, expected: list[tuple[str, ...]]) -> None:
    assert qualify("python", code) == expected
