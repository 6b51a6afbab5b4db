"""What a condition comes to in production, with no variable set but the one that says that it is production."""

from __future__ import annotations

import re
from collections.abc import Mapping

from readycheck.scan.late import compile_late

NAME = (
    r"(?:NODE_ENV|APP_ENV|ENVIRONMENT|ENV|APP_ENVIRONMENT|FLASK_ENV|DJANGO_ENV|PYTHON_ENV|STAGE|env|environment|nodeEnv"
    r"|app_env|mode|NODE_ENVIRONMENT)"
)
READ = (
    rf"(?:process\.env\.{NAME}|process\.env\[['\"]{NAME}['\"]\]|import\.meta\.env\.MODE|(?:os\.)?(?:environ\.get|getenv)\(['\"]{NAME}['\"][^)]*\)"
    rf"|os\.environ\[['\"]{NAME}['\"]\]|(?:config|settings|env|app|options|ENV|this\.config|configService)\.(?:{NAME}|app\.env)"
    rf"|(?:config|configService|app)\.get(?:OrThrow)?\(['\"](?:app\.)?(?:{NAME}|nodeEnv)['\"]\)|app\.get\(['\"]env['\"]\)|{NAME})"
)
COMPARED = compile_late(
    rf"^{READ}\s*(===?|!==?|is|is not)\s*['\"](\w+)['\"]$|^['\"](\w+)['\"]\s*(===?|!==?)\s*{READ}$", re.IGNORECASE
)
LISTED = compile_late(
    rf"^\[([^\]]*)\]\.includes\({READ}\)$|^{READ}\s+(not\s+)?in\s+[\[({{]([^\])}}]*)[\])}}]$", re.IGNORECASE
)
PRODUCTION = compile_late(r"^(?:\w+\.)*(?:is_?)?(?:in_?)?prod(?:uction)?(?:_?mode|_?env)?(?:\(\))?$", re.IGNORECASE)
DEVELOPMENT = compile_late(
    r"^(?:\w+\.)*(?:(?:is_?)?(?:in_?)?(?:dev|develop|development|local|localhost)(?:_?mode|_?env)?|__DEV__|(?:app\.)?debug|DEBUG|is_?debug)(?:\(\))?$",
    re.IGNORECASE,
)
UNSET = compile_late(
    r"^(?:process\.env\.\w+|(?:os\.)?(?:environ\.get|getenv)\(['\"]\w+['\"]\))(?:\s*(===?|!==?)\s*['\"]?(\w+)['\"]?)?$"
)
WRAPPED = compile_late(r"^(?:Boolean|bool|String|str)\((.*)\)$", re.DOTALL)
NAMES = frozenset({"production", "prod", "prd", "live"})
DEEPEST = 8


def judge(condition: str, known: Mapping[str, str] | None = None, depth: int = DEEPEST) -> bool | None:  # noqa: PLR0911 - one return a form
    """Whether a condition holds in production, or None; `known` are variables and what they hold."""
    text = strip(condition)
    if not text or not depth:
        return None
    known = known or {}
    for operators, decisive in ((("||", " or ", "??"), True), (("&&", " and "), False)):
        parts = split(text, operators)
        if len(parts) > 1:
            values = [judge(part, known, depth - 1) for part in parts]
            if decisive in values:
                return decisive
            return (not decisive) if all(value is (not decisive) for value in values) else None
    if text.startswith("!") and not text.startswith("!="):
        return negate(judge(text[1:], known, depth - 1))
    if text.startswith("not "):
        return negate(judge(text[4:], known, depth - 1))
    if text in known:
        inner = {name: value for name, value in known.items() if name != text}
        found = judge(known[text], inner, depth - 1)
        return found if found is not None else judge_word(text)
    return judge_word(text)


def judge_word(text: str) -> bool | None:  # noqa: PLR0911 - one return a form
    """The same of a condition without operators between conditions."""
    if text in ("true", "True"):
        return True
    if text in ("false", "False"):
        return False
    compared = COMPARED.match(text)
    if compared:
        operator = compared[1] or compared[4]
        is_named = (compared[2] or compared[3]).lower() in NAMES
        return is_named if operator in ("==", "===", "is") else not is_named
    listed = LISTED.match(text)
    if listed:
        is_in = any(word.strip(" '\"").lower() in NAMES for word in (listed[1] or listed[3] or "").split(","))
        return not is_in if listed[2] else is_in
    if PRODUCTION.match(text):
        return True
    if DEVELOPMENT.match(text):
        return False
    unset = UNSET.match(text)
    if unset:
        return False if not unset[1] else unset[1].startswith("!")
    return None


def choose(expression: str, known: Mapping[str, str] | None = None) -> str:
    """The alternative that a choice comes to in production (`dev ? a : b`, `a if dev else b`), or the text itself."""
    text = strip(expression)
    script = re.match(r"^(.*?[^?])\?(?![.?])(.*):([^:]*)$", text, re.DOTALL)
    if script:
        value = judge(script[1], known)
        return text if value is None else strip(script[2] if value else script[3])
    python = re.match(r"^(.*)\sif\s(.*)\selse\s(.*)$", text, re.DOTALL)
    if python:
        value = judge(python[2], known)
        return text if value is None else strip(python[1] if value else python[3])
    return text


def negate(value: bool | None) -> bool | None:  # noqa: FBT001 - the value itself
    """The opposite, unless it is unknown."""
    return None if value is None else not value


def strip(text: str) -> str:
    """A text without the blanks and brackets around it, on one line."""
    found = " ".join(text.split())
    while found.startswith("(") and found.endswith(")") and balances(found[1:-1]):
        found = found[1:-1].strip()
    wrapped = WRAPPED.match(found)
    return strip(wrapped[1]) if wrapped and balances(wrapped[1]) else found.removeprefix("!!")


def balances(text: str) -> bool:
    """Whether each bracket in a text is closed in it, and none before it was opened."""
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return depth == 0


def split(text: str, operators: tuple[str, ...]) -> list[str]:
    """A condition at the operators that stand outside of brackets and quotes."""
    parts, depth, start, quote, place = [], 0, 0, "", 0
    while place < len(text):
        character = text[place]
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"`":
            quote = character
        else:
            depth += (character in "([{") - (character in ")]}")
            found = next((one for one in operators if depth == 0 and text.startswith(one, place)), "")
            if found:
                parts.append(text[start:place])
                place += len(found)
                start = place
                continue
        place += 1
    return [*parts, text[start:]]
