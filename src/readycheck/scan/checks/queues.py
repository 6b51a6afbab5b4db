"""Checks on slow work that leaves the request."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from readycheck.model.evidence import Fact, Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.config.start_commands import find_started
from readycheck.scan.outbound.queues import (
    ENQUEUE_METHODS,
    ENQUEUES,
    TASK_DECORATORS,
    TASK_METHODS,
    WORKER_PROGRAMS,
    WORKER_WORD,
    WORKERS,
)
from readycheck.scan.outbound.reaching import find_asked, make_waiting
from readycheck.scan.program.model import Call, Definition, Ref

DEPTH = 5
MOST_STEPS = 6
Key = tuple[str, str]


@requires("ai-call", "queue-sql", *PROGRAM)
def slow_work_queued(facts: Facts, rule: Rule) -> CheckResult:
    """Work is handed to a queue, and a worker that the deployment starts takes it; only where a model is asked.

    While the model is asked inside of requests alone, a queue for something else proves nothing.
    """
    calls = [one for one in facts.get("ai-call", ()) if facts.live.is_live(one.where.path)]
    if not calls:
        return CheckResult(0)
    given = [*find_enqueued(facts)]
    workers = [*find_workers(facts)]
    belongs = find_waiting_requests(facts, calls)
    if not given or not workers:
        return CheckResult(len(calls) if belongs else 0, (), belongs)
    if is_asked_in_requests_alone(facts, calls):
        return CheckResult(0)
    where, form = given[0]
    name, place = workers[0]
    also = (place, *(one for one, _ in given[1:3]))
    match = Match(rule.id, where, text=form, message=f"`{form}` hands work to a queue, which {name} takes", also=also)
    return CheckResult(len(calls), (match,))


def find_enqueued(facts: Facts) -> Iterator[tuple[Span, str]]:
    """Where a request hands work to a queue: in code, then in queries beside it; anywhere if no route is known."""
    asked = find_asked(facts.program, facts.web.routes)
    for call in facts.program.iterate_calls():
        if is_enqueue(facts, call) and facts.live.runs(call.path, call.owner) and is_asked(call, asked):
            yield facts.program.locate(call), call.text
    folders = {posixpath.dirname(path) for path, _ in asked}
    for one in facts.get("queue-sql", ()):
        if not asked or posixpath.dirname(one.where.path) in folders:
            yield one.where, str(one.data["form"])


def is_asked(call: Call, asked: frozenset[Key]) -> bool:
    """Whether a call stands in a function that runs for a request, or inside of one."""
    owners = call.owner.split(".")
    return not asked or any((call.path, ".".join(owners[:end])) in asked for end in range(1, len(owners) + 1))


def is_enqueue(facts: Facts, call: Call) -> bool:
    """Whether a call hands work to a queue: by its library, or because it starts a task of the project."""
    if call.method in ENQUEUE_METHODS:
        return True
    names = {*call.names, *facts.program.find_externals(call.path, call.names)}
    if any(ENQUEUES.match(name) for name in names):
        return True
    if call.method not in TASK_METHODS:
        return False
    return any(is_task(facts, one) for name in call.names for one in find_owner(facts, call.path, name))


def find_owner(facts: Facts, path: str, name: str) -> Iterator[Definition]:
    """The function whose method a name is: `send_mail` of `tasks.send_mail.delay`, also through `.configure()`."""
    holder = name.replace("()", "")
    for _ in range(2):
        holder = holder.rpartition(".")[0]
        if not holder:
            return
        ref: Ref = facts.program.resolve(path, holder)
        found = facts.program.find_definition(ref)
        if found is not None:
            yield found


def is_task(facts: Facts, definition: Definition) -> bool:
    """Whether a function is decorated as a task of a queue."""
    for decorator in definition.decorators:
        if "c" in decorator:
            call = facts.program.modules[definition.path].calls[decorator["c"]]
            if TASK_DECORATORS.search(call.text):
                return True
        elif TASK_DECORATORS.search(str(decorator.get("t", ""))):
            return True
    return False


def find_workers(facts: Facts) -> Iterator[tuple[str, Span]]:
    """The workers that are started: by a command of their own, or in code that runs."""
    started = find_started(facts.get("command", ()))
    for one in started:
        if WORKER_PROGRAMS.search(" ".join(one.program.words)):
            yield f"`{' '.join(one.program.words[:4])}`", one.fact.where
    for call in facts.program.iterate_calls():
        names = {*call.names, *facts.program.find_externals(call.path, call.names)}
        if any(WORKERS.match(name) for name in names) and facts.live.runs(call.path, call.owner):
            place = find_command(facts, call)
            if place is not None:
                yield f"`{call.text}` ({call.path}:{call.line})", place


def find_command(facts: Facts, worker: Call) -> Span | None:
    """The command that starts a worker in code; its own place where no command tells. None: every command starts else.

    A program with subcommands (`python -m app api`) starts the worker only where one of its commands says so.
    """
    started = find_started(facts.get("command", ()))
    with_subcommands = [one for one in started if "-m" in one.program.words[:-2]]
    named = [one for one in started if WORKER_WORD.search(" ".join(one.program.words))]
    if named:
        return named[0].fact.where
    entries = {path for path in facts.live.entries if path.endswith(("__main__.py", "cli.py", "manage.py"))}
    is_dispatched = bool(with_subcommands) and bool(entries)
    return None if is_dispatched else facts.program.locate(worker)


def is_asked_in_requests_alone(facts: Facts, calls: list[Fact]) -> bool:
    """Whether every model is asked by functions that a request waits for, and none by a task."""
    asked = find_asked(facts.program, facts.web.routes)
    tasks: set[Key] = set()
    for module in facts.program.modules.values():
        for definition in module.definitions.values():
            if not definition.is_class and is_task(facts, definition):
                tasks |= {(one.path, one.name) for one in facts.program.read_definitions(definition, DEPTH)}
    keys = {(one.where.path, str(one.data["symbol"])) for one in calls}
    return bool(keys & asked) and not keys & tasks


def find_waiting_requests(facts: Facts, calls: list[Fact]) -> tuple[Span, ...]:
    """Where those who answer a request wait for a model: the outermost awaited calls that lead to it."""
    waiting = make_waiting(facts.program, facts.live, ())
    runs = [one for one in calls if one.data["sort"] == "agent"] or calls
    places: dict[Span, None] = {}
    for run in runs:
        start = (run.where.path, str(run.data["symbol"]))
        work, seen = [(start, run.where)], {start}
        for _ in range(MOST_STEPS):
            level, work = work, []
            for (path, symbol), place in level:
                above = [one for one in waiting.find_callers(path, symbol) if one.is_marked("await")]
                fresh = [one for one in above if (one.path, one.owner) not in seen]
                seen |= {(one.path, one.owner) for one in fresh}
                work += [((one.path, one.owner), facts.program.locate(one)) for one in fresh]
                if not above:
                    places[place] = None
    return (*places, *(one for one in find_spare_calls(facts, calls) if one not in places)) if places else ()


def find_spare_calls(facts: Facts, calls: list[Fact]) -> Iterator[Span]:
    """Where a request waits for a model whose answer it can do without: a failure of the call is caught on the spot."""
    keys = {(one.where.path, str(one.data["symbol"])) for one in calls}
    agents = {one.where.path for one in calls if one.data["sort"] == "agent"}
    asked = find_asked(facts.program, facts.web.routes)
    for outer in facts.program.iterate_calls(("catch",)):
        is_here = outer.path in agents or (outer.path, outer.owner) in asked
        if not is_here or not outer.is_marked("await") or not facts.live.runs(outer.path, outer.owner):
            continue
        for call in facts.program.modules[outer.path].calls:
            if call.place != outer.place or call is outer:
                continue
            found = (one for ref in facts.program.find_called(call) if (one := facts.program.find_definition(ref)))
            reached = (one for made in found for one in facts.program.read_definitions(made, DEPTH))
            if any((one.path, one.name) in keys for one in reached):
                yield facts.program.locate(outer)
