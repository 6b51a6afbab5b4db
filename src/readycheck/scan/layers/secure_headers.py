"""Which security headers the answers of what is served have, and who sets them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from readycheck.model.evidence import Fact
from readycheck.model.location import Span
from readycheck.scan.late import compile_late
from readycheck.scan.layers.body import CONSTRUCTORS, Body, read_texts
from readycheck.scan.layers.libraries import HEADERS, find_library
from readycheck.scan.layers.mounted import Layer, Stack, is_wide
from readycheck.scan.layers.options import Value, read_flag, read_layer_options, read_number
from readycheck.scan.layers.settings import find_settings
from readycheck.scan.program.model import Definition, Expression

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
BY_VARIABLE = compile_late(r"headers\[[A-Za-z_]\w*\]$")
NEXT = compile_late(r"(?:^|/)next\.config\.\w+$")
AGE = compile_late(r"max-age=\s*\"?(\d+)")
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
    return [*found, *read_next(stack), *read_proxies(proxies)]


def read_next(stack: Stack) -> Iterator[Setter]:
    """What the configuration of Next.js sets for all that it serves."""
    if not any(one.framework == "Next.js" for one in stack.applications):
        return
    for path, module in stack.facts.program.modules.items():
        if NEXT.search(path):
            words = {word.lower() for word in module.find_words("")}
            for one in module.assignments:
                words.update(word.lower() for word in read_texts(stack.facts.program, path, one.value, 1))
            headers = frozenset(match_values(words))
            if headers:
                yield Setter(module.span(1), path.rpartition("/")[2], headers)


def read_layer(stack: Stack, layer: Layer) -> Setter | None:
    """What one layer sets."""
    if DJANGO in layer.piece.externals:
        return Setter(layer.where, layer.name, frozenset(read_django(stack)), layer)
    if DJANGO_FRAMES in layer.piece.externals:
        return Setter(layer.where, layer.name, frozenset({FRAMES}), layer)
    library = find_library(layer.piece.externals, HEADERS) or find_library(layer.body.externals, HEADERS)
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
    yield from match_values(read_sent(layer.body))


def read_sent(body: Body) -> frozenset[str]:
    """The texts of a layer without those that its constructor keeps in a member which nothing uses."""
    makers = [one for one in body.definitions if one.name.rpartition(".")[2] in CONSTRUCTORS]
    kept = [one for one in body.sets if any(one.owner == maker.name and one.path == maker.path for maker in makers)]
    members = {one.text.rpartition(".")[2] for one in kept if one.text.startswith(("self.", "this."))}
    unused = {member for member in members if not is_used(body, member, makers)}
    if not unused:
        return body.words
    idle = {one.text for one in kept if one.text.rpartition(".")[2] in unused}
    others = {
        word.lower()
        for one in kept
        if one.text not in idle
        for word in read_texts(body.program, one.path, one.value, 2)
    }
    outside = {
        word.lower()
        for one in body.definitions
        if one not in makers
        for word in body.program.modules[one.path].find_words(one.name)
    }
    constants = {
        word.lower() for path, value in list_values(body, makers) for word in read_texts(body.program, path, value, 2)
    }
    return frozenset(others | outside | constants)


def list_values(body: Body, makers: Sequence[Definition]) -> Iterator[tuple[str, Expression]]:
    """The expressions of a layer that stand in no constructor."""
    names = {(one.path, one.name) for one in makers}
    for call in body.calls:
        if (call.path, call.owner) not in names:
            yield from ((call.path, value) for value in (*call.arguments, *call.keywords.values()))
    yield from ((one.path, one.value) for one in body.sets if (one.path, one.owner) not in names)


def is_used(body: Body, member: str, makers: Sequence[Definition]) -> bool:
    """Whether what a constructor keeps is used: by its name, or in a loop, where headers are set by variables."""
    names = {(one.path, one.name) for one in makers}
    own = [one for one in body.sets if (one.path, one.owner) not in names]
    texts = [str(one.data) for one in body.calls if (one.path, one.owner) not in names]
    texts += [str(one.data) for one in own] + [str(value) for one in body.definitions for value in one.returns]
    return any(f".{member}" in text for text in texts) or any(BY_VARIABLE.search(one.text) for one in own)


def match_values(words: Collection[str]) -> Iterator[str]:
    """The headers that some texts name, with a value among them that means something."""
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
