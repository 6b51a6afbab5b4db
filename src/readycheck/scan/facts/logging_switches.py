"""Where code switches logging off in production.

`logging-off`: `message`, `symbol`, `text`: a condition, an option or an assignment by which log lines are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.bindings.tree import find_kinds
from readycheck.scan.environment import asks_environment
from readycheck.scan.late import compile_late
from readycheck.scan.literals import find_argument
from readycheck.scan.production import choose, judge, strip

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

BLANKS = compile_late(r"\s+")
TEXT_LENGTH = 300
LOG_CALL = compile_late(
    r"^(?:console|(?:this\.|self\.)?_?(?:logger|log|winston|pino|logging|LOG|LOGGER|base|baseLogger|internalLogger))\??"
    r"\.(log|info|warn|warning|error|fatal|exception|critical)$"
)
LEVELS = frozenset({"log", "info", "warn", "warning", "error", "fatal", "exception", "critical", "http", "access"})
ERRORS = frozenset({"error", "fatal", "exception", "critical", "warn", "warning"})
SERIOUS = ERRORS - {"warn", "warning"}
FUNCTIONS = frozenset({
    "function_declaration", "function_expression", "arrow_function", "method_definition", "function_definition",
    "lambda", "generator_function_declaration",
})  # fmt: skip
LOGGERS = compile_late(
    r"(?:^|[.\s])(?:createLogger|pino|pinoHttp|winston|fastify|Fastify|bunyan|createRootLogger|Logger|morgan|add)$|^require\(['\"](?:pino|fastify|bunyan|pino-http)['\"]\)$"
)
NEST = compile_late(r"NestFactory\.create(?:\w+)?$")
ACCESS = compile_late(
    r"\b(?:morgan|pinoHttp|pino-http|expressWinston\.logger|koaLogger|expressPino|httpLogger|requestLogger|accessLogger)\b"
)
ANY_LOG = compile_late(ACCESS.pattern + r"|logg(?:er|ing)", re.IGNORECASE)
SILENT_LEVEL = compile_late(
    r"^['\"]?(?:silent|off|none|logging\.CRITICAL(?:\s*\+\s*\d+)?|CRITICAL|100)['\"]?$", re.IGNORECASE
)
NOOP = compile_late(
    r"^(?:(?:async\s*)?(?:function\s*\w*)?\s*\([^)]*\)\s*(?:=>)?\s*\{\s*(?://[^\n]*\n\s*|/\*.*?\*/\s*)*\}"
    r"|\(\)\s*=>\s*(?:undefined|null|void 0)|\w*[nN]oop\w*)$",
    re.DOTALL,
)
ROOT_LEVEL = compile_late(r"^logging\.(?:root|getLogger\((?:__name__)?\))\.setLevel$")
DISABLED = compile_late(r"^(?:logger|log|logging\.(?:root|getLogger\((?:__name__)?\)))\.disabled$")
HARMLESS_LEVELS = compile_late(r"^(?:logging\.)?(?:DEBUG|INFO|NOTSET|WARNING|WARN)$|^\d$|^[123]\d$")


KINDS = ("logging-off",)
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
SERVING = True
ANCHORS = (
    "NODE_ENV", "production", "development", "isProd", "isProduction", "isDev", "DEBUG", "debug", "silent", "disable",
    "disabled",     "CRITICAL",
)  # fmt: skip


def collect(unit: Unit) -> Iterator[Fact]:
    """What switches logging off in one file."""
    known = read_flags(unit)
    yield from find_dropped(unit, known)
    if unit.language is Language.PYTHON:
        yield from find_disabled(unit, known)
    else:
        yield from find_silenced(unit, known)
        yield from find_overridden(unit, known)


def read_flags(unit: Unit) -> dict[str, str]:
    """Variables of a file that hold an answer about the environment: name and expression."""
    kinds = ("assignment",) if unit.language is Language.PYTHON else ("variable_declarator",)
    found: dict[str, str] = {}
    for node in find_kinds(unit.root, kinds):
        name, value = node.field("name") or node.field("left"), node.field("value") or node.field("right")
        if name is not None and value is not None and name.kind() == "identifier" and value.kind() not in FUNCTIONS:
            text = value.text()
            if len(text) <= TEXT_LENGTH and (asks_environment(text) or any(one in text for one in found)):
                found.setdefault(name.text(), text)
    return found


# ---------------------------------------------------------------------- conditions around calls


def find_dropped(unit: Unit, known: Mapping[str, str]) -> Iterator[Fact]:
    """Log calls that production does not reach, in functions that are there to log or where errors end."""
    flags: dict[int, tuple[SgNode, list[SgNode]]] = {}
    seen: set[int] = set()
    for call in find_kinds(unit.root, ("call",) if unit.language is Language.PYTHON else ("call_expression",)):
        level = read_level(call)
        branch = find_branch(call, known) if level else None
        if not level or branch is None:
            continue
        function = find_function(call)
        name = name_function(function)
        is_wrapper = name in LEVELS and name != "debug"
        if not (is_wrapper or (level in SERIOUS and is_last_resort(unit, function, known))):
            continue
        flag = find_flag(unit, branch, known)
        if flag is not None:
            flags.setdefault(flag.range().start.index, (flag, []))[1].append(call)
        is_error = name in SERIOUS or (not is_wrapper and level in SERIOUS)
        if (flag is None or is_error) and branch.range().start.index not in seen:
            seen.add(branch.range().start.index)
            text = BLANKS.sub(" ", read_condition(branch).text())[:80]
            what = "errors are dropped" if is_error else f"`{name}()` writes nothing"
            yield make(
                unit,
                branch,
                f"In production {what}: they are only logged if `{text}`"
                if is_error
                else f"In production {what}: only if `{text}`",
            )
    for flag, calls in flags.values():
        held = BLANKS.sub(" ", flag.text())[:80]
        yield make(
            unit, flag, f"`{held}` switches logging off in production: {len(calls)} log calls below depend on it"
        )


def read_level(call: SgNode) -> str:
    """The level of a log call, or empty."""
    callee = call.field("function")
    found = LOG_CALL.match(callee.text()) if callee is not None else None
    return found[1] if found else ""


def find_branch(call: SgNode, known: Mapping[str, str]) -> SgNode | None:
    """The `if` (or `&&`) in a function that keeps a call from running in production, where nothing runs instead."""
    below = call
    for parent in call.ancestors():
        kind = parent.kind()
        if kind in FUNCTIONS or kind in ("program", "module"):
            return None
        if kind in ("if_statement", "elif_clause"):
            condition = parent.field("condition")
            is_then = parent.field("consequence") == below
            if condition is not None and below != condition and is_then and judge(condition.text(), known) is False:
                return None if has_other(parent) else parent
        elif kind in ("binary_expression", "boolean_operator"):
            left, operator = parent.field("left"), parent.field("operator")
            is_and = operator is not None and operator.text() in ("&&", "and")
            if left is not None and left != below and is_and and judge(left.text(), known) is False:
                return parent
        elif kind in ("statement_block", "block"):
            early = find_early_return(parent, below, known)
            if early is not None:
                return early
        below = parent
    return None


def has_other(branch: SgNode) -> bool:
    """Whether something else runs where the condition does not hold."""
    if branch.field("alternative") is not None:
        return True
    parent = branch.parent()
    return branch.kind() == "elif_clause" and parent is not None and parent.children()[-1].kind() == "else_clause"


def find_early_return(block: SgNode, below: SgNode, known: Mapping[str, str]) -> SgNode | None:
    """An `if` before a statement that returns from the function in production."""
    for statement in block.named_children():
        if statement == below:
            return None
        if statement.kind() == "if_statement" and statement.field("alternative") is None:
            condition, then = statement.field("condition"), statement.field("consequence")
            leaves = (
                then is not None and re.search(r"\breturn\s*(?:;|\}|undefined|null|None|$)", then.text()) is not None
            )
            is_short = then is not None and len(then.text()) < TEXT_LENGTH // 3
            if leaves and is_short and condition is not None and judge(condition.text(), known) is True:
                return statement
    return None


def find_function(node: SgNode) -> SgNode | None:
    """The function around a node."""
    return next((one for one in node.ancestors() if one.kind() in FUNCTIONS), None)


def name_function(function: SgNode | None) -> str:
    """What a function is called: itself, or the key, member or variable that holds it."""
    if function is None:
        return ""
    name = function.field("name")
    parent = function.parent()
    if name is None and parent is not None:
        name = parent.field("key") or parent.field("name") or parent.field("left")
    return name.text().rpartition(".")[2] if name is not None else ""


def is_last_resort(unit: Unit, function: SgNode | None, known: Mapping[str, str]) -> bool:
    """Whether a function handles errors, and all that it logs is dropped in production."""
    if function is None:
        return False
    parameters = function.field("parameters")
    text = parameters.text() if parameters is not None else ""
    handles = bool(re.match(r"^\(\s*_?(?:err|error|e|ex|exception)\b[^,)]*,[^,)]*,[^,)]*(?:,|\))", text)) or (
        unit.language is Language.PYTHON
        and re.search(r"\b(?:exc|error|exception)\b", text) is not None
        and "request" in text
    )
    kinds = ("call",) if unit.language is Language.PYTHON else ("call_expression",)
    calls = [call for call in find_kinds(function, kinds) if read_level(call)]
    others = re.search(
        r"\b(?:Sentry|sentry_sdk|captureException|rollbar|bugsnag|report\w*|logError|next)\b\s*[.(]", function.text()
    )
    return handles and not others and all(find_branch(call, known) is not None for call in calls)


def find_flag(unit: Unit, branch: SgNode, known: Mapping[str, str]) -> SgNode | None:
    """The declaration of the variable that a branch's condition is, if it is one of the file."""
    condition = read_condition(branch)
    name = strip(condition.text()).removeprefix("!").removeprefix("not ").strip()
    if name not in known:
        return None
    kinds = ("assignment",) if unit.language is Language.PYTHON else ("variable_declarator",)
    for node in find_kinds(unit.root, kinds):
        target = node.field("name") or node.field("left")
        if target is not None and target.text() == name:
            return node
    return None


