"""The scan: walk, take from the cache what has not changed, read the rest in worker processes, join the facts."""

from __future__ import annotations

import gc
import hashlib
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path

from readycheck.model.evidence import Fact, Match, RuleError, Scan, ScannedFile, Skipped
from readycheck.model.helper import QueryHelper
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.model.vocabulary import Role
from readycheck.scan.cache import Cache, load_cache, locate_cache, save_cache
from readycheck.scan.checks.contract import CONFIGURED, PROGRAM, Facts, Joined
from readycheck.scan.files.disk import Unreadable, read_bytes
from readycheck.scan.files.folders import LOCK_FILE
from readycheck.scan.files.languages import language_of, unread_language
from readycheck.scan.files.walk import Candidate, Walk, walk
from readycheck.scan.plan import CODE, Plan
from readycheck.scan.remembered import Remembered, digest_contents, remember
from readycheck.scan.roles.classify import RoleContext, build_context, is_manifest
from readycheck.scan.secrets.redaction import redact_match
from readycheck.scan.serving import serves
from readycheck.scan.tasks import Outcome, Task, Weighed
from readycheck.scan.unstarted import set_aside_unstarted
from readycheck.scan.wire import Wire, unpack_file

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """How to scan: globs left out, size cap in bytes, processes (None: one a core), globs by role, seconds a file.

    `overlay` holds contents by path that are read instead of what lies on the disk, be there such a file or not; what
    is found with them is not remembered. `helpers` are functions of the project that make queries.
    """

    exclude: tuple[str, ...] = ()
    max_bytes: int = 1_000_000
    jobs: int | None = None
    cache: bool = True
    roles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    file_timeout: float = 30.0
    overlay: Mapping[str, bytes] = field(default_factory=dict)
    helpers: tuple[QueryHelper, ...] = ()


def scan(root: Path, rules: Sequence[Rule], options: ScanOptions, progress: Progress | None = None) -> Scan:
    """Run the code and config rules over everything below `root` (a folder, or one file).

    `progress(done, total)` counts files, from the calling thread, first with (0, total) after the workers started.
    """
    return run_plan(root, Plan(tuple(rules), helpers=options.helpers), options, progress)


def gather_facts(root: Path, kinds: Sequence[str], options: ScanOptions, progress: Progress | None = None) -> Scan:
    """The facts of these kinds in all files below `root`, whatever their roles. No rule is run, nothing remembered."""
    plan = Plan((), tuple(kinds), helpers=options.helpers)
    return run_plan(root, plan, replace(options, cache=False), progress)


def run_plan(root: Path, plan: Plan, options: ScanOptions, progress: Progress | None) -> Scan:
    """Walk, read what has changed, join."""
    base = root if root.is_dir() else root.parent
    options = replace(options, cache=False) if options.overlay else options
    tree = lay_over(walk(root, options.exclude, options.max_bytes), options.overlay)
    wanted, unread = choose_files(tree, plan)
    context = read_context(base, tree, options)
    project = Project(base, plan, context)
    with collection_paused():
        state = recall(project, wanted, options)
    if plan.asks_serving and state.is_wrong(project):
        project = replace(project, plan=replace(plan, serving=not state.plan.serving))
        state = State(project.plan, Cache(state.cache.path, make_key(project, options)), {}, wanted)
    outcomes = read_tasks(state.tasks, replace(project, plan=state.plan), options, progress) if state.tasks else {}
    with collection_paused():
        return assemble(base, state.plan, Gathered(wanted, tree.skipped, unread, state.known, outcomes), state.cache)


def lay_over(tree: Walk, overlay: Mapping[str, bytes]) -> Walk:
    """The walk as if the files of an overlay lay in the tree."""
    lying = {file.path for file in tree.files}
    new = [Candidate(path, len(data), 0, 0, 0) for path, data in overlay.items() if path not in lying]
    return replace(tree, files=(*tree.files, *new)) if new else tree


