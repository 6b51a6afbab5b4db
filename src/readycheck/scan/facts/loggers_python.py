"""Structured loggers in Python: where one is configured, and which modules log through what.

`logger-configured`: `library`, `form` (what is configured), `structured` (null: the class that `formatter` names
decides), `scope` (`library`: everyone who uses one of `users` logs through it; `module`: everyone who gets the logger
from this module), `variable`.
`logger-used`, one a module: `libraries` that its log calls resolve to, `specifiers` (as written) of the modules that it
gets loggers from.
`logger-obtained`: a module that gets a logger of `libraries` without a log call of its own; others may get it there.
`logging-file`: a configuration file for logging, `structured` if it names a structured formatter.
`formatter-defined`: a formatter class of the project that writes JSON: `name`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.facts.log_calls import find_log_use
from readycheck.scan.late import compile_late
from readycheck.scan.literals import find_argument, read_argument, read_string

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.config.file import ConfigFile
    from readycheck.scan.unit import Unit

KINDS = ("logger-configured", "logger-used", "logger-obtained", "formatter-defined", "logging-file")
GLOBS = ("*logging*.{yaml,yml,json,ini,conf,cfg,toml}", "*log{_,-,}conf*.{yaml,yml,json,ini,conf,cfg,toml}")
LANGUAGES = (Language.PYTHON,)
ANCHORS = (
    "logging", "structlog", "loguru", "aws_lambda_powertools", "logger", "log", "LOGGER", "LOG", "_logger", "_LOGGER",
    "JsonFormatter", "pythonjsonlogger",
)  # fmt: skip
LEVELS = "debug|info|warning|warn|error|exception|critical|fatal|trace|success|log"
LOG_CALLS: dict[str, Any] = {
    "kind": "call",
    "has": {
        "field": "function",
        "kind": "attribute",
        "has": {"field": "attribute", "regex": f"^({LEVELS}|a(info|error|warning|exception))$"},
    },
}
WORD = compile_late(r"\w+")
STRUCTURED_FORMATTERS = frozenset({
    "pythonjsonlogger.jsonlogger.JsonFormatter",
    "pythonjsonlogger.json.JsonFormatter",
    "pythonjsonlogger.orjson.OrjsonFormatter",
    "pythonjsonlogger.msgspec.MsgspecFormatter",
    "json_log_formatter.JSONFormatter",
    "json_log_formatter.VerboseJSONFormatter",
    "logstash_formatter.LogstashFormatterV1",
    "logstash_async.formatter.LogstashFormatter",
    "ecs_logging.StdlibFormatter",
    "logfmter.Logfmter",
    "uvicorn_json_logger.JSONLogFormatter",
    "google.cloud.logging.handlers.StructuredLogHandler",
    "google.cloud.logging_v2.handlers.StructuredLogHandler",
})  # fmt: skip
JSON_RENDERERS = ("structlog.processors.JSONRenderer", "structlog.processors.LogfmtRenderer")
TEXT_RENDERER = "structlog.dev.ConsoleRenderer"
PROCESSOR_FORMATTER = "structlog.stdlib.ProcessorFormatter"
JSON_WRITERS = ("json.dumps", "orjson.dumps", "ujson.dumps", "simplejson.dumps", "msgspec.json.encode", "json.dump")
OBTAINED: Mapping[str, str] = {
    "logging.getLogger": "logging",
    "structlog.get_logger": "structlog",
    "structlog.getLogger": "structlog",
    "structlog.stdlib.get_logger": "structlog",
    "loguru.logger": "loguru",
}
WHOLE_LIBRARY: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "google.cloud.logging.Client().setup_logging": ("Google Cloud Logging", ("logging",)),
    "json_logging.init_fastapi": ("json_logging", ("logging",)),
    "json_logging.init_flask": ("json_logging", ("logging",)),
    "json_logging.init_non_web": ("json_logging", ("logging",)),
    "json_logging.init_quart": ("json_logging", ("logging",)),
    "aws_lambda_powertools.Logger": ("AWS Lambda Powertools", ("aws_lambda_powertools",)),
    "aws_lambda_powertools.logging.Logger": ("AWS Lambda Powertools", ("aws_lambda_powertools",)),
}
SETUPS = (
    "structlog.configure",
    "structlog.configure_once",
    "loguru.logger.add",
    "loguru.logger.configure",
    *WHOLE_LIBRARY,
)


def collect(unit: Unit) -> Iterator[Fact]:
    """All logger facts of one module."""
    local = tuple(find_formatters(unit))
    for name, node in local:
        yield Fact("formatter-defined", unit.locate(node), {"name": name})
    names = frozenset(name for name, _ in local)
    if "setFormatter" in unit.text or "formatters" in unit.text:
        yield from find_installed(unit, names)
        yield from find_declared(unit)
    if "dictConfig" in unit.text or "fileConfig" in unit.text:
        yield from find_loaded(unit)
    yield from find_library_setups(unit)
    yield from find_uses(unit)


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """A logging configuration in a file of its own, whatever its format."""
    if "formatters" in file.text and "handlers" in file.text:
        line = next((number for number, row in enumerate(file.lines, 1) if names_structured(row)), 0)
        yield Fact("logging-file", file.span(line or 1), {"structured": line > 0})


def names_structured(text: str) -> bool:
    """Whether a line names a structured formatter by its full name."""
    return any(name in text for name in STRUCTURED_FORMATTERS)


def configured(unit: Unit, node: SgNode, form: str, users: tuple[str, ...], **more: Json) -> Fact:
    """A `logger-configured` fact for everyone who logs through one of the libraries."""
    listed: list[Json] = list(users)
    data: dict[str, Json] = {"form": form, "structured": True, "scope": "library", "users": listed, "variable": ""}
    return Fact("logger-configured", unit.locate(node), {"library": users[0], **data, **more})


def find_formatters(unit: Unit) -> Iterator[tuple[str, SgNode]]:
    """Formatter classes that write JSON: by themselves, or by what they subclass: (name, class node)."""
    if "Formatter" not in unit.text:
        return
    writers = [one.node.range().start.index for one in unit.find_references(JSON_WRITERS)]
    structured = [one.node.range().start.index for one in unit.find_references(tuple(STRUCTURED_FORMATTERS))]
    known: set[str] = set()
    for node in unit.find_kind("class_definition") if writers or structured else ():
        name, bases = node.field("name"), node.field("superclasses")
        if (
            name is None
            or bases is None
            or not ("Formatter" in bases.text() or known & set(WORD.findall(bases.text())))
        ):
            continue
        known.add(name.text())
        if holds(node, writers) or holds(bases, structured):
            yield name.text(), node


def holds(node: SgNode, places: Sequence[int]) -> bool:
    """Whether one of the places (offsets) lies inside a node."""
    extent = node.range()
    return any(extent.start.index <= place < extent.end.index for place in places)


def find_installed(unit: Unit, local: frozenset[str]) -> Iterator[Fact]:
    """`handler.setFormatter(X)` where X is a structured formatter, known or defined in the project."""
    for call in unit.root.find_all(pattern="$HANDLER.setFormatter($FORMATTER)"):
        formatter = call.get_match("FORMATTER")
        if formatter is None:
            continue
        names = unit.bindings.qualify(formatter)
        known = [name for name in names if name.removesuffix("()") in STRUCTURED_FORMATTERS]
        callee = formatter.field("function") if formatter.kind() == "call" else None
        if known:
            yield configured(unit, call, f"a handler with {last_word(known[0])}", ("logging",))
        elif any(name.removesuffix("()") == PROCESSOR_FORMATTER for name in names):
            is_json = may_render_json(unit) and not (formatter.kind() == "call" and ends_in_text(unit, formatter))
            yield configured(unit, call, "structlog's ProcessorFormatter", ("logging", "structlog"), structured=is_json)
        elif callee is not None and callee.text() in local:
            yield configured(unit, call, f"a handler with {callee.text()}", ("logging",))
        elif names and not names[0].startswith("logging."):
            name = names[0].removesuffix("()")
            form = f"a handler with {last_word(name)}"
            yield configured(unit, call, form, ("logging",), structured=None, formatter=name)


def find_declared(unit: Unit) -> Iterator[Fact]:
    """A formatter class that a `dictConfig` or Django `LOGGING` dictionary names under `()` or `class`."""
    if "dictConfig" not in unit.text and "LOGGING" not in unit.text and "LOG_CONFIG" not in unit.text:
        return
    pairs: dict[str, Any] = {"kind": "pair", "has": {"field": "key", "regex": "^[\"'](\\(\\)|class)[\"']$"}}
    for pair in unit.root.find_all({"rule": pairs}):  # type: ignore[call-overload]
        value = pair.field("value")
        if value is None:
            continue
        is_text, text = read_string(value) if value.kind() == "string" else (False, None)
        names = (str(text),) if is_text else unit.bindings.qualify(value) or (value.text(),)
        for name in names:
            if name in STRUCTURED_FORMATTERS:
                yield configured(unit, pair, f"a logging configuration with {last_word(name)}", ("logging",))
            elif name == PROCESSOR_FORMATTER:
                is_json = may_render_json(unit)
                users = ("logging", "structlog")
                yield configured(unit, pair, "structlog's ProcessorFormatter", users, structured=is_json)
            elif "Formatter" in last_word(name) and not name.startswith(
                ("logging.", "uvicorn.", "django.", "colorlog.")
            ):
                form = f"a logging configuration with {last_word(name)}"
                yield configured(unit, pair, form, ("logging",), structured=None, formatter=name)


def find_loaded(unit: Unit) -> Iterator[Fact]:
    """Logging configured by what lies in another file: a configuration file, or a dictionary of another module."""
    for reference in unit.find_references(("logging.config.fileConfig", "logging.config.dictConfig")):
        arguments = reference.call.field("arguments") if reference.call is not None else None
        first = arguments.child(1) if arguments is not None else None
        if reference.call is None or first is None or first.kind() == "dictionary":
            continue
        is_local = first.kind() == "identifier" and re.search(
            rf"(?m)^[ \t]*{re.escape(first.text())}\b[^=\n]*=\s*[{{d]", unit.text
        )
        if not is_local:
            form = "logging from a configuration file"
            yield configured(unit, reference.call, form, ("logging",), structured=None, formatter="")


def find_library_setups(unit: Unit) -> Iterator[Fact]:
    """structlog, loguru and the libraries that set up structured logging with one call."""
    wanted = [name for name in SETUPS if name.partition(".")[0] in unit.text]
    for reference in unit.find_references(wanted) if wanted else ():
        call, name = reference.call, reference.name
        if call is None:
            continue
        if name in WHOLE_LIBRARY:
            form, users = WHOLE_LIBRARY[name]
            yield configured(unit, call, form, users)
        elif name.startswith("structlog."):
            yield configured(unit, call, "structlog", ("structlog",), structured=renders_json(unit, call))
        elif is_serialised(unit, call):
            yield configured(unit, call, "loguru with serialised records", ("loguru",))


def renders_json(unit: Unit, call: SgNode) -> bool | None:
    """Whether structlog's processors end in one that writes JSON; None when they come from elsewhere."""
    processors = find_argument(call, "processors")
    if ends_in_text(unit, call):
        return False
    hands_on = any(True for _ in unit.find_references((PROCESSOR_FORMATTER,)))
    if may_render_json(unit) or (hands_on and not any(True for _ in unit.find_references((TEXT_RENDERER,)))):
        return True
    is_elsewhere = processors is not None and processors.kind() != "list" and "Renderer" not in unit.text
    return None if is_elsewhere else False