def read_condition(branch: SgNode) -> SgNode:
    """The condition of a branch."""
    return branch.field("condition") or branch.field("left") or branch


# ---------------------------------------------------------------------- options


def find_silenced(unit: Unit, known: Mapping[str, str]) -> Iterator[Fact]:
    """Loggers that are created silent in production, and access logs that are mounted elsewhere only."""
    for call in find_kinds(unit.root, ("call_expression", "new_expression")):
        callee = call.field("function") or call.field("constructor")
        name = callee.text() if callee is not None else ""
        if LOGGERS.search(name) or NEST.search(name):
            for key, is_off in (("silent", True), ("enabled", False), ("logger", False)):
                value = find_argument(call, key)
                if value is not None and (key != "logger" or NEST.search(name) or "astify" in name):
                    text = choose(value.text(), known)
                    told = (
                        asks_environment(value.text()) or value.text() in known or NEST.search(name) or key == "silent"
                    )
                    if told and judge(text, known) is is_off:
                        yield make(
                            unit,
                            value,
                            f"`{key}: {BLANKS.sub(' ', value.text())[:60]}` switches this logger off in production",
                        )
            level = find_argument(call, "level")
            if level is not None and SILENT_LEVEL.match(choose(level.text(), known)):
                yield make(
                    unit, level, f"`level: {BLANKS.sub(' ', level.text())[:60]}` lets nothing through in production"
                )
        if name.endswith(".use") and ACCESS.search(call.text()[:TEXT_LENGTH]):
            branch = find_branch(call, known)
            if branch is not None and not is_mounted_otherwise(unit, known):
                text = BLANKS.sub(" ", read_condition(branch).text())[:80]
                yield make(unit, branch, f"Requests are only logged if `{text}`: production has no access log")


