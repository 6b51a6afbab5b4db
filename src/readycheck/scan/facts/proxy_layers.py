"""What a proxy in the deployment does to requests and answers: headers, sizes, compression, limits.

`proxy-header`: `name` in small letters, `value`. `proxy-body`: `bytes` (0: no limit). `proxy-compression`,
`proxy-limit`. All have `proxy` and `form`, how it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts.commands import DEVELOPMENT
from readycheck.scan.facts.proxies import strip_comments
from readycheck.scan.late import compile_late

KINDS = ("proxy-header", "proxy-body", "proxy-compression", "proxy-limit")
GLOBS = (
    "Caddyfile", "Caddyfile.*", "*.Caddyfile", "*.caddy", "*.conf", "*.conf.template", "*.nginx", "nginx", "*.yml",
    "*.yaml", "vercel.json",
)  # fmt: skip
UNITS = {
    "": 1, "b": 1, "k": 1 << 10, "kb": 1000, "kib": 1 << 10, "m": 1 << 20, "mb": 10**6, "mib": 1 << 20, "g": 1 << 30,
    "gb": 10**9, "gib": 1 << 30,
}  # fmt: skip
SIZE = compile_late(r"^\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]*)\s*$")
NGINX: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("proxy-header", re.compile(r"^\s*add_header\s+[\"']?([\w-]+)[\"']?\s+(.+?)(?:\s+always)?\s*;")),
    ("proxy-body", re.compile(r"^\s*client_max_body_size\s+(\S+?)\s*;")),
    ("proxy-compression", re.compile(r"^\s*(?:gzip|brotli|zstd)\s+on\s*;")),
    ("proxy-limit", re.compile(r"^\s*limit_req\s+zone=\S+")),
)
CADDY: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("proxy-body", re.compile(r"^\s*max_size\s+(\S+)\s*$")),
    ("proxy-compression", re.compile(r"^\s*encode\s+.*\b(?:gzip|zstd|br)\b")),
    ("proxy-limit", re.compile(r"^\s*rate_limit\s*(?:\{|@|\w)")),
)
CADDY_HEADER = compile_late(r"^\s*(?:header\s+(?:[@/*]\S*\s+)?)?[+>?]?([A-Z][\w-]+)\s+(.+?)\s*$")
RESOURCES = compile_late(r"^kind:\s*(?:Ingress|Middleware)\b", re.MULTILINE)
SERVES = compile_late(r"\bproxy_pass\b|\bfastcgi_pass\b|\buwsgi_pass\b|\bserver\s*\{")
INGRESS = {
    "proxy-body-size": "proxy-body", "limit-rps": "proxy-limit", "limit-rpm": "proxy-limit",
    "limit-connections": "proxy-limit",
}  # fmt: skip
PREFIXES = ("nginx.ingress.kubernetes.io/", "haproxy.org/")
HEADERS: Mapping[str, tuple[str, str]] = {
    "contentTypeNosniff": ("x-content-type-options", "nosniff"), "frameDeny": ("x-frame-options", "DENY"),
    "referrerPolicy": ("referrer-policy", ""), "stsSeconds": ("strict-transport-security", "max-age="),
    "contentSecurityPolicy": ("content-security-policy", ""), "customFrameOptionsValue": ("x-frame-options", ""),
}  # fmt: skip
MOST_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Written:
    """How a directive is written, and what it is given."""

    proxy: str
    form: str
    given: tuple[str, ...] = ()


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """What one proxy's configuration does; those for development are passed over."""
    name = file.path.rpartition("/")[2]
    if DEVELOPMENT.search(file.path) or "regtest" in file.path:
        return
    if "addyfile" in name or name.endswith(".caddy"):
        yield from read_caddy(file)
    elif name.endswith((".yml", ".yaml")):
        yield from read_kubernetes(file)
    elif name == "vercel.json":
        yield from read_vercel(file)
    elif SERVES.search(file.text):
        yield from read_rows(file, "nginx", NGINX)


def read_rows(file: ConfigFile, proxy: str, directives: tuple[tuple[str, re.Pattern[str]], ...]) -> Iterator[Fact]:
    """The directives of a file, a line each."""
    for number, row in enumerate(strip_comments(file.text).split("\n")[:MOST_ROWS], 1):
        for kind, pattern in directives:
            found = pattern.search(row[:500])
            if found is not None:
                yield from make(file, number, kind, Written(proxy, row.strip(), found.groups()))


