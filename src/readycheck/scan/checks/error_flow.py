"""Checks on the texts of errors that reach the client by way of the project's own functions."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.model.evidence import Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.checks.error_text import GENERIC, HARMLESS, LIBRARIES
from readycheck.scan.environment import asks_environment
from readycheck.scan.program.arguments import encloses
from readycheck.scan.program.attached import Attached
from readycheck.scan.program.model import LOCAL, Call, Definition, Expression
from readycheck.scan.program.program import Program

LOSING = frozenset({
    "builtins.len", "builtins.bool", "builtins.isinstance", "builtins.type", "builtins.hash", "builtins.id",
    "builtins.getattr", "builtins.hasattr", "builtins.any", "builtins.all", "builtins.int",
})  # fmt: skip
"""What is asked about a text, and does not give it back."""
TEXTS = frozenset({"args", "message", "orig", "detail", "msg", "diag"})
DEEPEST = 10


@requires(*PROGRAM)
def error_text_handed_on(facts: Facts, rule: Rule) -> CheckResult:
    """A registered handler of errors that are not the application's own answers with what the error says.

    The text is followed through the project's functions: `respond(unavailable(str(error)))`.
    """
    handlers = [*find_foreign_handlers(facts)]
    matches = {}
    for definition, caught in handlers:
        error = f"{LOCAL}{definition.name}.{definition.parameters[1]['name']}"
        use = find_leak(facts.program, definition, error)
        if use is not None:
            message = f"`{definition.name}` answers every {caught} with the text of the error (`{use.text}`)"
            where = facts.program.locate(use)
            matches[where] = Match(rule.id, where, definition.name, use.text, message)
    return CheckResult(len(handlers), tuple(matches.values()))


def find_foreign_handlers(facts: Facts) -> Iterator[tuple[Definition, str]]:
    """The functions that are registered, not decorated, for errors of libraries or for any: with the error's class."""
    for application in facts.web.applications:
        for attached in facts.web.find_error_handlers(application):
            caught = find_caught(facts.program, attached)
            for piece in attached.pieces if caught else ():
                for definition in piece.definitions:
                    if len(definition.parameters) > 1 and not definition.is_class and not definition.decorators:
                        yield definition, caught


def find_caught(program: Program, attached: Attached) -> str:
    """The class of errors that a handler is registered for, if it is a general one or a library's."""
    call = attached.call
    value = call.find_argument(0, "exc_class_or_status_code") if call is not None else None
    if call is None or value is None:
        return ""
    if value.get("v") == 500:  # noqa: PLR2004 - a status
        return "unexpected error"
    for name in program.find_externals(call.path, value.get("n") or ()):
        head, _, last = name.rpartition(".")
        if (last in GENERIC and head in ("", "builtins")) or (name.partition(".")[0] in LIBRARIES - HARMLESS):
            return last
    return ""


def find_leak(program: Program, handler: Definition, error: str) -> Call | None:
    """The call that takes an error on the way into what its handler returns."""
    calls_all = program.modules[handler.path].calls
    calls = [*program.modules[handler.path].find_calls(handler.name)]
    for call in calls:
        if "builtins.isinstance" in call.names and error in (
            call.arguments[0].get("n") or () if call.arguments else ()
        ):
            return None  # what follows is about one kind of error, perhaps the application's own
    if not any(carries(program, handler.path, one, {error}) for one in handler.returns):
        return None
    roots = [calls_all[one["c"]] for one in handler.returns if "c" in one]
    uses = [one for one in calls if any(is_text(value, error) for value in list_given(one))]
    uses.sort(key=lambda one: not any(root is one or encloses(root.data, one.data) for root in roots))
    return next((one for one in uses if not any(map(asks_environment, one.conditions))), None)


def list_given(call: Call) -> Iterator[Expression]:
    """All arguments of a call."""
    yield from call.arguments
    yield from call.keywords.values()


def is_text(value: Expression, error: str) -> bool:
    """Whether an expression is an error itself, or the part of it that says what happened."""
    names = value.get("n") or ()
    return (
        error in names
        or any(f"{error}.{part}" in names for part in TEXTS)
        or any(is_text(one, error) for key in ("j", "a", "l") for one in value.get(key) or ())
    )


def carries(program: Program, path: str, value: Expression, given: set[str], depth: int = DEEPEST) -> bool:
    """Whether a text is part of an expression, through calls of the project's functions that give it back."""
    if any(is_text(value, one) for one in given):
        return True
    if "c" in value:
        return depth > 0 and gives_back(program, program.modules[path].calls[value["c"]], given, depth)
    parts = [one for key in ("j", "a", "l") for one in value.get(key) or ()]
    parts += [one for _, one in value.get("o") or ()]
    parts += [value["e"]] if "e" in value else []
    if any(carries(program, path, one, given, depth) for one in parts):
        return True
    held = program.find_assignments(path, value) if depth else ()
    return any(ref.path == path and carries(program, path, one.value, given, depth - 1) for ref, one in held)


def gives_back(program: Program, call: Call, given: set[str], depth: int) -> bool:
    """Whether what a call returns holds a text that it is given; what is known of nothing is taken to hold it."""
    taken = [place for place, one in enumerate(call.arguments) if carries(program, call.path, one, given, depth - 1)]
    named = [name for name, one in call.keywords.items() if carries(program, call.path, one, given, depth - 1)]
    if not (taken or named) or not LOSING.isdisjoint(call.names):
        return False
    found = [one for ref in program.find_called(call) if (one := program.find_definition(ref)) is not None]
    if not found:
        return all(program.resolve(call.path, name).is_external for name in call.names)
    if any(one.is_class for one in found):
        return True
    return any(keeps(program, one, taken, named, depth - 1) for one in found)


def keeps(program: Program, definition: Definition, taken: list[int], named: list[str], depth: int) -> bool:
    """Whether a function's result holds one of the arguments that it is given."""
    listed = [str(one["name"]) for one in definition.parameters]
    shift = 1 if listed[:1] in (["self"], ["cls"]) else 0
    names = {listed[place + shift] for place in taken if place + shift < len(listed)} | {*named}
    inside = {f"{LOCAL}{definition.name}.{name}" for name in names}
    return any(carries(program, definition.path, one, inside, depth) for one in definition.returns)
