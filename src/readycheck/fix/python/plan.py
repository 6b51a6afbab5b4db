"""The sites of one file: what is asked of each print, what is made of it, and why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readycheck.fix.contract import FileView
from readycheck.fix.python.binding import bind
from readycheck.fix.python.call import PrintCall, is_splat, read_call
from readycheck.fix.python.context import Context
from readycheck.fix.python.knowledge import Knowledge
from readycheck.fix.python.level import Level, find_level
from readycheck.fix.python.loggers import Logger, ModuleLoggers
from readycheck.fix.python.message import STYLES, adapt_arguments
from readycheck.fix.python.reasons import REASONS
from readycheck.fix.python.removal import remove
from readycheck.fix.python.signs import find_doubt, is_blank, is_partial
from readycheck.fix.refusal import RefusedError, refuse
from readycheck.model.evidence import Match
from readycheck.model.fix import Edit, Safety, Site
from readycheck.model.location import Span
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

PRINT = "builtins.print"
USE, GIVE = "use the module's logger", "give the module a logger"
SETTINGS = compile_late(r"(?:^|/)(?:settings|config|conf)(?:/|\.py$)")
QUIETED = compile_late(
    r"\b(\w+)\.(?:setLevel\([^)\n]*(?:WARN|ERROR|CRITICAL|FATAL|\b[345]0\b)|disabled\s*=\s*True|propagate\s*=\s*False)"
)
PLAIN = frozenset({"print", "builtins.print", "__builtin__.print"})


@dataclass(frozen=True, slots=True)
class Draft:
    """A print that can become a record: the call, the level, and why that is not safe (empty: it is)."""

    match: Match
    where: Span
    call: PrintCall
    level: Level
    doubt: str


def plan_file(view: FileView, knowledge: Knowledge, matches: Sequence[Match]) -> Iterator[Site]:
    """One site for each match, and one more for each place that hands print on."""
    unit = view.unit
    calls = {(one.line, one.column): (callee, call) for callee, call, one in find_calls(unit)}
    context = Context(view, knowledge.is_installed(view.path), knowledge.is_imported(view.path))
    drafts: list[Draft] = []
    for match in matches:
        try:
            drafts.append(draft(context, match, calls))
        except RefusedError as error:
            yield refuse(match, error, REASONS)
    yield from Writer(view, knowledge).write_all(drafts)
    yield from find_handed_on(unit, matches)


def find_calls(unit: Unit) -> Iterator[tuple[SgNode, SgNode, Span]]:
    """The calls of print: callee, call, place."""
    for reference in unit.find_references([PRINT]):
        if reference.call is not None:
            yield reference.node, reference.call, unit.locate(reference.call)


def find_handed_on(unit: Unit, matches: Sequence[Match]) -> Iterator[Site]:
    """Places where print is a value."""
    rule = matches[0].rule if matches else ""
    known = {(match.where.line, match.where.column) for match in matches if isinstance(match.where, Span)}
    for reference in unit.find_references([PRINT]):
        where = unit.locate(reference.node)
        if reference.call is None and rule and (where.line, where.column) not in known:
            yield Site(rule, where, Safety.REFUSED, REASONS["print-as-value"], "print-as-value")


def draft(context: Context, match: Match, calls: Mapping[tuple[int, int], tuple[SgNode, SgNode]]) -> Draft:
    """What a match becomes, before its logger is known. Raises RefusedError."""
    where = match.where
    if not isinstance(where, Span) or (where.line, where.column) not in calls:
        raise RefusedError("print-rebound")
    callee, node = calls[where.line, where.column]
    unit = context.view.unit
    context.check(match, node)
    if node.field("function") != callee or not is_plain(unit, callee):
        raise RefusedError("print-rebound")
    call = read_call(node, unit.bindings.qualify)
    if is_partial(call):
        raise RefusedError("partial-line")
    hidden = any(unit.bindings.resolve_name(name, node)[0] is not None for name in ("str", "map"))
    if hidden and any(map(is_splat, call.values)):
        raise RefusedError("starred-arguments")
    level = find_level(call, unit.bindings.qualify)
    return Draft(match, where, call, level, choose_doubt(context, call, level))


def is_plain(unit: Unit, callee: SgNode) -> bool:
    """Whether a callee is print under its own name, which nothing else in the file binds."""
    if callee.text() not in PLAIN:
        return False
    return callee.kind() != "identifier" or not unit.bindings.find_targets(callee)


def choose_doubt(context: Context, call: PrintCall, level: Level) -> str:
    """The reason why a fix is unsafe, the gravest first; empty if it is safe as far as the file shows."""
    if is_blank(call):
        return "blank-line"
    text_doubt = find_doubt(call, context.view.unit.bindings.qualify)
    value_doubt = "" if call.is_statement else "value-used"
    return value_doubt or context.find_doubt(call.node) or text_doubt or level.reason


@dataclass(frozen=True, slots=True)
class Writer:
    """Makes the sites of one file from its drafts."""

    view: FileView
    knowledge: Knowledge

    def write_all(self, drafts: Sequence[Draft]) -> Iterator[Site]:
        """The sites of all drafts; those whose module has no logger share the one that is bound for them."""
        own = ModuleLoggers(self.view.unit, self.knowledge)
        waiting: list[Draft] = []
        for one in drafts:
            try:
                if one.doubt == "blank-line":
                    yield self.write_removal(one)
                    continue
                logger = own.find(one.call.node)
                if logger is None:
                    waiting.append(one)
                else:
                    yield self.write(one, logger, ())
            except RefusedError as error:
                yield refuse(one.match, error, REASONS)
        yield from self.write_bound(waiting)

    def write_bound(self, drafts: Sequence[Draft]) -> Iterator[Site]:
        """The sites of a module that gets a logger."""
        if not drafts:
            return
        try:
            bound = bind(self.view.unit, self.knowledge, [one.call.node for one in drafts])
        except RefusedError as error:
            yield from (refuse(one.match, error, REASONS) for one in drafts)
            return
        for one in drafts:
            try:
                yield self.write(one, bound.logger, bound.edits)
            except RefusedError as error:
                yield refuse(one.match, error, REASONS)

    def write_removal(self, one: Draft) -> Site:
        """The site of an empty line."""
        if not one.call.is_statement:
            raise RefusedError("value-used")
        edit = Edit(self.view.path, *remove(self.view.unit.text, one.call.node))
        title = "write nothing in place of the empty line" if edit.new else "remove the empty line"
        return Site(one.match.rule, one.where, Safety.UNSAFE, title, "blank-line", (edit,))

    def write(self, one: Draft, logger: Logger, shared: Sequence[Edit]) -> Site:
        """The site of a print whose logger is known; `shared` are the edits that bind it."""
        if not one.call.is_statement and logger.library != "logging":
            raise RefusedError("value-used")
        doubt = one.doubt or self.find_doubt(one.call, logger)
        edits = (*shared, *(Edit(self.view.path, *change) for change in write_call(one.call, one.level, logger)))
        title = f"{GIVE if shared else USE}: {logger.name}.{one.level.method}"
        return Site(one.match.rule, one.where, Safety.UNSAFE if doubt else Safety.SAFE, title, doubt, edits)

    def find_doubt(self, call: PrintCall, logger: Logger) -> str:
        """Why a record might not be shown."""
        if self.knowledge.replaces_print:
            return "print-replaced"
        is_shown = self.knowledge.shows_info(logger.library, self.view.path)
        if not is_shown or is_quieted(self.view.unit.text, logger.name):
            return "logging-not-configured"
        line = self.knowledge.setups.find_line(self.view.path)
        is_at_import = not any(one.kind() in ("function_definition", "lambda") for one in call.node.ancestors())
        if is_at_import and line and call.node.range().start.line + 1 < line:
            return "before-logging-configured"
        is_told = self.knowledge.configured is not None and not SETTINGS.search(self.view.path)
        is_told = is_told or logger.library == "loguru"
        return "runs-at-import" if is_at_import and not line and not is_told else ""


def is_quieted(text: str, name: str) -> bool:
    """Whether a module itself keeps its logger from showing INFO, or from handing records on."""
    return any(one[1] == name for one in QUIETED.finditer(text))


def write_call(call: PrintCall, level: Level, logger: Logger) -> Iterator[tuple[int, int, str]]:
    """The changes in the call itself."""
    start, end = call.callee.range().start.index, call.arguments.range().start.index
    yield start, end, f"{logger.name}.{level.method}"
    if level.message is not None:
        first, last = call.arguments.range().start.index + 1, call.arguments.range().end.index - 1
        yield first, last, level.message
        return
    yield from adapt_arguments(call, STYLES[logger.library])