def make(file: ConfigFile, line: int, kind: str, written: Written) -> Iterator[Fact]:
    """The fact of one directive."""
    data: dict[str, Json] = {"proxy": written.proxy, "form": written.form[:80]}
    if kind == "proxy-header":
        data |= {"name": written.given[0].lower(), "value": written.given[1].strip("\"'")}
    elif kind == "proxy-body":
        size = read_size(written.given[0])
        if size is None:
            return
        data["bytes"] = size
    yield Fact(kind, file.span(line), data)


def read_size(text: str) -> int | None:
    """A size in bytes: `10m`, `256KiB`."""
    found = SIZE.match(text)
    unit = UNITS.get(found[2].lower()) if found is not None else None
    return int(float(found[1]) * unit) if found is not None and unit is not None else None


def read_caddy(file: ConfigFile) -> Iterator[Fact]:
    """Directives of a Caddyfile; the headers of its own errors are no headers of every answer."""
    yield from read_rows(file, "Caddy", CADDY)
    blocks: list[str] = []
    for number, row in enumerate(strip_comments(file.text).split("\n")[:MOST_ROWS], 1):
        found = CADDY_HEADER.search(row[:500])
        is_header = row.strip().startswith("header ") or any(one.startswith("header") for one in blocks[-1:])
        if found is not None and is_header and not any(one.startswith("handle_errors") for one in blocks):
            yield from make(file, number, "proxy-header", Written("Caddy", row.strip(), found.groups()))
        plain = re.sub(r"\{[$%]?[\w.:?-]+\}", "", row)
        if plain.rstrip().endswith("{"):
            blocks.append(plain.strip())
        elif plain.strip() == "}" and blocks:
            blocks.pop()


def read_kubernetes(file: ConfigFile) -> Iterator[Fact]:
    """The annotations of ingresses, and Traefik's middlewares."""
    if RESOURCES.search(file.text) is None or "{{" in file.text:
        return
    for document in file.documents:
        if not isinstance(document, Mapping):
            continue
        if document.get("kind") == "Ingress":
            yield from read_ingress(file, document)
        elif document.get("kind") == "Middleware":
            yield from read_middleware(file, document)


def read_ingress(file: ConfigFile, document: Mapping[str, Any]) -> Iterator[Fact]:
    """The annotations of one ingress that limit something."""
    metadata = document.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    for key, value in annotations.items() if isinstance(annotations, Mapping) else ():
        name = str(key)
        kind = next((INGRESS.get(name.removeprefix(prefix), "") for prefix in PREFIXES if name.startswith(prefix)), "")
        if kind:
            yield from make(file, find_line(file, name), kind, Written("Ingress", f"{name}: {value}", (str(value),)))


def read_middleware(file: ConfigFile, document: Mapping[str, Any]) -> Iterator[Fact]:
    """What one of Traefik's middlewares does."""
    spec = document.get("spec")
    if not isinstance(spec, Mapping):
        return
    if "compress" in spec:
        yield from make(file, find_line(file, "compress"), "proxy-compression", Written("Traefik", "compress"))
    if "rateLimit" in spec:
        yield from make(file, find_line(file, "rateLimit"), "proxy-limit", Written("Traefik", "rateLimit"))
    buffering, headers = spec.get("buffering"), spec.get("headers")
    if isinstance(buffering, Mapping) and "maxRequestBodyBytes" in buffering:
        size = str(buffering["maxRequestBodyBytes"])
        yield from make(file, find_line(file, "maxRequestBodyBytes"), "proxy-body", Written("Traefik", size, (size,)))
    for key, (name, value) in HEADERS.items():
        if isinstance(headers, Mapping) and headers.get(key):
            given = (name, f"{value}{headers[key]}" if not value or value.endswith("=") else value)
            yield from make(file, find_line(file, key), "proxy-header", Written("Traefik", key, given))


def read_vercel(file: ConfigFile) -> Iterator[Fact]:
    """The headers that Vercel sets."""
    document = file.documents[0] if file.documents else None
    groups = document.get("headers") if isinstance(document, Mapping) else None
    for group in groups if isinstance(groups, list) else ():
        for one in (group.get("headers") or ()) if isinstance(group, Mapping) else ():
            if isinstance(one, Mapping) and "key" in one:
                key, value = str(one["key"]), str(one.get("value", ""))
                written = Written("Vercel", f"{key}: {value}", (key, value))
                yield from make(file, find_line(file, key), "proxy-header", written)


def find_line(file: ConfigFile, word: str) -> int:
    """The first line that holds a word."""
    return next((number for number, row in enumerate(file.lines, 1) if word in row), 1)
