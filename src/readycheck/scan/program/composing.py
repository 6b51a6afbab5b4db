"""From what is attached to applications and routers to the routes that are served."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from readycheck.scan.program.attached import Application, Attached, Route
from readycheck.scan.program.loose import list_loose
from readycheck.scan.program.model import Ref
from readycheck.scan.program.reasons import ELSEWHERE, NOT_CONSTANT, NOT_MOUNTED, NOT_STARTED, UNKNOWN

if TYPE_CHECKING:
    from readycheck.scan.program.web import Web

SHARING = frozenset({"Hono"})
"""Frameworks whose mounted routers give their layers to the application, in the order in which it is put together."""
MOST_DEPTH = 8
MOST_CALLERS = 3


@dataclass(frozen=True)
class Branch:
    """Where the composition has come to: below which prefix, behind which layers, under which conditions."""

    application: Application
    ref: Ref
    prefix: str = ""
    layers: tuple[tuple[Attached, str], ...] = ()
    conditions: tuple[str, ...] = ()
    above: tuple[Ref, ...] = ()
    mounts: tuple[Attached, ...] = ()
    replaces: bool = False


class Composer:
    """Composes the routes of all applications of a program."""

    def __init__(self, web: Web) -> None:
        """Take the applications, and what is attached to them."""
        self.web = web
        self.elsewhere: list[Route] = []

    @cached_property
    def routes(self) -> Sequence[Route]:
        """All routes of all applications that run, in the order in which they are tried."""
        web = self.web
        mounted = {
            ref
            for some in web.attached.values()
            for one in some
            if one.kind == "mount"
            for ref in web.find_mounted(one)
        }
        roots = [one for one in web.applications if one.ref not in mounted]
        return tuple(route for one in roots for route in self.compose(Branch(one, one.ref)))

    @cached_property
    def unresolved(self) -> Sequence[Route]:
        """Routes in the code that no running application is known to serve, and what is mounted and not known."""
        served = {id(route.own) for route in self.routes}
        found: list[Route] = []
        for one in self.web.written:
            holder = self.web.holders.get(one.holder)
            if one.kind == "route" and id(one) not in served:
                application = holder or Application(one.holder, one.framework, one.where)
                runs = self.web.live.runs(one.where.path, one.owner)
                reason = NOT_MOUNTED if runs and (holder is None or holder.is_router) else NOT_STARTED
                path = join_paths(self.find_prefix(one.holder), one.prefix)
                handler = one.pieces[-1] if one.pieces else None
                found.append(
                    Route(
                        one.methods,
                        path if UNKNOWN not in path else None,
                        one.framework,
                        one.where,
                        application,
                        handler,
                        own=one,
                        unresolved=reason,
                        shown=path,
                    )
                )
        return (*found, *self.elsewhere, *list_loose(self.web))

    def compose(self, branch: Branch) -> Iterator[Route]:
        """The routes of one application or router."""
        if branch.ref in branch.above or len(branch.above) > MOST_DEPTH:
            return
        base = branch.prefix if branch.replaces else join_paths(branch.prefix, self.find_prefix(branch.ref))
        branch = replace(branch, prefix=base)
        for one in self.web.attached.get(branch.ref, ()):
            if one.kind == "layer":
                layer = (one, join_paths(base, one.prefix) if one.prefix else "")
                branch = replace(branch, layers=(*branch.layers, layer))
            elif one.kind == "mount":
                yield from self.descend(branch, one)
                if one.framework in SHARING:
                    branch = replace(branch, layers=(*branch.layers, *self.list_shared(base, one)))
            elif one.kind == "route":
                yield self.make_route(branch, one)

    def list_shared(self, base: str, mount: Attached) -> Iterator[tuple[Attached, str]]:
        """The layers of what was mounted: they see what is mounted later below the same prefix."""
        for router in self.web.find_mounted(mount):
            prefix = join_paths(base, mount.prefix, self.find_prefix(router))
            for one in self.web.attached.get(router, ()):
                if one.kind == "layer":
                    yield one, join_paths(prefix, one.prefix)

    def descend(self, branch: Branch, mount: Attached) -> Iterator[Route]:
        """The routes of what one call mounts."""
        mounted = self.web.find_mounted(mount)
        if not mounted:
            self.elsewhere.append(replace(self.make_route(branch, mount), unresolved=ELSEWHERE))
        layers = (*branch.layers, *([(mount, "")] if len(mount.pieces) > len(mounted) else []))
        for router in mounted:
            yield from self.compose(
                Branch(
                    branch.application,
                    router,
                    join_paths(branch.prefix, mount.prefix),
                    layers,
                    branch.conditions + self.find_conditions(mount),
                    (*branch.above, branch.ref),
                    (*branch.mounts, mount),
                    mount.replaces,
                )
            )

    def make_route(self, branch: Branch, one: Attached) -> Route:
        """One route, below what has been come through."""
        path = join_paths(branch.prefix, one.prefix)
        return Route(
            one.methods,
            path if UNKNOWN not in path else None,
            one.framework,
            one.where,
            branch.application,
            one.pieces[-1] if one.pieces else None,
            tuple(layer for layer, prefix in branch.layers if covers(prefix, path)),
            one,
            branch.conditions + self.find_conditions(one),
            NOT_CONSTANT if UNKNOWN in path else "",
            (*branch.above, branch.ref),
            branch.mounts,
            path,
        )

    def find_conditions(self, one: Attached) -> tuple[str, ...]:
        """The conditions under which something is attached: at its place, and where the function around is called."""
        return (*one.conditions, *self.find_outer(one.where.path, one.owner, MOST_CALLERS))

    def find_outer(self, path: str, owner: str, depth: int) -> tuple[str, ...]:
        """The conditions under which a function is called, if all of its calls stand under some."""
        definition = self.web.program.find_definition(Ref(path, owner)) if owner and depth else None
        callers = self.web.program.callers.get(definition.ref, ()) if definition is not None else ()
        found = [(*call.conditions, *self.find_outer(call.path, call.owner, depth - 1)) for call in callers]
        return found[0] if found and all(found) else ()

    def find_prefix(self, ref: Ref) -> str | None:
        """The prefix that a router was created with."""
        holder = self.web.holders.get(ref)
        if holder is None:
            return ""
        call = holder.call
        option = call.find_option("prefix", "url_prefix") if call is not None and holder.is_router else None
        if call is None or option is None:
            return holder.prefix
        value = self.web.program.find_constant(call.path, option)
        return join_paths(value, holder.prefix) if isinstance(value, str) else None


def covers(prefix: str | None, path: str | None) -> bool:
    """Whether a layer at a prefix sees requests for a path."""
    if not prefix or path is None:
        return True
    stem = prefix.rstrip("*").rstrip("/").removesuffix("/:path")
    return not stem or path == stem or path.startswith(f"{stem}/")


def join_paths(*parts: str | None) -> str:
    """Parts of a path joined with single slashes; `{?}` stands for one that is not known."""
    known = [UNKNOWN if part is None else part.strip("/") for part in parts]
    joined = "/".join(part for part in known if part)
    return f"/{joined}" if joined else ""
