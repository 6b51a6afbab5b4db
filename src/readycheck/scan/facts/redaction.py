"""Where a logger is told to take secrets out of its lines.

`log-redaction`: `form` (what does it), `names` (of what is defined elsewhere and decides; empty: it is known to do it),
`owner` (the function around it). `log-redactor`: `name` of a function or class of the file that takes secrets out.
`log-redaction-unknown`: the steps of a logger come from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.environment import asks_environment
from readycheck.scan.late import compile_late
from readycheck.scan.literals import find_argument, iterate_properties
from readycheck.scan.privacy.leaks import find_named
from readycheck.scan.privacy.masking import index_definitions, masks_secrets
from readycheck.scan.tokens.definitions import find_definition
from readycheck.scan.tokens.origin import list_arguments

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

KINDS = ("log-redaction", "log-redactor", "log-redaction-unknown")
SERVING = True
LANGUAGES = (Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
ANCHORS = (
    "structlog", "addFilter", "setFormatter", "loguru", "dictConfig", "LOGGING", "pino", "winston", "nestjs-pino",
    "pino-http", "fastify", "Fastify", "bunyan", "Filter", "*redact*", "*mask*", "*scrub*", "*sanitiz*", "*sensitive*",
)  # fmt: skip
SECRETS = compile_late(r"(?i)passw|secret|token|authorization|cookie|api_?key|email|credit|ssn|req\.body|\*\.")
CALLED = compile_late(r"(?i)redact|mask|scrub|sanitiz|sensitive|privacy|pii|filter_?secret|censor|drop_?secret")
LOGGING_PARTS = compile_late(r"event_dict|event|record|info|log_?entry|obj|data|value")
SCRIPT_LOGGERS = (
    "pino", "pino.pino", "pino.default", "pino-http", "pino-http.default", "pino-http.pinoHttp", "fastify",
    "fastify.fastify", "fastify.default", "nestjs-pino.LoggerModule.forRoot", "nestjs-pino.LoggerModule.forRootAsync",
)  # fmt: skip
WINSTON = ("winston.createLogger", "winston.default.createLogger", "winston.configure")
OWN_STEP = compile_late(r"(?i)((?:this|self)\.\w*(?:redact|sanitiz|scrub|censor|mask)\w*|sanitiz\w*fields)\(")
CONFIGURED = compile_late(r"createLogger\(|\bpino\(|structlog\.configure|logger\.add\(|dictConfig\(|setFormatter\(")
MOST = 40
DEEPEST = 5


def collect(unit: Unit) -> Iterator[Fact]:
    """The facts of one file."""
    finder = find_python if unit.language is Language.PYTHON else find_script
    steps = list(finder(unit))
    yield from steps
    own = None if steps else OWN_STEP.search(unit.text)
    if own is not None and CONFIGURED.search(unit.text):  # it hands its lines through a function of its own
        yield Fact("log-redaction-unknown", unit.locate(unit.root), {"form": own[1]})
    for name, node in index_definitions(unit).items():
        is_candidate = CALLED.search(name) is not None or name.endswith(("Filter", "Formatter"))
        if is_candidate and node.kind() != "assignment" and masks_secrets(unit, node):
            yield Fact("log-redactor", unit.locate(node), {"name": name})


def find_python(unit: Unit) -> Iterator[Fact]:
    """Processors of structlog, filters and formatters of the standard library, patchers and filters of loguru."""
    wanted = [
        name for name in ("structlog.configure", "structlog.stdlib.ProcessorFormatter") if "structlog" in unit.text
    ]
    wanted += [f"loguru.logger.{name}" for name in ("configure", "add", "patch") if "loguru" in unit.text]
    for reference in unit.find_references(wanted) if wanted else ():
        if reference.call is not None and not is_conditional(reference.call):
            yield from find_steps(unit, reference.call, reference.name)
    for method in ("addFilter", "setFormatter"):
        for call in unit.root.find_all(pattern=f"$HANDLER.{method}($STEP)") if method in unit.text else ():
            step = call.get_match("STEP")
            if step is not None and not is_conditional(call):
                yield from judge_step(
                    unit, call, step, f"a logging {'filter' if method == 'addFilter' else 'formatter'}"
                )
    if "dictConfig" in unit.text or "LOGGING" in unit.text:
        yield from find_declared(unit)


def find_steps(unit: Unit, call: SgNode, name: str) -> Iterator[Fact]:
    """The steps that a call gives to its logger."""
    library = name.partition(".")[0]
    for argument in ("processors", "foreign_pre_chain", "patcher", "filter", "format"):
        value = find_argument(call, argument)
        if value is None:
            continue
        steps = list(list_steps(unit, value))
        for step in steps:
            yield from judge_step(unit, step, step, f"{library}'s {argument}")
        if not steps and argument == "processors":
            yield Fact("log-redaction-unknown", unit.locate(call), {"form": library})
    if name.endswith(".patch"):
        for step in list_arguments(call)[:1]:
            yield from judge_step(unit, call, step, "loguru's patch")


def list_steps(unit: Unit, node: SgNode, depth: int = 0) -> Iterator[SgNode]:
    """The elements of a list of steps, through the variables that it is put together from; no conditional ones."""
    kind = node.kind()
    if depth > DEEPEST or kind in ("conditional_expression", "ternary_expression"):
        return
    if kind in ("list", "tuple"):
        yield from (one for one in node.named_children()[:MOST] if one.kind() not in ("comment", "list_splat"))
    parts = list_parts(unit, node)
    if not parts and depth == 0 and kind not in ("list", "tuple"):
        yield node
    for part in parts:
        yield from list_steps(unit, part, depth + 1)


def list_parts(unit: Unit, node: SgNode) -> list[SgNode]:
    """The lists that a list is put together from: spread in it, added to it, or what a name stands for."""
    parts: list[SgNode | None] = []
    if node.kind() in ("list", "tuple"):
        parts = [part for one in node.named_children() if one.kind() == "list_splat" for part in one.named_children()]
    elif node.kind() == "binary_operator":
        parts = [node.field("left"), node.field("right")]
    elif node.kind() == "identifier" and (definition := find_definition(unit, node)) is not None:
        parts = [definition.value]
    return [part for part in parts if part is not None]


def judge_step(unit: Unit, place: SgNode, step: SgNode, form: str) -> Iterator[Fact]:
    """The fact about one step, if it takes secrets out, or may do so by what another file defines."""
    callee = step.field("function") if step.kind() in ("call", "call_expression") else step
    if callee is None or callee.kind() == "conditional_expression":
        return
    local = index_definitions(unit).get(callee.text())
    is_inline = step.kind() in ("lambda", "arrow_function", "function_expression")
    if is_inline or local is not None:
        if masks_secrets(unit, step if is_inline else local or step):
            yield redaction(unit, place, f"{form}: `{callee.text()[:40]}`", ())
        return
    names = tuple(name.removesuffix("()") for name in unit.bindings.qualify(callee))
    names = tuple(
        name for name in names if not name.startswith(("structlog.", "logging.", "loguru.", "winston.", "builtins."))
    )
    if names:
        yield redaction(unit, place, f"{form}: `{callee.text()[:40]}`", names)


def redaction(unit: Unit, place: SgNode, form: str, names: Sequence[str]) -> Fact:
    """The fact."""
    listed: list[Json] = list(names)
    data: dict[str, Json] = {"form": form, "names": listed, "owner": unit.bindings.enclosing_symbol(place)}
    return Fact("log-redaction", unit.locate(place), data)


def find_declared(unit: Unit) -> Iterator[Fact]:
    """A filter or formatter class that a `dictConfig` dictionary names, and that this file or another defines."""
    for pair in unit.root.find_all({"rule": {"kind": "pair", "has": {"field": "key", "regex": "^[\"']\\(\\)[\"']$"}}}):
        value = pair.field("value")
        if value is None:
            continue
        text = value.text().strip("\"'")
        local = index_definitions(unit).get(text.rpartition(".")[2])
        if local is not None and masks_secrets(unit, local):
            yield redaction(unit, pair, f"a logging configuration with `{text}`", ())
        elif local is None and CALLED.search(text):
            names = unit.bindings.qualify(value) if value.kind() != "string" else (text,)
            yield redaction(unit, pair, f"a logging configuration with `{text}`", names)


def is_conditional(node: SgNode) -> bool:
    """Whether code only runs in some environment."""
    for parent in node.ancestors():
        condition = parent.field("condition") if parent.kind() in ("if_statement", "ternary_expression") else None
        if condition is not None and asks_environment(condition.text()):
            return True
    return False


def find_script(unit: Unit) -> Iterator[Fact]:
    """The paths that pino masks, the formats of winston."""
    loggers = [name for name in SCRIPT_LOGGERS if name.partition(".")[0] in unit.text]
    for reference in unit.find_references(loggers) if loggers else ():
        call = reference.call
        if call is None or is_conditional(call):
            continue
        for pair in call.find_all(kind="pair"):
            key, value = pair.field("key"), pair.field("value")
            if key is not None and value is not None and key.text().strip("\"'") == "redact":
                yield from judge_paths(unit, pair, value)
    for reference in unit.find_references(WINSTON) if "winston" in unit.text else ():
        if reference.call is not None and not is_conditional(reference.call):
            yield from find_formats(unit, reference.call)


def judge_paths(unit: Unit, pair: SgNode, value: SgNode) -> Iterator[Fact]:
    """The paths that pino masks: in place, in a variable, or in another file."""
    if value.kind() in ("identifier", "member_expression"):
        definition = find_definition(unit, value) if value.kind() == "identifier" else None
        if definition is None or definition.value is None:
            names = unit.bindings.qualify(value)
            if names and not names[0].startswith("globalThis."):
                yield redaction(unit, pair, "pino's redact", names)
            return
        value = definition.value
    if value.kind() == "object":
        properties = dict(iterate_properties(value))
        value = properties.get("paths", value)
    if value.kind() in ("identifier", "shorthand_property_identifier"):
        value = find_named(unit, value) or value
    if value.kind() == "array" and SECRETS.search(value.text()):
        yield redaction(unit, pair, "pino's redact", ())


def find_formats(unit: Unit, call: SgNode) -> Iterator[Fact]:
    """The formats that a winston logger combines."""
    value = find_argument(call, "format")
    for step in [value, *value.find_all(kind="call_expression")] if value is not None else ():
        callee = step.field("function") if step is not None and step.kind() == "call_expression" else None
        if step is not None and callee is not None and callee.kind() == "identifier":
            yield from judge_step(unit, step, step, "winston's format")
