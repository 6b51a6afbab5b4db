"""Which formats there are: each package in this folder is one, named as `--format` names it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import cast

from readycheck import render as folder
from readycheck.model.report import Report
from readycheck.model.rule import Catalogue
from readycheck.render.style import Style

Renderer = Callable[[Report, Catalogue, Style], str]


def format_names() -> tuple[str, ...]:
    """The names of all formats, sorted; nothing is imported for it."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(folder.__path__) if module.ispkg))


def find_renderer(name: str) -> Renderer:
    """The function that turns a report into text of that format.

    Raises:
        ValueError: there is no such format.
    """
    if name not in format_names():
        raise ValueError(f'there is no format "{name}"; choose one of {", ".join(format_names())}')
    module = importlib.import_module(f"{folder.__name__}.{name}")
    return cast("Renderer", module.render)
