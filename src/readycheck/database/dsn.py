"""Where a database is: the forms in which a DSN is written, and how it is named without its password."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

HIDDEN = "***"
SECRETS = ("password", "sslpassword", "oauth_client_secret")
SCHEMES = ("postgresql", "postgres")
LOCAL = ("localhost", "127.0.0.1", "::1", "")


class DsnError(ValueError):
    """A text that is no DSN of Postgres. The message never repeats it: a password may be in it."""


@dataclass(frozen=True, slots=True)
class Dsn:
    """A DSN that can be connected to.

    `conninfo` is what the driver takes, `secrets` are the texts that no message may show, `ignored` the parameters
    that belong to an ORM and not to Postgres.
    """

    conninfo: str = field(repr=False)
    name: str
    secrets: tuple[str, ...] = field(default=(), repr=False)
    ignored: tuple[str, ...] = ()

    @property
    def has_password(self) -> bool:
        """Whether a password stands in the DSN itself."""
        return bool(self.secrets)

    def redact(self, text: str) -> str:
        """A text of the driver's or of the server's in one line, in which no password stands."""
        for secret in self.secrets:
            text = text.replace(secret, HIDDEN)
        return " ".join(text.split())


def parse_dsn(text: str) -> Dsn:
    """A URL (`postgresql://user@host:5432/name`) or key words (`host=... dbname=...`).

    Drivers in the scheme (`postgresql+asyncpg://`) and an ORM's parameters (`?schema=public`) are taken off.

    Raises:
        DsnError: it is neither.
    """
    from psycopg import ProgrammingError  # noqa: PLC0415 - start-up time
    from psycopg.conninfo import conninfo_to_dict, make_conninfo  # noqa: PLC0415 - likewise

    plain, ignored = take_off(text.strip())
    try:
        parts = {key: str(value) for key, value in conninfo_to_dict(plain).items() if value is not None}
    except ProgrammingError:
        raise DsnError(
            "no connection string that Postgres understands: postgresql://USER@HOST:PORT/NAME, or host=... dbname=..."
        ) from None  # the driver's own words repeat the text
    secrets = [form for key in SECRETS if parts.get(key) for form in spell(parts[key])]
    return Dsn(make_conninfo(**parts), describe(parts), tuple(dict.fromkeys(secrets)), ignored)


def take_off(text: str) -> tuple[str, tuple[str, ...]]:
    """A URL without what other programs add to it, and the names of what was taken off."""
    scheme, mark, rest = text.partition("://")
    if not mark or not re.fullmatch(r"[\w+.-]+", scheme):
        if not re.search(r"\w\s*=", text):
            raise DsnError("no connection string: postgresql://USER@HOST:PORT/NAME, or host=... dbname=...")
        return text, ()
    base = scheme.lower().partition("+")[0]
    if base not in SCHEMES:
        raise DsnError(f"{scheme}: only Postgres is looked into so far")
    head, _, query = rest.partition("?")
    known: list[tuple[str, str]] = []
    ignored: list[tuple[str, str]] = []
    for name, value in parse_qsl(query, keep_blank_values=True):
        (known if name in list_keywords() else ignored).append((name, value))
    tail = f"?{urlencode(known, quote_via=quote)}" if known else ""
    return f"postgresql://{head}{tail}", tuple(dict.fromkeys(name for name, _ in ignored))


def list_keywords() -> frozenset[str]:
    """The parameters that the driver's libpq knows."""
    from psycopg.pq import Conninfo  # noqa: PLC0415 - start-up time

    return frozenset(option.keyword.decode() for option in Conninfo.get_defaults())


def spell(secret: str) -> tuple[str, ...]:
    """The ways in which a password may be written."""
    return tuple(dict.fromkeys((secret, quote(secret, safe=""), quote(secret))))


def describe(parts: dict[str, str]) -> str:
    """`postgresql://user@host:5432/name`, the name under which reports speak of the database."""
    user = f"{parts['user']}@" if parts.get("user") else ""
    host = parts.get("host") or parts.get("hostaddr") or "localhost"
    port = f":{parts['port']}" if parts.get("port") else ""
    return f"postgresql://{user}{host}{port}/{parts.get('dbname') or parts.get('user') or ''}"


def is_local(host: str) -> bool:
    """Whether a host is this machine, or a socket in its file system."""
    return host in LOCAL or host.startswith("/") or urlsplit(f"//{host}").hostname in LOCAL
