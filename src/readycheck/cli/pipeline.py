"""One audit from start to end: the settings, the rules, the scan, the report. Prints nothing, but for the progress."""

from __future__ import annotations

import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from readycheck import __version__
from readycheck.audit.attestations import Attestation
from readycheck.audit.baseline import Baseline, load_baseline, write_baseline
from readycheck.audit.changes import load_changes
from readycheck.audit.errors import CannotAuditError, UsageError
from readycheck.audit.git import read_commit
from readycheck.audit.run import build_report
from readycheck.audit.select import check_waivers, select_rules
from readycheck.audit.settings import Settings, load_settings, merge
from readycheck.cli.catalogue import load_rules
from readycheck.cli.places import check_place
from readycheck.model.evidence import Observed, Scan
from readycheck.model.report import Notice, Report, Target
from readycheck.model.rule import Catalogue
from readycheck.scan.engine import ScanOptions, scan

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for; None and empty mean that it says nothing about it."""

    path: Path
    config: Path | None = None
    fail_on: str | None = None
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    exclude: Sequence[str] = ()
    rules: Sequence[Path] = ()
    jobs: int | None = None
    cache: bool = True
    diff: str | None = None
    baseline: Path | None = None
    verify: bool = False
    verify_env: str | None = None


@dataclass(frozen=True, slots=True)
class Audit:
    """A finished audit, and what it went by."""

    report: Report
    catalogue: Catalogue
    settings: Settings


@dataclass(frozen=True, slots=True)
class Beyond:
    """What an audit has beyond the scan: service and database, what was observed of them, words, what broke."""

    url: str | None = None
    database: str | None = None
    observed: Sequence[Observed] = ()
    attestations: Sequence[Attestation] = ()
    notices: Sequence[Notice] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """An audit that can begin: everything that the user could have got wrong has been looked at."""

    request: Request
    base: Path
    settings: Settings
    catalogue: Catalogue
    selected: Catalogue

    def scan(self, progress: Progress | None) -> Scan:
        """Read the project."""
        settings = self.settings
        options = ScanOptions(
            exclude=settings.exclude,
            max_bytes=settings.max_file_size,
            jobs=settings.jobs,
            cache=self.request.cache,
            roles=settings.roles,
            helpers=settings.queries,
        )
        return scan(self.request.path, self.selected.rules, options, progress)

    def verify(self, found: Scan) -> tuple[Scan, tuple[Notice, ...]]:
        """What was found, held against Postgres' planner where that is wished for, and what there is to say of it."""
        if not self.request.verify and self.request.verify_env is None:
            return found, ()
        from readycheck.cli.verifying import verify_scan  # noqa: PLC0415 - parsers and a server, where wished for

        return verify_scan(found, self.request, self.selected.rules)

    def report(self, found: Scan, baseline: Baseline | None, beyond: Beyond | None = None) -> Report:
        """Join what was found into the report, with what lies beyond code and configuration if there is any."""
        beyond = beyond or Beyond()
        ref = self.request.diff
        paths = {file.path for file in found.files}
        changes = load_changes(self.base, ref, max_bytes=self.settings.max_file_size, paths=paths) if ref else None
        return build_report(
            found,
            self.catalogue,
            self.settings,
            today=date.today(),  # noqa: DTZ011 - waivers end on a day of the user's calendar
            changes=changes,
            baseline=baseline,
            target=Target(str(self.request.path), beyond.url, beyond.database, read_commit(self.base)),
            version=__version__,
            observed=beyond.observed,
            attestations=beyond.attestations,
            notices=beyond.notices,
        )


def open_session(request: Request) -> Session:
    """Look at everything that the command line and the configuration say, before anything is read.

    Raises AuditError or CatalogueError, with every problem that was found.
    """
    base = find_base(request.path)
    settings = load_settings(base, request.config)
    settings = merge(
        settings,
        fail_on=request.fail_on,
        select=tuple(request.select),
        ignore=(*settings.ignore, *request.ignore) if request.ignore else (),
        exclude=(*settings.exclude, *request.exclude) if request.exclude else (),
        rules=(*settings.rules, *request.rules) if request.rules else (),
        jobs=request.jobs,
        baseline=request.baseline,
    )
    catalogue = load_rules(settings.rules, examples=False)
    check_waivers(catalogue, settings.waivers)
    return Session(request, base, settings, catalogue, select_rules(catalogue, settings.select, settings.ignore))


def find_base(path: Path) -> Path:
    """The folder that paths are relative to. Raises CannotAuditError if there is nothing that could be read."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        raise CannotAuditError(f"{path}: no such file or folder; name the project's folder") from error
    except OSError as error:
        raise CannotAuditError(f"{path}: {(error.strerror or 'cannot be read').lower()}") from error
    if stat.S_ISDIR(mode):
        return path
    if not stat.S_ISREG(mode):
        raise CannotAuditError(f"{path}: neither a folder nor a regular file")
    return path.parent


def audit(session: Session, progress: Progress | None) -> Audit:
    """Scan and report."""
    path = session.settings.baseline
    baseline = load_baseline(path) if path else None
    found, notices = session.verify(session.scan(progress))
    report = session.report(found, baseline, Beyond(notices=notices))
    return Audit(report, session.catalogue, session.settings)


def renew_baseline(session: Session, reason: str | None, progress: Progress | None) -> tuple[Audit, Baseline]:
    """Scan, write the baseline anew, and report with the new one."""
    path = find_baseline(session)
    previous = load_baseline(path) if path.exists() else None
    found, notices = session.verify(session.scan(progress))
    today = date.today()  # noqa: DTZ011 - as above
    baseline = write_baseline(path, session.report(found, previous).findings, previous, reason, today)
    report = session.report(found, baseline, Beyond(notices=notices))
    return Audit(report, session.catalogue, session.settings), baseline


def find_baseline(session: Session) -> Path:
    """Where to write the baseline. Raises UsageError if it would not be the baseline of the whole project."""
    request, path = session.request, session.settings.baseline
    if path is None:
        raise UsageError("--write-baseline: where to? Add --baseline FILE, or set baseline in the configuration")
    if request.diff or session.settings.select or session.settings.ignore or not request.path.is_dir():
        raise UsageError(
            "--write-baseline: a baseline covers the whole project: leave out --diff, --select and --ignore"
        )
    check_place(path, session.base)
    return path
