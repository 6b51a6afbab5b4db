"""Calls that may load or check the environment, and when they run.

`env-made`: `callee` (qualified names, or the name of a function or class of the module itself), `function` (the
outermost one around the call; empty at the top), `phase`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.environ.names import LOADER
from readycheck.scan.environ.phase import find_phase, name_function
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from readycheck.scan.unit import Unit

MADE = "env-made"
KINDS = (MADE,)
SERVING = True
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = (
    "settings", "Settings", "config", "Config", "env", "environment", "get_settings", "load_settings", "load_config",
    "get_config", "getConfig", "loadConfig", "validateEnv", "checkEnv", "loadEnv", "validateConfig", "AppSettings",
    "AppConfig", "getEnv", "requireEnv", "validate_env", "check_env", "Environment",
)  # fmt: skip
CALLED = rf"^(?:new\s+)?(?:\w+\.)*(?:{LOADER})\("
QUICK = compile_late(rf"\b(?:{LOADER})\(")
TAKEN = compile_late(r",\s*[\"'](\w*(?:Settings|Config))[\"']")


def collect(unit: Unit) -> Iterator[Fact]:
    """The calls of one module."""
    if unit.language is Language.PYTHON and "getattr(" in unit.text and TAKEN.search(unit.text):
        yield from find_named(unit)
    if not QUICK.search(unit.text):
        return
    kinds = ("call",) if unit.language is Language.PYTHON else ("call_expression", "new_expression")
    for kind in kinds:
        for call in unit.root.find_all(kind=kind, regex=CALLED):
            callee = call.field("function") or call.field("constructor")
            if callee is None:
                continue
            names: list[Json] = [*unit.bindings.qualify(callee)] or [callee.text()]
            data: dict[str, Json] = {
                "callee": names,
                "function": name_function(call),
                "phase": find_phase(call, strict=True),
            }
            yield Fact(MADE, unit.locate(call), data)


def find_named(unit: Unit) -> Iterator[Fact]:
    """`getattr(module, "Settings")`: a class that is taken by its name, and perhaps called."""
    for call in unit.root.find_all(kind="call", regex=r"^getattr\("):
        found = TAKEN.search(call.text())
        if found is not None:
            callee: list[Json] = [f"*.{found[1]}"]
            yield Fact(MADE, unit.locate(call), {"callee": callee, "function": name_function(call), "phase": "unknown"})
