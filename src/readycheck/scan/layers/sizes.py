"""How large a body may be, and who says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from readycheck.model.evidence import Fact
from readycheck.model.location import Span
from readycheck.scan.checks.contract import Facts
from readycheck.scan.fact_values import read_rows
from readycheck.scan.late import compile_late
from readycheck.scan.layers.body import Body
from readycheck.scan.layers.libraries import BODY_LIMITS, find_library
from readycheck.scan.layers.mounted import Layer, Stack
from readycheck.scan.layers.options import Value, read_layer_options, read_number, read_options
from readycheck.scan.layers.settings import find_settings
from readycheck.scan.program.attached import Application

MEGABYTE = 1 << 20
MOST = 10 * MEGABYTE
UNLIMITED = float("inf")
LIMITS = (
    "limit", "jsonLimit", "formLimit", "maxSize", "max_size", "max_body_size", "max_bytes", "limit_bytes", "maxBytes",
    "max_content_length", "max_upload_size", "maxBodySize", "max_request_size", "max_content_size",
)  # fmt: skip
# What a framework takes by itself, and the option that says so.
DEFAULTS: Mapping[str, tuple[str, float]] = {
    "Fastify": ("bodyLimit", MEGABYTE),
    "aiohttp": ("client_max_size", MEGABYTE),
    "Litestar": ("request_max_body_size", MOST),
    "NestJS": ("bodyLimit", MEGABYTE / 10),
}
SETTINGS: Mapping[str, tuple[str, float]] = {
    "Django": ("DATA_UPLOAD_MAX_MEMORY_SIZE", 2.5 * MEGABYTE),
    "Flask": ("MAX_CONTENT_LENGTH", UNLIMITED),
    "Quart": ("MAX_CONTENT_LENGTH", 16 * MEGABYTE),
}
PARSER_DEFAULT = MEGABYTE / 10
TOO_LARGE = 413
MEASURES = compile_late(r"content-length|content_length|byteLength|\blen$|\.length$", re.IGNORECASE)
REFUSES = compile_late(
    r"HTTP_413|PayloadTooLarge|RequestEntityTooLarge|ContentTooLarge|PAYLOAD_TOO_LARGE", re.IGNORECASE
)
SOCKETS: Mapping[str, tuple[str, float]] = {
    "socket.io": ("maxHttpBufferSize", MEGABYTE), "ws": ("maxPayload", 100 * MEGABYTE),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Limit:
    """One limit: where it is set, by what, how many bytes (None: a number that is not known), before which routes."""

    where: Span
    name: str
    size: float | None
    layer: Layer | None = None
    is_default: bool = False

    @property
    def is_too_large(self) -> bool:
        """Whether it lets more pass than an answerable service needs."""
        return self.size is not None and self.size > MOST


def find_limits(stack: Stack) -> Iterator[Limit]:
    """The limits of layers and of frameworks."""
    for layer in stack.layers:
        if layer.is_on and layer.attached.kind != "route" and (limit := read_layer(stack, layer)) is not None:
            yield limit
    for application in stack.applications:
        yield from read_application(stack, application)


def read_layer(stack: Stack, layer: Layer) -> Limit | None:
    """A layer that refuses bodies that are too large."""
    library = find_library(layer.piece.externals, BODY_LIMITS)
    if not library and not refuses_large(layer.body):
        return None
    options = read_layer_options(stack, layer)
    given = [options[name] for name in LIMITS if name in options]
    sizes = [size for one in given if (size := read_number(stack, one)) is not None]
    size = max(sizes) if sizes else None
    is_default = bool(library) and not given
    return Limit(layer.where, layer.name, PARSER_DEFAULT if is_default else size, layer, is_default)


def refuses_large(body: Body) -> bool:
    """Whether own code measures what comes in, and answers 413."""
    refuses = TOO_LARGE in body.statuses or bool(body.mentions(REFUSES))
    return refuses and (
        bool(body.says(MEASURES)) or body.find_call(MEASURES) is not None or bool(body.mentions(MEASURES))
    )


def read_application(stack: Stack, application: Application) -> Iterator[Limit]:
    """What a framework limits by itself or by a setting."""
    framework = application.framework
    if framework in DEFAULTS:
        name, default = DEFAULTS[framework]
        options = read_options(stack, application.call) if application.call is not None else {}
        size = read_number(stack, options.get(name)) if name in options else default
        yield Limit(application.where, f"{framework}'s {name}", size, is_default=name not in options)
    if framework in SETTINGS:
        name, default = SETTINGS[framework]
        found = list(find_settings(stack, name))
        for value, where in found:
            yield Limit(where, name, UNLIMITED if is_none(value) else read_number(stack, value))
        if not found and default != UNLIMITED:
            yield Limit(application.where, f"{framework}'s {name}", default, is_default=True)


def is_none(value: Value) -> bool:
    """Whether a setting is switched off."""
    return "v" in value.expression and value.expression["v"] is None


def find_socket_limits(facts: Facts) -> Iterator[Limit]:
    """What socket servers take in one message."""
    for fact in facts.get("socket-server", ()):
        if facts.live.runs(fact.where.path, str(fact.data.get("symbol", ""))):
            yield read_socket(fact)


def read_socket(fact: Fact) -> Limit:
    """The limit of one socket server."""
    name, default = SOCKETS[str(fact.data["library"])]
    row = next((one for one in read_rows(fact, "options") if one[0] == name), None)
    if row is None:
        return Limit(
            fact.where, f"{fact.data['library']}'s {name}", None if fact.data["opaque"] else default, is_default=True
        )
    line, text = int(str(row[3])), str(row[4])
    where = Span(fact.where.path, line, len(text) - len(text.lstrip()) + 1, line, len(text) + 1, text)
    return Limit(where, name, float(row[1]) if isinstance(row[1], int | float) else None)


def find_proxy_limits(proxied: Sequence[Fact]) -> Iterator[Limit]:
    """What proxies take."""
    for fact in proxied:
        size = fact.data["bytes"]
        known = float(size) if isinstance(size, int | float) else 0.0
        yield Limit(fact.where, f"{fact.data['proxy']}: {fact.data['form']}", known or UNLIMITED)


def describe_size(size: float | None) -> str:
    """A size for readers."""
    if size is None:
        return "a limit that the configuration gives"
    if size == UNLIMITED:
        return "no limit"
    for unit, name in ((MEGABYTE << 10, "GB"), (MEGABYTE, "MB")):
        if size >= unit:
            return f"{size / unit:.3g} {name}"
    return f"{size / 1024:.3g} kB"