@contextmanager
def collection_paused() -> Iterator[None]:
    """Without the search for cyclic garbage: all that is made stays, and looking through it doubled the time.

    Measured on anything-llm (1,221 files), warm: 8.1 s of CPU with it, 4.3 s without.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(frozen=True)
class State:
    """What the cache knows of the wanted files, under a plan for a service or for a library."""

    plan: Plan
    cache: Cache
    known: Mapping[str, ScannedFile]
    wanted: Sequence[Candidate]

    @cached_property
    def tasks(self) -> list[Task]:
        """The files that have to be read."""
        return [
            Task(file.path, file.size, self.cache.find_digest(file) if file.path in self.known else None)
            for file in self.wanted
            if file.path not in self.known or not self.cache.is_fresh(file)
        ]

    def is_wrong(self, project: Project) -> bool:
        """Whether the project serves something and the plan says that it does not, or the other way round."""
        pending = {task.path for task in self.tasks}
        known = [file for path, file in self.known.items() if path not in pending]
        return serves(project.base, self.plan, project.context, known, self.tasks) is not self.plan.serving


def recall(project: Project, wanted: Sequence[Candidate], options: ScanOptions) -> State:
    """What is remembered of the files: under the plan for a service, else for a library."""
    plans = [project.plan, replace(project.plan, serving=False)] if project.plan.asks_serving else [project.plan]
    for plan in plans:
        cache = open_cache(replace(project, plan=plan), options)
        if cache.entries:
            break
    else:
        plan, cache = plans[0], open_cache(replace(project, plan=plans[0]), options)
    known = {file.path: found for file in wanted if (found := cache.recall(file)) is not None}
    return State(plan, cache, known, wanted)


@dataclass(frozen=True, slots=True)
class Project:
    """What is known of a project before its files are read."""

    base: Path
    plan: Plan
    context: RoleContext


def read_tasks(
    tasks: Sequence[Task], project: Project, options: ScanOptions, progress: Progress | None
) -> Mapping[str, Outcome]:
    """Read files in worker processes; the outcomes by path."""
    from readycheck.scan.reading import Reader, read_all  # noqa: PLC0415 - a warm scan reads nothing

    reader = Reader(
        project.base, project.plan, project.context, options.max_bytes, options.cache, overlay=options.overlay
    )
    return read_all(tasks, reader, options.jobs or default_jobs(tasks), options.file_timeout, progress)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything that was read or remembered, before it is put together; `known` may hold what is out of date."""

    wanted: Sequence[Candidate]
    skipped: Sequence[Skipped]
    unread: Sequence[Skipped]
    known: Mapping[str, ScannedFile]
    outcomes: Mapping[str, Outcome]


def choose_files(tree: Walk, plan: Plan) -> tuple[list[Candidate], list[Skipped]]:
    """The files that some rule reads, and the source files that none can."""
    wanted, unread = [], []
    for candidate in tree.files:
        if language_of(candidate.path) in CODE or plan.reads_config(candidate.path):
            wanted.append(candidate)
        elif name := unread_language(candidate.path):
            unread.append(Skipped(candidate.path, f"{name} is not read by readycheck"))
    return wanted, unread


def read_context(base: Path, tree: Walk, options: ScanOptions) -> RoleContext:
    """What the project's manifests say about the roles of its files."""
    manifests: dict[str, bytes] = {}
    for candidate in tree.files:
        if is_manifest(candidate.path):
            try:
                known = options.overlay.get(candidate.path)
                data = read_bytes(base, candidate.path, options.max_bytes) if known is None else known
                manifests[candidate.path] = data
            except Unreadable:
                continue  # reported when it is read as configuration; without it only paths speak for the roles
    return build_context(manifests, options.roles)


def open_cache(project: Project, options: ScanOptions) -> Cache:
    """The cache for this root, these rules and this program."""
    return load_cache(locate_cache(project.base), make_key(project, options)) if options.cache else Cache(None, "")


def make_key(project: Project, options: ScanOptions) -> str:
    """What must be the same for a cache to be of use."""
    key = hashlib.sha256()
    plan = project.plan
    given = (repr(plan.rules), repr(plan.helpers), repr(project.context), str(options.max_bytes), str(plan.serving))
    for part in (program_state(), *given):
        key.update(part.encode("utf-8", "surrogateescape") + b"\0")
    return key.hexdigest()


