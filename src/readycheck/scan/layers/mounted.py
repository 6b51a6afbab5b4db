"""Layers as they are in effect: on an application that is served, before which routes, under which conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar
from weakref import WeakKeyDictionary

from readycheck.model.location import Span
from readycheck.scan.checks.contract import PROGRAM, Facts
from readycheck.scan.layers.body import MOST_DEPTH, Body
from readycheck.scan.layers.libraries import BODY_LIMITS, CORS, HEADERS, LIMITERS, find_library
from readycheck.scan.layers.production import SETTINGS, Production
from readycheck.scan.layers.served import find_served
from readycheck.scan.program.attached import Application, Attached, Piece, Route
from readycheck.scan.program.model import Definition, Ref
from readycheck.scan.program.web import Web


@dataclass(frozen=True, eq=False)
class Layer:
    """One piece of what is attached, with the routes whose requests pass it.

    `switch` is the condition by which it is off in production, `is_doubtful` says that one of its conditions cannot be
    told. `is_whole` says that it stands before everything that the application serves, `is_open` that no route is seen
    behind it, but something that cannot be looked into.
    """

    application: Application
    attached: Attached
    piece: Piece
    body: Body
    routes: Sequence[Route] = ()
    switch: str = ""
    is_doubtful: bool = False
    is_whole: bool = False
    is_open: bool = False

    @property
    def where(self) -> Span:
        """Where it is mounted."""
        return self.attached.where

    @property
    def name(self) -> str:
        """What it is called: the function or class, else the text."""
        if self.piece.definitions:
            return self.piece.definitions[0].name
        return self.piece.text

    @property
    def is_on(self) -> bool:
        """Whether it is in effect: not switched off, and before some route (or there is none that could be seen)."""
        return not self.switch and (self.is_whole or self.is_open or bool(self.routes))


LAYERED = (*PROGRAM, *SETTINGS)
"""The kinds of facts that a check must require to ask for the layers."""

Found = TypeVar("Found")
WRAPPERS = 3
"""How many functions may wrap a handler."""

STACKS: WeakKeyDictionary[Web, Stack] = WeakKeyDictionary()


def find_stack(facts: Facts) -> Stack:
    """The layers of a project, shared by all checks of one scan."""
    if facts.web not in STACKS:
        STACKS[facts.web] = Stack(facts)
    return STACKS[facts.web]


@dataclass(eq=False)
class Stack:
    """All layers of what is served, and the means to look into them."""

    facts: Facts
    production: Production = field(init=False)
    memory: dict[str, Sequence[object]] = field(init=False, default_factory=dict)
    bodies: dict[tuple[int, tuple[Ref, ...]], Body] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Prepare what judges conditions."""
        self.production = Production(self.facts.program, self.facts)

    @cached_property
    def applications(self) -> Sequence[Application]:
        """The applications that are served."""
        return find_served(self.facts)

    @cached_property
    def routes(self) -> Sequence[Route]:
        """Their routes."""
        served = set(self.applications)
        return [one for one in self.facts.web.routes if one.application in served]

    @cached_property
    def layers(self) -> Sequence[Layer]:
        """All layers, those of the applications before those of routers and routes."""
        seen: dict[int, list[Route]] = {}
        kept: dict[int, tuple[Application, Attached]] = {}
        for application in self.applications:
            for one in self.facts.web.find_layers(application):
                kept.setdefault(id(one), (application, one))
        for route in self.routes:
            for one in (*route.guards, *([route.own] if route.own is not None else [])):
                kept.setdefault(id(one), (route.application, one))
                seen.setdefault(id(one), []).append(route)
        return [
            layer
            for key, (application, attached) in kept.items()
            for layer in self.make_layers(application, attached, seen.get(key, []))
        ]

    def make_layers(self, application: Application, attached: Attached, routes: Sequence[Route]) -> Iterator[Layer]:
        """The layers of one thing that is attached; the handler of a route is none, nor is a mounted router."""
        pieces = attached.pieces[:-1] if attached.kind == "route" else attached.pieces
        served = [one for one in self.routes if one.application is application]
        judged = [self.production.holds(one) for one in attached.conditions]
        is_open = not routes and self.hides_routes(attached)
        for piece in pieces:
            if attached.kind == "mount" and is_holder(self.facts, piece):
                continue
            yield Layer(
                application, attached, piece, self.make_body(piece.definitions), routes,
                self.production.find_switch(attached.conditions), None in judged or is_open,
                attached.kind == "layer" and not attached.prefix and attached.holder == application.ref
                and (len(routes) == len(served)), is_open,
            )  # fmt: skip

    def hides_routes(self, attached: Attached) -> bool:
        """Whether what is attached after a layer may hold routes that were not found: a router of somewhere else."""
        beside = list(self.facts.web.attached.get(attached.holder, ()))
        after = beside[beside.index(attached) + 1 :] if attached in beside else []
        return any(
            one.kind == "mount" or (one.kind == "layer" and not all(is_known(piece) for piece in one.pieces))
            for one in after
        )

    def remember(self, name: str, work: Callable[[Stack], Sequence[Found]]) -> Sequence[Found]:
        """What some work finds in these layers, which is done once."""
        if name not in self.memory:
            self.memory[name] = work(self)
        return self.memory[name]  # type: ignore[return-value]

    def find_handlers(self, route: Route) -> list[Definition]:
        """The function that answers a route, also inside of `asyncHandler(...)`; not what wraps it."""
        found = list(self.unwrap(route.handler, WRAPPERS)) if route.handler is not None else []
        return list({one.ref: one for one in found}.values())

    def unwrap(self, piece: Piece, depth: int) -> Iterator[Definition]:
        """The functions in the arguments of a call; of a piece that is none, or is called with none, its own."""
        inner = [self.facts.web.make_piece(piece.call.path, one) for one in piece.call.arguments] if piece.call else []
        below = [one for part in inner for one in self.unwrap(part, depth - 1)] if depth else []
        yield from below or piece.definitions

    def make_body(self, definitions: Sequence[Definition], depth: int = MOST_DEPTH) -> Body:
        """What some definitions do, and what they call, so many calls deep."""
        key = depth, tuple(one.ref for one in definitions)
        if key not in self.bodies:
            self.bodies[key] = Body(self.facts.program, self.production, definitions, depth)
        return self.bodies[key]


def is_known(piece: Piece) -> bool:
    """Whether a layer is code of the project that can be looked into, or a library that is a layer and nothing else."""
    return bool(piece.definitions) or bool(find_library(piece.externals, (*LIMITERS, *HEADERS, *BODY_LIMITS, *CORS)))


def is_holder(facts: Facts, piece: Piece) -> bool:
    """Whether a piece is a router or an application."""
    origins = facts.program.find_origins(piece.path, piece.value.get("n") or ())
    return any(one in facts.web.holders for one in origins)


def name_path(route: Route) -> str:
    """The path of a route; where what it is mounted below is not constant, its own end of it."""
    return route.path if route.path is not None else str((route.own.prefix if route.own is not None else None) or "")


def is_wide(stack: Stack, layer: Layer) -> bool:
    """Whether a layer stands before most of what is served."""
    return layer.is_whole or 2 * len(layer.routes) > len(stack.routes)
