"""Secrets in code: tokens of known formats, literals bound to a secret's name, addresses with a password."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.location import Span
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late
from readycheck.scan.literals import read_string
from readycheck.scan.secrets.browser import is_for_browsers
from readycheck.scan.secrets.formats import find_tokens, list_anchors
from readycheck.scan.secrets.found import KIND, Secret, describe_named, find_addresses, make_fact
from readycheck.scan.secrets.names import is_password_name, is_secret_name, split_name
from readycheck.scan.secrets.values import STAND_IN, is_guessable, is_reference, is_stand_in, looks_made
from readycheck.scan.unit import Unit

if TYPE_CHECKING:
    from ast_grep_py import SgNode

KINDS = (KIND,)
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
PARTS = ("secret", "passw", "token", "api_key", "apikey", "private_key", "access_key", "credential", "_pass", "pwd")
SCHEMES = (
    "postgres://", "postgresql://", "asyncpg://", "psycopg://", "psycopg2://", "mysql://", "pymysql://", "aiomysql://",
    "asyncmy://", "mysqldb://", "mongodb://", "srv://", "redis://", "rediss://", "amqp://", "amqps://", "mssql://",
    "pyodbc://",
)  # fmt: skip
ANCHORS = (*list_anchors(), *(f"*{part}*" for part in PARTS), *SCHEMES)
# A name and the literal that is bound to it, compared with it or given under it, on one line or the next.
BOUND = compile_late(
    r"""
    (?P<name>[A-Za-z_$][\w$-]*)[\"'\]]*\s*
    (?::\s*[\w.\[\]|, ]{1,60}?)?
    (?P<sign>=>|[!=]==?|[:=])\s*
    (?:SecretStr\(|str\(|Buffer\.from\(|[rbuf]{1,2}(?=[\"']))?
    (?P<quote>\"\"\"|[\"'`])(?P<value>(?:\\.|(?!(?P=quote))[^\n\\]){1,400})(?P=quote)
    """,
    re.VERBOSE,
)
# Where the framework takes a literal as its secret, whatever the literal looks like.
SETTINGS = frozenset(
    {"SECRET_KEY", "JWT_SECRET_KEY", "secret_key", "SESSION_SECRET", "JWT_SECRET", "NEXTAUTH_SECRET", "COOKIE_SECRET"}
)
# `PGPASSWORD` names a variable, `label.current-password` a text, `OnePassword` a member of an enumeration.
NAME = compile_late(r"[A-Z][A-Z_]+|[\w-]+(?:[.:/][\w-]+)+")
PASCAL = compile_late(r"[A-Z]\w*[a-z]")
EXAMPLE = compile_late(r"(?i)\bexamples?[\"']?\s*[=:(]")
DEVELOPMENT = compile_late(
    r"(?:^|[._])(?:dev|test|local)|Dev(?![a-z]|ice)|Development|Test(?:ing|s)?(?![a-z])|Local(?![a-z])"
)
HOSTS = frozenset({"host", "hostname", "server", "port"})
USERS = frozenset({"user", "username", "uid"})
FALLBACK = compile_late(
    r"(?:process\.env\b|import\.meta\.env\b|\benv\b|getenv|environ)[^\n;]{0,120}(?:\|\||\?\?|,|\bor\b)\s*[\"'`(]*$"
)
MOST = 200
MOST_OPTIONS = 24  # more are no options: the texts of a page, a table of everything
SEEDS = compile_late(r"(?:^|/)(?:seeds?|seeders?|seeding|fixtures?)/|(?:^|/)seed\w*\.\w+$")


class Source:
    """One unit and where its lines and strings are."""

    def __init__(self, unit: Unit) -> None:
        """Take the unit; the tree is only asked for where a literal has to be one."""
        self.unit = unit

    @cached_property
    def starts(self) -> list[int]:
        """The offset of each line."""
        return [0, *(found.end() for found in re.finditer("\n", self.unit.text))]

    @cached_property
    def strings(self) -> Mapping[int, SgNode]:
        """The string literals by the offset of their opening quote."""
        kinds = ("string",) if self.unit.language is Language.PYTHON else ("string", "template_string")
        found = {}
        for node in (one for kind in kinds for one in self.unit.find_kind(kind)):
            opening = node.children()[0] if node.children() else node
            found[opening.range().end.index] = node
        return found

    @cached_property
    def is_django(self) -> bool:
        """Whether the module holds the settings of a Django project."""
        return "INSTALLED_APPS" in self.unit.text or "django" in self.unit.text

    def place(self, start: int, end: int) -> Span:
        """The span between two offsets."""
        first, last = (bisect_right(self.starts, offset) - 1 for offset in (start, end))
        return self.unit.span(first, start - self.starts[first], last, end - self.starts[last])


def collect(unit: Unit) -> Iterator[Fact]:
    """The secrets of one file, each place once: the most telling sort first."""
    source = Source(unit)
    taken: list[tuple[int, int]] = []
    for start, end, secret in (*find_formats(source), *find_in_addresses(source), *find_bound(source)):
        if any(start < other_end and other_start < end for other_start, other_end in taken):
            continue
        taken.append((start, end))
        if secret is not None and len(taken) <= MOST:
            yield make_fact(unit.text[start:end], source.place(start, end), secret)


def find_formats(source: Source) -> Iterator[tuple[int, int, Secret | None]]:
    """Tokens of known formats, in comments too: who reads the file reads them. None: one that is made for browsers."""
    text = source.unit.text
    for token in find_tokens(text):
        before = text[text.rfind("\n", 0, token.start) + 1 : token.start]
        is_public = is_for_browsers(token.title, text, token.start) or EXAMPLE.search(before) is not None
        yield token.start, token.end, None if is_public else Secret(token.title, "code")


def find_in_addresses(source: Source) -> Iterator[tuple[int, int, Secret]]:
    """Passwords in addresses that are string literals; what only stands in for a variable is told elsewhere."""
    text = source.unit.text
    for one in find_addresses(text) if "://" in text else ():
        if FALLBACK.search(text[text.rfind("\n", 0, one.start) + 1 : one.start]):
            continue
        node = find_string(source, one.start)
        if node is not None and not is_documentation(node):
            secret = Secret(f"a password in a {one.scheme} address", "code", area="database" if one.is_database else "")
            yield one.secret_start, one.secret_start + len(one.secret), secret


def find_string(source: Source, offset: int) -> SgNode | None:
    """The string literal in which an offset lies."""
    for start, node in source.strings.items():
        if start <= offset < node.range().end.index:
            return node
    return None


def is_documentation(node: SgNode) -> bool:
    """Whether a string stands alone as a statement: a docstring."""
    parent = node.parent()
    return parent is not None and parent.kind() == "expression_statement"


def find_bound(source: Source) -> Iterator[tuple[int, int, Secret]]:
    """Literals that are bound to a name which is that of a secret."""
    for line_start, line_end in find_lines(source):
        for found in BOUND.finditer(source.unit.text, line_start, line_end):
            name, value = found["name"], found["value"]
            if not is_secret_name(name) or is_reference(value) or PASCAL.match(name):
                continue
            node = source.strings.get(found.start("value"))
            if node is not None and read_string(node)[0] and is_secret_value(source, found, node):
                area = "database" if is_connection(node) else ""
                secret = describe_named(name, "code", area=area)
                yield found.start("value"), found.end("value"), replace(secret, exempt=find_exemption(source, node))


def find_exemption(source: Source, node: SgNode) -> str:
    """Why a literal counts for nothing: it stands in a class or a function for development or for tests."""
    if SEEDS.search(source.unit.path):
        return "in the data that a database is filled with for development"
    symbol = source.unit.bindings.enclosing_symbol(node)
    return f"in `{symbol}`, which is for development" if DEVELOPMENT.search(symbol) else ""


def find_lines(source: Source) -> Iterator[tuple[int, int]]:
    """The lines that hold a part of a secret's name, with the line below them."""
    lower = source.unit.text.lower()
    seen = set()
    for part in (*PARTS, "key"):
        offset = lower.find(part)
        while offset >= 0:
            line = bisect_right(source.starts, offset) - 1
            seen.add(line)
            following = source.starts[line + 1] if line + 1 < len(source.starts) else len(lower)
            offset = lower.find(part, following)
    length = len(source.unit.text)
    for line in sorted(seen):
        yield source.starts[line], source.starts[line + 2] if line + 2 < len(source.starts) else length


def is_secret_value(source: Source, found: re.Match[str], node: SgNode) -> bool:
    """Whether the literal is a secret: made by a machine, or one that the framework or a database takes as it is."""
    name, value = found["name"], found["value"]
    if is_sink(source, name, node):
        return len(value) > 1
    if split_name(value) == split_name(name):
        return False
    if is_password_name(name) and is_connection(node) and found["sign"] in (":", "="):
        return is_taken_as_it_is(value)
    if not looks_made(value) or is_stand_in(value) or (is_guessable(value) and not is_password_name(name)):
        return False
    return not is_field(node)  # what a field of the settings falls back to is a rule of its own


def is_field(node: SgNode) -> bool:
    """Whether a literal is the default of a field in a class of settings."""
    for parent in node.ancestors():
        if parent.kind() == "class_definition":
            bases = parent.field("superclasses")
            return bases is not None and "Settings" in bases.text()
        if parent.kind() == "assignment" and parent.field("type") is None:
            return False
    return False


def is_taken_as_it_is(value: str) -> bool:
    """Whether what stands for the password of a connection is one, however weak: no name of a variable or of a text."""
    return len(value) > 1 and not NAME.fullmatch(value) and (is_guessable(value) or not STAND_IN.search(value))


def is_sink(source: Source, name: str, node: SgNode) -> bool:
    """Whether the name is a setting by which a framework signs: one of an application's object, or of Django."""
    parent = node.parent() if name in SETTINGS else None
    left = parent.field("left") if parent is not None and parent.kind() == "assignment" else None
    if left is None:
        return False
    is_member = left.kind() in ("attribute", "subscript")
    return is_member or (left.kind() == "identifier" and name == "SECRET_KEY" and source.is_django)


def is_connection(node: SgNode) -> bool:
    """Whether a literal stands among a host and a user: in the options or arguments of a connection."""
    for _, holder in zip(range(3), node.ancestors(), strict=False):
        if holder.kind() in ("object", "dictionary", "argument_list"):
            names = {word for child in holder.named_children() if (word := name_of(child))}
            return len(names) <= MOST_OPTIONS and not HOSTS.isdisjoint(names) and not USERS.isdisjoint(names)
    return False


def name_of(child: SgNode) -> str:
    """The name of a property, a dictionary's key or a keyword argument, in lower case."""
    key = child.field("key") or child.field("name")
    return key.text().strip("\"'").lower() if key is not None else ""
