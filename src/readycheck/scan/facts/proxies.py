"""What a proxy's configuration says: where TLS ends, and how long static files may be kept.

`proxy-tls`: `proxy`, `form` (the site or the directive). `proxy-plain`: a site that is served over http alone: `proxy`,
`form`. `proxy-cache`: a directive that lets browsers keep files: `proxy`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from readycheck.model.evidence import Fact
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts.commands import DEVELOPMENT
from readycheck.scan.late import compile_late

KINDS = ("proxy-tls", "proxy-plain", "proxy-cache")
GLOBS = (
    "Caddyfile", "Caddyfile.*", "*.Caddyfile", "*.caddy", "*.conf", "*.conf.template", "*.nginx", "haproxy.cfg",
    "fly.toml", "fly.*.toml", "traefik.yml", "traefik.yaml", "traefik.toml", "app.yaml", "render.yaml",
)  # fmt: skip
LOCAL = compile_late(r"^(?:https?://)?(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0)(?::\d+)?$")
PLAIN = compile_late(r"^http://|^:(?!443$|8443$)\d+$|:80$")
# A variable that is not called a name of a host may as well hold `:80`.
UNKNOWN = compile_late(r"^\{[$%](?!\w*(?:DOMAIN|HOST|FQDN|SERVER_NAME))\w*\}$", re.IGNORECASE)
OFF = compile_late(r"^\s*auto_https\s+off\b", re.MULTILINE)
SERVER = compile_late(r"(?:^|[\s;{}])server\s*\{")
LISTEN = compile_late(r"(?:^|[\s;{}])listen\s+([^;]+);")
CERTIFICATE = compile_late(r"(?:^|[\s;{}])ssl_certificate\s+([^;]+);")
CACHED = compile_late(
    r"(?:^|[\s;{}])(?:expires\s+(?:max|\+?\d+[yMwdh]|\$\w+)\s*;|add_header\s+[\"']?Cache-Control[\"']?\s+[^;]*(?:max-age=[1-9]|immutable))",
    re.IGNORECASE,
)
CADDY_CACHED = compile_late(r"^\s*(?:header\b.*|\+?)\bCache-Control\b.*(?:max-age=[1-9]\d{2}|immutable)", re.IGNORECASE)
BIND = compile_late(r"^\s*bind\s+\S+.*\bssl\b.*\bcrt\b")
ONE_LINERS = {
    "fly": re.compile(r"^\s*force_https\s*=\s*true\b|^\s*handlers\s*=\s*\[[^\]]*[\"']tls[\"']"),
    "traefik": re.compile(r"^\s*\[?(?:certificatesResolvers|certificatesresolvers)\b"),
    "app": re.compile(r"^\s*secure:\s*always\b"),
    "haproxy": BIND,
}
MOST_SITES = 60


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a configuration between braces: what stands before them, where, and what is in them."""

    head: str
    line: int
    body: str


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """The sites of one proxy configuration; those for development are passed over."""
    name = file.path.rpartition("/")[2]
    if DEVELOPMENT.search(file.path):
        return
    if "addyfile" in name or name.endswith(".caddy"):
        yield from read_caddy(file)
    elif name.endswith((".conf", ".conf.template", ".nginx")):
        yield from read_nginx(file) if "server" in file.text else ()
    else:
        yield from read_lines(file, name.partition(".")[0])


def read_lines(file: ConfigFile, name: str) -> Iterator[Fact]:
    """The first line of a platform's file that switches TLS on."""
    pattern = ONE_LINERS.get(name)
    for number, row in enumerate(file.lines, 1):
        if pattern is not None and pattern.search(row[:500]):
            yield Fact("proxy-tls", file.span(number), {"proxy": name, "form": row.strip()[:80]})
            return


def strip_comments(text: str) -> str:
    """A text without what stands behind `#`, line for line."""
    return re.sub(r"(?m)(?:^|(?<=\s))#.*$", "", text)


def read_caddy(file: ConfigFile) -> Iterator[Fact]:
    """The sites of a Caddyfile: Caddy redirects to https and fetches certificates for every name that it is given."""
    text = strip_comments(file.text)
    is_off = OFF.search(text) is not None
    for count, block in enumerate(iterate_blocks(text)):
        addresses = [one.strip() for one in re.split(r"[\s,]+", block.head) if one.strip()]
        if count == MOST_SITES or not addresses or addresses[0].startswith("("):
            continue
        public = [one for one in addresses if not LOCAL.match(one)]
        named = [one for one in public if not PLAIN.search(one) and not UNKNOWN.match(one)]
        if named and not is_off:
            yield Fact("proxy-tls", file.span(block.line), {"proxy": "Caddy", "form": named[0][:80]})
        elif [one for one in public if one.endswith(":80") or one.startswith("http://")]:
            yield Fact("proxy-plain", file.span(block.line), {"proxy": "Caddy", "form": public[0][:80]})
    for number, row in enumerate(text.split("\n"), 1):
        if CADDY_CACHED.search(row[:500]):
            yield Fact("proxy-cache", file.span(number), {"proxy": "Caddy"})


def iterate_blocks(text: str) -> Iterator[Block]:
    """The outermost blocks of a text in braces; a variable such as `{$NAME}` is none."""
    depth, start, head_start = 0, 0, 0
    for found in re.finditer(r"\{[$%]?[\w.:?-]*\}|[{}]", text):
        mark = found[0]
        if mark == "{":
            if depth == 0:
                start = found.start()
            depth += 1
        elif mark == "}" and depth:
            depth -= 1
            if depth == 0:
                head = text[head_start:start].strip()
                line = text.count("\n", 0, start) + 1
                yield Block(head.rpartition("\n")[2] if "\n" in head else head, line, text[start + 1 : found.start()])
                head_start = found.end()


def read_nginx(file: ConfigFile) -> Iterator[Fact]:
    """The servers of an nginx configuration, and its directives for caches."""
    text = strip_comments(file.text)
    for count, found in enumerate(SERVER.finditer(text)):
        if count == MOST_SITES:
            return
        body = text[found.end() : find_end(text, found.end())]
        line = text.count("\n", 0, found.end()) + 1
        listens = [one.strip() for one in LISTEN.findall(body)]
        certificate = CERTIFICATE.search(body)
        is_tls = any(re.search(r"\bssl\b|\bquic\b", one) for one in listens) or re.search(r"\bssl\s+on\s*;", body)
        if is_tls and (certificate or CERTIFICATE.search(text) or "include" in body):
            yield Fact("proxy-tls", file.span(line), {"proxy": "nginx", "form": f"listen {listens[0]}"})
        elif "proxy_pass" in body and not re.search(r"\breturn\s+30[178]\s+https:|\brewrite\b.*https:", body):
            form = f"listen {listens[0] if listens else 80}"
            yield Fact("proxy-plain", file.span(line), {"proxy": "nginx", "form": form})
    cached = CACHED.search(text)
    if cached is not None:
        yield Fact("proxy-cache", file.span(text.count("\n", 0, cached.end()) + 1), {"proxy": "nginx"})


def find_end(text: str, start: int) -> int:
    """Where the block ends that was opened before `start`."""
    depth = 1
    for found in re.finditer(r"[{}]", text[start:]):
        depth += 1 if found[0] == "{" else -1
        if depth == 0:
            return start + found.start()
    return len(text)
