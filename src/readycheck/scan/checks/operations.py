"""Checks on who looks after the service and with what: owners, runbooks, alerts, backups, logs."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from readycheck.model.evidence import Fact, Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires
from readycheck.scan.deploys import make_span, read_steps
from readycheck.scan.fact_values import read_texts
from readycheck.scan.late import compile_late

BACKUP = compile_late(
    r"(?<![a-z])(?:pg_dump(?:all)?|pg_basebackup|mysqldump|mariadb-dump|mongodump|wal-g|walg|wal-e|pgbackrest|barman|restic|borg|"
    r"back-?_?ups?)(?![a-z])",
    re.IGNORECASE,
)
NO_WORK = frozenset({"echo", "true", ":", "sleep", "printf", "date", "exit", "cat", "ls"})
BACKUP_IMAGES = compile_late(
    r"postgres-backup|pg-backup|pgbackup|db-?backup|mysql-backup|mongo-?backup|docker-volume-backup|pgbackrest|wal-g|barman|"
    r"backup-(?:s3|postgres|mysql)|restic|databack|autobackup",
    re.IGNORECASE,
)
DRIVERS = frozenset({"loki", "awslogs", "gelf", "fluentd", "syslog", "splunk", "gcplogs", "logentries"})
LEAST_HEADINGS = 3
LEAST_COMMANDS = 3
URL = compile_late(r"^[a-z]+://|\{\{")


@requires("owner")
def owner_named(facts: Facts, rule: Rule) -> CheckResult:
    """A file names who owns the service."""
    found = [
        Match(rule.id, one.where, text=str(one.data["name"]), message=f"{one.data['form']} names {one.data['name']}")
        for one in facts.get("owner", ())
    ]
    return CheckResult(len(found), tuple(found))


@requires("runbook")
def runbook_kept(facts: Facts, rule: Rule) -> CheckResult:
    """A runbook has sections and commands."""
    found = [make_page(rule, one) for one in facts.get("runbook", ()) if is_useful(one)]
    return CheckResult(len(found), tuple(found))


def is_useful(page: Fact) -> bool:
    """Whether a page has sections, and commands that somebody can run."""
    commands = page.data["commands"]
    return (
        len(read_texts(page, "headings")) >= LEAST_HEADINGS and isinstance(commands, int) and commands >= LEAST_COMMANDS
    )


def make_page(rule: Rule, page: Fact) -> Match:
    """The match of a page."""
    title = str(page.data["title"])
    sections = len(read_texts(page, "headings"))
    message = f"{title!r} has {sections} headings and {page.data['commands']} commands"
    return Match(rule.id, page.where, text=title, message=message)


@requires("runbook")
def rollback_described(facts: Facts, rule: Rule) -> CheckResult:
    """A runbook says how a release is taken back."""
    found = [
        make_page(rule, one) for one in facts.get("runbook", ()) if one.data["about"] == "rollback" and is_useful(one)
    ]
    return CheckResult(len(found), tuple(found))


@requires("alert", "runbook")
def alert_runbook_missing(facts: Facts, rule: Rule) -> CheckResult:
    """An alert points to a section of a runbook that is not there."""
    pages = {page.where.path: page for page in facts.get("runbook", ())}
    matches = []
    linked = [one for one in facts.get("alert", ()) if one.data["runbook"] and not URL.search(str(one.data["runbook"]))]
    for alert in linked:
        path, _, anchor = str(alert.data["runbook"]).partition("#")
        if not path.endswith(".md"):
            continue
        page = find_page(path, alert, pages)
        if page is None:
            fault = f"{path} is not there"
        elif anchor and anchor not in read_texts(page, "headings"):
            fault = f"{path} has no heading #{anchor}"
        else:
            continue
        matches.append(
            Match(rule.id, find_line(alert), text=str(alert.data["name"]), message=f"{alert.data['name']}: {fault}")
        )
    return CheckResult(len(linked), tuple(matches))


def find_page(path: str, alert: Fact, pages: dict[str, Fact]) -> Fact | None:
    """The page that a path means, from the root of the project or from the folder of the alert."""
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(alert.where.path), path))
    return (
        pages.get(path.lstrip("/"))
        or pages.get(beside)
        or next((page for name, page in pages.items() if name.endswith(f"/{path.lstrip('/')}")), None)
    )


def find_line(alert: Fact) -> Span:
    """The line of an alert's annotation."""
    row = alert.data["line_runbook"]
    if not isinstance(row, list) or not isinstance(row[0], int):
        return alert.where
    return Span(alert.where.path, row[0], 1, row[0], len(str(row[1])) + 1, str(row[1]))


