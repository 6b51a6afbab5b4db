"""Which names are those of secrets.

Many hold such a word and are none: `TOKEN_TTL`, `PASSWORD_MIN_LENGTH`, `page_token`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from readycheck.scan.late import compile_late

WORDS = compile_late(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
# The last word of a secret's name.
LAST = frozenset({
    "password", "passwd", "passwort", "passphrase", "pwd", "secret", "secrets", "token", "credential", "credentials",
    "apikey", "secretkey", "privatekey", "authtoken", "accesstoken", "apisecret", "apitoken", "pat",
})  # fmt: skip
# The word before `key` that makes it a secret one.
BEFORE_KEY = frozenset({
    "api", "secret", "private", "access", "auth", "signing", "encryption", "master", "jwt", "session", "push",
    "operator", "service", "admin", "account", "hmac", "webhook", "deploy", "app", "crypto", "cipher", "aes", "fernet",
    "cookie", "shared", "internal", "server", "licence", "license", "root", "sso", "sign", "secure",
})  # fmt: skip
# Before `token`: pieces of text, pages of results, what a browser is given anyway.
NO_TOKEN = frozenset({
    "local", "lock", "claims", "fence", "page", "next", "prev", "previous", "continuation", "csrf", "xsrf", "eos",
    "bos", "pad", "unk", "mask", "sep", "cls", "stop", "special", "end", "start", "begin", "sync", "cancel",
    "cancellation", "cursor", "resume", "invalid", "expired", "line", "first", "last", "delimiter", "close", "open",
    "keyword", "string", "number", "current", "lookahead", "placeholder", "design", "theme", "color", "stream",
    "image", "audio", "video", "think", "per", "template", "fcm", "device", "max", "min", "total", "count", "role",
    "text", "output", "input", "type", "missing", "no", "used", "remote",
})  # fmt: skip
# Anywhere in a name: what is public by design, or about the secret and not the secret.
PUBLIC = frozenset({
    "redacted", "masked", "public", "publishable", "pub", "anon", "site", "client_id", "min", "max", "length",
    "regex", "pattern", "label", "placeholder", "hint", "error", "message", "field", "url", "uri", "path",
    "endpoint", "header", "cookie_name", "hashed", "hash", "forgot", "reset", "confirm", "confirmation", "repeat",
    "invalid", "wrong", "missing", "required", "requires", "show", "hide", "toggle", "validate", "has", "is", "use",
    "enable", "disable", "test", "mock", "fake", "example", "sample", "dummy", "msg", "title", "description",
    "help", "text", "prompt", "grant", "without", "bad", "incorrect", "update", "change", "set", "get", "no",
    "recaptcha_site", "reserved", "idempotency", "partition",
})  # fmt: skip
# Behind the name: which one of several secrets it is.
WHICH = frozenset({
    "dev", "development", "prod", "production", "staging", "local", "live", "old", "new", "previous", "current",
    "backup",    "primary", "secondary", "default", "fallback", "value", "base64", "b64", "plain", "raw", "str",
})  # fmt: skip


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Whether something of that name holds a secret, whatever the spelling: `dbPassword`, `AWS_SECRET_ACCESS_KEY`."""
    words = split_name(name)
    while len(words) > 1 and (words[-1] in WHICH or words[-1].isdigit()):
        words = words[:-1]
    if not words or not PUBLIC.isdisjoint(words):
        return False
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    if last == "key":
        return before in BEFORE_KEY
    if last == "pass":
        return bool(before) and before not in (
            "by",
            "first",
            "second",
            "boarding",
            "render",
            "two",
            "one",
            "low",
            "high",
        )
    if last == "token":
        return before not in NO_TOKEN
    return last in LAST


def split_name(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: `awsSecretKey` and `AWS-SECRET_KEY` -> aws, secret, key."""
    return tuple(word.lower() for word in WORDS.findall(name))


def is_password_name(name: str) -> bool:
    """Whether something of that name holds a password, as opposed to a key or a token."""
    words = set(split_name(name))
    return is_secret_name(name) and not words.isdisjoint(
        {"password", "passwd", "passwort", "pwd", "pass", "passphrase"}
    )


def is_signing_name(name: str) -> bool:
    """Whether something of that name signs tokens or sessions: `JWT_SECRET`, `SECRET_KEY`, `AUTH_SECRET`."""
    words = split_name(name)
    while len(words) > 1 and (words[-1] in WHICH or words[-1].isdigit()):
        words = words[:-1]
    if "webhook" in words or "client" in words or not is_secret_name(name):
        return False
    if {"jwt", "jws"} & set(words) and words[-1] in ("secret", "key"):
        return True
    joined = "_".join(words)
    return re.fullmatch(
        r"(?:\w+_)?(?:(?:access|refresh|auth|id)_token|token|session|cookie|auth|nextauth|app|signing|django|flask)_secret(?:_key)?"
        r"|(?:\w+_)?secret_key(?:_base)?|signing_key|token_key|session_key|(?:(?:app|django|flask)_)?secret_key",
        joined,
    ) is not None and not {
        "aws",
        "stripe",
        "s3",
        "minio",
        "paypal",
        "recaptcha",
        "captcha",
        "turnstile",
        "oauth",
    } & set(words)
