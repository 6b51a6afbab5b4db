"""What a plan is made from: the target, what is known about its routes, and what the user allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from readycheck.probe.exchange import Route, Who
from readycheck.probe.target import Target

INFRASTRUCTURE = ("health", "live", "ready", "metrics", "ping", "status", "docs", "openapi", "version", "favicon")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a probe may send: requests in all, a second, at a time; seconds for one answer."""

    requests: int = 60
    per_second: float = 5.0
    at_once: int = 2
    timeout: float = 10.0


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the user allows beyond reading: requests that write, a bounded burst (0: none), slow requests."""

    writes: bool = False
    burst: int = 0
    slow: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that the plans may go by.

    `users` says how many credentials there are (0 to 2); `origins` are the browser origins that the service should let
    in; `sockets` the paths of WebSockets; `public` paths that are meant to be public although they look internal.
    """

    target: Target
    routes: tuple[Route, ...] = ()
    users: int = 0
    origins: tuple[str, ...] = ()
    sockets: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    allowed: Allowed = field(default_factory=Allowed)

    def reads(self, *access: str) -> Iterator[Route]:
        """GET routes without parameters, those with the given access only (all if none is given)."""
        for route in self.routes:
            if route.method == "GET" and not is_parametrised(route.path) and (not access or route.access in access):
                yield route

    @property
    def read(self) -> str:
        """The path of a GET route of the API that anybody may call, or the start page."""
        return choose([*self.reads("public"), *self.reads("unknown")], "/")

    @property
    def private(self) -> str:
        """The path of a GET route that wants credentials; empty if none is known."""
        return choose([*self.reads("authenticated"), *self.reads("admin")], "")

    @property
    def calm_user(self) -> Who:
        """Who calls `calm`."""
        return "a" if self.users and self.private else ""

    @property
    def calm(self) -> str:
        """The path for requests whose answer does not matter much: the private one with credentials, else `read`."""
        return (self.private if self.users else "") or self.read


def is_parametrised(path: str) -> bool:
    """Whether a path has parameters: `{id}`, `:id`, `*`."""
    return any(part.startswith((":", "*")) or "{" in part for part in path.split("/"))


def choose(routes: Sequence[Route], otherwise: str) -> str:
    """The first route that is no infrastructure, else the first, else `otherwise`."""
    ordinary = [route for route in routes if not is_infrastructure(route.path) and route.path != "/"]
    return next((route.path for route in (*ordinary, *routes)), otherwise)


def is_infrastructure(path: str) -> bool:
    """Whether a path is one of health checks, metrics or documentation."""
    return any(word in path.lower() for word in INFRASTRUCTURE)
