"""What a body gives away: credentials, stacks, the insides of the network. Secrets come redacted, shapes are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

DSN = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@\"'<>]*:[^\s/@\"'<>]+@[^\s\"'<>]+", re.IGNORECASE)
SECRET = re.compile(
    r"""(?ix) ["']? \b [\w.-]* (?: password | passwd | secret | api[_-]?key | private[_-]?key | access[_-]?key
        | signing[_-]?key | database[_-]?url | connection[_-]?string ) [\w-]* ["']? \s* [:=] \s*
        (?! ["']? (?: true | false | null | none | \*+ | \[?(?:redacted|hidden|masked|filtered)\]? )
            ["']? \s* (?: [,}\s;] | $ ) )
        (?! ["']? (?: AI | pk ) )  # keys that are made to be public
        (?: "[^"]{3,}" | '[^']{3,}' | [\w/+@:.-]{2,}\[redacted\] | [\w/+@:.-]{3,} )"""
)
KEY_BLOCK = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
STACK = re.compile(
    r"Traceback \(most recent call last\)|^\s+at [\w.<>$ \[\]]+ \(?(?:file://|node:|/|[A-Z]:\\)[^\n]+:\d+:\d+\)?"
    r"|\\n\s+at [\w.<>$ ]+ \(|File \\?\"[^\"\n]+\.py\\?\", line \d+|at [\w.$]+\([\w]+\.java:\d+\)|goroutine \d+ \[",
    re.MULTILINE,
)
DRIVER = re.compile(
    r"ECONNREFUSED|ENOTFOUND|getaddrinfo|connection to server at|could not translate host name|password authentication"
    r"|OperationalError|psycopg|SQLSTATE|asyncpg\.|redis\.exceptions|MongoServerSelectionError"
)
ADDRESS = re.compile(r"\b(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}\b")
HOST = re.compile(r'(?i)"(?:hostname|db_?host|database_?host|redis_?host|host)"\s*:\s*"(?!localhost")[^"]+"')
RUNTIME = re.compile(
    r'(?i)"(?:node|node_?version|python|python_?version|postgres|postgres(?:ql)?_?version|platform|v8|openssl|runtime)"'
    r'\s*:\s*"[^"]*\d+\.\d+[^"]*"|PostgreSQL \d+\.\d+|\bPython 3\.\d+\.\d+'
)
ENVIRONMENT = re.compile(r'"(?:PATH|HOME|PWD|NODE_ENV|PYTHONPATH)"\s*:|^(?:PATH|HOME)=', re.MULTILINE)

SEVERE = (
    ("an address with a password", DSN),
    ("a private key", KEY_BLOCK),
    ("a secret", SECRET),
    ("a stack trace", STACK),
    ("environment variables", ENVIRONMENT),
)
INSIDE = (
    ("an error of a driver", DRIVER),
    ("an internal address", ADDRESS),
    ("the name of a host", HOST),
    ("versions of what it runs on", RUNTIME),
)
CREDENTIALS = frozenset({"an address with a password", "a private key", "a secret"})


def find_severe(text: str) -> Iterator[str]:
    """What nobody outside may ever see, by its kind."""
    return (kind for kind, form in SEVERE if form.search(text))


def find_insides(text: str) -> Iterator[str]:
    """What helps an attacker and no caller, by its kind."""
    return (kind for kind, form in INSIDE if form.search(text))
