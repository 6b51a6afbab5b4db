"""Checks on what happens when the platform says stop."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from readycheck.model.evidence import Fact, Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, requires
from readycheck.scan.config.start_commands import find_started
from readycheck.scan.late import compile_late
from readycheck.scan.outbound.pools import BLOCKING
from readycheck.scan.outbound.reaching import read_running
from readycheck.scan.production import judge
from readycheck.scan.program.model import Call, Definition, Expression
from readycheck.scan.shutdown.hooks import (
    CLOSING,
    GRACEFUL_LIBRARIES,
    LISTENING,
    SERVERS_IN_CODE,
    SIGNAL_METHODS,
    SIGNALLED_SERVERS,
    find_hooks,
)
from readycheck.scan.shutdown.wrappers import find_wrapper

SERVER = compile_late(r"server|app|http|fastify|terminat|\bio\b|listener", re.IGNORECASE)
PASSING = compile_late(r"(?:^|[._])(?:sess|session|cursor|cur|file|fh|fp|response|resp|result)$", re.IGNORECASE)
"""What is closed in the middle of other work."""
DEPTH = 4
LEADING = re.compile(
    r"_?(?:stop|shut|close|clos|drain|dispose|terminat|cleanup|clean_up|graceful)|setTimeout$", re.IGNORECASE
)
"""What is called on the way to an end, by whatever class or library, or what ends it only when that takes too long."""
EXITS = frozenset({"globalThis.process.exit", "process.exit", "node:process.exit", "os._exit"})
NO_SIGNALS = frozenset({"Next.js"})
"""Frameworks whose own server handles signals, and whose code cannot."""


@requires("pool", "manifest", *PROGRAM)
def shutdown_handled(facts: Facts, rule: Rule) -> CheckResult:
    """SIGTERM leads to what closes the server, and a hook closes what is open.

    Where a handler leads to what cannot be followed, or where no server of a Python application is known, nothing
    counts as examined: it may well be handled.
    """
    applications = [one for one in facts.get("application", ()) if one.data.get("framework") not in NO_SIGNALS]
    if not applications:
        return CheckResult(0)
    matches = [*find_signal_matches(facts, rule), *find_library_matches(facts, rule), *find_python_matches(facts, rule)]
    if (matches and is_partial(facts, matches)) or (not matches and is_doubtful(facts, applications)):
        return CheckResult(0)
    listening = [facts.program.locate(call) for call in find_listening(facts)]
    belongs = tuple(dict.fromkeys([*(one.where for one in applications), *listening]))
    return CheckResult(len(applications), tuple(matches), belongs)


@requires(*PROGRAM)
def exit_in_signal_handler(facts: Facts, rule: Rule) -> CheckResult:
    """A handler of SIGTERM ends the process at once."""
    handlers = [(call, one) for call in find_signal_calls(facts) for one in find_handler(facts, call)]
    matches = []
    for call, handler in handlers:
        calls = tuple(read_running(facts.program, handler, DEPTH))
        exits = [one for one in calls if EXITS & set(one.names) and one.path == handler.path]
        if exits and not any(is_closing(one) or LEADING.match(one.method) for one in calls):
            message = f"`{exits[0].text}` ends the process at once on SIGTERM: requests in flight are cut"
            exempt = None if facts.live.runs(call.path, call.owner) else "in code that nothing runs"
            where = facts.program.locate(call)
            matches.append(Match(rule.id, where, call.owner, call.text, message, exempt))
    return CheckResult(len(handlers), tuple(matches))


@requires("command", "start-script")
def signal_behind_wrapper(facts: Facts, rule: Rule) -> CheckResult:
    """A container starts the service behind a program that does not pass SIGTERM on."""
    commands = facts.get("command", ())
    containers = [one for one in commands if one.data.get("source") in ("dockerfile", "compose", "kubernetes")]
    chosen = [one for one in containers if one.data.get("environment") == "production"]
    matches = []
    for one in chosen:
        found = find_wrapper(one, facts.get("start-script", ()))
        if found is not None:
            where, fault = found
            matches.append(Match(rule.id, where, text=where.snippet.strip(), message=fault))
    return CheckResult(len(chosen), tuple(matches))


def find_signal_calls(facts: Facts) -> Iterator[Call]:
    """The calls that install a handler of SIGTERM."""
    for call in facts.program.iterate_calls():
        if not (SIGNAL_METHODS & set(call.names) and call.arguments):
            continue
        if names_sigterm(facts, call) and not any(judge(one) is False for one in call.conditions):
            yield call


def names_sigterm(facts: Facts, call: Call) -> bool:
    """Whether a handler is for SIGTERM: named itself, or among the words of a loop over signals."""
    first = call.arguments[0]
    if "s" in first:
        return str(first["s"]) == "SIGTERM"
    if any(str(name).endswith("signal.SIGTERM") for name in first.get("n", ())):
        return True
    outer = call.owner.rpartition(".")[0]
    module = facts.program.modules[call.path]
    return "SIGTERM" in {*module.find_words(call.owner), *module.find_words(outer)} or "SIGTERM" in module.read_row(
        call.line
    )


def find_handler(facts: Facts, call: Call) -> list[Definition]:
    """What a signal calls."""
    value = call.arguments[1] if len(call.arguments) > 1 else None
    return find_called_value(facts, call.path, value) if value is not None else []


def find_called_value(facts: Facts, path: str, value: Expression) -> list[Definition]:
    """The functions that a value is, or that made it: `stop`, `() => stop()`, `build(settings)`."""
    if "c" in value:
        call = facts.program.modules[path].calls[value["c"]]
        refs = facts.program.find_called(call)
        return [one for ref in refs if (one := facts.program.find_definition(ref)) is not None]
    return facts.program.find_definitions(path, value)


def is_closing(call: Call) -> bool:
    """Whether a call closes something."""
    return call.method in CLOSING and PASSING.search(call.text.rpartition(".")[0]) is None


def find_signal_matches(facts: Facts, rule: Rule) -> Iterator[Match]:
    """Handlers of SIGTERM that close a server."""
    for call in find_signal_calls(facts):
        if not facts.live.runs(call.path, call.owner):
            continue
        for handler in find_handler(facts, call):
            closing = [one for one in read_running(facts.program, handler, DEPTH) if is_closing(one)]
            server = next((one for one in closing if SERVER.search(one.text.rpartition(".")[0])), None)
            if server is not None:
                names = ", ".join(dict.fromkeys(f"`{one.text}`" for one in closing))
                message = f"SIGTERM leads to {names}"
                also = tuple(facts.program.locate(one) for one in closing[:3])
                yield Match(rule.id, facts.program.locate(call), call.owner, call.text, message, also=also)
                break


def is_partial(facts: Facts, matches: Sequence[Match]) -> bool:
    """Whether a server of one package is ended in order and one of another package is not, as far as can be seen."""
    folders = {one.where.path.rpartition("/")[0] for one in facts.get("manifest", ())}
    handled = {find_home(one.where.path, folders) for one in matches if isinstance(one.where, Span)}
    listening = {find_home(call.path, folders) for call in find_listening(facts)}
    return bool(handled & listening) and not listening <= handled


def find_home(path: str, folders: Collection[str]) -> str:
    """The innermost of the folders in which a file lies."""
    return max((one for one in folders if not one or path.startswith(f"{one}/")), key=len, default="")


def is_doubtful(facts: Facts, applications: Sequence[Fact]) -> bool:
    """Whether a handler may close the server on a way that is not seen, or nobody knows which server runs the code."""
    for call in find_signal_calls(facts):
        for handler in find_handler(facts, call):
            if any(facts.program.find_called(one) for one in read_running(facts.program, handler, 1)):
                return True
    is_python = all(one.where.path.endswith(".py") for one in applications)
    return is_python and not any(True for _ in find_servers(facts)) and not any(True for _ in find_development(facts))


def find_development(facts: Facts) -> Iterator[Call]:
    """The starts of a framework's own server, which does not drain."""
    for call in facts.program.iterate_calls():
        names = facts.program.find_externals(call.path, call.names) if call.method == "run" else ()
        if "flask.Flask().run" in names and facts.live.runs(call.path, call.owner):
            yield call


