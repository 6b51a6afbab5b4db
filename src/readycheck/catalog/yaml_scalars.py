"""What a plain YAML word means: the core schema of YAML 1.2, as the tools that read such files today see it.

So `on`, `yes`, `no` and `22:22` are texts (YAML 1.1 made booleans and a number of them), and so are dates. Source:
YAML 1.2.2, section 10.3.2.
"""

from __future__ import annotations

import re

Scalar = None | bool | int | float | str

WORDS: dict[str, Scalar] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **{f"{sign}{word}": float(f"{sign}inf") for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")},
}
STARTS = frozenset("+-.0123456789")
LONGEST_NUMBER = 64  # longer runs of digits are keys or hashes, and Python refuses to convert very long ones
INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")

TAG = "tag:yaml.org,2002:"
KINDS: dict[str, tuple[type, ...]] = {
    f"{TAG}int": (int,),
    f"{TAG}float": (int, float),
    f"{TAG}bool": (bool,),
    f"{TAG}null": (type(None),),
}
TEXTS = frozenset({"!", f"{TAG}str", f"{TAG}timestamp", f"{TAG}binary"})
COLLECTIONS = frozenset({"!", *(f"{TAG}{kind}" for kind in ("map", "seq", "set", "omap", "pairs"))})


def resolve_plain(text: str) -> Scalar:
    """The value of a scalar without quotes and without a tag."""
    if text[:1] not in STARTS or len(text) > LONGEST_NUMBER:
        return WORDS.get(text, text) if len(text) <= len("false") else text
    if INTEGER.fullmatch(text):
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if FLOAT.fullmatch(text):
        return float(text)
    return WORDS.get(text, text)


def resolve_tagged(text: str, tag: str) -> Scalar:
    """The value of a scalar with one of the standard tags.

    Raises:
        ValueError: the tag is no standard one, or the text is not of its kind.
    """
    if tag in TEXTS:
        return text
    kinds = KINDS.get(tag)
    if kinds is None:
        raise ValueError(f"the tag {shorten_tag(tag)} is not allowed")
    value = resolve_plain(text)
    if type(value) not in kinds:
        raise ValueError(f"{text[:40]!r} is no {shorten_tag(tag)}")
    return value


def shorten_tag(tag: str) -> str:
    """A tag as it is written: `!!int` for the standard ones."""
    return tag.replace(TAG, "!!", 1)[:80]
