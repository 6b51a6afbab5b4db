"""What a run planned and did, as the renderers take it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from readycheck import __version__
from readycheck.fix.plan import Plan
from readycheck.fix.reasons import find_reasons
from readycheck.fix.run import Outcome
from readycheck.fix.source import ByteCounter, NotEditableError, Source
from readycheck.model.fix import Safety, Site
from readycheck.model.fixes import ByteEdit, FileChange, FixReport, SiteResult, State
from readycheck.scan.cache import hash_content
from readycheck.scan.files.disk import Unreadable, read_bytes


def make_report(
    plan: Plan,
    outcome: Outcome,
    failures: Mapping[str, str],
    *,
    unsafe: bool,
    written: bool,
) -> FixReport:
    """The report; `failures` are the files that could not be written."""
    sources = Sources(plan, outcome)
    problems = dict(plan.problems)
    for path, reasons in (*outcome.failed.items(), *((path, (reason,)) for path, reason in failures.items())):
        problems[path] = (*problems.get(path, ()), *reasons)
    states = States(outcome, failures, State.WRITTEN if written else State.CHOSEN)
    sites = tuple(SiteResult(site, states.decide(site), tuple(sources.list_edits(site))) for site in plan.sites)
    used = {site.reason for site in plan.sites if site.reason}
    return FixReport(
        str(plan.request.root),
        __version__,
        sites,
        tuple(list_changes(outcome, failures)),
        problems,
        {code: sentence for code, sentence in find_reasons().items() if code in used},
        written=written,
        unsafe=unsafe,
        files=len(plan.scan.files),
        skipped=len(plan.scan.skipped),
    )


@dataclass
class States:
    """Decides what became of each site; equal sites are counted."""

    outcome: Outcome
    failures: Mapping[str, str]
    made: State
    left: Counter[Site] = field(init=False)

    def __post_init__(self) -> None:
        """Count the sites that were made."""
        self.left = Counter(self.outcome.choice.sites)

    def decide(self, site: Site) -> State:
        """What became of a site."""
        paths = {*(edit.path for edit in site.edits), *(new.path for new in site.creates)}
        if site.safety is Safety.REFUSED:
            return State.REFUSED
        if self.left[site]:
            self.left[site] -= 1
            return State.FAILED if paths & self.failures.keys() else self.made
        return State.FAILED if paths & self.outcome.failed.keys() else State.LEFT


def list_changes(outcome: Outcome, failures: Mapping[str, str]) -> Iterator[FileChange]:
    """The files that change, with their texts; not those that could not be written."""
    for path, one in outcome.edited.items():
        if path not in failures:
            before, after = (Source.decode(path, data).text for data in (one.before, one.after))
            yield FileChange(path, before, after, raw=(one.before, one.after))
    for path, new in outcome.choice.creates.items():
        if path not in failures:
            yield FileChange(path, "", new.content, is_new=True)


@dataclass
class Sources:
    """The texts of files as they were before the run."""

    plan: Plan
    outcome: Outcome
    known: dict[str, ByteCounter | None] = field(default_factory=dict)

    def list_edits(self, site: Site) -> Iterable[ByteEdit]:
        """The edits of a site as bytes; none if a file is not what was planned on any more."""
        counters = {edit.path: self.find(edit.path) for edit in site.edits}
        if None in counters.values():
            return
        for edit in site.edits:
            counter = counters[edit.path]
            if counter is not None:
                start, end = counter.count(edit.start), counter.count(edit.end)
                yield ByteEdit(edit.path, start, end, counter.source.adapt(edit.new))

    def find(self, path: str) -> ByteCounter | None:
        """What counts the bytes of a file, or None."""
        if path not in self.known:
            source = self.read(path)
            self.known[path] = ByteCounter(source) if source else None
        return self.known[path]

    def read(self, path: str) -> Source | None:
        """The same, read now if the run did not edit the file."""
        edited = self.outcome.edited.get(path)
        try:
            data = edited.before if edited else read_bytes(self.plan.root, path, self.plan.planner.max_bytes)
            digest = self.plan.digests.get(path, "")
            return Source.decode(path, data) if not digest or hash_content(data) == digest else None
        except (Unreadable, NotEditableError):
            return None
