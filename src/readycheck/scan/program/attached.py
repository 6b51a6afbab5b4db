"""What is attached to applications and routers, in one form for all frameworks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from readycheck.model.location import Span
from readycheck.scan.program.model import Call, Definition, Expression, Ref

Kind = Literal["layer", "route", "mount", "error-handler", "hook", "option"]


@dataclass(frozen=True, eq=False)
class Piece:
    """One thing that is attached: an expression in a file, what it may be, and the call that made it, if one did.

    `externals` are names from outside (`helmet`, `slowapi.middleware.SlowAPIMiddleware`), `definitions` functions and
    classes of the project; for `limiter({...})` they say what was called, and `call` holds its arguments.
    """

    path: str
    value: Expression
    externals: frozenset[str]
    definitions: tuple[Definition, ...]
    call: Call | None = None

    @property
    def text(self) -> str:
        """The piece as it is written."""
        return str(self.value.get("t") or self.value.get("f") or self.value.get("s") or "")


@dataclass(frozen=True, eq=False)
class Attached:
    """Something that is attached to an application or a router.

    `kind`: a `layer` sees requests (middleware, guard, plugin, dependency), a `route` answers them, a `mount` is
    another router below `prefix`, an `error-handler` gets what was raised, a `hook` runs at start or end, an `option`
    is a setting of the application. `holder` is the variable that holds the application or router. `prefix` is the
    path, None if it is not constant; `methods` are in capitals, empty for any. `pieces` are in the order of the code;
    of a route the last one is its handler. `order` is the place among what is attached to the same holder; where what
    is added last sees a request first, layers have a negative one.
    """

    kind: Kind
    framework: str
    holder: Ref
    where: Span
    pieces: Sequence[Piece]
    prefix: str | None = ""
    methods: tuple[str, ...] = ()
    order: int = 0
    conditions: tuple[str, ...] = ()
    call: Call | None = None
    owner: str = ""
    name: str = ""
    """What it is attached by: `use`, `add_middleware`, `preHandler`; of an error handler what it handles."""
    replaces: bool = False
    """Whether the prefix of a mount stands in place of the one that the router was created with (Flask)."""


@dataclass(frozen=True, eq=False)
class Application:
    """An application or a router: the variable that holds it, its framework, the call that made it."""

    ref: Ref
    framework: str
    where: Span
    call: Call | None = None
    is_router: bool = False
    prefix: str | None = ""
    """A prefix of all of its paths beside the option of the call that made it; None if it is not constant."""


@dataclass(frozen=True, eq=False)
class Route:
    """A route as it is served.

    `path` is the full path with the framework's own parameter syntax, None where it cannot be told. `guards` are the
    layers that a request passes before the route, outermost first: of the application, then of the routers; those of
    the route itself stand among the pieces of `own`, before the handler (`guards.Judge` weighs all of them).
    `conditions` are those under which it and its routers are registered. `mounts` are the calls that mount its
    routers.
    """

    methods: tuple[str, ...]
    path: str | None
    framework: str
    where: Span
    application: Application
    handler: Piece | None
    guards: Sequence[Attached] = ()
    own: Attached | None = None
    conditions: tuple[str, ...] = ()
    unresolved: str = ""
    """Why it is not certain that, or where, it is served; empty if it is."""
    routers: Sequence[Ref] = field(default_factory=tuple)
    mounts: Sequence[Attached] = field(default_factory=tuple)
    shown: str = ""
    """The path with `{?}` for the parts that are not constant."""
