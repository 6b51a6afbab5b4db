"""A scan of texts that lie in memory: the same path through the code as a scan of a folder, for examples and tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from readycheck.model.evidence import Scan, Skipped
from readycheck.model.rule import Rule
from readycheck.scan.analyse import analyse_file
from readycheck.scan.engine import find_locks, run_project_checks
from readycheck.scan.files.disk import Unreadable
from readycheck.scan.files.folders import LOCK_FILE, find_foreign_file
from readycheck.scan.files.languages import language_of
from readycheck.scan.plan import CODE, Plan
from readycheck.scan.roles.classify import build_context, is_manifest


def scan_texts(
    files: Mapping[str, str | bytes],
    rules: Sequence[Rule],
    roles: Mapping[str, Sequence[str]] | None = None,
    kinds: Sequence[str] = (),
) -> Scan:
    """Scan files given by relative path. `roles` are globs by role, as in the configuration.

    `kinds` of facts are gathered from files of every role, whether a rule wants them or not.
    """
    plan = Plan(tuple(rules), tuple(kinds))
    contents = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    manifests = {path: data for path, data in contents.items() if is_manifest(path)}
    context = build_context(manifests, roles or {})
    scanned, skipped = [], []
    for path, data in contents.items():
        if find_foreign_file(path.rpartition("/")[2]) == LOCK_FILE:
            skipped.append(Skipped(path, LOCK_FILE))
            continue
        if language_of(path) not in CODE and not plan.reads_config(path):
            continue
        try:
            scanned.append(analyse_file(path, data, plan, context, lambda: None))
        except Unreadable as error:
            skipped.append(Skipped(path, str(error)))
    joined = run_project_checks(plan, scanned, find_locks(skipped))
    return replace(joined, root=".", skipped=tuple(skipped))
