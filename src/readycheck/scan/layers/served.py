"""Which applications are served: those that something listens with, that a command names, and what these mount."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from readycheck.scan.checks.contract import Facts
from readycheck.scan.late import compile_late
from readycheck.scan.program.attached import Application
from readycheck.scan.program.model import LOCAL, Call, Expression, Ref

SERVES = compile_late(
    r"(?:^|\.)(?:createServer|createSecureServer|serverless|serve|serverlessExpress|createHandler|handle|run|run_app|listen|"
    r"Config|Server|AppRunner|Mangum|WSGIServer|run_simple|request)$"
)
NAMED = compile_late(r"^([A-Za-z_][\w.]*):([A-Za-z_]\w*)(?:\(\))?$")


def find_served(facts: Facts) -> list[Application]:
    """The applications of a project that are served: all that run, but one that stands beside another that is started.

    Of several services in one repository not each is seen to be started; two in one file are no two services.
    """
    applications = facts.web.applications
    if len(applications) < 2:  # noqa: PLR2004 - with one there is nothing to tell apart
        return applications
    known = {one.ref: one for one in applications}
    started = {ref for ref in find_started(facts) if ref in known}
    if not started:
        return applications
    reached = {ref for one in started for ref in facts.web.list_mounted(one)}
    files = {ref.path for ref in reached}
    return [one for ref, one in known.items() if ref in reached or ref.path not in files]


def find_started(facts: Facts) -> Iterator[Ref]:
    """The variables that hold what is served."""
    program = facts.program
    for path, names in facts.live.entries.items():
        for name in names:
            yield from follow_factory(facts, path, [f"{LOCAL}{name}"] if name else [])
    for call in program.iterate_calls():
        if not SERVES.search(call.text) or not facts.live.runs(call.path, call.owner):
            continue
        if call.method in {"listen", "run"}:
            yield from (origin for origin, _ in program.find_receivers(call))
        for value in (*call.arguments, *call.keywords.values()):
            yield from find_given(facts, call, value)


def find_given(facts: Facts, call: Call, value: Expression) -> Iterator[Ref]:
    """What a server is given to serve: an application, a member of one, or its name as text."""
    named = NAMED.match(str(value.get("s", "")))
    if named is not None:
        yield from follow_factory(facts, call.path, [f"{named[1]}.{named[2]}"])
    for names in list_names(value):
        yield from follow_factory(facts, call.path, names)
        for name in names:
            holder, _ = facts.program.split_holder(facts.program.resolve(call.path, name))
            yield from facts.program.follow(holder)


def list_names(value: Expression) -> Iterator[list[str]]:
    """The names of an argument, and of the values of an object."""
    if value.get("n"):
        yield list(value["n"])
    for _, one in value.get("o") or ():
        yield from list_names(one)


def follow_factory(facts: Facts, path: str, names: Iterable[str]) -> Iterator[Ref]:
    """The applications that some names lead to, also by what a function returns."""
    program = facts.program
    for name in names:
        for ref in (program.resolve(path, name), *program.find_origins(path, [name])):
            yield ref
            definition = program.find_definition(ref)
            for value in definition.returns if definition is not None else ():
                yield from program.find_origins(ref.path, value.get("n") or ())
