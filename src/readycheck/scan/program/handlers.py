"""The functions of the project that answer a route, looked for through wrappers: `asyncHandler(controller.create)`."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.scan.program.attached import Piece
from readycheck.scan.program.model import Definition, Expression
from readycheck.scan.program.program import Program

BOUND = frozenset({"bind", "as_view", "as_asgi"})
DEEPEST = 4


def find_handlers(program: Program, piece: Piece | None) -> list[Definition]:
    """The functions (or a class, of class-based views) that a route's handler is, without what wraps them."""
    if piece is None:
        return []
    found: dict[tuple[str, str], Definition] = {}
    for one in search(program, piece.path, piece.value, DEEPEST):
        found.setdefault((one.path, one.name), one)
    if not found:
        found = {(one.path, one.name): one for one in piece.definitions}
    return list(found.values())


def search(program: Program, path: str, value: Expression, depth: int) -> Iterator[Definition]:
    """The handlers in an expression."""
    call = program.find_call(path, value)
    if call is None or not depth:
        yield from program.find_definitions(path, value)
        return
    if call.method in BOUND:
        names = [name.removesuffix(f".{call.method}") for name in call.names if name.endswith(f".{call.method}")]
        yield from program.find_definitions(call.path, {"n": names})
        return
    wrapped = [one for argument in call.arguments for one in search_argument(program, call.path, argument, depth - 1)]
    if wrapped:
        yield from wrapped
        return
    for ref in program.find_called(call):
        made = program.find_definition(ref)
        for result in made.returns if made is not None and not made.is_class else ():
            yield from program.find_definitions(ref.path, result)


def search_argument(program: Program, path: str, value: Expression, depth: int) -> Iterator[Definition]:
    """The functions in an argument of a wrapper; classes and values that only configure it are none."""
    if not {"f", "n", "c"} & set(value):
        return
    for one in search(program, path, value, depth):
        if not one.is_class:
            yield one
