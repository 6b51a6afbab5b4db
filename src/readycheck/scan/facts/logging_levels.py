"""Where Python's logging is set up, and from which level on records are shown.

`logging-level`: `library` (logging, structlog, loguru), `logger` (empty: the root; `*`: not known by name), `level`
(`info`: records of level INFO are shown; `warning`: they are not; `unset`: nothing is said; `chosen`: it comes from
`name`, a setting; `mixed`: either, by a condition), `handler`: whether the logger gets a handler, `function`: the
classes and functions around, of which the last has to be called for it, `guarded`: whether it only runs when the file
is started as a program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.model.vocabulary import Language
from readycheck.scan.late import compile_late
from readycheck.scan.literals import find_argument, read_string

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.config.file import ConfigFile
    from readycheck.scan.unit import Unit

KINDS = ("logging-level",)
LANGUAGES = (Language.PYTHON,)
ANCHORS = (
    "basicConfig", "dictConfig", "setLevel", "addHandler", "LOGGING", "structlog", "loguru", "coloredlogs",
    "setup_logging", "LOGGING_CONFIG", "log_config",
)  # fmt: skip
GLOBS = ("*logging*.{yaml,yml,json,toml}", "*log{_,-,}conf*.{yaml,yml,json,toml}", "*logging*.{ini,conf,cfg}")
SHOWN = compile_late(r"(?i)\b(?:\w*_)?(?:DEBUG|INFO|NOTSET|TRACE)\b|^\(?(?:[0-9]|1[0-9]|20)\)?$")
HIDDEN = compile_late(r"(?i)\b(?:WARN|WARNING|ERROR|CRITICAL|FATAL)\b|^\(?(?:[3-9][0-9])\)?$")
SECTION = compile_late(r"(?ms)^\[logger_root\](.*?)(?=^\[|\Z)")
LEVEL_LINE = compile_late(r"(?mi)^\s*level\s*[=:]\s*(\S+)")
NAMED = compile_late(r"^\s*[\"']([\w.]*)[\"']\s*$")
LAST_NAME = compile_late(r"([A-Za-z_]\w*)\W*$")
CALLS = (
    "logging.basicConfig", "logging.getLogger().setLevel", "logging.root.setLevel", "logging.getLogger().addHandler",
    "logging.root.addHandler", "structlog.configure", "structlog.configure_once", "loguru.logger.add",
    "loguru.logger.remove", "loguru.logger.configure", "coloredlogs.install",
    "google.cloud.logging.Client().setup_logging",
)  # fmt: skip


def collect(unit: Unit) -> Iterator[Fact]:
    """What one file sets up."""
    wanted = [name for name in CALLS if name.rpartition(".")[2] in unit.text]
    for reference in unit.find_references(wanted) if wanted else ():
        if reference.call is not None:
            yield from read_call(unit, reference.name, reference.call)
    if '"handlers"' in unit.text or "'handlers'" in unit.text:
        for dictionary in unit.find_kind("dictionary"):
            yield from read_dictionary(unit, dictionary)


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """A configuration of logging in a file of its own."""
    if file.path.endswith((".ini", ".conf", ".cfg")):
        section = SECTION.search(file.text)
        level = LEVEL_LINE.search(section[1]) if section else None
        if level is not None:
            data: dict[str, Json] = {"library": "logging", "logger": "", "level": judge(level[1]), "name": ""}
            yield Fact("logging-level", file.span(1), {**data, "handler": True, "function": "", "guarded": False})
        return
    for document in file.documents:
        if isinstance(document, Mapping) and "handlers" in document:
            yield from read_document(file, document)


def read_document(file: ConfigFile, document: Mapping[str, Any]) -> Iterator[Fact]:
    """The root and the named loggers of a parsed configuration."""
    loggers = document.get("loggers")
    tables = {"": document.get("root"), **(loggers if isinstance(loggers, Mapping) else {})}
    for name, table in tables.items():
        if isinstance(table, Mapping):
            level = judge(str(table["level"])) if "level" in table else "unset"
            data: dict[str, Json] = {"library": "logging", "logger": "" if name == "root" else str(name), "name": ""}
            more: dict[str, Json] = {"handler": bool(table.get("handlers")), "function": "", "guarded": False}
            yield Fact("logging-level", file.span(1), {**data, **more, "level": level})


def make(unit: Unit, node: SgNode, names: tuple[str, str], value: SgNode | None, **more: Json) -> Fact:
    """The fact about a node; `names` are the library and the logger, `value` is the expression of the level."""
    library, logger = names
    text = value.text() if value is not None else ""
    found = LAST_NAME.search(text)
    data: dict[str, Json] = {
        "library": library,
        "logger": logger,
        "level": judge(text) if value is not None else "unset",
        "name": found[1] if found else "",
        "handler": True,
        "function": unit.bindings.enclosing_symbol(node),
        "guarded": unit.bindings.is_inside_main_guard(node),
    }
    return Fact("logging-level", unit.locate(node), {**data, **more})


def judge(text: str) -> str:
    """Whether a level shows INFO, by its text."""
    shown, hidden = SHOWN.search(text) is not None, HIDDEN.search(text) is not None
    if shown and hidden:
        return "mixed"
    if shown:
        return "info"
    return "warning" if hidden else "chosen"


def read_call(unit: Unit, name: str, call: SgNode) -> Iterator[Fact]:
    """One call that sets something up."""
    library, method = name.partition(".")[0], name.rpartition(".")[2]
    if method in ("basicConfig", "install", "setup_logging", "add"):
        level = find_argument(call, "level") or find_argument(call, "log_level")
        default: dict[str, Json] = {} if level is not None or method == "basicConfig" else {"level": "info"}
        yield make(unit, call, ("loguru" if method == "add" else "logging", ""), level, **default)
    elif method in ("setLevel", "addHandler"):
        level = read_first(call) if method == "setLevel" else None
        yield make(unit, call, (library, read_logger(unit, call)), level, handler=method == "addHandler")
    elif method == "remove":
        yield make(unit, call, ("loguru", ""), None, handler=False)
    elif library == "loguru":
        yield make(unit, call, ("loguru", ""), None, level=judge(call.text()))
    else:
        is_own = "stdlib.LoggerFactory" not in call.text()
        yield make(unit, call, ("structlog", ""), None, handler=is_own, **filtering(call))


def filtering(call: SgNode) -> dict[str, Json]:
    """The level below which structlog drops records."""
    wrapper = find_argument(call, "wrapper_class")
    is_filter = wrapper is not None and "filtering" in wrapper.text()
    if wrapper is None or not is_filter:
        return {"level": "info"}
    found = LAST_NAME.search(wrapper.text())
    return {"level": judge(wrapper.text()), "name": found[1] if found else ""}


def read_first(call: SgNode) -> SgNode | None:
    """The first argument of a call."""
    arguments = call.field("arguments")
    return next(iter(arguments.named_children()), None) if arguments is not None else None


def read_logger(unit: Unit, call: SgNode) -> str:
    """The name of the logger that a method is called on: of `getLogger("app").setLevel` it is `app`."""
    callee = call.field("function")
    holder = callee.field("object") if callee is not None else None
    if holder is not None and holder.kind() == "identifier":
        made = re.search(
            rf"(?m)^\s*{re.escape(holder.text())}\b[^=\n]*=\s*(?:logging\.)?getLogger\(([^)\n]*)\)", unit.text
        )
        return NAMED.sub(r"\1", made[1].strip()) if made and (not made[1].strip() or NAMED.match(made[1])) else "*"
    if holder is None or holder.kind() != "call":
        return "" if holder is not None and holder.text().endswith("root") else "*"
    first = read_first(holder)
    if first is None:
        return ""
    is_text, text = read_string(first) if first.kind() == "string" else (False, "")
    return str(text) if is_text else "*"


def read_dictionary(unit: Unit, dictionary: SgNode) -> Iterator[Fact]:
    """A dictionary for `dictConfig`, or Django's `LOGGING`."""
    pairs = dict(read_pairs(dictionary))
    if "handlers" not in pairs or not ({"version", "formatters"} & pairs.keys()):
        return
    tables = {"": pairs.get("root")}
    named = pairs.get("loggers")
    tables |= dict(read_pairs(named)) if named is not None else {}
    for name, table in tables.items():
        if table is not None and table.kind() == "dictionary":
            inner = dict(read_pairs(table))
            logger = "" if name == "root" else name
            yield make(unit, table, ("logging", logger), inner.get("level"), handler="handlers" in inner)


def read_pairs(dictionary: SgNode) -> Iterator[tuple[str, SgNode]]:
    """The entries of a dictionary under constant keys; any other key is `*`."""
    for pair in dictionary.named_children():
        key, value = pair.field("key"), pair.field("value")
        if pair.kind() == "pair" and key is not None and value is not None:
            is_text, text = read_string(key) if key.kind() == "string" else (False, "")
            yield (str(text) if is_text else "*"), value
