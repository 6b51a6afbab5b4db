"""Where a framework is told what to do at the end: lifespans, shutdown events, libraries that handle signals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from readycheck.scan.late import compile_late
from readycheck.scan.program.model import Call, Expression
from readycheck.scan.program.program import Program

SIGNAL_METHODS = frozenset({
    *(f"{module}.{method}" for module in ("globalThis.process", "process", "node:process", "process.default",
    "node:process.default")
      for method in ("on", "once", "addListener", "prependListener")),
    "signal.signal", "asyncio.get_running_loop().add_signal_handler", "asyncio.get_event_loop().add_signal_handler",
})  # fmt: skip
CLOSING = frozenset({
    "close", "aclose", "closeAll", "close_all", "closeAllConnections", "end", "quit", "disconnect", "$disconnect",
    "destroy",
    "dispose", "shutdown", "terminate", "drain", "stop", "closeall", "gracefulShutdown",
})  # fmt: skip
GRACEFUL_LIBRARIES: Mapping[str, str] = {
    "@godaddy/terminus.createTerminus": "terminus",
    "http-graceful-shutdown": "http-graceful-shutdown",
    "http-graceful-shutdown.default": "http-graceful-shutdown",
    "close-with-grace": "close-with-grace",
    "close-with-grace.default": "close-with-grace",
    "lightship.createLightship": "lightship",
    "express-graceful-shutdown": "express-graceful-shutdown",
    "fastify-graceful-shutdown": "fastify-graceful-shutdown",
}
SIGNALLED_SERVERS = frozenset(
    {"uvicorn", "gunicorn", "hypercorn", "granian", "daphne", "uwsgi", "fastapi", "waitress-serve"}
)
SERVERS_IN_CODE: Mapping[str, str] = {
    "uvicorn.run": "uvicorn",
    "uvicorn.Server().run": "uvicorn",
    "uvicorn.Server().serve": "uvicorn",
    "uvicorn.Server": "uvicorn",
    "hypercorn.asyncio.serve": "hypercorn",
    "granian.Granian": "granian",
    "aiohttp.web.run_app": "aiohttp",
    "sanic.Sanic().run": "sanic",
}
LISTENING = compile_late(
    r"^(?:node:)?(?:express|http|https|http2|fastify|koa|polka|restify)\b.*\)\.listen$|NestFactory\.create\(\)\.listen$"
)
EVENTS = frozenset({"shutdown", "after_server_stop", "before_server_stop", "main_process_stop"})
END_METHODS = frozenset({"after_serving", "after_server_stop", "before_server_stop"})
LISTS = compile_late(r"\.on_(?:cleanup|shutdown)\.append$")
KEYWORDS = ("lifespan", "on_shutdown")


@dataclass(frozen=True, slots=True)
class Hook:
    """What runs at the end of an application: what it is called, the call that installs it, and the function."""

    name: str
    call: Call
    value: Expression


def find_hooks(program: Program) -> Iterator[Hook]:
    """All functions of Python applications that run at their end."""
    for call in program.iterate_calls():
        if not program.modules[call.path].is_python:
            continue
        for keyword in KEYWORDS:
            value = call.keywords.get(keyword)
            if value is not None:
                yield from (Hook(keyword, call, one) for one in value.get("l", (value,)))
        named = call.arguments[0].get("s") if call.arguments else None
        if call.method in ("on_event", "listener") and named in EVENTS and call.decorates:
            yield Hook(f"{named} event", call, {"f": call.decorates})
        elif call.method == "add_event_handler" and named in EVENTS and len(call.arguments) > 1:
            yield Hook(f"{named} event", call, call.arguments[1])
        elif LISTS.search(call.text) and call.arguments:
            yield Hook("cleanup", call, call.arguments[0])
    yield from find_plain_decorators(program)


def find_plain_decorators(program: Program) -> Iterator[Hook]:
    """Decorators without a call: `@app.after_serving`."""
    for module in program.modules.values():
        for definition in module.definitions.values() if module.is_python else ():
            for decorator in definition.decorators:
                method = str(decorator.get("t", "")).rpartition(".")[2]
                if method in END_METHODS:
                    data = {"at": [definition.line, 1, definition.line, 2], "in": "", "f": [], "t": method, "a": []}
                    yield Hook(method, Call(module.path, -1, data), {"f": definition.name})
