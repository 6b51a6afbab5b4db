"""What switches mean in production: the defaults of settings that no file of the deployment sets."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from readycheck.model.evidence import Fact
from readycheck.scan.late import compile_late
from readycheck.scan.layers.conditions import judge
from readycheck.scan.program.model import Call, Expression
from readycheck.scan.program.program import Program

SETTINGS = ("env-read", "env-field", "env-declared")
"""The kinds of facts that a check must require to have conditions judged by the settings that they ask."""

VARIABLE = compile_late(
    r"(?:process\.env\.|import\.meta\.env\.)(\w+)$|(?:process\.env|os\.environ)\[[\"'](\w+)[\"']\]$|"
    r"(?:getenv|environ\.get|env(?:\.\w+)?|config|getEnv)\(\s*[\"'](\w+)[\"']"
)
NAME = compile_late(r"^[\w.$?]+$")
SETTINGS_OBJECT = compile_late(
    r"^(?:app\.)?(?:[a-z_]*settings|[a-z_]*config|conf|cfg|env|environment|flags|features|constants)$|config\.$",
    re.IGNORECASE,
)
UNSET = ""
MOST_DEPTH = 4


class Production:
    """Judges conditions by what the deployment says. What it leaves to the machine that it runs on stays unknown."""

    def __init__(self, program: Program, facts: Mapping[str, Sequence[Fact]]) -> None:
        """Take the program, and the facts about reads of the environment and where variables are declared."""
        self.program = program
        self.facts = facts
        self._judged: dict[str, bool | None] = {}
        self._looked: dict[tuple[str, int], str | None] = {}

    def holds(self, condition: str) -> bool | None:
        """Whether a condition holds in production; None if nothing says so."""
        if condition not in self._judged:
            self._judged[condition] = None
            self._judged[condition] = judge(condition, lambda text: self.look(text, MOST_DEPTH))
        return self._judged[condition]

    def find_switch(self, conditions: Iterable[str]) -> str:
        """The first of some conditions that does not hold in production, or empty."""
        return next((one for one in conditions if self.holds(one) is False), "")

    def is_off(self, call: Call, depth: int = 2) -> bool:
        """Whether a call is never made in production: a switch that is off stands over it or all that lead to it."""
        if self.find_switch(call.conditions):
            return True
        definition = self.program.modules[call.path].definitions.get(call.owner)
        callers = self.program.callers.get(definition.ref, ()) if definition is not None and depth else ()
        return bool(callers) and all(self.is_off(one, depth - 1) for one in callers)

    @cached_property
    def declared(self) -> frozenset[str]:
        """The variables that some file of the deployment names, be it the template of `.env` that people fill in."""
        return frozenset(str(one.data["name"]) for one in self.facts.get("env-declared", ()))

    @cached_property
    def defaults(self) -> Mapping[str, set[str | None]]:
        """The literal defaults of variables, None where one is computed or demanded."""
        found: dict[str, set[str | None]] = defaultdict(set)
        for fact in self.facts.get("env-read", ()):
            name, default = fact.data.get("name"), fact.data.get("default")
            if name and not fact.data.get("required"):
                found[str(name)].add(str(default) if fact.data.get("literal") else UNSET if default is None else None)
        return found

    @cached_property
    def fields(self) -> Mapping[str, set[str | None]]:
        """The defaults of the fields of settings classes, by the name of the field in small letters."""
        found: dict[str, set[str | None]] = defaultdict(set)
        for fact in self.facts.get("env-field", ()):
            default = str(fact.data["default"]) if fact.data.get("literal") else None
            found[str(fact.data["name"]).lower()].add(default)
        return found

    @cached_property
    def values(self) -> Mapping[str, list[Expression]]:
        """What is assigned to names in the whole program, by their last part: `rateLimitEnabled`."""
        found: dict[str, list[Expression]] = defaultdict(list)
        for module in self.program.modules.values():
            for one in module.assignments:
                last = one.text.rpartition(".")[2]
                if last.isidentifier() and "." not in one.text and "." not in one.owner:
                    found[last].append(one.value)
                for key, value in list_pairs(one.value):
                    found[key].append(value)
        return found

    def look(self, text: str, depth: int) -> str | None:
        """The value that an expression has in production, as text; None if nothing says so."""
        if (text, depth) not in self._looked:
            self._looked[text, depth] = self.work_out(text, depth)
        return self._looked[text, depth]

    def work_out(self, text: str, depth: int) -> str | None:
        """The same, without looking into what is known already."""
        variable = VARIABLE.search(text)
        if variable is not None:
            return self.look_up_variable(next(one for one in variable.groups() if one), text)
        if not NAME.match(text) or depth <= 0:
            return None
        holder, _, last = text.replace("?", "").rpartition(".")
        if holder and not SETTINGS_OBJECT.search(holder.partition(".")[0]):
            return None
        if last.lower() in self.fields:
            return None if last.upper() in self.declared else only(self.fields[last.lower()])
        given = [self.read(value, depth - 1) for value in self.values.get(last, ())[:8]]
        return only(set(given)) if given else None

    def look_up_variable(self, name: str, text: str) -> str | None:
        """The value of a variable of the environment that no file of the deployment sets."""
        if name in self.declared:
            return None
        given = re.search(r",\s*(?:default\s*=\s*)?[\"']?([\w.-]*)[\"']?\s*\)?$", text)
        if given is not None:
            return given[1]
        return only(self.defaults[name]) if name in self.defaults else UNSET

    def read(self, value: Expression, depth: int) -> str | None:
        """The value of an expression as text."""
        if "s" in value or "v" in value:
            return str(value.get("s", value.get("v")))
        if "c" in value and re.match(r"(?:Field|field)\(", str(value.get("t"))):
            return None
        text = str(value.get("t", ""))
        judged = judge(text, lambda one: self.look(one, depth)) if text and depth > 0 else None
        return None if judged is None else str(judged)


def only(values: set[str | None]) -> str | None:
    """The one value that all agree on, or None."""
    return next(iter(values)) if len(values) == 1 else None


def list_pairs(value: Expression, depth: int = 4) -> Iterator[tuple[str, Expression]]:
    """The keys and values of an object and of those in it."""
    for key, one in value.get("o", ()) if depth else ():
        yield key, one
        yield from list_pairs(one, depth - 1)
