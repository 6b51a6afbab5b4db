"""Whom a probe talks to: one origin, and whether it is on this machine."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}


class TargetError(ValueError):
    """A URL that cannot be probed; says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """The pinned origin: nothing is ever sent to another one. `base` is a path prefix without its last slash."""

    scheme: str
    host: str
    port: int
    base: str = ""

    @property
    def authority(self) -> str:
        """`host`, or `host:port` where the port is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """`https://host:8443`, as browsers write it."""
        return f"{self.scheme}://{self.authority}"

    @property
    def is_tls(self) -> bool:
        """Whether the connection is encrypted."""
        return self.scheme == "https"

    @property
    def is_local(self) -> bool:
        """Whether the host is this machine: a loopback address, or the one name that always means it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def locate(self, path: str) -> str:
        """The path as it is sent: behind the prefix."""
        return f"{self.base}{path}"


def parse_target(url: str) -> Target:
    """A URL as a target. Raises TargetError: unknown scheme, no host, credentials, query or fragment in it."""
    try:
        parts = urlsplit(url if "//" in url else f"http://{url}")
        port = parts.port
    except ValueError as error:
        raise TargetError(f"{url}: {error}") from error
    if parts.scheme not in PORTS:
        raise TargetError(f"{url}: only http and https can be probed")
    if not parts.hostname:
        raise TargetError(f"{url}: names no host")
    if parts.username is not None or parts.password is not None:
        raise TargetError("the URL holds credentials: take them from the environment with --auth-env NAME")
    if parts.query or parts.fragment:
        raise TargetError(f"{url}: leave out the query and the fragment")
    return Target(parts.scheme, parts.hostname, PORTS[parts.scheme] if port is None else port, parts.path.rstrip("/"))
