"""Settings of frameworks that are set by name: Django's settings modules, Flask's `app.config`."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.model.location import Span
from readycheck.scan.layers.mounted import Stack
from readycheck.scan.layers.options import Value
from readycheck.scan.program.model import Assignment

DEVELOPMENT = ("dev", "development", "local", "test", "tests", "testing", "ci", "debug")


def find_settings(stack: Stack, name: str) -> Iterator[tuple[Value, Span]]:
    """The values that production gives to a setting, each with its place."""
    program = stack.facts.program
    for module in program.modules.values():
        stem = module.path.rpartition("/")[2].rpartition(".")[0]
        if not module.is_python or any(part in DEVELOPMENT for part in stem.lower().split("_")):
            continue
        for one in module.assignments:
            if names_setting(one, name) and not stack.production.find_switch(one.conditions):
                yield Value(module.path, one.value), module.locate(one)
        for call in module.calls:
            if name in call.keywords and call.text.endswith((".config.update", ".config.from_mapping")):
                yield Value(module.path, call.keywords[name]), module.locate(call)


def names_setting(one: Assignment, name: str) -> bool:
    """Whether an assignment sets a setting: `NAME = ...`, also in a class, or `app.config["NAME"] = ...`."""
    if one.text == name:
        return not any(part in DEVELOPMENT for part in split_words(one.owner))
    return one.text.endswith((f'["{name}"]', f"['{name}']"))


def split_words(owner: str) -> list[str]:
    """The words of a class's name, in small letters: `DevelopmentConfig`."""
    spaced = "".join(f" {letter}" if letter.isupper() else letter for letter in owner)
    return spaced.lower().replace("_", " ").replace(".", " ").split()
