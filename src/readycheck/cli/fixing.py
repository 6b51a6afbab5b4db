"""What `readycheck fix` does with its options: plan, choose, verify, write, report."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace

from readycheck.audit.changes import load_changes
from readycheck.audit.dirty import find_dirty
from readycheck.audit.errors import CannotAuditError, UsageError, count, suggest
from readycheck.audit.gate import FAILED, PASSED
from readycheck.audit.git import GitError
from readycheck.cli.asking import is_interactive
from readycheck.cli.console import print_note, write_stdout
from readycheck.cli.fix_asking import ask_for_each
from readycheck.cli.fix_missing import list_rules, open_missing
from readycheck.cli.fix_report import make_report
from readycheck.cli.fix_writing import write_all
from readycheck.cli.pipeline import Request, Session, open_session
from readycheck.cli.places import check_place, write_file
from readycheck.cli.progress import make_progress
from readycheck.cli.reports import TERMINAL, Output, split_output
from readycheck.fix.choose import Wish, choose
from readycheck.fix.plan import Plan, plan_request
from readycheck.fix.plan import Request as PlanRequest
from readycheck.fix.run import Outcome, edit_files
from readycheck.model.fixes import FixReport
from readycheck.model.location import Span
from readycheck.render.fixes import render_diff, render_fixes
from readycheck.render.fixes_json import render_fixes as render_json
from readycheck.render.style import Style, choose_style
from readycheck.scan.engine import ScanOptions
from readycheck.scan.files.globs import compile_globs

FORMATS = (TERMINAL, "diff", "json")
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class FixWishes:
    """What is to be done with the plan."""

    format: str = TERMINAL
    reports: Sequence[str] = ()
    verbosity: int = 0
    write: bool = False
    unsafe: bool = False
    interactive: bool = False
    allow_dirty: bool = False
    paths: Sequence[str] = ()


def fix(request: Request, wishes: FixWishes) -> int:
    """Run `readycheck fix`; gives the exit code. Raises AuditError, CatalogueError or OSError."""
    check_fix_format(wishes.format, "--format")
    if wishes.interactive and not is_interactive():
        raise UsageError("--interactive asks at a terminal, and there is none")
    session = open_session(request)
    outputs = parse_fix_outputs(wishes.reports, session)
    plan = make_plan(session, wishes)
    outcome = edit_files(plan, choose(plan.sites, Wish(wishes.unsafe, narrow(session, plan, wishes))))
    if wishes.write or wishes.interactive:
        check_clean(session, outcome, wishes)
    if wishes.interactive:
        outcome = edit_files(plan, ask_for_each(outcome, choose_style(sys.stdout, os.environ)))
    writes = wishes.write or wishes.interactive
    failures = write_all(plan.root, outcome) if writes else {}
    report = make_report(plan, outcome, failures, unsafe=wishes.unsafe, written=writes)
    deliver(report, outputs, wishes)
    return FAILED if report.problems else PASSED


def check_fix_format(name: str, option: str) -> str:
    """The name, if fixes have such a format. Raises UsageError with the nearest that exists."""
    if name not in FORMATS:
        raise UsageError(f'{option}: no format "{name}"{suggest(name, FORMATS)}; one of {", ".join(FORMATS)}')
    return name


def parse_fix_outputs(words: Sequence[str], session: Session) -> list[Output]:
    """`FORMAT=FILE` words. Raises UsageError for the first that cannot be written."""
    outputs = []
    for word in words:
        output = split_output(word, "json=fixes.json", check_fix_format)
        check_place(output.path, session.base)
        outputs.append(output)
    return outputs


def make_plan(session: Session, wishes: FixWishes) -> Plan:
    """Read the project and plan. Raises UsageError where no rule has a fix, CannotAuditError where nothing is read."""
    rules = list_rules(session)
    if not any(rule.fix for rule in rules):
        known = [rule.id for rule in session.catalogue.rules if rule.fix]
        raise UsageError(f"none of these rules has a fix; these have: {', '.join(known)}")
    settings = session.settings
    options = ScanOptions(
        exclude=settings.exclude,
        max_bytes=settings.max_file_size,
        jobs=settings.jobs,
        cache=False,
        roles=settings.roles,
        helpers=settings.queries,
    )
    request = PlanRequest(session.request.path, rules, settings.fix, options, open_missing(session).find)
    with make_progress(wishes.verbosity) or nullcontext() as progress:
        plan = plan_request(request, progress)
    if not plan.scan.files:
        raise CannotAuditError(f"nothing to read in {session.request.path}: is this the project's folder?")
    module = settings.fix.javascript_module
    if module is not None and all(one.path != module for one in plan.scan.files):
        raise UsageError(f"[fix] javascript-module: {module} is no file that was read in {session.base}")
    return plan


def narrow(session: Session, plan: Plan, wishes: FixWishes) -> Callable[[Span], bool] | None:
    """Which places may be changed: those of --path, on lines that --diff names; None: all."""
    ref = session.request.diff
    limit = session.settings.max_file_size
    paths = {site.where.path for site in plan.sites}
    changes = load_changes(session.base, ref, max_bytes=limit, paths=paths) if ref else None
    wanted = compile_globs(tuple(one for path in wishes.paths for one in widen(path))) if wishes.paths else None
    if changes is None and wanted is None:
        return None
    for path in wishes.paths:
        wanted_here = compile_globs(widen(path))
        if not any(wanted_here.fullmatch(one.path) for one in plan.scan.files):
            raise UsageError(f"--path {path}: no file that was read is there; paths are relative to {session.base}")
    return lambda where: (
        (wanted is None or wanted.fullmatch(where.path) is not None) and (changes is None or changes.touch(where))
    )


def widen(path: str) -> tuple[str, str]:
    """A path or glob of --path, and all that lies below it if it is a folder."""
    plain = path.removeprefix("./").rstrip("/") or "**"
    return plain, f"{plain}/**"


def check_clean(session: Session, outcome: Outcome, wishes: FixWishes) -> None:
    """Raise UsageError if git could not bring back what would be written over."""
    if wishes.allow_dirty or not outcome.edited:
        return
    try:
        dirty = find_dirty(session.base, set(outcome.edited), session.settings.max_file_size)
    except GitError as error:
        raise UsageError(f"git does not tell what is committed: {error}; --allow-dirty writes all the same") from error
    if dirty:
        more = f" and {len(dirty) - MOST_NAMED} more" if len(dirty) > MOST_NAMED else ""
        raise UsageError(
            f"{count(len(dirty), 'file')} to change differ{'s' if len(dirty) == 1 else ''} from the last commit:"
            f" {', '.join(dirty[:MOST_NAMED])}{more}; commit them first, or add --allow-dirty"
        )


def deliver(report: FixReport, outputs: Sequence[Output], wishes: FixWishes) -> None:
    """Write the reports, and print one."""
    for output in outputs:
        text = render(report, output.format, Style(verbosity=wishes.verbosity))
        write_file(output.path, text, choose_errors(output.format))
        if wishes.verbosity >= 0:
            print_note(f"wrote the {output.format} report to {output.path}")
    style = replace(choose_style(sys.stdout, os.environ), verbosity=wishes.verbosity)
    encoding = None if wishes.format == TERMINAL else "utf-8"
    write_stdout(render(report, wishes.format, style), encoding, choose_errors(wishes.format))


def choose_errors(name: str) -> str:
    """What becomes of lone surrogates: a patch has them for bytes of the file, all else writes them as escapes."""
    return "surrogateescape" if name == "diff" else "backslashreplace"


def render(report: FixReport, name: str, style: Style) -> str:
    """The report in one of the formats."""
    if name == "json":
        return render_json(report)
    return render_diff(report.changes) if name == "diff" else render_fixes(report, style)
