"""Which security headers the answers of what is served have, and who sets them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from readycheck.model.evidence import Fact
from readycheck.model.location import Span
from readycheck.scan.layers.libraries import HEADERS, find_library
from readycheck.scan.layers.mounted import Layer, Stack, is_wide
from readycheck.scan.layers.options import Value, read_flag, read_layer_options, read_number
from readycheck.scan.layers.settings import find_settings

NOSNIFF, FRAMES, TRANSPORT, REFERRER = (
    "X-Content-Type-Options", "X-Frame-Options or frame-ancestors", "Strict-Transport-Security", "Referrer-Policy",
)  # fmt: skip
WANTED = (NOSNIFF, FRAMES, TRANSPORT, REFERRER)
DJANGO = "django.middleware.security.SecurityMiddleware"
DJANGO_FRAMES = "django.middleware.clickjacking.XFrameOptionsMiddleware"
# Which option of which library, set to false, leaves which header out.
SWITCHES: Mapping[str, tuple[str, ...]] = {
    NOSNIFF: ("noSniff", "xContentTypeOptions", "content_type_options", "x_content_type_options"),
    FRAMES: ("frameguard", "xFrameOptions", "frame_options"),
    TRANSPORT: ("hsts", "strictTransportSecurity", "strict_transport_security"),
    REFERRER: ("referrerPolicy", "referrer_policy"),
}
POLICY = ("contentSecurityPolicy", "content_security_policy")
AGE = re.compile(r"max-age=\s*\"?(\d+)")
VALUES = {
    "x-content-type-options": (NOSNIFF, re.compile(r"^\s*nosniff\s*$", re.IGNORECASE)),
    "x-frame-options": (FRAMES, re.compile(r"^\s*(?:deny|sameorigin)\s*$", re.IGNORECASE)),
    "content-security-policy": (FRAMES, re.compile(r"frame-ancestors")),
    "strict-transport-security": (TRANSPORT, re.compile(r"max-age")),
    "referrer-policy": (REFERRER, re.compile(r"no-referrer|same-origin|strict-origin|origin", re.IGNORECASE)),
}


@dataclass(frozen=True, eq=False)
class Setter:
    """One layer or proxy that sets security headers."""

    where: Span
    name: str
    headers: frozenset[str]
    layer: Layer | None = field(default=None)


def find_setters(stack: Stack, proxies: Sequence[Fact]) -> list[Setter]:
    """Everything that sets at least one of the headers for all answers."""
    layers = [one for one in stack.layers if one.is_on and is_wide(stack, one)]
    found = [one for layer in layers if (one := read_layer(stack, layer)) is not None]
    return [*found, *read_proxies(proxies)]


def read_layer(stack: Stack, layer: Layer) -> Setter | None:
    """What one layer sets."""
    if DJANGO in layer.piece.externals:
        return Setter(layer.where, layer.name, frozenset(read_django(stack)), layer)
    if DJANGO_FRAMES in layer.piece.externals:
        return Setter(layer.where, layer.name, frozenset({FRAMES}), layer)
    library = find_library(layer.piece.externals, HEADERS)
    headers = frozenset(read_library(stack, layer) if library else read_own(layer))
    return Setter(layer.where, layer.name, headers, layer) if headers else None


def read_library(stack: Stack, layer: Layer) -> Iterator[str]:
    """What a library sets: everything that is not switched off; what a part of it sets, `helmet.noSniff()`."""
    parts = {name.partition(".")[2].partition("(")[0] for name in layer.piece.externals if name.startswith("helmet.")}
    if parts - {"default"}:
        named = {header: {*names, *(POLICY if header == FRAMES else ())} for header, names in SWITCHES.items()}
        yield from (header for header, names in named.items() if parts & names)
        return
    options = read_layer_options(stack, layer)
    for header, names in SWITCHES.items():
        if not is_off(stack, options, names) or (header == FRAMES and not is_off(stack, options, POLICY)):
            yield header


def is_off(stack: Stack, options: Mapping[str, Value], names: Sequence[str]) -> bool:
    """Whether one of some options is false."""
    return any(read_flag(stack, options.get(name)) is False for name in names)


def read_own(layer: Layer) -> Iterator[str]:
    """What own code sets: headers that it names, with a value among its texts that means something."""
    words = layer.body.words
    for name, (header, value) in VALUES.items():
        if name in words and any(value.search(word) for word in words if word != name and is_worth(word)):
            yield header


def is_worth(value: str) -> bool:
    """Whether a value is no promise for zero seconds."""
    age = AGE.search(value)
    return age is None or int(age[1]) > 0


def read_django(stack: Stack) -> Iterator[str]:
    """What Django's middleware sets by its settings."""
    sniffing = [read_flag(stack, value) for value, _ in find_settings(stack, "SECURE_CONTENT_TYPE_NOSNIFF")]
    if False not in sniffing:
        yield NOSNIFF
    yield REFERRER
    ages = [read_number(stack, value) for value, _ in find_settings(stack, "SECURE_HSTS_SECONDS")]
    if any(age is None or age > 0 for age in ages):
        yield TRANSPORT


def read_proxies(proxies: Sequence[Fact]) -> Iterator[Setter]:
    """What proxies set."""
    for fact in proxies:
        known = VALUES.get(str(fact.data["name"]))
        if known is not None and known[1].search(str(fact.data["value"])) and is_worth(str(fact.data["value"])):
            yield Setter(fact.where, str(fact.data["proxy"]), frozenset({known[0]}))
