"""Fixes of texts that lie in memory: the same path through the code as in a folder, for examples and tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from readycheck.fix.choose import Wish, choose
from readycheck.fix.editor import Editor
from readycheck.fix.plan import Absences, Request, list_kinds, plan_scan
from readycheck.fix.planner import FilePlan, FileTask, Planner
from readycheck.fix.run import make_tasks
from readycheck.model.fix import FixSettings, Site
from readycheck.model.rule import Rule
from readycheck.scan.engine import ScanOptions
from readycheck.scan.memory import scan_texts

NOWHERE = Path("/nonexistent")


@dataclass(frozen=True, slots=True)
class Fixed:
    """What became of texts: all of them by path, the sites, those that were made, and what went wrong."""

    files: Mapping[str, str]
    sites: tuple[Site, ...] = ()
    made: tuple[Site, ...] = ()
    problems: tuple[str, ...] = field(default=())


def fix_texts(
    files: Mapping[str, str],
    rules: Sequence[Rule],
    wish: Wish | None = None,
    settings: FixSettings | None = None,
    find_absent: Absences | None = None,
) -> Fixed:
    """Fix files given by relative path; by default with the unsafe fixes too. Raises UnknownFixError."""
    contents = {path: text.encode() for path, text in files.items()}
    request = Request(NOWHERE, tuple(rules), settings or FixSettings(), ScanOptions(overlay=contents), find_absent)
    scan = replace(scan_texts(files, rules, kinds=list_kinds(request.fixed)), root=str(NOWHERE))
    plan = plan_scan(request, scan, plan_here)
    choice = choose(plan.sites, wish or Wish(unsafe=True))
    editor = Editor(plan.planner, request.fixed)
    edited = [editor(task, lambda: None) for task in make_tasks(plan, choice)]
    problems = [f"{path}: {one}" for path, some in plan.problems.items() for one in some]
    problems += [f"{one.path}: {failure}" for one in edited for failure in one.failures]
    after = {one.path: one.after.decode() for one in edited if not one.failures}
    new = {path: one.content for path, one in choice.creates.items()}
    return Fixed({**files, **after, **new}, plan.sites, choice.sites, tuple(problems))


def plan_here(tasks: Sequence[FileTask], planner: Planner, _options: ScanOptions) -> Iterator[FilePlan]:
    """Plan in this process."""
    return (planner(task, lambda: None) for task in tasks)
