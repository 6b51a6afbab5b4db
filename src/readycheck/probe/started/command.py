"""What is to be started, and what stands around it: words of a command, its environment, its dependencies.

All of it comes from the command line and the environment of the user, never from a file of the audited project.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

KINDS = ("database", "redis", "ai")
PORTS = {
    "postgresql": 5432, "postgres": 5432, "mysql": 3306, "mariadb": 3306, "mongodb": 27017, "redis": 6379,
    "valkey": 6379, "http": 80, "amqp": 5672,
}  # fmt: skip
ENCRYPTED = frozenset({"https", "rediss", "valkeys", "amqps", "mongodb+srv"})
VERIFIED = ("sslmode=verify-full", "ssl_verify_identity", "sslrootcert=system")
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class StartError(ValueError):
    """A command that cannot be started, or an option about it that makes no sense; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Dependency:
    """A server that the service stands on: which kind, and the variable whose URL leads to it."""

    kind: str
    variable: str
    url: str = field(repr=False)
    host: str
    port: int

    def lead_to(self, port: int) -> str:
        """The URL with another port, on loopback."""
        parts = urlsplit(self.url)
        login, at, _ = parts.netloc.rpartition("@")
        return parts._replace(netloc=f"{login}{at}127.0.0.1:{port}").geturl()


@dataclass(frozen=True, slots=True)
class Exercise:
    """A request that makes the service use a dependency: its method, path and body."""

    method: str
    path: str
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Command:
    """What to start and how to judge it.

    `absent` says per kind of dependency why it cannot be cut. `required` are the variables to be taken away one by one.
    Durations are in seconds: `grace` from SIGTERM to the exit, `patience` from the start to the first answer.
    `repeats` is how often a cheap route is asked to see what piles up.
    """

    words: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    dependencies: tuple[Dependency, ...] = ()
    absent: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    exercises: Mapping[str, Exercise] = field(default_factory=dict)
    ready_path: str = ""
    live_path: str = ""
    slow_path: str = ""
    grace: float = 30.0
    patience: float = 60.0
    repeats: int = 1000


def parse_command(text: str) -> tuple[str, ...]:
    """The words of a command line; no shell ever sees it. Raises StartError."""
    try:
        words = tuple(shlex.split(text))
    except ValueError as error:
        raise StartError(f"--start: {error}") from error
    if not words:
        raise StartError("--start: names no command")
    return words


def parse_dependency(text: str, environment: Mapping[str, str]) -> Dependency | str:
    """`database=DATABASE_URL` as a dependency, or why it cannot be cut. Raises StartError for what makes no sense."""
    kind, _, variable = text.partition("=")
    if kind not in KINDS or not variable:
        raise StartError(f'--dependency: "{text}" must be one of {", ".join(KINDS)}, "=" and a variable\'s name')
    url = environment.get(variable, "")
    if not url:
        return f"{variable} is not set here, so that the service finds its {kind} by itself, past any proxy of ours"
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme.partition("+")[0])
    except ValueError as error:
        raise StartError(f"--dependency {kind}: the URL in {variable} cannot be read") from error
    if obstacle := find_obstacle(parts):
        return f"the URL in {variable} {obstacle}"
    if port is None:
        return f"the URL in {variable} names no port"
    return Dependency(kind, variable, url, parts.hostname or "", port)


def find_obstacle(parts: SplitResult) -> str:
    """Why no proxy can stand before the server that a URL names."""
    if parts.scheme in ENCRYPTED:
        return f"is {parts.scheme}: a proxy under another name would break its encryption"
    if any(word in parts.query.lower() for word in VERIFIED):
        return "demands that the server's certificate carries its name, which a proxy has not"
    if not parts.hostname or "," in parts.netloc:
        return "does not name one host"
    return ""


def parse_exercise(text: str, kinds: Collection[str] = KINDS) -> tuple[str, Exercise]:
    """`ai=POST /v1/chat {"text": "hi"}` as the kind and its exercise. Raises StartError."""
    kind, _, rest = text.partition("=")
    method, _, rest = rest.strip().partition(" ")
    path, _, body = rest.strip().partition(" ")
    if kind not in kinds or method.upper() not in METHODS or not path.startswith("/"):
        raise StartError(f'--exercise: "{text}" must be such as "ai=POST /v1/chat {{...}}"')
    return kind, Exercise(method.upper(), path, body.strip().encode())