def is_mounted_otherwise(unit: Unit, known: Mapping[str, str]) -> bool:
    """Whether some access log of the file is mounted in production as well."""
    for call in find_kinds(unit.root, ("call_expression",)):
        callee = call.field("function")
        is_log = callee is not None and callee.text().endswith(".use") and ANY_LOG.search(call.text()[:TEXT_LENGTH])
        branches = [one for one in call.ancestors() if one.kind() == "if_statement"]
        if is_log and all(judge(read_condition(one).text(), known) is not False for one in branches):
            return True
    return False


def find_overridden(unit: Unit, known: Mapping[str, str]) -> Iterator[Fact]:
    """`console.error = () => {}`, everywhere or in production."""
    for node in find_kinds(unit.root, ("assignment_expression",)):
        left, right = node.field("left"), node.field("right")
        found = re.match(r"^(?:console|logger|log)\.(error|warn|info|log)$", left.text()) if left is not None else None
        if not found or right is None or not NOOP.match(right.text()):
            continue
        conditions = [read_condition(one).text() for one in node.ancestors() if one.kind() == "if_statement"]
        values = [judge(one, known) for one in conditions]
        if all(value is True for value in values):
            yield make(
                unit,
                node,
                f"`console.{found[1]}` is replaced by a function that does nothing in production",
            )


