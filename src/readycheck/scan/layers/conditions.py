"""The text of a condition, judged: whether it holds in production."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from readycheck.scan.late import compile_late

PRODUCTION = compile_late(r"prod|production|prd|live", re.IGNORECASE)
ELSEWHERE = compile_late(
    r"dev|devel|develop|development|debug|test|tests|testing|local|localhost|ci|e2e|staging|stage|stg|qa|sandbox|mock",
    re.IGNORECASE,
)
MODE = compile_late(
    r"(?:^|[._\"'\[(])(?:node_?env|app_?env(?:ironment)?|env|environment|env_?name|flask_env|django_env|stage|app_?mode|mode|"
    r"run_?mode|deploy_?env|deployment|runtime_env|go_env|settings_module)(?:[\"'\])]|$|,|\s)",
    re.IGNORECASE,
)
IS_PRODUCTION = compile_late(r"(?:^|[._])(?:is_?)?(?:in_?)?prod(?:uction)?(?:_?(?:mode|env))?(?:\(\))?$", re.IGNORECASE)
IS_ELSEWHERE = compile_late(
    r"(?:^|[._])(?:is_?|in_?|running_?)*(?:dev|develop|development|debug|debugging|test|tests|testing|local|localhost|ci|e2e|__debug__|"
    r"dev_?mode|debug_?mode|test_?mode)(?:_?(?:mode|env|environment))?(?:\(\))?$|^__(?:DEV|debug)__$",
    re.IGNORECASE,
)
TRUE = frozenset({"true", "1", "yes", "on", "y", "t", "enabled"})
FALSE = frozenset({"false", "0", "no", "off", "n", "f", "disabled", "none", "null", "undefined", "", "nan"})
QUOTED = compile_late(r"""["'`]([^"'`]*)["'`]""")
COMPARED = compile_late(r"\s*(===|!==|==|!=|\bis not\b|\bnot in\b|\bis\b|\bin\b)\s*")
WRAPPED = compile_late(r"^(?:Boolean|bool|str|String)\((.*)\)$")
OPENING, CLOSING = "([{", ")]}"
MOST_DEPTH = 12
Look = Callable[[str], str | None]


def judge(text: str, look: Look, depth: int = 0) -> bool | None:
    """Whether a condition holds in production; None if that cannot be told.

    `look` gives the value, as text, that something in it has there (`settings.limits_on` -> `False`), None if unknown.
    """
    text = strip(text)
    if depth > MOST_DEPTH or not text:
        return None
    for marks, decides in ((("||", " or ", "??"), True), (("&&", " and "), False)):
        parts = split(text, marks)
        if len(parts) > 1:
            return join([judge(part, look, depth + 1) for part in parts], decides=decides)
    if text.startswith(("!", "not ", "not(")) and not text.startswith("!="):
        opposite = judge(text.removeprefix("not").removeprefix("!"), look, depth + 1)
        return None if opposite is None else not opposite
    wrapped = WRAPPED.match(text)
    if wrapped is not None and encloses(text, text.index("(")):
        return judge(wrapped[1], look, depth + 1)
    compared = find_comparison(text)
    return compare(*compared, look) if compared is not None else judge_word(text, look)


def join(judged: Sequence[bool | None], *, decides: bool) -> bool | None:
    """Of `or` one that holds decides, of `and` one that does not."""
    if decides in judged:
        return decides
    return None if None in judged else not decides


def strip(text: str) -> str:
    """A text without the parentheses around all of it."""
    text = text.strip()
    while text.startswith("(") and encloses(text, 0):
        text = text[1:-1].strip()
    return text


def encloses(text: str, start: int) -> bool:
    """Whether the parenthesis at a place is closed by the last character (or, where a text was cut, never)."""
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] in OPENING) - (text[place] in CLOSING)
        if depth == 0:
            return place == len(text) - 1
    return False


def split(text: str, marks: Sequence[str]) -> list[str]:
    """The parts of a text between operators that stand in no parentheses and in no quotes."""
    parts, depth, start, place, quote = [], 0, 0, 0, ""
    while place < len(text):
        character = text[place]
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'`":
            quote = character
        else:
            depth += (character in OPENING) - (character in CLOSING)
            mark = next((one for one in marks if depth == 0 and text.startswith(one, place)), "")
            if mark:
                parts.append(text[start:place])
                place += len(mark)
                start = place
                continue
        place += 1
    return [*parts, text[start:]]


def find_comparison(text: str) -> tuple[str, str, str] | None:
    """The two sides of a comparison and what compares them."""
    for found in COMPARED.finditer(text):
        left, right = text[: found.start()], text[found.end() :]
        if left.count("(") == left.count(")") and left.count("[") == left.count("]") and left.strip():
            return left.strip(), found[1], right.strip()
    return None


def compare(left: str, operator: str, right: str, look: Look) -> bool | None:
    """Whether two sides compare as asked in production."""
    if QUOTED.fullmatch(left) and operator != "in":
        left, right = right, left
    is_negative = operator in ("!==", "!=", "is not", "not in")
    texts = QUOTED.findall(right) or ([right] if right.lower() in TRUE | FALSE else [])
    if not texts:
        return None
    if asks_mode(left):
        known = [one for one in texts if PRODUCTION.fullmatch(one)]
        if known:
            return not is_negative
        return is_negative if all(ELSEWHERE.fullmatch(one) for one in texts) else None
    value = look(left)
    if value is None:
        return None
    equal = any(is_same(value, one) for one in texts)
    return not equal if is_negative else equal


def is_same(value: str, text: str) -> bool:
    """Whether two values are equal as far as switches go: `True` is `true`, unset is `none`."""
    one, other = value.strip().lower(), text.strip().lower()
    return one == other or (one in FALSE and other in ("none", "null", "undefined") and one in ("none", ""))


def asks_mode(text: str) -> bool:
    """Whether an expression is the name of the environment: `process.env.NODE_ENV`, `settings.environment`."""
    return MODE.search(text) is not None


def judge_word(text: str, look: Look) -> bool | None:
    """Whether a word, a member or a call is true in production."""
    if text.lower() in ("true", "false", "none", "null", "undefined", "0", "1"):
        return text.lower() in TRUE
    value = look(text)
    if value is not None:
        return value.strip().lower() not in FALSE
    if IS_PRODUCTION.search(text):
        return True
    return False if IS_ELSEWHERE.search(text) else None
