"""Whether a piece of code may run, told more generously than `Live` does: also by how callers spell it.

Path aliases and imports within functions hide callers. Where code elsewhere calls `sentry.init()` and the file at hand
is `utils/sentry.py` with a function `init`, that is the one.
"""

from __future__ import annotations

from readycheck.scan.checks.contract import Facts
from readycheck.scan.module_names import strip_ending


def may_run(facts: Facts, path: str, owner: str) -> bool:
    """Whether code in a definition of a file runs, or is called or loaded by a name that fits."""
    if facts.live.runs(path, owner):
        return True
    stem, top = strip_ending(path).rpartition("/")[2], owner.partition(".")[0]
    others = [module for module in facts.program.modules.values() if module.path != path]
    if not top:
        return not facts.live.is_live(path) and any(
            name.endswith((f"/{stem}", f".{stem}"))
            for module in others
            for name in (*module.imports.values(), *module.data.get("loads", ()))
        )
    spelled = {f"{stem}.{top}", top}
    return any(call.text in spelled for module in others for call in module.calls)
