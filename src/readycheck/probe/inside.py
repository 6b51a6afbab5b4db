"""What tells of a service's inside in an answer: stack traces, SQL, paths of its files, a framework's debug page."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

MOST = 200_000
SHOWN = 120
CODE = r"(?:py|js|mjs|cjs|ts|tsx|rb|php|java|kt|go|rs|cs|ex|exs|scala)"
FOLDERS = r"(?:home|usr|var|opt|srv|app|root|code|src|workspace|Users|private|builds?|tmp)"

KINDS: Mapping[str, tuple[str, ...]] = {
    "a Python stack trace": (r"Traceback \(most recent call last\)", r"File \"[^\"\n]{1,300}\", line \d+"),
    "a JavaScript stack trace": (
        r"\n?\s+at (?:async )?(?:[\w.<>$\[\] ]{1,100} )?\(?(?:file://|node:|/|[A-Z]:\\)[^\s()]{1,300}:\d+:\d+",
    ),
    "a Java stack trace": (
        r"\bat [\w.$]{3,200}\([\w$]{1,100}\.(?:java|kt|scala):\d+\)",
        r"\bjava\.lang\.\w+(?:Exception|Error)\b",
    ),
    "a .NET stack trace": (
        r"\bat [\w.<>`]{3,200}\([^)\n]{0,200}\) in [^\n]{1,200}:line \d+",
        r"Server Error in '/[^']{0,80}' Application",
    ),
    "a PHP error": (
        r"(?:Fatal error|Parse error|Warning|Notice|Uncaught \w+)</?b?>?:[^\n]{1,300} on line <?b?>?\d+",
        r"Stack trace:\s*\n?#0 ",
    ),
    "a Ruby stack trace": (r"[\w/.-]{1,200}\.rb:\d+:in [`'\"]",),
    "a Go stack trace": (r"goroutine \d+ \[running\]", r"\.go:\d+ \+0x[0-9a-f]+"),
    "a Rust panic": (r"thread '[^'\n]{1,80}' panicked at",),
    "Django's debug page": (r"You're seeing this error because you have <code>DEBUG = True",),
    "Werkzeug's debugger": (r"Werkzeug Debugger", r"__debugger__=yes"),
    "Rails' debug page": (r"Action Controller: Exception caught", r"Rails\.root: /"),
    "Laravel's debug page": (r"Whoops\\Exception", r"Illuminate\\\w+\\", r"ignition-error", r"laravel-exception"),
    "Spring's error with its trace": (r"\"trace\"\s*:\s*\"[\w.]+(?:Exception|Error)",),
    "a stack in JSON": (r"\"(?:stack|stack_?trace|traceback|backtrace)\"\s*:\s*(?:\"[^\"]{20}|\[\s*[\"{])",),
    "words of the database": (
        r"SQLSTATE\[|\bORA-\d{5}\b|SQLITE_(?:ERROR|CONSTRAINT|MISMATCH)|E11000 duplicate key|pg_query\(\)",
        r"syntax error at or near|invalid input syntax for (?:type )?\w+|You have an error in your SQL syntax",
        r"sqlite3\.\w+Error|\bpsycopg2?\.\w|asyncpg\.exceptions|sqlalchemy\.exc|MySQLSyntaxErrorException",
        r"PrismaClient\w*Error|SequelizeDatabaseError|MongoServerError|QueryFailedError|Microsoft OLE DB",
        r"(?:relation|column|table) \\?\"[\w.]+\\?\" (?:of relation \\?\"\w+\\?\" )?does not exist",
        r"invalid byte sequence for encoding|violates (?:unique|foreign key|not-null|check) constraint",
        r"no such (?:table|column): \w+|Unclosed quotation mark after",
    ),
    "SQL": (
        r"\bSELECT\s[^<>{}]{1,300}?\sFROM\s+[\w.\"`]+\s+(?:WHERE|ORDER|LIMIT|JOIN)\b",
        r"\bINSERT INTO\s+[\w.\"`]+\s*\(",
        r"\bUPDATE\s+[\w.\"`]+\s+SET\s+\w+\s*=",
    ),
    "a path of the server's files": (
        rf"(?<![\w\"'=/.:-])/{FOLDERS}/[\w.@/-]{{1,200}}\.{CODE}(?::\d+|\b(?=[\s,;)\"'<]))",
        rf"\b[A-Z]:\\(?:[\w. -]{{1,60}}\\){{1,12}}[\w.-]+\.{CODE}\b",
        rf"\b(?:node_modules|site-packages|vendor/bundle)/[\w.@-]+/[\w.@/-]*\.{CODE}",
    ),
    "an address inside": (r"\bE(?:CONNREFUSED|NOTFOUND|TIMEDOUT|HOSTUNREACH)\b[^<>\n]{0,60}",),
}
FORMS = tuple((kind, re.compile("|".join(forms))) for kind, forms in KINDS.items())
TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Inside:
    """What was recognised, and the first words of it."""

    kind: str
    excerpt: str


def find_inside(text: str, target: str = "") -> Inside | None:
    """The first sign of the inside in an answer to `target`; what the caller sent does not count."""
    plain = html.unescape(TAG.sub("\n", text[:MOST])).replace("\xa0", " ").replace("\\n", "\n")
    for own in {target, unquote(target)}:
        if len(own) > 1:
            plain = plain.replace(own, "")
    for kind, form in FORMS:
        if found := form.search(plain):
            line = plain[found.start() :].strip().partition("\n")[0]
            return Inside(kind, line[:SHOWN].rstrip())
    return None
