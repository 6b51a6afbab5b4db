"""The plan of one file: every use of the console becomes an edit, or a refusal with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from readycheck.fix.contract import FileView
from readycheck.fix.javascript.deleting import delete_call
from readycheck.fix.javascript.formatting import find_format
from readycheck.fix.javascript.levels import is_unfamiliar, may_hide
from readycheck.fix.javascript.loggers import Workspace
from readycheck.fix.javascript.places import find_doubt, is_sent_as_text, is_sent_to_browser, is_shared
from readycheck.fix.javascript.reasons import REASONS, ROLES
from readycheck.fix.javascript.rewriting import Rewrite, Words, pick_method, rewrite
from readycheck.fix.javascript.shapes import Shape, list_arguments, read_shape
from readycheck.fix.javascript.sources import Source, choose_source, writes_imports
from readycheck.fix.javascript.timing import FUNCTIONS, ends_process, is_at_top, may_run_early
from readycheck.fix.javascript.values import is_coloured
from readycheck.model.evidence import Match
from readycheck.model.fix import Edit, Safety, Site
from readycheck.model.location import Span
from readycheck.model.vocabulary import Role
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.bindings.occurrence import Reference

NAMES = ("globalThis.console.*", "node:console.*", "console.*")
COMMAND_LINE = compile_late(
    r"""(?:\bfrom|\brequire\()\s*["'](?:commander|yargs|yargs/yargs|meow|cac|inquirer|@inquirer/[\w-]+|prompts|ora"""
    r"""|@clack/prompts|@oclif/core|citty|minimist|arg)["']"""
)
JSON_LINE = compile_late(r"^JSON\.stringify\(")


@dataclass(frozen=True)
class FilePlan:
    """What is known of a file while its sites are planned."""

    view: FileView
    workspace: Workspace

    @cached_property
    def refusal(self) -> str:
        """Why nothing in this file is rewritten; empty: something may be."""
        text = self.view.unit.text
        if self.view.role is not Role.SERVER:
            return ROLES[self.view.role]
        if text.startswith("#!") or COMMAND_LINE.search(text):
            return "command-line-code"
        path = self.view.path
        shared = self.workspace
        return find_doubt(path, self.view.reason, text, reached=path in shared.reached, is_task=path in shared.tasks)

    @cached_property
    def source(self) -> Source | str:
        """The file's logger."""
        return choose_source(self.view.unit, self.workspace)

    @cached_property
    def format(self) -> tuple[str, Edit | None]:
        """The file's name for `format`, and the edit that brings it in."""
        unit = self.view.unit
        is_esm = writes_imports(unit, self.workspace.find_package(unit.path))
        return find_format(unit, is_esm=is_esm)

    @cached_property
    def is_late(self) -> bool:
        """Whether functions of the file may run before its logger exists."""
        source = self.source
        if isinstance(source, str) or source.since is None or source.is_early:
            return False
        return may_run_early(self.view.unit, source.since)

    @cached_property
    def is_patched(self) -> bool:
        """Whether the file's package replaces methods of the console."""
        return self.workspace.find_package(self.view.path).folder in self.workspace.patched

    @cached_property
    def references(self) -> dict[tuple[int, int], Reference]:
        """The uses of the console by the place that the rule reports, line and column from 1."""
        found: dict[tuple[int, int], Reference] = {}
        for reference in self.view.unit.find_references(NAMES):
            node = reference.call if reference.call is not None else reference.node
            start = node.range().start
            found.setdefault((start.line + 1, start.column + 1), reference)
        return found

    def plan(self, match: Match) -> Site:
        """The site of one match."""
        where = match.where
        if not isinstance(where, Span):
            raise TypeError(f"{match.rule}: {where!r} is no place in a file")
        found = self.refusal or self.change(where)
        if isinstance(found, str):
            return Site(match.rule, where, Safety.REFUSED, REASONS[found], found)
        source, edits, reason = found
        safety = Safety.UNSAFE if reason else Safety.SAFE
        return Site(match.rule, where, safety, source.title, reason, edits, source.creates)

    def find_shape(self, where: Span) -> Shape | str:
        """How the console is used at one place; or why nothing is done there, whatever the logger is."""
        reference = self.references.get((where.line, where.column))
        if reference is None:
            return "form-unknown"
        symbol = self.view.unit.bindings.enclosing_symbol(reference.node)
        if is_shared(self.view.path, self.view.reason, symbol):
            return "perhaps-browser-code"
        if is_sent_as_text(self.view.unit, reference.node):
            return "function-as-text"
        return "browser-code" if is_sent_to_browser(reference.node) else read_shape(self.view.unit, reference)

    def change(self, where: Span) -> tuple[Source, tuple[Edit, ...], str] | str:
        """What is done at one place: through which logger, the edits, and why only on demand; or why nothing is."""
        shape = self.find_shape(where)
        if isinstance(shape, str):
            return shape
        source = self.source
        if isinstance(source, str):
            return source
        if is_empty(shape):
            cut = delete_call(self.view.unit, shape.whole)
            bare = replace(source, title="take the empty line out", edits=(), creates=())
            return "form-unknown" if cut is None else (bare, (cut,), "empty-line")
        return self.find_obstacle(source, shape) or self.rewrite(source, shape)

    def find_obstacle(self, source: Source, shape: Shape) -> str:
        """Why the logger cannot be used at a place: it does not exist there yet, or its name means something else."""
        unit = self.view.unit
        if source.since is not None and shape.whole.range().start.index < source.since and is_at_top(shape.whole):
            return "logger-comes-later"
        if any(one.kind() == "with_statement" for one in shape.whole.ancestors()):
            return "name-taken"
        scope, _ = unit.bindings.resolve_name(source.name, shape.whole)
        return "name-taken" if scope is not None and scope != unit.root else ""

    def rewrite(self, source: Source, shape: Shape) -> tuple[Source, tuple[Edit, ...], str] | str:
        """Rewrite a use through a logger that is there."""
        unit, logger = self.view.unit, source.logger
        method, guess = pick_method(unit, shape, logger)
        if not method or is_unfamiliar(logger, method):
            return "level-missing" if not method else "logger-unfamiliar"
        name, bring = self.format
        rewritten = rewrite(unit, shape, logger, Words(source.name, name, method))
        if isinstance(rewritten, str):
            return rewritten
        needed = (bring,) if rewritten.formats and bring is not None else ()
        reason = self.doubt(source, shape, rewritten, method) or guess
        return source, (*source.edits, *needed, *rewritten.edits), reason

    def doubt(self, source: Source, shape: Shape, rewritten: Rewrite, method: str) -> str:
        """Why a change is made on demand only; empty: it is safe as far as the logger and the place go."""
        logger = source.logger
        given = list_arguments(shape.arguments) if shape.arguments is not None else []
        doubts = {
            source.reason: bool(source.reason),
            "logger-is-own": logger.kind == "own",
            "logger-maybe-not-ready": self.is_late,
            "trace-to-debug": shape.method == "trace",
            rewritten.reason: bool(rewritten.reason),
            "coloured-text": shape.arguments is not None and is_coloured(self.view.unit, shape.arguments),
            "before-exit": not logger.is_direct and ends_process(self.view.unit, shape.whole),
            "line-was-json": len(given) == 1 and JSON_LINE.match(given[0].text()) is not None,
            "console-patched": self.is_patched,
            "inside-group": is_in_group(shape.whole),
            "below-threshold": may_hide(logger, method, configured=self.workspace.configured),
        }
        return next((code for code, holds in doubts.items() if holds), "")


def is_in_group(node: SgNode) -> bool:
    """Whether the function around a place, or the whole file around one at its top, prints a group."""
    around = next((one for one in node.ancestors() if one.kind() in FUNCTIONS or one.parent() is None), None)
    return around is not None and "console.group" in around.text()


def is_empty(shape: Shape) -> bool:
    """Whether a call prints an empty line and nothing else."""
    is_bare = shape.form == "call" and shape.arguments is not None and not list_arguments(shape.arguments)
    return is_bare and shape.method != "trace"


def plan_file(view: FileView, workspace: Workspace, matches: Sequence[Match]) -> Iterator[Site]:
    """One site for each match."""
    plan = FilePlan(view, workspace)
    for match in matches:
        yield plan.plan(match)
