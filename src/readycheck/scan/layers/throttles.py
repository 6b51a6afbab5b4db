"""Django REST framework's throttles: classes on a view, or for all of them in the settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from readycheck.model.location import Span
from readycheck.scan.layers.mounted import Stack
from readycheck.scan.layers.settings import find_settings
from readycheck.scan.program.attached import Route
from readycheck.scan.program.model import Assignment, Definition, Expression

NAMES = ("throttle_classes", "throttle_scope")
FOR_ALL = "DEFAULT_THROTTLE_CLASSES"
LIBRARY = "rest_framework"


@dataclass(frozen=True, eq=False)
class Throttle:
    """One throttle: where it is set, by which classes, and for which route (None: for all of the framework's views)."""

    where: Span
    name: str
    route: Route | None = None


def find_throttles(stack: Stack) -> Iterator[Throttle]:
    """The throttles of views and of the settings."""
    for route in stack.routes:
        for definition in stack.find_handlers(route) if route.framework == "Django" else ():
            assignment = find_member(stack, definition)
            if assignment is not None and assignment.value.get("l") != []:
                where = stack.facts.program.locate(assignment)
                yield Throttle(where, f"{definition.name}.{assignment.text}", route)
    for value, where in find_settings(stack, "REST_FRAMEWORK"):
        for key, classes in value.expression.get("o") or ():
            if key == FOR_ALL and classes.get("l") != []:
                yield Throttle(where, ", ".join(list_classes(classes)) or FOR_ALL)


def find_member(stack: Stack, definition: Definition, depth: int = 4) -> Assignment | None:
    """What a view, or a class that it is derived from, says about throttling."""
    holder = definition if definition.is_class else None
    name = definition.name if holder is not None else definition.name.rpartition(".")[0]
    module = stack.facts.program.modules[definition.path]
    for member in NAMES:
        found = module.variables.get(f"{name}.{member}")
        if found:
            return found[0]
    owner = module.definitions.get(name)
    for base in owner.bases if owner is not None and depth else ():
        for one in stack.facts.program.find_definitions(definition.path, base):
            inherited = find_member(stack, one, depth - 1)
            if inherited is not None:
                return inherited
    return None


def list_classes(classes: Expression) -> Iterator[str]:
    """The names of classes in a list, without their modules."""
    for one in classes.get("l") or ():
        yield str(one.get("s") or one.get("t", "")).rpartition(".")[2]
