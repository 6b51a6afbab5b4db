"""Values that the code falls back to: which of them open a door, and how to show them without giving them away."""

from __future__ import annotations

import re

from readycheck.scan.environ.names import Kind, judge_name, part_words
from readycheck.scan.late import compile_late
from readycheck.scan.secrets.found import find_addresses
from readycheck.scan.secrets.names import is_password_name, split_name
from readycheck.scan.secrets.redaction import mask, mask_tokens
from readycheck.scan.secrets.values import is_guessable, is_reference, is_stand_in

# Written where no key is needed: a local model, a switched-off feature.
NOTHING = compile_late(
    r"(?:none|null|nil|undefined|n/?a|-+|\*+|x{3,}"
    r"|not?[-_ ]?(?:used|needed|required|set|key|auth)"
    r"|unused|empty|disabled|optional|ignored?|any|anonymous|public|sk-(?:no-key-required|xxx+|\.\.\.)|\.\.\.|default)",
    re.IGNORECASE,
)
BOOLEAN = compile_late(r"(?:true|false|yes|no|on|off|null|undefined)?", re.IGNORECASE)
# Stands for a key that others hand out, and that they would refuse: `dummyAccessToken`.
DUMMY = compile_late(
    r"dummy|fake|placeholder|^your|[-_ ]your[-_ ]|example|un(?:configured|set)|not[-_ ]?(?:configured|set)|missing",
    re.IGNORECASE,
)
COOKIE_NAME = compile_late(r"COOKIE_KEY$", re.IGNORECASE)
BRAND = compile_late(r"TWITTER|GOOGLE|GITHUB|GITLAB|FACEBOOK|DISCORD|SLACK|LINKEDIN|APPLE|MICROSOFT|AZURE|WEBHOOK")
# Keys that others hand out: they would refuse what only stands for one.
OUTSIDE = compile_late(r"(?:API|ACCESS|LICENSE|LICENCE|SERVICE|CLIENT|BOT|WEBHOOK)_?(?:KEY|TOKEN|SECRET)|APIKEY")
SHORT_WORD = compile_late(r"(?:test|dummy|fake|key|token|sk)[-_]?\w{0,8}", re.IGNORECASE)
PATH = compile_late(r"(?:\.{0,2}/|~/|[A-Za-z]:\\)\S*|\S+\.(?:json|pem|key|crt|txt|ya?ml|env)")
HEADER = compile_late(r"(?:[Xx]-)[\w-]+|authorization|bearer|cookie", re.IGNORECASE)
DIGITS = compile_late(r"\d+(?:\.\d+)?\w?")
URL = compile_late(r"^([A-Za-z][\w+.-]*)://(?:[^/\s@]*@)?([^/\s:?#]*)")
STORES = compile_late(
    r"(?:postgres(?:ql)?|mysql|mariadb|mssql|sqlserver|oracle|mongodb|rediss?|valkey|amqps?|clickhouse|cassandra|neo4j"
    r"|bolt|kafka|nats|cockroachdb|memcached)(?:\+[\w.]+)?",
    re.IGNORECASE,
)
LOCAL = compile_late(r"localhost|127(?:\.\d+){3}|\[?::1\]?|0\.0\.0\.0|host\.docker\.internal")


def judge_default(name: str, value: str) -> Kind:
    """What anybody who reads the code gets if a variable falls back to a value: nothing (""), or which sort of secret.

    A password inside a URL counts whatever the variable's name.
    """
    text = value.strip()
    if URL.match(text):
        return next(("database" if one.is_database else "secret" for one in find_addresses(text)), "")
    name = part_words(name)
    kind = judge_name(name)
    return kind if kind and opens_something(name, text) else ""


def opens_something(name: str, text: str) -> bool:
    """Whether a value looks like something that is compared or signed with, by its shape."""
    if any(shape.fullmatch(text) for shape in (PATH, HEADER, BOOLEAN)) or is_reference(text):
        return False
    if is_password_name(name) or (judge_name(name) == "signing" and not BRAND.search(name)):
        return True  # whatever it is, it is the password, and tokens are signed with it
    return not (NOTHING.fullmatch(text) or DIGITS.fullmatch(text) or DUMMY.search(text) or is_harmless(name, text))


def is_harmless(name: str, text: str) -> bool:
    """Whether a value names something, or stands for a key that others hand out and would refuse."""
    if COOKIE_NAME.search(name):
        return not is_guessable(text)
    if OUTSIDE.search(name.upper()) and (is_stand_in(text) or SHORT_WORD.fullmatch(text)):
        return True
    # `TOKEN = getenv("CSRF_TOKEN", "csrf_token")` names something; `SECRET_KEY` = "secret-key" is one.
    words = set(split_name(text))
    return words <= set(split_name(name)) and "secret" not in words


def is_local_store(value: str) -> bool:
    """Whether a value is the address of a database, cache or broker on the machine itself."""
    url = URL.match(value.strip())
    return url is not None and STORES.fullmatch(url[1]) is not None and LOCAL.fullmatch(url[2]) is not None


def find_secret(value: str) -> str:
    """The part of a value that must not be shown: the password of an address, else all of it."""
    return next((one.secret for one in find_addresses(value)), value)


def shorten(value: str) -> str:
    """A value of which at most four characters of the secret part are shown."""
    secret = find_secret(value)
    shown = f"{mask(secret).rstrip('*')}…"
    return mask_tokens(shown if secret == value else value.replace(f":{secret}@", f":{shown}@"))