def may_render_json(unit: Unit) -> bool:
    """Whether a module uses one of structlog's renderers of structured lines."""
    return any(True for _ in unit.find_references(JSON_RENDERERS))


def ends_in_text(unit: Unit, call: SgNode) -> bool:
    """Whether the last of the processors that a call is given writes text for a terminal, and nothing else."""
    processors = find_argument(call, "processors") or find_argument(call, "processor")
    if processors is not None and processors.kind() == "list":
        listed = [one for one in processors.named_children() if one.kind() != "comment"]
        processors = listed[-1] if listed else None
    names = unit.bindings.qualify(processors) if processors is not None else ()
    return bool(names) and all(name.removesuffix("()") == TEXT_RENDERER for name in names)


def is_serialised(unit: Unit, call: SgNode) -> bool:
    """Whether a loguru sink gets JSON: `serialize=True`, or a function of this module that writes JSON."""
    if read_argument(call, "serialize") == (True, True) or '"serialize": True' in call.text():
        return True
    arguments = call.field("arguments")
    words = {node.text() for node in arguments.find_all(kind="identifier")} if arguments is not None else set()
    for writer in unit.find_references(JSON_WRITERS):
        for parent in writer.node.ancestors():
            name = parent.field("name") if parent.kind() == "function_definition" else None
            if name is not None and name.text() in words:
                return True
    return False


