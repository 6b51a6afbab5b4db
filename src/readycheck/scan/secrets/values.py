"""What a text says about itself: that it stands for a secret to come, that it is one, or that everybody guesses it."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise

from readycheck.scan.late import compile_late

# What people write where a secret belongs. Words count only where no letter stands beside them.
STAND_IN = compile_late(
    r"""
    (?<![a-z])(?:example|examples|placeholder|dummy|fake|sample|mock|foo|foobar|bar|baz|todo|tbd|redacted|masked|hidden
        |removed|insert|replace|fill|enter|paste|your|yours|my[-_ ]?(?:api|secret|token|key|password)|some|goes|xyz
        |not[-_ ]?(?:used|set|needed|required|real|applicable|a[-_ ]?secret)|n/?a|none|null|nil|undefined|unset|empty
        |optional|required|unused|invalid|unknown|disabled|noop)(?![a-z])
    |change[-_ ]?(?:me|this|it|in)|changed?[-_ ]?(?:me|it)|replace[-_ ]?(?:me|this|with)|put[-_ ]?your
    |set[-_ ]?(?:me|this)
    |x{4,}|\*{3,}|\.{3,}|-{6,}|_{4,}|<[^<>]*>|…|EXAMPLE|PLACEHOLDER
    |0{8,}|(?:0123456789|123456789\d|abcdefghij)
    """,
    re.IGNORECASE | re.VERBOSE,
)
# What is filled in later: shell, compose, Helm, Jinja, GitHub Actions, Python and JavaScript templates, secret stores.
REFERENCE = compile_late(
    r"""
    \$\{|\$\(|\{\{|\}\}|<%|%\(|^%\w+%$|^\$[A-Za-z_]\w*$|\{[^{}]+\}|^\{\}$|^@|^!|^\#\{|^:'?\w+'?$
    |^(?:env|vault|file|ssm|sops|secret|secrets|ref|op|azurekeyvault|awssm|gcpsm|doppler|infisical)(?::|\(|\.)|^arn:aws
    |^process\.env|^os\.environ|^ENC\[|^\(\(|^/(?:run|etc|var|vault|secrets?|home|opt|app|mnt|usr|tmp)/
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Passwords and secrets that are tried first; the last group catches them with a year, a digit or a mark behind.
GUESSABLE = compile_late(
    r"""
    (?:(?:super|dev|development|local|test|testing|my|the|jwt|app|django|flask|session|cookie|default|secret|auth
        |access|refresh|some|very|really|top|shared|signing|strong|random|production|prod|token|api|private)[-_ ]*)*
    (?:secret|secret[-_ ]?key|key|token|password|passwd|passw0rd|p@ssw0rd|p@ssword|pass|pwd|admin|administrator|root
        |user|guest|postgres|postgresql|mysql|mongo|redis|rabbitmq|minio|minioadmin|sa|test|testing|letmein|welcome|qwerty
        |abc123|iloveyou|dragon|monkey|master|keyboard[ ]?cat|shhh+|insecure|unsafe|changeit|change[-_ ]?me|toor|demo
        |dev|development|local|default|docker|django|flask|hello|secure|private|jwt)
    [-_!@#$%&*.0-9]*
    (?:here|dev|development|local|test|prod|key|value|[-_ ]?in[-_ ]?production|[-_ ]?please)?[-_!@#$%&*.0-9]*
    |[0-9]{1,12}|qwertz?(?:uiop)?|asdf(?:gh(?:jkl)?)?
    """,
    re.IGNORECASE | re.VERBOSE,
)
# A path, an address, a date, a version, a call, a member, an algorithm or a hash, a file, a telephone number.
OTHER_SHAPE = compile_late(
    r"""
    ^[./~\#]|^[a-z][a-z+.-]*://|^\d{4}-\d\d-\d\d|^v?\d+(?:\.\d+)+|[()<>{}\[\];|\\]|^[\w.+-]+@[\w-]+\.\w+$|^[\w-]+/[\w.+-]+$
    |^\w+(?:\.[A-Za-z_]\w*)+$|^[\w-]+\.(?:json|pem|key|crt|txt|ya?ml|py|js|ts|html)$|^\+?\d[\d -]+$
    |^(?:sha\d+|md5|bcrypt|argon2\w*|pbkdf2\w*|scrypt|hmac|aes|rsa|ecdsa|[hrep]s)[-_:]?\d+(?:[-_$:].*)?$
    |^\$(?:2[aby]|argon2\w*|[156]|pbkdf2\S*)\$
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Words of letters that end in a digit or two, joined as names in code are: `oauth2_token`, `step-1`, `apiKeyV2`.
UUID = compile_late(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
SPELLED = compile_late(r"[A-Za-z]+\d{0,2}(?:[-_:. /][A-Za-z]+\d{0,2}|[-_:. /]\d{1,2})+|[A-Z]?[a-z]+(?:[A-Z][a-z]+)*\d")
LEAST_SECRET = 8
LONGEST_GUESS = 60


def measure_entropy(text: str) -> float:
    """Shannon's entropy of the characters, in bits a character; 0 for an empty text."""
    total = len(text)
    return -sum(count / total * math.log2(count / total) for count in Counter(text).values()) if total else 0.0


def is_reference(value: str) -> bool:
    """Whether a value only names the place where the secret comes from."""
    return not value.strip() or REFERENCE.search(value.strip()) is not None


def is_stand_in(value: str) -> bool:
    """Whether a value stands for one that somebody has to fill in."""
    return STAND_IN.search(value) is not None or (len(value) > 3 and (len(set(value)) < 3 or is_sequence(value)))  # noqa: PLR2004


def is_sequence(value: str) -> bool:
    """Whether the characters only count up or down: `12345678`, `abcdefgh`, `87654321`."""
    steps = {ord(right) - ord(left) for left, right in pairwise(value)}
    return len(value) > 3 and steps in ({1}, {-1})  # noqa: PLR2004 - shorter ones occur by chance


def is_guessable(value: str) -> bool:
    """Whether a value is among those that are tried first: `postgres`, `dev-secret`, `admin123`, `12345`."""
    word = value.strip()
    return len(word) <= LONGEST_GUESS and (GUESSABLE.fullmatch(word) is not None or is_sequence(word))


def looks_made(value: str) -> bool:
    """Whether a value looks like a secret that was made by a machine or made up as one, and not like a word or a name.

    It mixes digits with letters, or cases inside of words, and has no shape of something else: a sentence, a path, a
    date, a version, a name in one of the spellings of code.
    """
    if len(value) < LEAST_SECRET or re.search(r"\s", value) or OTHER_SHAPE.search(value):
        return False
    has_digit, has_letter = re.search(r"\d", value), re.search(r"[A-Za-z]", value)
    if has_digit is None or has_letter is None:
        return False
    if SPELLED.fullmatch(value) or UUID.fullmatch(value):
        return False
    return measure_entropy(value) >= (2.5 if len(value) < 20 else 3.2)  # noqa: PLR2004 - the longer, the more