def find_disabled(unit: Unit, known: Mapping[str, str]) -> Iterator[Fact]:
    """`logging.disable()`, a disabled logger, a level that lets no error through."""
    for reference in unit.find_references(["logging.disable"]):
        call = reference.node.parent()
        if call is None or call.kind() != "call":
            continue
        first = read_first(call)
        level = choose(first.text(), known) if first is not None else "CRITICAL"
        if not HARMLESS_LEVELS.match(level) and runs_in_production(call, known):
            yield make(unit, call, f"`{call.text()[:60]}` drops what is logged, errors included")
    for call in find_kinds(unit.root, ("call",)):
        value = read_level_set(call)
        if value is not None and SILENT_LEVEL.match(choose(value.text(), known)) and runs_in_production(call, known):
            yield make(unit, call, f"`{BLANKS.sub(' ', call.text())[:70]}` lets no error through in production")
    for node in find_kinds(unit.root, ("assignment",)):
        left, right = node.field("left"), node.field("right")
        is_switch = left is not None and right is not None and DISABLED.match(left.text())
        if is_switch and right is not None and judge(right.text(), known) is True and runs_in_production(node, known):
            yield make(unit, node, f"`{BLANKS.sub(' ', node.text())[:70]}` switches the logger off in production")


def read_level_set(call: SgNode) -> SgNode | None:
    """The level that a call gives to the root logger, or to the module's own."""
    callee = call.field("function")
    name = callee.text() if callee is not None else ""
    if name.rpartition(".")[2] == "basicConfig":
        return find_argument(call, "level")
    return read_first(call) if ROOT_LEVEL.match(name) else None


def read_first(call: SgNode) -> SgNode | None:
    """The first argument of a call."""
    arguments = call.field("arguments")
    return next(iter(arguments.named_children()), None) if arguments is not None else None


def runs_in_production(node: SgNode, known: Mapping[str, str]) -> bool:
    """Whether no condition around a statement keeps it from running in production, or leaves that open."""
    below = node
    for parent in node.ancestors():
        if parent.kind() in ("if_statement", "elif_clause"):
            condition = parent.field("condition")
            if condition is not None and below != condition:
                value = judge(condition.text(), known)
                is_then = parent.field("consequence") == below
                if value is None or value is not is_then:
                    return False
        if parent.kind() in ("with_statement", "try_statement") and "disable" in parent.text()[:40]:
            return False
        below = parent
    return True


def make(unit: Unit, node: SgNode, message: str) -> Fact:
    """The fact about a node."""
    text = BLANKS.sub(" ", node.text())[:TEXT_LENGTH]
    data: dict[str, Json] = {"message": message, "symbol": unit.bindings.enclosing_symbol(node), "text": text}
    return Fact("logging-off", unit.locate(node), data)
