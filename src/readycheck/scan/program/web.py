"""The web applications of a program: what is attached to them, in which order, and the routes that come of it."""

from __future__ import annotations

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Any

from readycheck.model.location import Span
from readycheck.scan.program import frameworks
from readycheck.scan.program.attached import Application, Attached, Piece, Route
from readycheck.scan.program.composing import Composer
from readycheck.scan.program.guards import Judge
from readycheck.scan.program.live import Live
from readycheck.scan.program.model import LOCAL, Call, Expression, Ref
from readycheck.scan.program.program import Program
from readycheck.scan.program.reasons import UNKNOWN

TYPES = {"Express": "Application", "Fastify": "FastifyInstance"}
"""The types of applications whose name is not that of the framework."""
MOST_SITES = 5
"""Through how many functions a layer may be attached."""
Attach = Callable[["Web"], Iterator[Attached]]


class Web:
    """Applications, layers and routes, of what runs alone: dead files and functions that nobody calls are left out."""

    def __init__(self, program: Program, live: Live) -> None:
        """Take the program, and what of it runs."""
        self.program = program
        self.live = live

    @cached_property
    def holders(self) -> Mapping[Ref, Application]:
        """All applications and routers by the variable that holds them."""
        found: dict[Ref, Application] = {}
        for framework in find_frameworks():
            for application in framework.find_applications(self):
                found.setdefault(application.ref, application)
        return found

    @property
    def applications(self) -> list[Application]:
        """The applications that run, without routers."""
        return [one for one in self.holders.values() if not one.is_router and self.live.is_live(one.where.path)]

    @cached_property
    def written(self) -> Sequence[Attached]:
        """Everything that the code attaches, whether it runs or not."""
        return tuple(one for framework in find_frameworks() for one in framework.find_attached(self))

    @cached_property
    def attached(self) -> Mapping[Ref, Sequence[Attached]]:
        """What is attached to each application and router, in the order in which a request meets it."""
        found: dict[Ref, list[Attached]] = defaultdict(list)
        for one in self.written:
            if self.live.runs(one.where.path, one.owner):
                found[one.holder].append(one)
        return {ref: sorted(some, key=self.find_position) for ref, some in found.items()}

    def find_position(self, one: Attached) -> tuple[int, ...]:
        """When something is attached: first what no order of the code binds, then by the calls that lead there.

        What a function of another file attaches has the place of that function's call: `addRoutes(app)`.
        """
        if one.order < 0 or one.call is None:
            return (0, one.order) if one.order < 0 else (1, one.order)
        places, path, owner = [one.order], one.call.path, one.owner
        for _ in range(MOST_SITES):
            is_home = path == one.holder.path and one.holder.name.startswith(f"{owner}." if owner else "")
            sites = () if is_home else self.program.direct_callers.get(Ref(path, owner.partition(".")[0]), ())
            if not owner or not sites:
                break
            places.insert(0, sites[0].order)
            path, owner = sites[0].path, sites[0].owner
        return (1, *places)

    def find_layers(self, application: Application) -> list[Attached]:
        """The layers of an application itself, outermost first: each sees every request, or those below its prefix."""
        return [one for one in self.attached.get(application.ref, ()) if one.kind == "layer"]

    def find_error_handlers(self, application: Application) -> list[Attached]:
        """The error handlers of an application and of the routers that are mounted on it."""
        return [
            one
            for ref in self.list_mounted(application.ref)
            for one in self.attached.get(ref, ())
            if one.kind == "error-handler"
        ]

    def list_mounted(self, ref: Ref) -> list[Ref]:
        """An application or router, and the routers that are mounted on it, at any depth."""
        found = [ref]
        for one in found:
            for attached in self.attached.get(one, ()):
                if attached.kind == "mount":
                    found += [router for router in self.find_mounted(attached) if router not in found]
        return found

    def find_mounted(self, attached: Attached) -> list[Ref]:
        """The routers (or applications) that a mount mounts."""
        refs: dict[Ref, None] = {}
        for piece in attached.pieces:
            refs.update(dict.fromkeys(self.find_holders(piece.path, piece.value)))
        return list(refs)

    def find_holders(self, path: str, value: Expression) -> list[Ref]:
        """The applications and routers that an expression may be: variables, or what the project's functions return."""
        names = value.get("n") or ()
        if "c" in value:
            call = self.program.modules[path].calls[value["c"]]
            place = Ref(path, f"<{call.line}:{call.data['at'][1]}>")
            if place in self.holders:
                return [place]
            names = [f"{name}()" for name in call.names]
        elif "f" in value:
            names = [f"{LOCAL}{value['f']}"]
        elif "a" in value:
            return [ref for one in value["a"] for ref in self.find_holders(path, one)]
        origins = [origin for origin in self.program.find_origins(path, names) if origin in self.holders]
        return origins or [ref for name in names if (ref := self.program.resolve(path, name)) in self.holders][:1]

    @cached_property
    def composer(self) -> Composer:
        """What puts routes together."""
        return Composer(self)

    @cached_property
    def judge(self) -> Judge:
        """What says who may call a route."""
        return Judge(self)

    @property
    def routes(self) -> Sequence[Route]:
        """All routes of all applications that run, in the order in which they are tried."""
        return self.composer.routes

    @property
    def unresolved(self) -> Sequence[Route]:
        """Routes that stand in the code and are not known to be served, each with the reason."""
        return self.composer.unresolved

    # ------------------------------------------------------------------ for the frameworks

    def make_piece(self, path: str, value: Expression) -> Piece:
        """An expression as a piece: what it is, through variables, imports and calls that make it."""
        call = self.program.find_call(path, value)
        if call is not None:
            names, place = call.names, call.path
            definitions = [
                found
                for ref in self.program.find_called(call)
                if (found := self.program.find_definition(ref)) is not None
            ]
            externals = self.program.find_externals(place, names)
            return Piece(path, value, externals, tuple(definitions), call)
        definitions = self.program.find_definitions(path, value)
        externals = self.program.find_externals(path, value.get("n") or ())
        return Piece(path, value, externals, tuple(definitions), None)

    def locate(self, call: Call) -> Span:
        """The place of a call; in a chain over several lines that of its own member."""
        member = call.data.get("m")
        return self.program.modules[call.path].span(member) if member else self.program.locate(call)

    def read_text(self, path: str, value: Expression | None) -> str | None:
        """A constant text, or None."""
        found = self.program.find_constant(path, value)
        return found if isinstance(found, str) else None

    def read_path(self, path: str, value: Expression | None) -> str | None:
        """A path: constant, or with `{?}` for the parts that are not; None if no part of it is."""
        found = self.read_text(path, value)
        if found is not None or value is None:
            return found
        if "j" in value and value.get("op") == "+":
            parts = [self.read_path(path, one) or UNKNOWN for one in value["j"]]
            return "".join(parts) if set(parts) != {UNKNOWN} else None
        if "c" in value:
            given = [self.read_text(path, one) for one in self.program.modules[path].calls[value["c"]].arguments]
            return f"{UNKNOWN}{given[0]}" if len(given) == 1 and given[0] else None
        for ref, assignment in self.program.find_assignments(path, value):
            if assignment.value is not value and "j" in assignment.value:
                return self.read_path(ref.path, assignment.value)
        return None

    def find_receivers(self, call: Call) -> Iterator[tuple[Ref, str]]:
        """The applications and routers whose method a call calls, each with what is taken from it.

        A parameter that is annotated as an application, and of which no caller is known, is the only one that there is.
        """
        is_known = False
        for origin, rest in self.program.find_receivers(call):
            found = origin if origin in self.holders else self.find_annotated(origin)
            if found is not None:
                is_known = True
                yield found, rest
        if not is_known:
            yield from self.find_owners(call)

    def find_owners(self, call: Call) -> Iterator[tuple[Ref, str]]:
        """The same by the other names of what is called: `router = app.router`, `add = app.router.add_route`."""
        for name in call.names[1:]:
            holder, rest = self.program.split_holder(self.program.resolve(call.path, name))
            found = [one for one in self.program.follow(holder) if rest and one in self.holders]
            yield from ((one, rest) for one in found)
            if found:
                return

    def find_annotated(self, ref: Ref) -> Ref | None:
        """What a parameter is made of where nothing is given; else the only application of the kind that it names."""
        owner, _, name = ref.name.rpartition(".")
        definition = self.program.find_definition(Ref(ref.path, owner)) if owner else None
        for parameter in definition.parameters if definition is not None else ():
            if parameter["name"] != name:
                continue
            given = self.find_holders(ref.path, parameter["d"]) if "c" in (parameter.get("d") or ()) else []
            if given:
                return given[0]
            if parameter.get("n"):
                kinds = {one.rpartition(".")[2] for one in parameter["n"]}
                found = [one.ref for one in self.applications if TYPES.get(one.framework, one.framework) in kinds]
                return found[0] if len(found) == 1 else None
        return None

    def find_created(self, names: Mapping[str, str], *, is_router: bool = False) -> Iterator[Application]:
        """The variables that hold what calls of certain names make, or of project classes derived from them.

        `names` maps what is called (`fastapi.FastAPI`) to the framework.
        """
        for name, framework in names.items():
            for call in self.made.get(name, ()):
                yield Application(self.find_variable(call), framework, self.program.locate(call), call, is_router)

    @cached_property
    def made(self) -> Mapping[str, Sequence[Call]]:
        """All calls by the names from outside of what they call, through classes of the project."""
        found: dict[str, list[Call]] = defaultdict(list)
        for call in self.program.iterate_calls():
            for name in dict.fromkeys(self.list_made(call)):
                found[name].append(call)
        return found

    def list_made(self, call: Call) -> Iterator[str]:
        """What a call makes, as names from outside, through classes of the project."""
        for name in call.names:
            yield from self.program.find_bases(self.program.resolve(call.path, name))

    def find_variable(self, call: Call) -> Ref:
        """The variable that holds what a call makes; the call's own place where none does."""
        if call.target.startswith("#"):
            return Ref(call.path, call.target[1:].replace("()", ""))
        return Ref(call.path, f"<{call.line}:{call.data['at'][1]}>")


@cache
def find_frameworks() -> tuple[Any, ...]:
    """The modules that know one framework each; found by being there."""
    return tuple(
        importlib.import_module(f"{frameworks.__name__}.{one.name}")
        for one in pkgutil.iter_modules(frameworks.__path__)
    )