def program_state() -> str:
    """Something that changes whenever the scanning code does, in a checkout too, or the Python that runs it."""
    import readycheck  # noqa: PLC0415 - for its version and place only

    folder = Path(readycheck.__file__).parent
    stats = [(path.name, path.stat()) for path in sorted(folder.glob("scan/**/*.py"))]
    return readycheck.__version__ + sys.version + repr([(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats])


def default_jobs(tasks: Sequence[Weighed]) -> int:
    """As many processes as there are cores that we may use, but no more than the work is worth (2 MB each)."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, 1 + sum(task.size for task in tasks) // 2_000_000))


def assemble(base: Path, plan: Plan, gathered: Gathered, cache: Cache) -> Scan:
    """Put remembered and new results together in the order of the walk, run the project checks, save the cache."""
    files: list[ScannedFile] = []
    skipped = list(gathered.skipped)
    rows: list[tuple[Candidate, str, Wire]] = []
    for candidate in gathered.wanted:
        outcome = gathered.outcomes.get(candidate.path)
        if outcome is None or outcome.is_known:
            files.append(gathered.known[candidate.path])
            rows.append((candidate, cache.entries[candidate.path].digest, cache.entries[candidate.path].wire))
        elif outcome.wire is None:
            skipped.append(Skipped(candidate.path, outcome.unreadable or "not read"))
        else:
            files.append(unpack_file(candidate.path, outcome.wire))
            if outcome.digest:
                rows.append((candidate, outcome.digest, outcome.wire))
    locks = find_locks(skipped)
    digest = digest_contents(((file.path, known) for file, known, _ in rows), (lock.where.path for lock in locks))
    is_whole = len(rows) == len(files)  # of a file that broke, or that nobody hashed, nothing is remembered
    joined = cache.joined.recall(digest, files) if is_whole else None
    remembered = cache.joined
    if joined is None:
        joined = run_project_checks(plan, files, locks)
        remembered = remember(digest, joined, files) if is_whole else Remembered()
    if gathered.outcomes or len(rows) != len(cache.entries) or remembered != cache.joined:
        save_cache(cache, rows, remembered)
    return replace(
        joined,
        root=str(base),
        skipped=tuple(skipped),
        unread=tuple(gathered.unread),
        cached=len(files) - sum(1 for outcome in gathered.outcomes.values() if outcome.wire is not None),
    )


def find_locks(skipped: Iterable[Skipped]) -> list[Fact]:
    """The lock files, `lock-file`, which nobody reads: that they are there is all that there is to know."""
    names = sorted(one.path for one in skipped if one.reason == LOCK_FILE)
    return [Fact("lock-file", Span(name, 1, 1, 1, 2, ""), {}) for name in names]


WHOLE = frozenset({*PROGRAM, "module", "lock-file"})
"""Facts of which checks get all: those that tell what runs. Of all others they get what the deployment can reach."""


def join(files: Iterable[ScannedFile], facts: Mapping[tuple[str, Role], Sequence[Fact]]) -> Joined:
    """The program that the server code of a project makes; joined only when a check asks for it."""
    code = [file.path for file in files if file.language in CODE]
    server = {kind: facts.get((kind, Role.SERVER), ()) for kind in PROGRAM}
    every = {kind: [one for (name, _), some in facts.items() if name == kind for one in some] for kind in CONFIGURED}
    return Joined({**server, **every}, code, facts.get(("outline", Role.SCRIPT), ()))


def sort_facts(files: Iterable[ScannedFile]) -> dict[tuple[str, Role], list[Fact]]:
    """The facts of files by their kind and the role of the file."""
    facts: dict[tuple[str, Role], list[Fact]] = defaultdict(list)
    for file in files:
        for fact in file.facts:
            facts[fact.kind, file.role].append(fact)
    return facts


def run_project_checks(plan: Plan, files: Sequence[ScannedFile], locks: Sequence[Fact] = ()) -> Scan:
    """The matches of the checks that join facts, each over the facts of the roles that its rule names, and the files.

    In those the matches in code that nothing starts are set aside.
    """
    facts = sort_facts(files)
    facts["lock-file", Role.SERVER] += locks
    matches: list[Match] = []
    examined: dict[str, int] = {}
    belongs: dict[str, tuple[Span, ...]] = {}
    inapplicable: dict[str, str] = {}
    errors: list[RuleError] = []
    joined = join(files, facts)

    @cache
    def running(kind: str, role: Role) -> Sequence[Fact]:
        """The facts of a kind in files of a role; where it matters, only of code that can run."""
        return facts[kind, role] if kind in WHOLE else [one for one in facts[kind, role] if joined.runs(one)]

    for rule, check in plan.project_rules:
        roles = {kind: Role if kind in check.anywhere else rule.roles for kind in check.kinds}
        chosen = {kind: [one for role in roles[kind] for one in running(kind, role)] for kind in check.kinds}
        given = Facts(chosen, joined)
        try:
            result = check(given, rule)
        except Exception as error:  # noqa: BLE001 - one broken check must not cost the report; it is reported
            errors.append(RuleError(rule.id, "", f"{type(error).__name__}: {error}"))
            continue
        examined[rule.id] = result.examined
        if result.belongs:
            belongs[rule.id] = result.belongs
        if result.absent and not result.examined:
            inapplicable[rule.id] = result.absent
        matches.extend(map(redact_match, result.matches))
    kept = tuple(set_aside_unstarted(plan, files, joined))
    return Scan("", kept, (), (), tuple(matches), examined, belongs, tuple(errors), inapplicable=inapplicable)
