"""Who may call a route: which of the layers before it ask for a credential and refuse who has none.

A guard counts when it is a known library's, or own code that reads a credential (a header, a cookie, a session, a
token) and can answer 401 or 403. A name alone counts for nothing where the body can be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from readycheck.scan.program.arguments import (
    flatten,
    list_class_dependencies,
    list_dependencies,
    list_excluded,
    list_inner,
)
from readycheck.scan.program.attached import Attached, Piece, Route
from readycheck.scan.program.entrances import is_entrance, leaves_out, waives
from readycheck.scan.program.guard_words import (
    ADMIN,
    BROAD,
    CREDENTIAL,
    DECIDERS,
    GUARD_NAME,
    LIBRARIES,
    LOGIN,
    NO_GUARD,
    OPTIONAL,
    PUBLIC_MARK,
    READ_ONLY,
    READERS,
    READS,
    REFUSED,
    REFUSED_SIGNATURE,
    SCHEMES,
    SCRIPT_READS,
    SECURITY,
    SIGNATURE,
    SIGNED,
)
from readycheck.scan.program.handlers import find_handlers
from readycheck.scan.program.model import LOCAL, Call, Definition, Expression, Module, Ref
from readycheck.scan.program.reasons import NOT_CONSTANT
from readycheck.scan.program.refusals import is_refused_status, list_texts, refuses_by

if TYPE_CHECKING:
    from readycheck.scan.program.web import Web

Level = Literal["", "unknown", "authenticated", "admin"]
Access = Literal["public", "authenticated", "admin", "unknown"]
ORDER: tuple[Level, ...] = ("", "unknown", "authenticated", "admin")
DEPTH = 3
REACH = 2
DECORATING = frozenset({"FastAPI", "Starlette"})  # the others have them among the route's own pieces
NAMING = frozenset({"FastAPI", "Starlette", "Express", "aiohttp"})
DECIDING = tuple(f".{name}" for name in DECIDERS)


@dataclass(frozen=True)
class Guard:
    """A layer that decides who may call: the piece, and what it asks for."""

    piece: Piece
    level: Level

    @property
    def name(self) -> str:
        """What it is called."""
        own = self.piece.definitions[0].name if self.piece.definitions else ""
        return own if own and not own.startswith("<") else self.piece.text


@dataclass(frozen=True)
class Verdict:
    """Who may call a route, and the guards that say so, outermost first."""

    access: Access
    guards: tuple[Guard, ...] = ()


class Judge:
    """Judges routes; what it found out about a function it remembers."""

    def __init__(self, web: Web) -> None:
        """Take the applications."""
        self.web = web
        self._levels: dict[Ref, Level] = {}
        self._verdicts: dict[Route, Verdict] = {}

    def judge(self, route: Route) -> Verdict:
        """Who may call a route."""
        known = self._verdicts.get(route)
        if known is None:
            known = self._verdicts[route] = self._judge(route)
        return known

    def _judge(self, route: Route) -> Verdict:
        own = list(self.list_own(route))
        marks = [piece for piece in own if PUBLIC_MARK.search(find_name(piece))]
        outer = [] if marks else [*self.list_outer(route)]
        guards = [Guard(piece, level) for piece in outer if (level := self.doubt(piece, self.weigh(piece, route)))]
        guards += [Guard(piece, level) for piece in own if (level := self.weigh(piece, route))]
        if not any(is_sure(guard.level) for guard in guards):
            guards += [Guard(piece, level) for piece, level in self.look_inside(route)]
        best: Level = max((guard.level for guard in guards), key=ORDER.index, default="")
        if best:
            return Verdict(best, tuple(guards))
        if route.unresolved not in ("", NOT_CONSTANT) or (route.path is None and not self.is_known(route.handler)):
            return Verdict("unknown")
        return Verdict("public")

    def doubt(self, piece: Piece, level: Level) -> Level:
        """The level of a layer: unknown where it stands before the login as well, since it must let strangers pass.

        A library's name alone is no reason to doubt: `AuthenticationMiddleware` only finds out who it is.
        """
        if level == "unknown" and piece.externals:
            return ""
        return "unknown" if level and piece in self.passing else level

    @cached_property
    def passing(self) -> frozenset[Piece]:
        """The layers that routes are behind by which one logs in."""
        entrances = [route for route in self.web.routes if LOGIN.search(route.shown)]
        marked = [
            route for route in entrances if not any(PUBLIC_MARK.search(find_name(one)) for one in self.list_own(route))
        ]
        return frozenset(piece for route in marked for piece in self.list_outer(route))

    def is_known(self, handler: Piece | None) -> bool:
        """Whether it can be told what a handler does."""
        return handler is not None and bool(self.list_functions(handler) or handler.call or handler.externals)

    # ------------------------------------------------------------------ which pieces

    def list_outer(self, route: Route) -> Iterator[Piece]:
        """The layers of the application and of the routers."""
        for layer in route.guards:
            for piece in layer.pieces:
                if not self.web.find_holders(piece.path, piece.value) and not self.is_exempt(layer, piece, route):
                    yield piece

    def is_exempt(self, layer: Attached, piece: Piece, route: Route) -> bool:
        """Whether an own layer lets the route's path through: it names it, or one above it."""
        words = {
            word
            for definition in piece.definitions
            for word in self.web.program.modules[definition.path].find_words(definition.name)
            if word.startswith("/") and len(word) > 1 and layer.kind == "layer"
        }
        path = route.shown
        if route.framework == "Litestar" and any(leaves_out(one, path) for one in list_excluded(self.web, piece)):
            return True
        return any(path == word or path.startswith(word.rstrip("/*") + "/") for word in words)

    def list_own(self, route: Route) -> Iterator[Piece]:
        """What stands before the handler of the route itself: middleware, decorators, dependencies, wrappers."""
        if route.own is None:
            return
        yield from route.own.pieces[:-1]
        handler = route.handler
        if handler is None:
            return
        for definition in self.list_functions(handler):
            if route.framework in ("FastAPI", "Starlette"):
                yield from list_dependencies(self.web, definition)
                yield from list_class_dependencies(self.web, definition)
            yield from (self.web.make_piece(definition.path, one) for one in self.list_wrapping(route, definition))
        if handler.call is not None:
            yield Piece(handler.path, {"t": handler.call.text}, handler.externals, handler.definitions)

    def list_wrapping(self, route: Route, definition: Definition) -> Iterator[Expression]:
        """The decorators that wrap a handler: all of one that is given by its name, else those below the route's."""
        if route.framework not in NAMING or not self.web.program.modules[definition.path].is_python:
            return
        call = route.own.call if route.own is not None else None
        if call is None or not call.decorates:
            yield from definition.decorators
        elif route.framework in DECORATING:
            yield from list_inner(definition, call)

    def list_functions(self, piece: Piece) -> list[Definition]:
        """The functions that do a handler's work, without what wraps them."""
        return find_handlers(self.web.program, piece)

    # ------------------------------------------------------------------ what they do

    def weigh(self, piece: Piece, route: Route) -> Level:
        """What a piece asks for."""
        if (
            any(name.endswith("IsAuthenticatedOrReadOnly") for name in piece.externals)
            and set(route.methods) <= READ_ONLY
        ):
            return ""
        level = self.weigh_piece(piece)
        text = f"{piece.text} {' '.join(str(one.get('t') or one.get('s')) for one in list_arguments(piece))}"
        return "admin" if level == "authenticated" and ADMIN.search(text) else level

    def weigh_piece(self, piece: Piece, depth: int = DEPTH) -> Level:
        """What a piece asks for, without the route."""
        if NO_GUARD.search(find_name(piece)) or any(
            OPTIONAL.search(str(one.get("o") or "")) for one in list_arguments(piece)
        ):
            return ""
        if any(LIBRARIES.search(name) for name in piece.externals) or LIBRARIES.search(piece.text):
            return "authenticated"
        levels = [self.weigh_definition(one, depth) for one in piece.definitions]
        if piece.call is not None and depth:
            inner = [
                self.web.make_piece(piece.call.path, one)
                for one in list_arguments(piece)
                if {"n", "f", "c"} & set(one) and not self.web.find_holders(piece.call.path, one)
            ]
            levels += [level for one in inner if (level := self.weigh_piece(one, depth - 1)) not in ("", "unknown")]
        found: Level = max(levels, key=ORDER.index, default="")
        if found or piece.definitions:
            return found
        return "unknown" if GUARD_NAME.search(find_name(piece)) else ""

    def weigh_definition(self, definition: Definition, depth: int = DEPTH) -> Level:
        """What a function or class of the project asks for."""
        known = self._levels.get(definition.ref)
        if known is None:
            self._levels[definition.ref] = ""  # what asks for itself asks for nothing more
            known = self._levels[definition.ref] = self.examine(definition, depth)
        return known

    def examine(self, definition: Definition, depth: int) -> Level:
        """Read a function and what it calls: a credential that is read, and an answer that refuses."""
        parts = self.reach(definition, REACH)
        open_parts = self.reach(definition, REACH, only_open=True)
        if depth:
            wrapped = [*list_dependencies(self.web, definition), *self.list_wrappers(definition)]
            levels = [self.weigh_piece(one, depth - 1) for one in wrapped]
            best: Level = max(levels, key=ORDER.index, default="")
            if best in ("authenticated", "admin"):
                return self.name_level(definition)
        calls = [call for one in parts for call in self.web.program.modules[one.path].find_calls(one.name)]
        if any(LIBRARIES.search(name) for call in calls for name in call.names):
            return self.name_level(definition)
        reads = any(self.reads_credential(one) for one in parts)
        refuses = any(self.refuses(one) for one in open_parts)
        if reads and refuses:
            return self.name_level(definition)
        if any(self.checks_signature(one) for one in parts):
            return "authenticated"
        is_named = GUARD_NAME.search(definition.name.rpartition(".")[2]) is not None
        return "unknown" if is_named and (reads or refuses) else ""

    def reach(self, definition: Definition, depth: int, *, only_open: bool = False) -> list[Definition]:
        """A function and those that it calls by name, `depth` levels deep; not what is given to it, which is another's.

        `only_open`: without those of which it catches whatever they raise.
        """
        found = {definition.ref: definition}
        level = [definition]
        for _ in range(depth):
            called = [one for outer in level for one in self.list_called(outer, only_open=only_open)]
            level = list({one.ref: one for one in called if one.ref not in found}.values())
            found |= {one.ref: one for one in level}
        return list(found.values())

    def list_called(self, definition: Definition, *, only_open: bool) -> Iterator[Definition]:
        """The functions of the project that one calls."""
        module = self.web.program.modules[definition.path]
        for call in module.find_calls(definition.name):
            if (
                is_parameter_call(module, call)
                or waives(call)
                or (only_open and any(BROAD.match(one) for one in call.catches or ()))
            ):
                continue
            for ref in self.web.program.find_called(call):
                found = self.web.program.find_definition(ref)
                if found is not None:
                    yield found

    def name_level(self, definition: Definition) -> Level:
        """Whether a guard asks for an administrator, by its name and the words in it."""
        words = self.web.program.modules[definition.path].find_words(definition.name)
        is_admin = ADMIN.search(definition.name) or any(
            ADMIN.fullmatch(word) or word.upper() == "ADMIN" for word in words
        )
        return "admin" if is_admin else "authenticated"

    def list_wrappers(self, definition: Definition) -> Iterator[Piece]:
        """What a class is derived from (`class JwtGuard extends AuthGuard("jwt")`), and what decorates a function."""
        for value in (*definition.bases, *definition.decorators):
            yield self.web.make_piece(definition.path, value)

    def reads_credential(self, definition: Definition) -> bool:
        """Whether a function looks at a header, cookie, session or token."""
        module = self.web.program.modules[definition.path]
        for parameter in definition.parameters:
            names = [name for index in parameter.get("c", ()) for name in module.calls[index].names]
            default = parameter.get("d") or {}
            names += module.calls[default["c"]].names if "c" in default else ()
            if any(SCHEMES.search(name) for name in (*names, *parameter.get("n", ()))) or READS.search(
                str(parameter.get("t", ""))
            ):
                return True
        if any(SECURITY.search(name) for one in list_dependencies(self.web, definition) for name in one.externals):
            return True
        if any(CREDENTIAL.match(word.strip()) for word in module.find_words(definition.name)):
            return True
        texts = [
            text
            for call in module.find_calls(definition.name)
            for text in (call.text, *call.conditions, *list_texts(call))
        ]
        texts += [
            str(one.value.get("t", "")) for one in module.assignments
            if one.owner == definition.name or one.owner.startswith(f"{definition.name}.")
        ]  # fmt: skip
        names = [name for call in module.find_calls(definition.name) for name in call.names]
        if any(READS.search(text) for text in texts) or any(READERS.search(name) for name in names):
            return True
        is_flask = module.imports.get("session") == "flask.session"
        return (not module.is_python or is_flask) and any(SCRIPT_READS.search(text) for text in texts)

    def checks_signature(self, definition: Definition) -> bool:
        """Whether a function compares the signature of a request and can refuse a bad one, with whatever answer."""
        module = self.web.program.modules[definition.path]
        reads = any(SIGNATURE.search(word) for word in module.find_words(definition.name))
        return reads and bool(REFUSED_SIGNATURE & set(module.find_statuses(definition.name)))

    def refuses(self, definition: Definition) -> bool:
        """Whether a function can answer that the caller must not."""
        module = self.web.program.modules[definition.path]
        if REFUSED & set(module.find_statuses(definition.name)) or definition.name.rpartition(".")[2] in DECIDERS:
            return True
        if any(name.startswith(f"{definition.name}.") and name.endswith(DECIDING) for name in module.definitions):
            return True
        stands_ready = any(not call.owner and call.target and is_refused_status(call) for call in module.calls)
        return stands_ready or any(map(refuses_by, module.find_calls(definition.name)))

    def look_inside(self, route: Route) -> Iterator[tuple[Piece, Level]]:
        """A handler that asks by itself, in its own body or in what it calls."""
        if route.handler is None or is_entrance(route.shown):
            return  # what such routes look at is what they are given to prove who it is
        for definition in self.list_functions(route.handler):
            calls = [*self.web.program.modules[definition.path].find_calls(definition.name)]
            reads, refuses = self.reads_identity(definition), self.refuses(definition)
            asked = [
                found
                for call in calls
                for ref in (() if waives(call) else self.web.program.find_called(call))
                if (found := self.web.program.find_definition(ref)) is not None
                and not found.is_class
                and self.weigh_definition(found) in ("authenticated", "admin")
            ]
            is_signed = any(SIGNED.search(call.text) for call in calls)
            if (reads and refuses) or asked or is_signed:
                yield (
                    Piece(definition.path, {"f": definition.name}, frozenset(), tuple(asked[:1]) or (definition,)),
                    "authenticated",
                )
                return

    def reads_identity(self, definition: Definition) -> bool:
        """Whether a handler itself looks at who calls: not at a token in its body, as a login does."""
        return self.reads_credential(definition)


def is_sure(level: Level) -> bool:
    """Whether a level says that somebody is asked."""
    return level in ("authenticated", "admin")


def is_parameter_call(module: Module, call: Call) -> bool:
    """Whether what is called was given to the function around the call, or to one around that."""
    first = next((name[1:] for name in call.names if name.startswith(LOCAL)), "")
    owner = call.owner
    while owner:
        definition = module.definitions.get(owner)
        for parameter in definition.parameters if definition is not None else ():
            if first == f"{owner}.{parameter['name']}":
                return True
        owner = owner.rpartition(".")[0]
    return False


def list_arguments(piece: Piece) -> Sequence[dict[str, object]]:
    """The arguments of the call that made a piece, with the elements of lists."""
    if piece.call is None:
        return ()
    given = (*piece.call.arguments, *piece.call.keywords.values())
    return [dict(one) for argument in given for one in flatten(argument)]


def find_name(piece: Piece) -> str:
    """The last name of a piece: of what is called, or of what it is."""
    text = piece.call.text if piece.call is not None else piece.text
    return text.partition("(")[0].rpartition(".")[2]
