"""From a project to the plan of its fixes: scan, prepare the codemods, plan file by file in worker processes."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from readycheck.fix.codemods import find_codemods
from readycheck.fix.contract import Codemod, FileCodemod, Project, ProjectCodemod
from readycheck.fix.planner import FilePlan, FileTask, Planner, describe_place, drop, find_lost, refuse, sort_sites
from readycheck.model.evidence import Directive, Fact, Match, Scan, ScannedFile
from readycheck.model.fix import FixSettings, Safety, Site
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.model.vocabulary import Language, Polarity, Role
from readycheck.scan.analyse import describe_break
from readycheck.scan.checks.contract import Facts
from readycheck.scan.engine import ScanOptions, default_jobs, join, run_plan, sort_facts
from readycheck.scan.files.decoding import NotText, decode_text
from readycheck.scan.files.disk import Unreadable, read_bytes
from readycheck.scan.files.globs import compile_globs
from readycheck.scan.files.languages import language_of
from readycheck.scan.plan import Plan as ScanPlan
from readycheck.scan.pool import Broken, run_tasks
from readycheck.scan.reading import make_chunks

Progress = Callable[[int, int], None]


class UnknownFixError(ValueError):
    """A rule names a fix that does not exist."""


Absences = Callable[[Scan], Iterable[Match]]


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be planned: the fixes of rules below a folder, or in one file.

    Rules without a fix are only scanned for. `find_absent` tells from the scan where controls are missing that a fix
    can bring in: a match for each place.
    """

    root: Path
    rules: tuple[Rule, ...]
    settings: FixSettings = field(default_factory=FixSettings)
    options: ScanOptions = field(default_factory=ScanOptions)
    find_absent: Absences | None = None

    @property
    def fixed(self) -> tuple[Rule, ...]:
        """The rules that have a fix."""
        return tuple(rule for rule in self.rules if rule.fix)


@dataclass(frozen=True, slots=True)
class Plan:
    """The fixes of a project: every site in the order of paths and text, and what went wrong, by path.

    `scan` is what the plan was made from, `digests` tell the bytes that a file's edits are planned on. `planner` plans
    one file more. `held` counts, by path and rule, the sites that only policy refused.
    """

    request: Request
    scan: Scan
    planner: Planner
    sites: tuple[Site, ...]
    digests: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    held: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        """The folder that paths are relative to."""
        return self.planner.root


def plan_fixes(
    root: Path, rules: Sequence[Rule], settings: FixSettings, options: ScanOptions, progress: Progress | None = None
) -> Plan:
    """Plan the fixes of these rules below `root`, a folder or one file. Raises UnknownFixError."""
    return plan_request(Request(root, tuple(rules), settings, options), progress)


def plan_request(request: Request, progress: Progress | None = None) -> Plan:
    """Scan, prepare, plan. Raises UnknownFixError for a rule that names a fix which does not exist."""
    kinds = list_kinds(request.fixed)
    scan = run_plan(request.root, ScanPlan(request.rules, kinds), replace(request.options, cache=False), progress)
    return plan_scan(request, scan, plan_in_workers)


def list_kinds(rules: Sequence[Rule]) -> tuple[str, ...]:
    """The facts that the fixes of the rules want to know. Raises UnknownFixError."""
    return tuple(sorted({kind for codemod in choose_codemods(rules).values() for kind in codemod.kinds}))


Run = Callable[[Sequence[FileTask], Planner, ScanOptions], Iterable[FilePlan]]


def plan_scan(request: Request, scan: Scan, run: Run) -> Plan:
    """Plan what a scan found; `run` plans the single files."""
    codemods = choose_codemods(request.fixed)
    project = describe_project(scan, request.settings, request.options)
    absent = request.find_absent(scan) if request.find_absent else ()
    matches = sort_matches(scan, request.fixed, absent)
    prepared = {
        name: codemod.prepare(project)
        for name, codemod in codemods.items()
        if isinstance(codemod, FileCodemod) and any(name in found for found in matches.values())
    }
    planner = Planner(Path(scan.root), prepared, request.options.max_bytes, request.options.overlay)
    plans = [
        *run(make_tasks(scan, matches), planner, request.options),
        *plan_project(project, matches, codemods),
    ]
    return collect(Plan(request, scan, planner, ()), plans)


def choose_codemods(rules: Sequence[Rule]) -> dict[str, Codemod]:
    """The codemods that the rules name."""
    known = find_codemods()
    for rule in rules:
        if rule.fix and rule.fix not in known:
            raise UnknownFixError(f'{rule.source}: fix: there is no fix "{rule.fix}"')
    return {rule.fix: known[rule.fix] for rule in rules if rule.fix}


def describe_project(scan: Scan, settings: FixSettings, options: ScanOptions) -> Project:
    """What codemods are told of the project: the facts of files of every role."""
    by_role = sort_facts(scan.files)
    facts: dict[str, list[Fact]] = defaultdict(list)
    for (kind, _), some in by_role.items():
        facts[kind] += some
    base = Path(scan.root)

    def read(path: str) -> str | None:
        """The text of a file below the root."""
        try:
            known = options.overlay.get(path)
            data = read_bytes(base, path, options.max_bytes) if known is None else known
            return decode_text(data, language_of(path) is Language.PYTHON)[0]
        except (Unreadable, NotText):
            return None

    return Project(Facts(facts, join(scan.files, by_role)), scan.files, settings, read)


