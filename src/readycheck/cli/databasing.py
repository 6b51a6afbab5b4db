"""What `readycheck database` does with its options: connect, read the catalog, judge, report."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from readycheck.audit.errors import CannotAuditError, UsageError
from readycheck.audit.store import Store
from readycheck.cli.alone import lay_basis
from readycheck.cli.console import print_note
from readycheck.cli.places import check_place, write_file
from readycheck.cli.scanning import Wishes, deliver
from readycheck.database.collect.collector import Hold, collect
from readycheck.database.collect.session import ConnectError, Patience
from readycheck.database.dsn import Dsn, DsnError, parse_dsn
from readycheck.database.inspection import Inspection
from readycheck.database.judge import judge
from readycheck.database.recording import RecordingError, dump_inspection, load_inspection
from readycheck.edits.files import read_limited
from readycheck.model.report import Target
from readycheck.model.rule import Json

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
    schemas: Sequence[str] = ()

    @property
    def is_wanted(self) -> bool:
        """Whether a database, or a recording of one, is named."""
        return bool(self.dsn or self.dsn_env or self.replay)


def inspect_and_report(request: DatabaseRequest, wishes: Wishes) -> int:
    """Run `readycheck database`; gives the exit code. Raises AuditError, CatalogueError or OSError."""
    basis = lay_basis(request, wishes)
    hold = None
    if request.code:
        from readycheck.cli.holding import hold_code  # noqa: PLC0415 - the scan's machinery, only where code is named

        hold = hold_code(request.code, request.config)
    inspection = inspect(complete(request, basis.settings.database), wishes.verbosity, hold)
    audit = basis.report(judge(inspection, basis.selected.rules), Target(None, database=inspection.database))
    return deliver(audit, basis.outputs, wishes)


def complete(request: DatabaseRequest, store: Store) -> DatabaseRequest:
    """The request with what the configuration says about the database, where the command line says nothing."""
    seconds = store.statement_timeout
    is_left = request.patience.statement == Patience().statement
    return replace(
        request,
        dsn_env=request.dsn_env or (None if request.dsn or request.replay else store.dsn_env),
        pools=request.pools if request.pools is not None else store.pools,
        schemas=request.schemas or store.schemas,
        patience=replace(request.patience, statement=seconds) if seconds and is_left else request.patience,
    )


def inspect(request: DatabaseRequest, verbosity: int, hold: Hold | None = None) -> Inspection:
    """Read the database, or a recording, and hold it against a project's code if `hold` gives that.

    Raises UsageError, and CannotAuditError if there is no way in.
    """
    facts: dict[str, Json] = {} if request.pools is None else {"pools": request.pools}
    if request.schemas:
        facts["schemas"] = list(request.schemas)
    if request.replay:
        kept = replay(request.replay)
        kept = replace(kept, facts={**kept.facts, **facts})
        return kept if hold is None else replace(kept, project=hold(kept.snapshot))
    dsn = find_dsn(request)
    if request.record:
        check_place(request.record, Path())
    if verbosity >= 0:
        print_note(f"reading the catalog of {dsn.name}: read-only, at most {request.patience.total:g} s")
    try:
        inspection = collect(dsn, facts, request.patience, hold)
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
