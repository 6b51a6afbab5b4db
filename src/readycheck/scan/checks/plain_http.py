"""Checks on code that sends or receives over plain http."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Match
from readycheck.model.rule import Rule
from readycheck.model.vocabulary import Language
from readycheck.scan.checks.contract import per_served_file
from readycheck.scan.environment import asks_environment
from readycheck.scan.late import compile_late
from readycheck.scan.literals import find_argument, iterate_properties, read_literal

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

ADDRESS = compile_late(r"^http://(?P<host>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)(?P<rest>[:/?#].*)?$")
# Hosts of a machine, a network or a cluster of one's own, names for examples, and addresses that are only names.
OWN = compile_late(
    r"^(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|0\.0\.0\.0)|"
    r"\.(?:local|localhost|internal|test|example|invalid|lan|home|svc|cluster|consul|docker|intranet|corp)$|(?:^|\.)example\.(?:com|org|net)$|"
    r"^(?:host|gateway|kubernetes)\.docker\.internal$|^metadata\.google|\.svc\.",
    re.IGNORECASE,
)
NAMES = compile_late(
    r"(?:^|\.)(?:w3\.org|xmlsoap\.org|openxmlformats\.org|purl\.org|schema\.org|xmlns\.com|json-schema\.org|ogp\.me|"
    r"apache\.org|gnu\.org|mozilla\.org|microsoft\.com|oasis-open\.org|hl7\.org|opengis\.net|adobe\.com|unitsofmeasure\.org|"
    r"sitemaps\.org|search\.yahoo\.com|itunes\.com|a9\.com|loinc\.org|snomed\.info|spdx\.org|opensource\.org|creativecommons\.org|"
    r"yourdomain\.com|yoursite\.com|your-domain\.com|domain\.com|mydomain\.com|site\.com|foo\.bar|snapchat\.com)$",
    re.IGNORECASE,
)
BASE = compile_late(
    r"(?:^|_|[a-z])(?:url|uri|base|endpoint|host|api|server|origin|webhook)s?(?:_?url)?$", re.IGNORECASE
)
NO_BASE = compile_late(
    r"schema|namespace|xmlns|ns$|licen[cs]e|doc|help|home_?page|issuer|type$|profile|context|format", re.IGNORECASE
)
CLIENTS = compile_late(
    r"^(?:fetch|axios|got|ky|superagent|request|needle|\$fetch|ofetch)$|(?:^|\.)(?:get|post|put|patch|delete|request|urlopen|create|extend|"
    r"AsyncClient|Client|ClientSession)$"
)
CLIENT_OWNER = compile_late(
    r"^(?:axios|got|ky|requests|httpx|aiohttp|urllib|session|client|http|https|superagent|needle|request|instance|self\.(?:client|session|http)|"
    r"this\.(?:client|http|httpService|axios))\b",
    re.IGNORECASE,
)
READS = compile_late(r"(?:^|\.)(?:getenv|get|env|config|getOrThrow|str|url|default)$")
# Python's set_cookie and JavaScript's res.cookie; names of cookies that say who somebody is.
SESSION = compile_late(
    r"^(?!(?:is|has)_)(?:.*[_.-])?(?:sess|session|token|auth|jwt|sid|refresh|remember|identity)(?:[_.-].*)?$|"
    r"(?:session|access|refresh|auth|id)_?(?:id|token)$",
    re.IGNORECASE,
)
NOT_SESSION = compile_late(r"c?[sx]rf|expired|device", re.IGNORECASE)
FOR_DEVELOPMENT = compile_late(r"(?:^|[_.])(?:dev|test|local|debug)|Dev|Test|Local|Debug")
COOKIE_SWITCHES = frozenset(
    {"SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "REMEMBER_COOKIE_SECURE", "JWT_COOKIE_SECURE"}
)


@per_served_file
def http_api_base(unit: Unit, rule: Rule) -> Iterator[Match]:
    """A host on the internet is called over plain http."""
    kinds = ("string",) if unit.language is Language.PYTHON else ("string", "template_string")
    for kind in kinds:
        for node in unit.find_kind(kind):
            text = node.text().lstrip("rbfuRBFU").strip("\"'`")
            if not text.startswith("http://"):
                continue
            host = ADDRESS.match(re.split(r"[$%{\s]", text, maxsplit=1)[0])
            if host is None or OWN.search(host["host"]) or NAMES.search(host["host"]) or not is_called(node):
                continue
            symbol = unit.bindings.enclosing_symbol(node)
            yield Match(
                rule.id,
                unit.locate(node),
                symbol,
                f"http://{host['host']}",
                f"http://{host['host']} is called without TLS",
            )


def is_called(node: SgNode) -> bool:
    """Whether a text is an address to call: given to a client, the default of a variable, the value of a base."""
    inner = node
    for parent in [*node.ancestors()][:6]:
        kind = parent.kind()
        if kind in ("call", "call_expression", "new_expression"):
            return is_client(parent) and not is_compared(parent)
        if kind in ("binary_expression", "boolean_operator"):
            operator = parent.field("operator")
            if operator is None or operator.text() not in ("||", "??", "or"):
                return False
            left = parent.field("left")
            return left is not None and (
                "env" in left.text().lower() or "config" in left.text().lower() or is_target(parent)
            )
        if kind in (
            "pair",
            "keyword_argument",
            "assignment",
            "variable_declarator",
            "assignment_expression",
            "default_parameter",
        ):
            return is_base(parent)
        if kind not in (
            "template_string",
            "template_substitution",
            "arguments",
            "argument_list",
            "string",
            "concatenated_string",
            "parenthesized_expression",
            "object",
            "dictionary",
            "typed_default_parameter",
            "as_expression",
            "interpolation",
        ):
            return False
        inner = parent
    return inner is None


def is_client(call: SgNode) -> bool:
    """Whether a call sends a request, or reads a variable whose default is the text."""
    callee = call.field("function") or call.field("constructor")
    text = callee.text() if callee is not None else ""
    method = text.rpartition(".")[2]
    if "environ" in text or method == "getenv" or (READS.search(text) and "env" in text.lower()):
        return True
    if method in ("Field", "config") and is_target(call):
        return True
    if not CLIENTS.search(text):
        return False
    return "." not in text or CLIENT_OWNER.match(text) is not None


def is_compared(call: SgNode) -> bool:
    """Whether a call only looks at a text, such as `startswith`."""
    callee = call.field("function")
    return callee is not None and callee.text().endswith((".startswith", ".startsWith", ".includes", ".replace"))


def is_base(node: SgNode) -> bool:
    """Whether a value is given to something that is called the base or the address of a service."""
    target = node.field("key") or node.field("name") or node.field("left")
    name = target.text().strip("\"'").rpartition(".")[2] if target is not None else ""
    return bool(BASE.search(name)) and not NO_BASE.search(name)


def is_target(node: SgNode) -> bool:
    """Whether an expression ends up in something that is called the base or the address of a service."""
    for parent in [*node.ancestors()][:4]:
        if parent.kind() in ("assignment", "variable_declarator", "pair", "assignment_expression", "keyword_argument"):
            return is_base(parent)
    return False


@per_served_file
def cookie_without_secure(unit: Unit, rule: Rule) -> Iterator[Match]:
    """A cookie that says who somebody is may be sent over plain http."""
    is_python = unit.language is Language.PYTHON
    for call in unit.find_kind("call" if is_python else "call_expression"):
        callee = call.field("function")
        text = callee.text() if callee is not None else ""
        if text.endswith((".set_cookie", ".cookie")):
            yield from judge_cookie(unit, rule, call)
        elif text.rpartition(".")[2] in ("session", "cookieSession", "expressSession"):
            yield from judge_session(unit, rule, call)
    if is_python:
        for node in unit.find_kind("assignment"):
            left, right = node.field("left"), node.field("right")
            symbol = unit.bindings.enclosing_symbol(node)
            is_aside = FOR_DEVELOPMENT.search(symbol) or FOR_DEVELOPMENT.search(unit.path.rpartition("/")[2])
            is_off = (
                left is not None and right is not None and left.text() in COOKIE_SWITCHES and right.text() == "False"
            )
            if left is not None and is_off and not is_aside and not is_chosen(unit, node, left.text()):
                yield make(unit, rule, node, f"{left.text()} is off")


def is_chosen(unit: Unit, node: SgNode, name: str) -> bool:
    """Whether a switch is off in one branch only, and on in another: whoever runs the service chose plain http."""
    is_branch = any(one.kind() == "if_statement" for one in node.ancestors())
    return is_branch and re.search(rf"^\s+{re.escape(name)}\s*=\s*True\b", unit.text, re.MULTILINE) is not None


def judge_cookie(unit: Unit, rule: Rule, call: SgNode) -> Iterator[Match]:
    """A call that sets one cookie."""
    arguments = call.field("arguments")
    values = arguments.named_children() if arguments is not None else []
    key = find_argument(call, "key") or next((one for one in values if one.kind() == "string"), None)
    known, name = read_literal(key) if key is not None else (False, None)
    is_session = known and SESSION.search(str(name)) and not NOT_SESSION.search(str(name))
    if not is_session or len(values) < 2:  # noqa: PLR2004 - name and value
        return
    secure = find_argument(call, "secure")
    spread = any(one.kind() in ("dictionary_splat", "identifier", "spread_element") for one in values[2:])
    literal = [one for one in values if one.kind() == "object"]
    spread = spread or any("..." in one.text() for one in literal)
    if secure is None and not spread and not (unit.language is not Language.PYTHON and not literal and len(values) > 2):  # noqa: PLR2004
        yield make(unit, rule, call, f"the cookie {name} has no secure")
    elif secure is not None and read_literal(secure) == (True, False):
        yield make(unit, rule, secure.parent() or call, f"the cookie {name} has secure switched off")


def judge_session(unit: Unit, rule: Rule, call: SgNode) -> Iterator[Match]:
    """express-session and its like, whose cookie is given as an object."""
    cookie = find_argument(call, "cookie")
    for key, value in iterate_properties(cookie) if cookie is not None and cookie.kind() == "object" else ():
        if key == "secure" and read_literal(value) == (True, False):
            yield make(unit, rule, value.parent() or call, "the session's cookie has secure switched off")


def make(unit: Unit, rule: Rule, node: SgNode, fault: str) -> Match:
    """A match, unless a condition around asks where the code runs."""
    exempt = None
    for parent in node.ancestors():
        if parent.kind() in ("if_statement", "elif_clause", "ternary_expression", "conditional_expression"):
            condition = parent.field("condition")
            if condition is not None and asks_environment(condition.text()):
                exempt = "only under a condition on the environment"
                break
    text = re.sub(r"\s+", " ", node.text())[:200]
    message = f"{fault}: it is sent over http as well"
    return Match(rule.id, unit.locate(node), unit.bindings.enclosing_symbol(node), text, message, exempt)
