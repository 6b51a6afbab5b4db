"""From a choice of sites to the new content of files, verified in worker processes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from readycheck.fix.choose import Choice, without
from readycheck.fix.editor import Edited, Editor, EditTask, describe_more
from readycheck.fix.plan import Plan, plan_request
from readycheck.model.fix import Safety, Site
from readycheck.model.vocabulary import Polarity, Role
from readycheck.scan.engine import default_jobs
from readycheck.scan.plan import is_code_rule
from readycheck.scan.pool import Broken, run_tasks
from readycheck.scan.reading import make_chunks

Failures = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is ready to be written: the sites that are made, the edited files by path, and what failed, by path."""

    choice: Choice
    edited: Mapping[str, Edited] = field(default_factory=dict)
    failed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def edit_files(plan: Plan, choice: Choice) -> Outcome:
    """Make the edits in memory and verify them; a site of which one file fails is made in none of its files."""
    done: dict[EditTask, Edited] = {}
    failed: Failures = {}
    while True:
        tasks = make_tasks(plan, choice)
        done |= dict(edit_all(plan, [task for task in tasks if task not in done]))
        edited = {task.path: done[task] for task in tasks}
        broken = {path: one.failures for path, one in edited.items() if one.failures}
        broken = broken or run_again(plan, choice, edited)
        if not broken:
            return Outcome(choice, edited, failed)
        failed |= broken
        choice = without(choice, list(broken))


def make_tasks(plan: Plan, choice: Choice) -> list[EditTask]:
    """A task for each file that the choice changes."""
    roles = {file.path: (file.role, file.role_reason) for file in plan.scan.files}
    sites: dict[str, list[Site]] = defaultdict(list)
    for site in choice.sites:
        for path in dict.fromkeys(edit.path for edit in site.edits):
            sites[path].append(site)
    left = count_left(plan, choice)
    return [
        EditTask(
            path,
            plan.digests.get(path, ""),
            edits,
            tuple(sites[path]),
            roles.get(path, (Role.SERVER, "")),
            tuple(sorted(left[path].items())),
        )
        for path, edits in choice.edits.items()
    ]


def count_left(plan: Plan, choice: Choice) -> dict[str, Counter[str]]:
    """By path and rule, how many sites could be edited but are not: nobody chose them, or policy forbids it."""
    left: dict[str, Counter[str]] = defaultdict(Counter)
    chosen = Counter(choice.sites)
    for site in plan.sites:
        if site.safety is not Safety.REFUSED and not chosen[site]:
            left[site.where.path][site.rule] += 1
    for (path, rule), number in plan.held.items():
        left[path][rule] += number
    return left


def edit_all(plan: Plan, tasks: Sequence[EditTask]) -> Iterator[tuple[EditTask, Edited]]:
    """Edit in worker processes, in no particular order; a worker that dies or hangs costs its file only."""
    if not tasks:
        return
    options = plan.request.options
    editor = Editor(plan.planner, plan.request.fixed)
    jobs = options.jobs or default_jobs(tasks)
    for finished in run_tasks(list(make_chunks(tasks)), editor, jobs, options.file_timeout):
        for task, result in finished:
            yield task, Edited(task.path, failures=(result.reason,)) if isinstance(result, Broken) else result


def run_again(plan: Plan, choice: Choice, edited: Mapping[str, Edited]) -> Failures:
    """What a second run would change, by path: for rules that need the whole project, over the new contents."""
    request = plan.request
    wide = {rule.id for rule in request.fixed if not is_code_rule(rule) or rule.polarity is Polarity.CONTROL}
    if wide.isdisjoint(site.rule for site in choice.sites):
        return {}
    overlay = {path: one.after for path, one in edited.items()}
    overlay |= {path: new.content.encode() for path, new in choice.creates.items()}
    rules = tuple(rule for rule in request.rules if rule.id in wide or not rule.fix)
    again = plan_request(replace(request, rules=rules, options=replace(request.options, overlay=overlay)))
    left = count_left(plan, choice)
    sites: dict[str, list[Site]] = defaultdict(list)
    for site in again.sites:
        sites[site.where.path].append(site)
    found = {path: tuple(describe_more(some, left[path])) for path, some in sites.items()}
    return {path: failures for path, failures in found.items() if failures}