@requires("workload", "compose-service", "pipeline-job", "backup-schedule")
def backup_scheduled(facts: Facts, rule: Rule) -> CheckResult:
    """Something makes backups on a schedule."""
    found = [
        *find_cron_jobs(facts, rule),
        *find_backup_services(facts.get("compose-service", ()), rule),
        *find_scheduled_jobs(facts.get("pipeline-job", ()), rule),
    ]
    stated = [(one.where, str(one.data["form"])) for one in facts.get("backup-schedule", ())]
    found += [Match(rule.id, where, text=form, message=form) for where, form in stated]
    return CheckResult(len(found), tuple(found))


def find_cron_jobs(facts: Facts, rule: Rule) -> Iterator[Match]:
    """CronJobs that dump the database, or run a command for backups of the service's own."""
    for job in facts.get("workload", ()):
        rows = job.data["containers"]
        if (
            job.data["kind"] != "CronJob"
            or job.data["suspended"]
            or job.data["development"]
            or not job.data["schedule"]
        ):
            continue
        for row in rows if isinstance(rows, list) else ():
            command = row.get("command") if isinstance(row, dict) else None
            words = [str(word) for word in command] if isinstance(command, list) else []
            image = str(row.get("image")) if isinstance(row, dict) else ""
            if makes_backup(words) or (not words and BACKUP_IMAGES.search(image)):
                message = f"CronJob {job.data['name']} runs `{' '.join(words)[:80] or image}` at {job.data['schedule']}"
                yield Match(rule.id, job.where, text=str(job.data["name"]), message=message)
                break


def makes_backup(words: Sequence[str]) -> bool:
    """Whether a command makes a backup: by a tool for it, or a command of that name; not one that only says so."""
    name = words[0].rpartition("/")[2] if words else ""
    if not words or name in NO_WORK:
        return False
    return any(BACKUP.search(word) and not word.startswith(("/backup", "--record")) for word in words)


def find_backup_services(services: Sequence[Fact], rule: Rule) -> Iterator[Match]:
    """Compose services whose image or command makes backups again and again."""
    for one in services:
        image, words = str(one.data["image"]), read_texts(one, "command")
        if one.data["development"]:
            continue
        if BACKUP_IMAGES.search(image):
            yield Match(rule.id, one.where, text=image, message=f"service {one.data['name']} runs {image}")
        elif BACKUP.search(" ".join(words)) and re.search(r"\b(?:sleep|crond?|while)\b", " ".join(words)):
            message = f"service {one.data['name']} makes backups in a loop"
            yield Match(rule.id, one.where, text=str(one.data["name"]), message=message)


def find_scheduled_jobs(jobs: Sequence[Fact], rule: Rule) -> Iterator[Match]:
    """Jobs of a pipeline that runs on a schedule and dumps a database."""
    for job in jobs:
        for line, text, words, _ in read_steps(job) if job.data["schedule"] else ():
            if makes_backup(words) and not words[0].startswith(("git", "actions")):
                message = f"job {job.data['name']} runs `{' '.join(words)[:80]}` at {job.data['schedule']}"
                yield Match(rule.id, make_span(job, line, text), text=text, message=message)
                break


@requires("log-shipper", "compose-service", "workload")
def logs_shipped(facts: Facts, rule: Rule) -> CheckResult:
    """A shipper takes the containers' logs somewhere."""
    found = []
    for one in facts.get("compose-service", ()):
        driver = str(one.data["driver"])
        if driver in DRIVERS and not one.data["development"]:
            message = f"the log of service {one.data['name']} goes to {driver}"
            found.append(Match(rule.id, one.where, text=driver, message=message))
    images = [str(one.data["image"]) for one in facts.get("compose-service", ()) if not one.data["development"]]
    for workload in facts.get("workload", ()):
        rows = workload.data["containers"]
        images += [str(row["image"]) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    for one in facts.get("log-shipper", ()):
        tool, target = str(one.data["tool"]), str(one.data["target"])
        runs = [image for image in images if tool in image]
        if runs or one.data["installed"]:
            message = f"{tool} ships logs to {target}" + (f", and {runs[0]} runs it" if runs else "")
            found.append(Match(rule.id, one.where, text=f"{tool} {target}", message=message))
    return CheckResult(len(found), tuple(found))
