"""Who answers what goes wrong: handlers in one place, layers that catch, routes that do it by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from readycheck.model.location import Span
from readycheck.scan.late import compile_late
from readycheck.scan.layers.catching import ANSWERS, catches_all
from readycheck.scan.layers.mounted import Layer, Stack
from readycheck.scan.program.attached import Application, Attached, Piece, Route
from readycheck.scan.program.model import Call, Definition, Expression, is_within

EVERY_ERROR = compile_late(
    r"^(?:(?:builtins\.)?(?:Base)?Exception|500|.*InternalServerError|.*INTERNAL_SERVER_ERROR|"
    r"use|setErrorHandler|onError|handler500|useGlobalFilters|APP_FILTER|EXCEPTION_HANDLER)$"
)
ONE_FOR_ALL = frozenset({"Express", "Fastify", "Hono", "NestJS", "Koa"})
CALLBACKS = frozenset({"Express", "Fastify", "NestJS"})
SERVER_ERROR = 500


@dataclass(frozen=True, eq=False)
class Handler:
    """One handler of an application: what it handles, whether that is every error, whether requests can reach it."""

    application: Application
    where: Span
    name: str
    handles: str
    takes_all: bool
    definitions: Sequence[Definition]
    attached: Attached | None = None
    layer: Layer | None = None
    reached: bool = True

    @property
    def is_of_all(self) -> bool:
        """Whether it answers every error of the whole application, and not of one of its routers."""
        return (
            self.takes_all and self.reached and (self.attached is None or self.attached.holder == self.application.ref)
        )


def find_handlers(stack: Stack) -> list[Handler]:
    """The handlers of all applications, and the layers that catch what nobody handles."""
    return [*find_registered(stack), *find_catching(stack)]


def find_registered(stack: Stack) -> Iterator[Handler]:
    """Handlers that are registered with a framework."""
    for application in stack.applications:
        for attached in stack.facts.web.find_error_handlers(application):
            switch = stack.production.find_switch(attached.conditions)
            for piece in attached.pieces if not switch else ():
                if not piece.definitions and not piece.externals:
                    continue
                is_named = EVERY_ERROR.match(attached.name.strip("\"'")) is not None
                is_named = is_named or (application.framework == "Flask" and attached.name.endswith("HTTPException"))
                takes_all = (is_named or application.framework in ONE_FOR_ALL) and not is_narrow(stack, piece)
                name = piece.definitions[0].name if piece.definitions else piece.text
                reached = application.framework != "Express" or not find_routes_after(stack, attached)
                reached = reached and is_answering(stack, piece.definitions)
                yield Handler(
                    application, attached.where, name, attached.name, takes_all, piece.definitions, attached,
                    reached=reached,
                )  # fmt: skip


def is_narrow(stack: Stack, piece: Piece) -> bool:
    """Whether a filter of Nest catches some errors alone: `@Catch(HttpException)`."""
    for definition in piece.definitions:
        for value in definition.decorators:
            call = stack.facts.program.find_call(definition.path, value)
            if call is not None and call.method == "Catch" and call.arguments:
                return True
    return False


def find_catching(stack: Stack) -> Iterator[Handler]:
    """Layers that answer whatever is raised behind them."""
    for layer in stack.layers:
        if layer.application.framework in CALLBACKS:
            continue  # `next()` returns before what comes after it has failed
        if layer.is_on and layer.attached.kind == "layer" and catches_all(layer.body):
            yield Handler(
                layer.application, layer.where, layer.name, "whatever is raised", takes_all=True,
                definitions=layer.piece.definitions, layer=layer,
            )  # fmt: skip


def is_answering(stack: Stack, definitions: Sequence[Definition]) -> bool:
    """Whether a handler answers, as far as it can be seen; one of a library is taken to."""
    body = stack.make_body(definitions)
    return (
        not definitions
        or any(ANSWERS.search(call.text.partition("(")[0]) for call in body.calls)
        or bool(body.statuses)
    )


def find_routes_after(stack: Stack, handler: Attached) -> list[Attached]:
    """What is registered after an error handler of Express, by the same function, and so never reaches it."""
    attached = list(stack.facts.web.attached.get(handler.holder, ()))
    after = attached[attached.index(handler) + 1 :] if handler in attached else []
    return [
        one
        for one in after
        if one.kind in ("route", "mount") and (one.where.path, one.owner) == (handler.where.path, handler.owner)
    ]


def find_own_answers(stack: Stack, routes: Sequence[Route]) -> Iterator[Call]:
    """Answers with status 500 that the own `catch` of some routes gives."""
    for definition in list_handlers(stack, routes):
        module = stack.facts.program.modules[definition.path]
        callbacks = {
            str(part["f"])
            for call in module.find_calls(definition.name)
            if call.method == "catch"
            for part in call.arguments
            if "f" in part
        }
        calls = list(module.find_calls(definition.name))
        for call in calls:
            is_caught = call.is_marked("handler") or any(is_within(call.owner, one) for one in callbacks)
            if is_caught and answers_with(call, SERVER_ERROR) and not sends_stack(calls, call):
                yield call


def list_handlers(stack: Stack, routes: Sequence[Route]) -> list[Definition]:
    """The functions that answer routes."""
    found = {one.ref: one for route in routes for one in stack.find_handlers(route)}
    return list(found.values())


def answers_with(call: Call, *statuses: int) -> bool:
    """Whether a call sets one of some statuses: `res.status(500)`, `JSONResponse(..., status_code=500)`."""
    if call.method in ("status", "code", "sendStatus", "writeHead") and call.arguments:
        return call.arguments[0].get("v") in statuses
    if call.method in ("json", "text") and len(call.arguments) > 1:
        given = call.arguments[1]
        inner: Expression = next((value for key, value in given.get("o") or () if key == "status"), given)
        return inner.get("v") in statuses
    option = call.keywords.get("status_code") or call.keywords.get("status")
    return call.method.endswith("Response") and option is not None and option.get("v") in statuses


def sends_stack(calls: Sequence[Call], status: Call) -> bool:
    """Whether the answer sends a stack in any case: another rule tells that, and the remedy is the same."""
    return any(
        call.line == status.line and call.text.startswith(status.text.partition("(")[0]) and has_stack(argument)
        for call in calls
        for argument in call.arguments
    )


def has_stack(value: Expression) -> bool:
    """Whether an object holds a stack, under no condition."""
    return any(str(one.get("t", "")).endswith(".stack") and "n" in one for _, one in value.get("o") or ())
