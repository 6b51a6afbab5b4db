"""Checks on encryption between people and the service, as the deployment states it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from readycheck.model.evidence import Fact, Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires
from readycheck.scan.config.start_commands import find_started
from readycheck.scan.deploys import find_deploys
from readycheck.scan.fact_values import read_rows, read_texts
from readycheck.scan.late import compile_late

TLS_IMAGES = compile_late(
    r"(?:^|/)(?:acme-companion|letsencrypt-nginx-proxy-companion|https-portal|swag|cloudflared|nginx-proxy-manager|"
    r"docker-letsencrypt[\w-]*|certbot|lego|tailscale|ngrok)(?::|@|$)"
)
TLS_LABEL = compile_late(
    r"\btls(?:\.certresolver|=true)|certificatesresolvers|letsencrypt_host|VIRTUAL_PROTO=https", re.IGNORECASE
)
CERTIFICATE_FLAGS = ("--ssl-certfile", "--certfile", "--ssl-keyfile", "--keyfile")
LOOPBACK = compile_late(r"^(?:127\.|::1$|localhost$)")
PUBLISH = compile_late(r"^(?:(?P<address>[\d.:\[\]]+):)?80:\d+(?:/tcp)?$")


@requires("proxy-tls", "cluster-ingress", "compose-service", "command")
def tls_terminated(facts: Facts, rule: Rule) -> CheckResult:
    """A proxy, an ingress or the server itself speaks TLS."""
    matches = tuple(find_tls(facts, rule))
    return CheckResult(len(matches), matches)


def find_tls(facts: Facts, rule: Rule) -> Iterator[Match]:
    """Each place at which the deployment terminates TLS."""
    for one in facts.get("proxy-tls", ()):
        form = str(one.data["form"])
        yield Match(rule.id, one.where, text=form, message=f"{one.data['proxy']} speaks TLS for {form}")
    for one in facts.get("cluster-ingress", ()):
        if one.data["tls"] and not one.data["development"]:
            yield Match(rule.id, one.where, text="tls", message="the Ingress speaks TLS")
    for one in facts.get("compose-service", ()):
        how = find_compose_tls(one)
        if how and not one.data["development"]:
            yield Match(rule.id, one.where, text=how, message=f"service {one.data['name']} has {how}")
    for started in find_started(facts.get("command", ())):
        flag = next((flag for flag in CERTIFICATE_FLAGS if flag in "=".join(started.program.words).split("=")), "")
        if flag:
            message = f"{started.program.name} is started with {flag}"
            yield Match(rule.id, started.fact.where, text=flag, message=message)


def find_compose_tls(service: Fact) -> str:
    """What in a compose service terminates TLS, or empty."""
    if TLS_IMAGES.search(str(service.data["image"])):
        return str(service.data["image"])
    words = [*read_texts(service, "command"), *read_texts(service, "labels")]
    found = next((word for word in words if TLS_LABEL.search(word)), "")
    return found[:80]


@requires("proxy-tls", "proxy-plain", "cluster-ingress", "compose-service", "command", "pipeline-job")
def service_published_over_http(facts: Facts, rule: Rule) -> CheckResult:
    """The deployment publishes port 80, and nothing in the tree speaks TLS; or what it publishes is a plain site.

    What speaks TLS in another deployment of the same tree does not help a proxy that serves its sites over http alone.
    """
    services = [one for one in facts.get("compose-service", ()) if not one.data["development"]]
    published = [*find_published(services), *find_run(facts.get("pipeline-job", ()))]
    if not published or next(find_tls(facts, rule), None) is not None or has_secure_port(services):
        return CheckResult(len(services), tuple(find_plain_sites(facts, rule, services)))
    matches = tuple(
        Match(
            rule.id,
            where,
            text=where.snippet.strip()[:200],
            message=f"{what} is published on port 80, and nothing here speaks TLS",
        )
        for where, what in published
    )
    return CheckResult(len(services) + len(published), matches)


def find_published(services: Sequence[Fact]) -> Iterator[tuple[Span, str]]:
    """The services that are published on port 80 of all addresses of a machine."""
    for service in services:
        for port in read_rows(service, "ports"):
            if str(port[1]) == "80" and not LOOPBACK.match(str(port[0])):
                line = port[3] if isinstance(port[3], int) else service.where.line
                row = f"service {service.data['name']}, port 80"
                yield Span(service.where.path, line, 1, line, len(row) + 1, row), f"service {service.data['name']}"


def find_plain_sites(facts: Facts, rule: Rule, services: Sequence[Fact]) -> Iterator[Match]:
    """The sites over http alone in the configuration of a proxy that is published, if none of its sites speaks TLS."""
    told: set[Span] = set()
    for service in services:
        ports = [row for row in read_rows(service, "ports") if not LOOPBACK.match(str(row[0]))]
        inner = {str(row[2]) for row in ports if str(row[1]) in ("80", "443")}
        if not inner or find_compose_tls(service):
            continue
        mounted = [*list_mounted(service)]
        secure = [one for one in facts.get("proxy-tls", ()) if is_mounted(one.where.path, mounted)]
        for one in facts.get("proxy-plain", ()):
            is_here = find_port(str(one.data["form"])) in inner and is_mounted(one.where.path, mounted)
            if not secure and one.where not in told and is_here:
                told.add(one.where)
                form, proxy = str(one.data["form"]), one.data["proxy"]
                message = f"{proxy} serves {form} over plain http, and service {service.data['name']} publishes it"
                yield Match(rule.id, one.where, text=form, message=message)


def find_port(form: str) -> str:
    """The port of a site, as its address or its directive says: `http://:2020`, `listen 8080`, `http://a.example`."""
    found = re.search(r"[:\s](\d+)(?:\s|$)", form)
    return found[1] if found else "80"


def list_mounted(service: Fact) -> Iterator[str]:
    """The files and folders of the project that a compose service gets."""
    folder = posixpath.dirname(service.where.path)
    for volume in read_texts(service, "volumes"):
        source, colon, _ = volume.partition(":")
        if colon and source.startswith("."):
            yield posixpath.normpath(posixpath.join(folder, source))


def is_mounted(path: str, mounted: Sequence[str]) -> bool:
    """Whether a file is one of those, or lies in one of those folders."""
    return any(path == one or path.startswith(f"{one}/") for one in mounted)


def has_secure_port(services: Sequence[Fact]) -> bool:
    """Whether one of the services is published on port 443, by whatever means it speaks TLS."""
    return any(str(port[1]) in ("443", "8443") for service in services for port in read_rows(service, "ports"))


def find_run(jobs: Sequence[Fact]) -> Iterator[tuple[Span, str]]:
    """The containers that a pipeline starts on port 80 of a machine."""
    for deploy in find_deploys(jobs):
        words = deploy.words
        outside = [value for flag, value in pairwise(words) if flag in ("-p", "--publish")]
        outside += [word.partition("=")[2] for word in words if word.startswith("--publish=")]
        found = [match for one in outside if (match := PUBLISH.match(one))]
        if any(not LOOPBACK.match(one["address"] or "") for one in found) and not any("443" in one for one in outside):
            yield deploy.where, "a container"


@requires("cluster-ingress")
def ingress_without_tls(facts: Facts, rule: Rule) -> CheckResult:
    """An Ingress has no TLS, and no annotation says that a load balancer does it."""
    known = [one for one in facts.get("cluster-ingress", ()) if not one.data["elsewhere"]]
    matches = [
        Match(
            rule.id,
            one.where,
            text="Ingress",
            message="this Ingress has no tls: its hosts are served over http",
            exempt=exempt,
        )
        for one in known
        if not one.data["tls"]
        for exempt in ("for development" if one.data["development"] else None,)
    ]
    return CheckResult(len(known), tuple(matches))
