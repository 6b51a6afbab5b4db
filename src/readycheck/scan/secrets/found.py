"""A secret that was found in a file, as a fact: everything about it but itself.

`secret`: `title` (what it is: `a GitHub token`), `name` (what it is bound to, or empty), `shown` (at most four of its
characters), `digest`, `area` (`database`, `signing` or empty), `guessable` (among those that are tried first), `source`
(`code`, `compose`, `kubernetes`, `dotenv`, `image`, `pipeline`, `settings`, `sql`), `fallback` (only used where the
environment says nothing), `exempt` (why it counts for nothing, or empty).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from readycheck.model.evidence import Fact
from readycheck.model.location import Span
from readycheck.scan.late import compile_late
from readycheck.scan.secrets.names import is_password_name, is_signing_name, split_name
from readycheck.scan.secrets.redaction import digest, mask, redact_span
from readycheck.scan.secrets.values import is_guessable, is_reference, is_stand_in

KIND = "secret"
# Begins with what is rare, so that the search skips from one to the next; the scheme is read backwards from there.
PASSWORD = compile_late(r"://(?P<user>[^\s/:@\"'`<>]*):(?P<secret>[^\s/@\"'`<>]+)@(?P<host>[^\s/\"'`?<>]*)")
SCHEME = compile_late(r"[a-z][a-z0-9]*(?:\+[a-z0-9]+)*$")
LONGEST_SCHEME = 40
WORD_FOR_PASSWORD = compile_late(r"(?i)(?:db_?)?(?:pass(?:word|wd)?|pwd|secret|token|key|p|pw|api_?key)")
WORD_FOR_USER = compile_late(r"(?i)(?:db_?)?(?:user(?:_?name)?|login|me|you|role|u|name)")
WORD_FOR_HOST = compile_late(
    r"(?i)(?:db_?)?(?:host(?:name)?|server|address|domain|h)(?::(?:\d+|port))?|[\w.-]*example[\w.-]*(?::\d+)?"
)
LOCAL = compile_late(r"localhost|127\.0\.0\.1")
DATABASES = frozenset(
    {
        "postgres",
        "postgresql",
        "mysql",
        "mariadb",
        "mongodb",
        "mssql",
        "oracle",
        "cockroachdb",
        "sqlserver",
        "clickhouse",
    }
)
DATABASE_WORDS = frozenset({
    "postgres", "postgresql", "pg", "pgpassword", "mysql", "mariadb", "mongo", "mongodb", "database", "db", "sql",
    "mssql", "sa", "initdb", "cockroach", "clickhouse", "timescale", "supabase", "rds",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Address:
    """An address with a password in it, and the offsets at which it and the password begin."""

    scheme: str
    user: str
    secret: str
    host: str
    start: int
    secret_start: int

    @property
    def is_database(self) -> bool:
        """Whether it is one of a database."""
        return self.scheme in DATABASES


@dataclass(frozen=True, slots=True)
class Secret:
    """What is known of a secret beside its value."""

    title: str
    source: str
    name: str = ""
    area: str = ""
    fallback: bool = False
    exempt: str = ""


def make_fact(value: str, span: Span, secret: Secret) -> Fact:
    """The fact, without the value."""
    return Fact(
        KIND,
        redact_span(span, value),
        {
            "title": secret.title,
            "name": secret.name,
            "shown": mask(value)[:4].rstrip("*"),
            "digest": digest(value),
            "area": secret.area,
            "guessable": is_guessable(value),
            "source": secret.source,
            "fallback": secret.fallback,
            "exempt": secret.exempt,
        },
    )


def describe_named(name: str, source: str, *, area: str = "", fallback: bool = False) -> Secret:
    """A secret that its name gives away."""
    words = split_name(name)
    title = "a password" if is_password_name(name) else "a token" if words[-1:] == ("token",) else "a secret"
    return Secret(title, source, name, area or area_of(name), fallback)


def area_of(name: str) -> str:
    """What a named secret opens: the database, the sessions of the users, or something else."""
    if is_signing_name(name):
        return "signing"
    return "database" if is_password_name(name) and not DATABASE_WORDS.isdisjoint(split_name(name)) else ""


def find_addresses(text: str) -> Iterator[Address]:
    """The addresses in a text that hold a literal password."""
    for one in read_addresses(text):
        parts = (one.secret, one.user or "-", one.host or "-")
        if any(map(is_reference, parts)) or is_pattern(*parts):
            continue
        if is_stand_in(one.secret) and not (one.is_database and is_guessable(one.secret)):
            continue
        yield one


def read_addresses(text: str) -> Iterator[Address]:
    """The addresses in a text that hold a password, be it the name of a variable."""
    for found in PASSWORD.finditer(text) if "@" in text else ():
        before = SCHEME.search(text[max(0, found.start() - LONGEST_SCHEME) : found.start()])
        if before is not None:
            scheme, start = before[0].partition("+")[0], found.start() - len(before[0])
            yield Address(scheme, found["user"], found["secret"], found["host"], start, found.start("secret"))


def is_pattern(secret: str, user: str, host: str) -> bool:
    """Whether an address only shows the form: `postgresql://user:password@host/db`."""
    if {secret, user} == {"test"} and LOCAL.match(host):
        return True
    if WORD_FOR_PASSWORD.fullmatch(secret) is None:
        return False
    return WORD_FOR_USER.fullmatch(user) is not None or WORD_FOR_HOST.fullmatch(host) is not None