def find_uses(unit: Unit) -> Iterator[Fact]:
    """The module's log calls; where none resolves to a library, whether it obtains a logger for others."""
    use = find_log_use(unit, LOG_CALLS, resolve_use)
    yield from use.facts
    if not use.libraries:
        yield from find_obtained(unit)


def resolve_use(unit: Unit, function: SgNode) -> tuple[set[str], set[str]]:
    """The libraries and the modules' names that a log call's receiver may come from."""
    names = unit.bindings.qualify(function)
    found = {library for name in names if (library := library_of(name))}
    return found, {name.rpartition(".")[0] for name in names if not library_of(name) and is_module(name)}


def find_obtained(unit: Unit) -> Iterator[Fact]:
    """Whether a module obtains a logger that it does not call itself."""
    wanted = [name for name in OBTAINED if name.partition(".")[0] in unit.text]
    obtained = tuple(unit.find_references(wanted)) if wanted else ()
    if obtained:
        libraries = {OBTAINED[reference.name] for reference in obtained if reference.name in OBTAINED}
        yield Fact("logger-obtained", unit.locate(obtained[0].node), {"libraries": [*sorted(libraries)]})


def library_of(name: str) -> str:
    """The logging library that a resolved name belongs to, or empty."""
    head = name.partition(".")[0]
    if head in ("logging", "structlog", "aws_lambda_powertools"):
        return head
    return "loguru" if name.startswith("loguru.logger") else ""


def is_module(name: str) -> bool:
    """Whether a resolved name may come from a module of the project: its part before the method is dotted."""
    return name.count(".") >= 2 and not name.startswith("builtins.")  # noqa: PLR2004 - module, logger, method


def last_word(name: str) -> str:
    """The last part of a dotted name, without the mark of a call."""
    return name.removesuffix("()").rpartition(".")[2]
