"""What may be shown of a secret: at most four characters, and a hash by which two places can be told to hold the same.

Whatever a rule finds carries source lines along, and any rule may match beside a secret. So all matches and facts of
a file pass through here before they leave the worker: into the report, the fingerprints, and the cache on the disk.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from readycheck.model.evidence import Fact, Match
from readycheck.model.location import Span, Where
from readycheck.scan.late import compile_late
from readycheck.scan.secrets.formats import FORMATS, JSON_WEB_TOKEN, find_tokens
from readycheck.scan.secrets.names import is_secret_name
from readycheck.scan.secrets.values import is_guessable, is_reference, is_stand_in

MOST_SHOWN = 4
MASK = "*"
DIGEST = 8
LEAST_PREFIX = 4
# Words without which nothing in a line is taken for a secret: the cheap look before the thorough one.
PERHAPS = compile_late(
    "|".join(re.escape(word) for word in dict.fromkeys(word for one in FORMATS for word in one.words))
    + r"|://[^/\s]*@|eyJ|PRIVATE KEY|(?i:pass|pwd|secret|token|credential|key|authorization|bearer|basic )"
)
# The prefix of a documented token and what belongs to it, however much of it a cut-off line still shows.
PREFIXED = compile_late(
    r"(?<![\w-])(?:"
    + "|".join(
        re.escape(word)
        for one in FORMATS
        for word in one.words
        if len(word) >= LEAST_PREFIX
        and word.lower() not in ("access_token$", "api/webhooks/", "hooks.slack.com", "key-")
    )
    + r")[\w.+/=-]{12,}"
)
IN_ADDRESS = compile_late(r"(?<=://)(?P<user>[^\s/:@\"'`]*):(?P<secret>[^\s/@\"'`]+)(?=@)")
IN_HEADER = compile_late(r"(?i:bearer|basic)\s+(?P<secret>[\w.+/=~-]{12,})")
# A name, then what is bound to it on the same line: quoted behind whatever stands between, or bare after `:` or `=`.
NAMED = compile_late(
    r"(?P<name>[A-Za-z_$][\w$.-]*)[\"'`\]]*\s*(?::\s*[\w.\[\] |]{1,40})?(?:[:=]|[!=]==?|=>|:=)\s*"
    r"(?:SecretStr\(|str\(|Buffer\.from\(|Field\((?:default=)?|[rbuf]{1,2}(?=[\"']))?"
    r"(?P<quote>[\"'`])(?P<secret>(?:\\.|(?!(?P=quote))[^\n\\])+)(?P=quote)"
)
BARE = compile_late(
    r"(?m)^\s*(?:-\s+|export\s+|ENV\s+|ARG\s+)?(?P<name>[A-Za-z_][\w.-]*)\s*[:=]\s*(?P<secret>[^\s\"'`#(){}\[\],;]{6,})\s*(?:#.*)?$"
)
FALLBACK = compile_late(
    r"(?P<name>[A-Za-z_$][\w$.]*)[\"'\])]*\s*(?:\|\||\?\?|,|\bor\b|,\s*default=|:-)\s*(?P<quote>[\"'`])(?P<secret>(?:(?!(?P=quote))[^\n])+)(?P=quote)"
)
# `${JWT_SECRET:-kitten}` in compose files and shell scripts.
SUBSTITUTED = compile_late(r"\$\{(?P<name>\w+):?-(?P<secret>[^${}\n]+)\}")
KEY_LINE = compile_late(r"(?m)(?<=-----\n)(?P<secret>(?:[\"'`\s]*[A-Za-z0-9+/=]{20,}[\"'`,\\n\s]*)+)")


def mask(secret: str) -> str:
    """The secret with all but its first characters masked; as long as before, so that columns still hold.

    A quarter of it is shown, and never more than four characters.
    """
    shown = min(MOST_SHOWN, len(secret) // 4)
    return secret[:shown] + "".join(one if one == "\n" else MASK for one in secret[shown:])


def digest(secret: str) -> str:
    """What tells two secrets apart without giving either away: the start of a hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()[:DIGEST]


def mask_tokens(text: str) -> str:
    """A text of our own (a message) without tokens, and without passwords in addresses."""
    if PERHAPS.search(text) is None:
        return text
    for pattern in (IN_ADDRESS, IN_HEADER):
        text = pattern.sub(mask_group, text)
    for pattern in (PREFIXED, JSON_WEB_TOKEN):
        text = pattern.sub(lambda found: mask(found[0]), text)
    for token in find_tokens(text):
        text = text[: token.start] + mask(text[token.start : token.end]) + text[token.end :]
    return text


def mask_text(text: str) -> str:
    """A piece of source without the secrets in it: tokens, passwords in addresses, literals bound to a secret's name.

    In doubt it masks: a snippet that shows too little costs a look at the file.
    """
    if PERHAPS.search(text) is None:
        return text
    for pattern in (FALLBACK, NAMED, BARE, SUBSTITUTED):
        text = pattern.sub(mask_named, text)
    if "PRIVATE KEY" in text:
        text = KEY_LINE.sub(mask_group, text)
    return mask_tokens(text)


def mask_named(found: re.Match[str]) -> str:
    """The match with its value masked if the name is that of a secret and the value is one."""
    value = found["secret"]
    name = found["name"].rpartition(".")[2]
    if not is_secret_name(name) or is_reference(value) or (is_stand_in(value) and "://" not in value):
        return found[0]
    return mask_group(found)


def mask_group(found: re.Match[str]) -> str:
    """The match with its group `secret` masked."""
    start, end = found.start("secret") - found.start(), found.end("secret") - found.start()
    return found[0][:start] + mask(found["secret"]) + found[0][end:]


def hide(text: str, secret: str) -> str:
    """A text in which a secret that is known no longer stands."""
    return text.replace(secret, mask(secret)) if secret else text


def redact_span(span: Span, secret: str = "") -> Span:
    """A span whose snippet shows no secret, among them the one that is known, which may be all of the span."""
    snippet, start = span.snippet, span.column - span.snippet_column
    if secret and snippet[start : start + len(secret)] == secret:
        snippet = snippet[:start] + mask(secret) + snippet[start + len(secret) :]
    if not is_guessable(secret) or snippet == span.snippet:  # a word that everybody knows may stand elsewhere, too
        snippet = hide(snippet, secret)
    snippet = mask_text(snippet)
    return span if snippet == span.snippet else replace(span, snippet=snippet)


def redact_where(where: Where) -> Where:
    """A place whose snippet, if it has one, shows no secret."""
    return redact_span(where) if isinstance(where, Span) else where


def redact_match(match: Match) -> Match:
    """A match that shows no secret: not in its snippets, its text (which the fingerprint hashes) or its message."""
    where, also = redact_where(match.where), tuple(map(redact_where, match.also))
    text, message = mask_text(match.text), mask_tokens(match.message)
    if (where, also, text, message) == (match.where, match.also, match.text, match.message):
        return match
    return replace(match, where=where, also=also, text=text, message=message)


def redact_fact(fact: Fact) -> Fact:
    """A fact whose place shows no secret; its data is its collector's own affair."""
    where = redact_span(fact.where)
    return fact if where is fact.where else replace(fact, where=where)
