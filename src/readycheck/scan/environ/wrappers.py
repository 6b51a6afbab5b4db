"""The project's own functions for reading variables, and calls that may be of such a function in another module.

`env-wrapper`: `name` of the function, `owner` (the class it is a method of), `index` (which argument names it),
`demands` (it raises or exits where the variable is unset), `optional` (it has a default of its own), `template` and
`upper` (how it makes the variable's name of its argument).
`env-call`: the data of an `env-read`, and `callee`: the qualified names of what is called.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.scan.environ.keys import HOLE, Key, list_parameters
from readycheck.scan.environ.phase import read_name
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

WRAPPER, CALL = "env-wrapper", "env-call"
ENDS = compile_late(r"\b(?:raise|throw|sys\.exit|process\.exit|SystemExit|os\._exit|assert)\b")
OWN_DEFAULT = compile_late(r"\b(?:default|fallback)\w*\s*(?::[^=,)]+)?=\s*(?!None|null|undefined)\S")
CLASSES = frozenset({"class_definition", "class_declaration", "class", "abstract_class_declaration"})
# What a function that reads a variable, or the module it stands in, is called.
NAMED = compile_late(r"env|conf|setting|secret|getvar|param|require(?!$)|option", re.IGNORECASE)
DEFAULTS = ("default", "fallback", "default_value", "defaultValue", "default_val")
# A call whose first argument is written as the name of a variable; what is called is then looked up backwards.
GIVEN = compile_late(r"""\(\s*(?:\w+\s*=\s*)?["'][A-Z][A-Z0-9_]+["']""")
CALLEE = compile_late(r"([\w$]+)(?:<[^()]*>)?$")
LONGEST_CALLEE = 120
SELF = frozenset({"self", "cls"})
MOST_WRAPPERS = 20


@dataclass(frozen=True, slots=True)
class Wrapper:
    """A function of which an argument, by its index, names a variable."""

    name: str
    owner: str = ""
    index: int = 0
    demands: bool = False
    optional: bool = False
    key: Key = field(default_factory=Key)

    def required(self) -> bool | None:
        """Whether a call without a default demands the variable."""
        return True if self.demands else False if self.optional else None


def make_wrapper(key: Key) -> Wrapper | None:
    """The wrapper that a function is, given the key that it reads by its first parameter."""
    function = key.function
    if function is None:
        return None
    names = [name for name in list_parameters(function) if name not in SELF]
    if key.parameter not in names:
        return None
    owner = next((one.field("name") for one in function.ancestors() if one.kind() in CLASSES), None)
    signature = function.field("parameters")
    optional = signature is not None and OWN_DEFAULT.search(signature.text()) is not None
    return Wrapper(
        read_name(function),
        owner.text() if owner is not None else "",
        names.index(key.parameter),
        demands=ENDS.search(function.text()) is not None,
        optional=optional,
        key=replace(key, function=None),
    )


def make_wrapper_fact(unit: Unit, function: SgNode, wrapper: Wrapper) -> Fact:
    """The fact of a wrapper."""
    data: dict[str, Json] = {
        "name": wrapper.name,
        "owner": wrapper.owner,
        "index": wrapper.index,
        "demands": wrapper.demands,
        "optional": wrapper.optional,
        "template": wrapper.key.template,
        "upper": wrapper.key.upper,
    }
    return Fact(WRAPPER, unit.locate(function.field("name") or function), data)


def read_wrapper(fact: Fact) -> Wrapper:
    """The wrapper of a fact."""
    data = fact.data
    key = Key(template=str(data.get("template", HOLE)), upper=data.get("upper") is True)
    demands, optional = data.get("demands") is True, data.get("optional") is True
    index = data.get("index")
    place = index if isinstance(index, int) else 0
    return Wrapper(str(data.get("name")), str(data.get("owner", "")), place, demands, optional, key)


def list_callees(text: str) -> set[str]:
    """The last words of what is called with something that is written as the name of a variable."""
    found = set()
    for given in GIVEN.finditer(text):
        callee = CALLEE.search(text[max(0, given.start() - LONGEST_CALLEE) : given.start()])
        if callee is not None:
            found.add(callee[1])
    return found