def sort_matches(scan: Scan, rules: Sequence[Rule], absent: Iterable[Match] = ()) -> dict[str, dict[str, list[Match]]]:
    """The matches that have a place in a file, by path and codemod: of violations all, of controls where they lack."""
    fixes = {rule.id: rule.fix for rule in rules}
    controls = {rule.id for rule in rules if rule.polarity is Polarity.CONTROL}
    found: dict[str, dict[str, list[Match]]] = defaultdict(lambda: defaultdict(list))
    present = (match for matches in (*(file.matches for file in scan.files), scan.matches) for match in matches)
    for match in (*(one for one in present if one.rule not in controls), *absent):
        name = fixes.get(match.rule)
        if name and isinstance(match.where, Span):
            found[match.where.path][name].append(match)
    return found


def make_tasks(scan: Scan, matches: Mapping[str, Mapping[str, Sequence[Match]]]) -> list[FileTask]:
    """A task for each file with matches for codemods of single files."""
    codemods = find_codemods()
    files = {file.path: file for file in scan.files}
    tasks = []
    for path, by_name in matches.items():
        own = tuple((name, tuple(some)) for name, some in by_name.items() if isinstance(codemods[name], FileCodemod))
        if own:
            file = files[path]
            tasks.append(FileTask(path, file.role, file.role_reason, own))
    return tasks


def plan_in_workers(tasks: Sequence[FileTask], planner: Planner, options: ScanOptions) -> Iterator[FilePlan]:
    """Plan in worker processes, in no particular order; a worker that dies or hangs costs its file only."""
    if not tasks:
        return
    jobs = options.jobs or default_jobs(tasks)
    for finished in run_tasks(list(make_chunks(tasks)), planner, jobs, options.file_timeout):
        for task, result in finished:
            yield planner.give_up(task, result.reason) if isinstance(result, Broken) else result


def plan_project(
    project: Project, matches: Mapping[str, Mapping[str, Sequence[Match]]], codemods: Mapping[str, Codemod]
) -> Iterator[FilePlan]:
    """Ask the codemods that need the whole project."""
    for name, codemod in codemods.items():
        own = [match for by_name in matches.values() for match in by_name.get(name, ())]
        if not isinstance(codemod, ProjectCodemod) or not own:
            continue
        try:
            planned = list(codemod.plan(project, own))
        except Exception as error:  # noqa: BLE001 - one broken codemod must not cost the others; it is reported
            yield FilePlan("", "", tuple(refuse(match, "no-plan") for match in own), (describe_break(error),))
            continue
        lost = list(find_lost(own, planned))
        problems = tuple(f"{name} has no answer for {describe_place(match)}" for match in lost)
        yield FilePlan("", "", (*planned, *(refuse(match, "no-plan") for match in lost)), problems)


def collect(plan: Plan, plans: Sequence[FilePlan]) -> Plan:
    """All plans as one; what policy does not allow to change is refused."""
    excluded = plan.request.settings.exclude
    policy = Policy({file.path: file for file in plan.scan.files}, compile_globs(excluded) if excluded else None)
    problems: dict[str, tuple[str, ...]] = defaultdict(tuple)
    sites: list[Site] = []
    held: Counter[tuple[str, str]] = Counter()
    for one in plans:
        if one.problems:
            problems[one.path] += one.problems
        for site in one.sites:
            sites.append(policy.judge(site))
            held[site.where.path, site.rule] += sites[-1] is not site
    digests = {one.path: one.digest for one in plans if one.digest}
    return replace(plan, sites=tuple(sort_sites(sites)), digests=digests, problems=problems, held=held)


@dataclass(frozen=True, slots=True)
class Policy:
    """What must not be changed, whatever a codemod says."""

    files: Mapping[str, ScannedFile]
    excluded: re.Pattern[str] | None

    def judge(self, site: Site) -> Site:
        """The site, refused if it touches what must not be changed."""
        code = self.find_reason(site)
        return drop(site, code) if code else site

    def find_reason(self, site: Site) -> str:
        """Why a site is refused, or nothing."""
        touched = {site.where.path, *(edit.path for edit in site.edits), *(new.path for new in site.creates)}
        if site.safety is Safety.REFUSED:
            return ""
        if self.excluded and any(self.excluded.fullmatch(path) for path in touched):
            return "excluded"
        known = [self.files[path] for path in touched if path in self.files]
        if any(file.role is Role.GENERATED for file in known):
            return "generated"
        return "suppressed" if any(accepts(file.directives, site) for file in known) else ""


def accepts(directives: Sequence[Directive], site: Site) -> bool:
    """Whether a comment with a reason accepts what the rule found there."""
    where = site.where
    return any(
        site.rule in one.rules and one.reason.strip() and one.path == where.path and one.first <= where.line <= one.last
        for one in directives
    )
