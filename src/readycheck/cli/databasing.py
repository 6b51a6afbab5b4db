"""What `readycheck database` does with its options: connect, read the catalog, judge, report."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from readycheck import __version__
from readycheck.audit.errors import CannotAuditError, UsageError
from readycheck.audit.files import read_limited
from readycheck.audit.run import build_report
from readycheck.audit.select import select_rules
from readycheck.audit.settings import Settings, load_settings, merge
from readycheck.cli.catalogue import load_rules
from readycheck.cli.console import print_note
from readycheck.cli.pipeline import Audit
from readycheck.cli.places import check_place, write_file
from readycheck.cli.reports import check_format, parse_outputs
from readycheck.cli.scanning import Wishes, deliver
from readycheck.database.collect.collector import collect
from readycheck.database.collect.session import ConnectError, Patience
from readycheck.database.conditional import find_conditional
from readycheck.database.dsn import Dsn, DsnError, parse_dsn
from readycheck.database.inspection import Inspection, Project
from readycheck.database.judge import judge
from readycheck.database.recording import RecordingError, dump_inspection, load_inspection
from readycheck.model.evidence import Scan
from readycheck.model.report import Target
from readycheck.model.rule import Catalogue, Json
from readycheck.sql.snapshot import Snapshot

MOST_FILE = 500_000_000


@dataclass(frozen=True, slots=True)
class DatabaseRequest:
    """What the command line asks for. `pools` is the sum of all processes' pool sizes, None if it was not said."""

    dsn: str | None = field(default=None, repr=False)
    dsn_env: str | None = None
    config: Path | None = None
    fail_on: str | None = None
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    rules: Sequence[Path] = ()
    code: Path | None = None
    pools: int | None = None
    patience: Patience = field(default_factory=Patience)
    record: Path | None = None
    replay: Path | None = None

    @property
    def is_wanted(self) -> bool:
        """Whether a database, or a recording of one, is named."""
        return bool(self.dsn or self.dsn_env or self.replay)


def inspect_and_report(request: DatabaseRequest, wishes: Wishes) -> int:
    """Run `readycheck database`; gives the exit code. Raises AuditError, CatalogueError or OSError."""
    check_format(wishes.format, "--format")
    settings = merge(
        load_settings(Path(), request.config),
        fail_on=request.fail_on,
        select=tuple(request.select),
        ignore=tuple(request.ignore),
        rules=tuple(request.rules),
    )
    catalogue = load_rules(settings.rules, examples=False)
    selected = select_rules(catalogue, settings.select, settings.ignore)
    outputs = parse_outputs(wishes.reports, Path())
    inspection = inspect(request, wishes.verbosity)
    if request.code:
        inspection = hold_against(inspection, request.code, request.config)
    return deliver(make_audit(inspection, catalogue, selected, settings), outputs, wishes)


def inspect(request: DatabaseRequest, verbosity: int) -> Inspection:
    """Read the database, or a recording. Raises UsageError, and CannotAuditError if there is no way in."""
    facts: dict[str, Json] = {} if request.pools is None else {"pools": request.pools}
    if request.replay:
        kept = replay(request.replay)
        return replace(kept, facts={**kept.facts, **facts})
    dsn = find_dsn(request)
    if request.record:
        check_place(request.record, Path())
    if verbosity >= 0:
        print_note(f"reading the catalog of {dsn.name}: read-only, at most {request.patience.total:g} s")
    try:
        inspection = collect(dsn, facts, request.patience)
    except ConnectError as error:
        raise CannotAuditError(str(error)) from None  # what caused it might hold the DSN
    if verbosity > 0:
        for topic, reason in inspection.skipped.items():
            print_note(f"{topic}: {reason}")
    if request.record:
        write_file(request.record, dump_inspection(inspection))
    return inspection


def find_dsn(request: DatabaseRequest) -> Dsn:
    """The DSN of the command line, or of the variable. Raises UsageError or CannotAuditError; repeats no DSN."""
    if request.dsn and request.dsn_env:
        raise UsageError("name the database once: as an argument, or with --dsn-env")
    text = request.dsn or ""
    if request.dsn_env and not (text := os.environ.get(request.dsn_env, "")):
        raise UsageError(f"--dsn-env {request.dsn_env}: the variable is not set, or empty")
    if not text:
        raise UsageError("name the database: --dsn-env NAME, a DSN, or a recording with --replay FILE")
    try:
        dsn = parse_dsn(text)
    except DsnError as error:
        raise CannotAuditError(f"{request.dsn_env or 'the DSN'}: {error}") from None  # likewise
    if request.dsn and dsn.has_password:
        print_note("the process list shows the password of a DSN on the command line: use --dsn-env NAME")
    if dsn.ignored:
        print_note(f"left out of the DSN, for Postgres does not know it: {', '.join(dsn.ignored)}")
    return dsn


def replay(path: Path) -> Inspection:
    """An inspection from a file. Raises UsageError if it is none."""
    try:
        return load_inspection(read_limited(path, MOST_FILE).decode("utf-8"))
    except (RecordingError, UnicodeDecodeError) as error:
        raise UsageError(f"--replay {path}: {error}") from error


def hold_against(inspection: Inspection, path: Path, config: Path | None) -> Inspection:
    """The inspection with what a project's code says of the database. Raises AuditError if there is nothing to read.

    Of several schemas in the code the one is taken that most of the database's tables are of.
    """
    from readycheck.cli.inventory import Wish  # noqa: PLC0415 - the scan's machinery, only where code is named
    from readycheck.cli.stored import read_stored  # noqa: PLC0415 - likewise

    reading = read_stored(Wish(path, "json", config)).reading
    live = {table.name for table in inspection.snapshot.tables} if inspection.snapshot else set()
    sources = [one for one in reading.sources if one.dialect == "postgres" and one.snapshot.tables]
    if not sources:
        return replace(inspection, project=Project(Snapshot("postgres", ())))
    best = max(sources, key=lambda one: sum(table.name in live for table in one.snapshot.tables))
    project = Project(best.snapshot, tuple(reading.list_uses(best)), find_conditional(best.scripts))
    return replace(inspection, project=project)


def make_audit(inspection: Inspection, catalogue: Catalogue, selected: Catalogue, settings: Settings) -> Audit:
    """Judge an inspection and join it into a report in which there is no project."""
    report = build_report(
        Scan("", (), ()),
        catalogue,
        settings,
        today=date.today(),  # noqa: DTZ011 - waivers end on a day of the user's calendar
        target=Target(None, database=inspection.database),
        version=__version__,
        observed=(judge(inspection, selected.rules),),
    )
    return Audit(report, catalogue, settings)
