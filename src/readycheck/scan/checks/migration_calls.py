"""Checks on code that migrates the database by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.model.vocabulary import Language
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, per_served_file, requires
from readycheck.scan.environment import asks_environment
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.program.model import Call, Module
    from readycheck.scan.unit import Unit

MIGRATES = compile_late(
    r"(?:^|\.)(?:(?:run|apply|execute|perform|do|start|ensure)_?(?:db|database|schema|pending|all|sql)?_?[mM]igrat(?:e|ions?)(?:_?[aA]ll)?|"
    r"migrate_?(?:up|database|db|all|to_?latest|to_?head)?|[mM]igrator\(?\)?\.(?:up|run|migrate)|migrate\.(?:latest|up)|"
    r"upgrade_?(?:db|database|schema)|alembic\.command\.upgrade|command\.upgrade|alembic_?upgrade|run_?alembic)$"
)
# Libraries that keep a second process out by a lock of their own.
LOCKED = compile_late(
    r"^(?:knex|node-pg-migrate|postgres-migrations|postgrator|umzug-lock|graphile-migrate|@mikro-orm)"
)
LOCK = compile_late(r"advisory_?(?:xact_)?lock|GET_LOCK\(|LOCK TABLE|FOR UPDATE|redlock", re.IGNORECASE)
SERVES = compile_late(
    r"(?:^|\.)(?:listen|serve|run_app|create_app)$|^uvicorn\.(?:run|Server|Config)$|^hypercorn\.|^aiohttp\.web\.run_app$"
)
RECORD = compile_late(
    r"schema_?migrations|migrations?_?(?:log|history|table|applied|done|run)|applied_?migrations|_migrations?\b|"
    r"insert\s+into\s+[\"`\w.]*(?:migration|version)|from\s+[\"`\w.]*(?:migration|version)|user_version",
    re.IGNORECASE,
)
RUNS = compile_late(r"\.(?:query|execute|exec|executescript|unsafe|raw|\$executeRawUnsafe|batch)\s*\(")
ENDS = compile_late(r"\b(?:raise|throw|sys\.exit|os\._exit|exit|quit|process\.exit|abort|reject|SystemExit)\b")
COMMAND = compile_late(r"argv|args\b|command|cli|argument|MIGRATE", re.IGNORECASE)


@requires("migration-file", *PROGRAM)
def migrations_at_process_start(facts: Facts, rule: Rule) -> CheckResult:
    """A process that serves migrates at its start, and nothing keeps the other processes from doing so at once."""
    program, live = facts.program, facts.live
    created = {fact.where.path for fact in facts.get("application", ())}
    examined, matches = 0, []
    for module in program.modules.values():
        if not live.is_live(module.path) or not (module.path in created or serves(module)):
            continue
        examined += 1
        for call in module.calls:
            if is_migration(call) and live.runs(call.path, call.owner) and not is_excused(facts, call):
                message = f"`{call.text}` runs at the start of every process, and takes no lock that can be seen"
                matches.append(Match(rule.id, program.locate(call), call.owner, call.text, message))
    return CheckResult(examined, tuple(matches))


def serves(module: Module) -> bool:
    """Whether a file starts a server."""
    return any(SERVES.search(name) for call in module.calls for name in (call.text, *call.names))


def is_migration(call: Call) -> bool:
    """Whether a call migrates, by its name; a definition of a route or a command is none."""
    return not call.decorates and MIGRATES.search(call.text) is not None


def is_excused(facts: Facts, call: Call) -> bool:
    """Whether a lock is taken on the way, or a condition asks where the code runs or what it was told to do."""
    if any(asks_environment(text) or COMMAND.search(text) for text in call.conditions):
        return True
    if any(LOCKED.match(name) for name in call.names):
        return True
    for ref in facts.program.find_called(call):
        definition = facts.program.find_definition(ref)
        for one in facts.program.read_definitions(definition) if definition is not None else ():
            module = facts.program.modules[one.path]
            if any(LOCK.search(word) for word in module.find_words(one.name)):
                return True
            if any(
                LOCK.search(call.text) or LOCKED.match(next(iter(call.names), ""))
                for call in module.find_calls(one.name)
            ):
                return True
    return False


@per_served_file
def migration_failure_ignored(unit: Unit, rule: Rule) -> Iterator[Match]:
    """A failed migration is caught, and the process goes on."""
    is_python = unit.language is Language.PYTHON
    for call in unit.find_kind("call" if is_python else "call_expression"):
        callee = call.field("function")
        if callee is None or not MIGRATES.search(callee.text()):
            continue
        handler = find_handler(call)
        if handler is None or ENDS.search(strip_texts(handler)):
            continue
        body = handler.field("body") or next((one for one in handler.children() if one.kind() == "block"), None)
        first = (
            next((one for one in body.named_children() if one.kind() != "comment"), None) if body is not None else None
        )
        where = unit.locate(first if first is not None and "\n" not in first.text() else handler)
        message = f"a failure of `{callee.text()}` ends here, and the service starts on a schema that it does not know"
        symbol = unit.bindings.enclosing_symbol(call)
        yield Match(rule.id, where, symbol, callee.text(), message)


def strip_texts(node: SgNode) -> str:
    """The text of a node without what stands in its strings and comments."""
    text = re.sub(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`[^`]*`", '""', node.text())
    return re.sub(r"(?://|#).*|/\*.*?\*/", "", text)


def find_handler(call: SgNode) -> SgNode | None:
    """The handler that catches what a call raises, within its function; None where nothing broad does."""
    inner = call
    for parent in call.ancestors():
        kind = parent.kind()
        if kind in (
            "function_definition",
            "function_declaration",
            "arrow_function",
            "function_expression",
            "method_definition",
        ):
            return None
        if kind == "try_statement":
            body = parent.field("body")
            if body is not None and body.range().start.index <= inner.range().start.index < body.range().end.index:
                return next((one for one in parent.children() if one.kind() in ("except_clause", "catch_clause")), None)
        inner = parent
    return None


@per_served_file
def migrations_unrecorded(unit: Unit, rule: Rule) -> Iterator[Match]:
    """Files of SQL are run one after the other, and nowhere is kept which of them ran."""
    if RECORD.search(strip_names(unit.text)) or ".sql" not in unit.text:
        return
    kinds = ("for_statement",) if unit.language is Language.PYTHON else ("for_statement", "for_in_statement")
    for kind in kinds:
        for loop in unit.find_kind(kind):
            text = loop.text()
            if RUNS.search(text) and re.search(r"readFile(?:Sync)?\s*\(|\.read_text\(|\bopen\(|\.read\(", text):
                row = text.split("\n", 1)[0].strip()
                message = "every file is run each time: what ran before is not recorded"
                yield Match(rule.id, find_first_line(unit, loop), unit.bindings.enclosing_symbol(loop), row, message)


def find_first_line(unit: Unit, node: SgNode) -> Span:
    """The first line of a node."""
    start = node.range().start
    return unit.span(start.line, start.column, start.line, len(unit.lines[start.line]))


def strip_names(text: str) -> str:
    """The text without names of folders, functions and modules that only speak of migrations."""
    return re.sub(
        r"[\w.$]*(?:MIGRATIONS?_(?:DIR|PATH|FOLDER)|[rR]un_?[mM]igrations?|__dirname)\w*|['\"][\w./-]*migrations?['\"]",
        "",
        text,
    )
