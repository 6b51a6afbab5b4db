"""`format` of node:util, which makes of its arguments the very text that the console prints of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from readycheck.fix.javascript.insertion import find_place
from readycheck.fix.javascript.sources import list_variables, write_import
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from readycheck.model.fix import Edit
    from readycheck.scan.unit import Unit

MODULES = ("util", "node:util")
NAMES = ("format", "formatLine", "formatText", *(f"formatLine{number}" for number in range(2, 100)))
BUILT_IN = (
    "fs", "path", "http", "https", "os", "url", "util", "crypto", "events", "stream", "child_process", "net", "zlib",
    "assert", "querystring", "buffer", "cluster", "dns", "readline", "worker_threads", "fs/promises",
)  # fmt: skip
PLAIN = compile_late(rf"""(?:\bfrom|\brequire\()\s*["'](?:{"|".join(map(re.escape, BUILT_IN))})["']""")
PREFIXED = compile_late(r"""(?:\bfrom|\brequire\()\s*["']node:""")


def find_format(unit: Unit, *, is_esm: bool) -> tuple[str, Edit | None]:
    """What a file calls `format`, and the import that is missing for that."""
    place = find_place(unit, is_esm=is_esm)
    for node in list_variables(unit):
        names = unit.bindings.qualify(node)
        is_early = node.ancestors()[-2].range().end.index <= place.offset
        if len(names) == 1 and is_early and (names[0] in MODULES or names[0] in [f"{one}.format" for one in MODULES]):
            return (f"{node.text()}.format" if names[0] in MODULES else node.text()), None
    name = next(one for one in NAMES if not unit.bindings.occurs(one))
    module = "util" if PLAIN.search(unit.text) and not PREFIXED.search(unit.text) else "node:util"
    return name, place.insert(unit, write_import(unit, "format", name, module, is_esm=is_esm))