def find_library_matches(facts: Facts, rule: Rule) -> Iterator[Match]:
    """Libraries that handle the signals of a Node.js server."""
    for call in facts.program.iterate_calls():
        names = {*call.names, *facts.program.find_externals(call.path, call.names)}
        library = next((GRACEFUL_LIBRARIES[name] for name in names if name in GRACEFUL_LIBRARIES), "")
        if not library and call.method == "enableShutdownHooks":
            library = "NestJS"
        if library and facts.live.runs(call.path, call.owner):
            message = f"{library} handles SIGTERM and closes the server"
            yield Match(rule.id, facts.program.locate(call), call.owner, call.text, message)


def find_python_matches(facts: Facts, rule: Rule) -> Iterator[Match]:
    """Python: servers drain by themselves; what is open is closed by a hook of the application."""
    servers = [*find_servers(facts)]
    for hook in find_hooks(facts.program):
        if not facts.live.runs(hook.call.path, hook.call.owner):
            continue
        for definition in find_called_value(facts, hook.call.path, hook.value):
            closing = [one for one in read_running(facts.program, definition, DEPTH) if is_closing(one)]
            if closing:
                names = ", ".join(dict.fromkeys(f"`{one.text}`" for one in closing))
                drained = f"; {servers[0][0]} lets requests finish on SIGTERM" if servers else ""
                also = (*(facts.program.locate(one) for one in closing[:3]), *(where for _, where in servers[:1]))
                message = f"the {hook.name} calls {names}{drained}"
                yield Match(rule.id, facts.program.locate(hook.call), hook.call.owner, hook.name, message, also=also)
    pools = [one for one in facts.get("pool", ()) if one.data["form"] not in BLOCKING]
    is_open = any(facts.live.is_live(one.where.path) for one in pools)
    for name, where in servers:
        if name in ("gunicorn", "uwsgi") or not is_open:
            yield Match(rule.id, where, text=name, message=f"{name} lets requests finish on SIGTERM")


def find_servers(facts: Facts) -> Iterator[tuple[str, Span]]:
    """The servers for Python that production starts, by command or in code, each with its place."""
    for one in find_started(facts.get("command", ())):
        words = one.program.words
        module = words[words.index("-m") + 1] if "-m" in words[:-1] and one.program.name.startswith("python") else ""
        for name in (one.program.name, module):
            if name in SIGNALLED_SERVERS:
                yield name, one.fact.where
    for call in facts.program.iterate_calls():
        name = next((SERVERS_IN_CODE[one] for one in call.names if one in SERVERS_IN_CODE), "")
        if name and facts.live.runs(call.path, call.owner):
            yield name, facts.program.locate(call)


def find_listening(facts: Facts) -> Iterator[Call]:
    """The calls with which a Node.js server begins to listen."""
    for call in facts.program.iterate_calls():
        names = facts.program.find_externals(call.path, call.names) if call.method == "listen" else ()
        if any(LISTENING.search(name) for name in names) and facts.live.is_live(call.path):
            yield call
