"""Backups that a platform, a database operator or cron makes.

`backup-schedule`: `form`, in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from readycheck.model.evidence import Fact
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts.commands import DEVELOPMENT
from readycheck.scan.late import compile_late

KINDS = ("backup-schedule",)
GLOBS = (
    "crontab",
    "*.cron",
    "*crontab*",
    "**/cron.d/*",
    "*.tf",
    "*.yml",
    "*.yaml",
    "*.timer",
    "postgresql*.conf",
    "*postgres*.conf",
)
DUMPS = compile_late(
    r"\b(?:pg_dump(?:all)?|pg_basebackup|mysqldump|mongodump|wal-g|wal-e|pgbackrest|barman|backup[\w-]*\.sh|[\w-]*backup\.sh)\b"
)
CRON = compile_late(r"^\s*(?:[\d*/,-]+\s+){4}[\w*/,-]+\s+\S|^\s*@(?:daily|hourly|weekly|midnight)\s+\S")
RETENTION = compile_late(
    r"^\s*backup_retention_period\s*=\s*([1-9]\d*)\b|^\s*point_in_time_recovery_enabled\s*=\s*true\b"
)
KINDS_OF_BACKUP = compile_late(r"^kind:\s*(ScheduledBackup|BackupSchedule|PerconaPGBackup)\s*$|^kind:\s*Schedule\s*$")
ARCHIVE = compile_late(r"archive_command\s*[=:]\s*[\"']?[^#\n]*(?:wal-g|wal-e|pgbackrest|barman|aws s3|gsutil|rclone)")
TIMER = compile_late(r"backup", re.IGNORECASE)


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """The first line of one file that makes backups again and again."""
    name = file.path.rpartition("/")[2]
    if DEVELOPMENT.search(file.path):
        return
    for number, row in enumerate(file.lines, 1):
        text = row[:1000]
        form = "" if text.lstrip().startswith(("#", "//", "--")) else find_form(name, file, text)
        if form:
            yield Fact("backup-schedule", file.span(number), {"form": form})
            return


def find_form(name: str, file: ConfigFile, row: str) -> str:
    """What a line says about backups, or empty."""
    if name.endswith(".tf"):
        return "the platform makes backups" if RETENTION.match(row) else ""
    if name.endswith((".yml", ".yaml")):
        found = KINDS_OF_BACKUP.match(row)
        if found is not None:
            return f"{found[1] or 'a Schedule of Velero'} makes backups" if found[1] or "velero.io" in file.text else ""
        return "the database archives its log" if "archive_command" in row and ARCHIVE.search(row) else ""
    if name.endswith(".timer"):
        return "a timer makes backups" if TIMER.search(name) and row.startswith("OnCalendar") else ""
    if name.endswith(".conf"):
        return "the database archives its log" if ARCHIVE.search(row) else ""
    return f"cron runs {found[0]}" if CRON.match(row) and (found := DUMPS.search(row)) else ""
