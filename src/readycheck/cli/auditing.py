"""What `readycheck audit` does: scan, probe, look into the database, read the attestations, join all of it."""

from __future__ import annotations

import os
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date

from readycheck.audit.attestations import load_attestations
from readycheck.audit.baseline import load_baseline
from readycheck.audit.errors import AuditError, CannotAuditError, UsageError
from readycheck.audit.gate import CHANNEL_BROKEN
from readycheck.audit.service import Service
from readycheck.audit.settings import Require
from readycheck.cli.console import print_note, print_problems
from readycheck.cli.databasing import DatabaseRequest, inspect
from readycheck.cli.databasing import complete as complete_database
from readycheck.cli.pipeline import Audit, Beyond, Request, Session, open_session
from readycheck.cli.probing import ProbeRequest, observe
from readycheck.cli.progress import make_progress
from readycheck.cli.reports import check_format, parse_outputs
from readycheck.cli.scanning import Wishes, deliver
from readycheck.database.judge import judge as judge_database
from readycheck.model.evidence import Scan
from readycheck.model.report import Notice
from readycheck.probe.judge import judge


@dataclass(frozen=True, slots=True)
class AuditRequest:
    """What the command line asks for: of the scan, of the probe, of the database, and what must be reached."""

    scan: Request
    probe: ProbeRequest
    require: str | None = None
    database: DatabaseRequest = field(default_factory=DatabaseRequest)


def audit_and_report(request: AuditRequest, wishes: Wishes) -> int:
    """Run `readycheck audit`; gives the exit code. Raises AuditError, CatalogueError or OSError."""
    check_format(wishes.format, "--format")
    require = parse_requirement(request.require)
    session = open_session(request.scan)
    outputs = parse_outputs(wishes.reports, session.base)
    probe = complete(request.probe, session)
    if probe.dry_run:
        observe(probe, session.selected.rules, wishes.verbosity)
        return 0
    result = audit(session, probe, wishes.verbosity, request.database)
    return deliver(result, outputs, wishes, require or session.settings.require)


def audit(session: Session, probe: ProbeRequest, verbosity: int, database: DatabaseRequest | None = None) -> Audit:
    """Scan, probe, look into the database, read the attestations, join. Raises AuditError or OSError."""
    settings = session.settings
    today = date.today()  # noqa: DTZ011 - attestations end on a day of the user's calendar
    attestations = load_attestations(session.base, session.catalogue.items, today, settings.attestations)
    baseline = load_baseline(settings.baseline) if settings.baseline else None
    with make_progress(verbosity) or nullcontext() as progress:
        found, proof = session.verify(session.scan(progress))
    beyond = merge(watch(probe, session, verbosity), look(database or DatabaseRequest(), session, found, verbosity))
    beyond = replace(beyond, attestations=attestations, notices=(*beyond.notices, *proof))
    return Audit(session.report(found, baseline, beyond), session.catalogue, settings)


def parse_requirement(word: str | None) -> Require | None:
    """What `--require` names. Raises UsageError."""
    if word is None:
        return None
    if word not in list(Require):
        raise UsageError(f"--require: must be one of {', '.join(Require)}")
    return Require(word)


def complete(probe: ProbeRequest, session: Session) -> ProbeRequest:
    """The request with what the configuration says about the service, where the command line says nothing.

    Routes come from the project's code, too.
    """
    service: Service = session.settings.http
    return replace(
        probe,
        url=probe.url or service.url,
        code=session.request.path,
        openapi=probe.openapi or service.openapi,
        routes=(*probe.routes, *service.routes),
        origins=probe.origins or service.origins,
        sockets=probe.sockets or service.sockets,
        public=probe.public or service.public,
        credentials=replace(
            probe.credentials,
            variables=probe.credentials.variables or (() if probe.credentials.users else service.auth_env),
            header=probe.credentials.header or service.auth_header,
        ),
        starting=replace(probe.starting, code=session.request.path, config=session.request.config),
    )


def watch(probe: ProbeRequest, session: Session, verbosity: int) -> Beyond:
    """Probe the service if one is named. One that does not answer does not cost the rest of the report."""
    if probe.url is None and probe.replay is None:
        return Beyond()
    try:
        recording = observe(probe, session.selected.rules, verbosity)
    except CannotAuditError as error:
        print_problems([str(error)])
        return Beyond(probe.url, notices=(Notice(CHANNEL_BROKEN, f"the channel http broke: {error}"),))
    if recording is None:
        raise AuditError("a dry run is not judged")
    return Beyond(recording.origin, observed=(judge(recording, session.selected.rules),))


def look(database: DatabaseRequest, session: Session, found: Scan, verbosity: int) -> Beyond:
    """Look into the database if one is named, and hold it against the code. A refusal does not cost the report.

    A variable that only the configuration names may be unset: then nothing is looked into, and the report says so.
    """
    named = complete_database(database, session.settings.database)
    if not named.is_wanted:
        return Beyond()
    if not database.is_wanted and not os.environ.get(named.dsn_env or ""):
        print_note(f"no database is looked into: {named.dsn_env}, which the configuration names, is not set")
        return Beyond()
    from readycheck.cli.holding import hold_scan  # noqa: PLC0415 - parsers, only where a database is named

    request = session.request
    try:
        inspection = inspect(named, verbosity, hold_scan(found, session.selected.rules, request.path, request.config))
    except CannotAuditError as error:
        print_problems([str(error)])
        return Beyond(notices=(Notice(CHANNEL_BROKEN, f"the channel database broke: {error}"),))
    return Beyond(database=inspection.database, observed=(judge_database(inspection, session.selected.rules),))


def merge(service: Beyond, database: Beyond) -> Beyond:
    """What both live channels gave."""
    observed, notices = (*service.observed, *database.observed), (*service.notices, *database.notices)
    return Beyond(service.url, database.database, observed, notices=notices)
