"""Checks on whether builds get the dependencies that were tested."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from readycheck.model.evidence import Fact, Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires
from readycheck.scan.deploys import DOCUMENTATION, make_span, read_steps
from readycheck.scan.installs import judge_install

LOCKS = {
    "npm": {
        "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb", "deno.lock",
    },
    "pyproject": {"uv.lock", "poetry.lock", "pdm.lock", "pylock.toml"},
    "pipfile": {"Pipfile.lock"},
    "requirements": {"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock"},
}  # fmt: skip


@requires("manifest", "lock-file", "application")
def lock_file_missing(facts: Facts, rule: Rule) -> CheckResult:
    """An application's dependencies are locked by no file beside or above its manifest."""
    manifests = facts.get("manifest", ())
    locks = {one.where.path for one in facts.get("lock-file", ())}
    pinned = {posixpath.dirname(one.where.path) for one in manifests if one.data["pinned"]}
    judged: list[tuple[Fact, str]] = []
    for one in manifests:
        is_application = one.data["application"] or is_beside_application(one, facts.get("application", ()))
        if is_application and not (one.data["kind"] == "requirements" and is_second(one, manifests)):
            judged.append((one, find_fault(one, locks, pinned)))
    matches = [
        Match(rule.id, one.where, text=one.where.snippet.strip()[:200], message=fault) for one, fault in judged if fault
    ]
    return CheckResult(len(judged), tuple(matches))


def is_beside_application(manifest: Fact, applications: Sequence[Fact]) -> bool:
    """Whether an application lies in the folder of a pyproject.toml that has no other purpose."""
    folder = posixpath.dirname(manifest.where.path)
    return manifest.data["kind"] == "pyproject" and any(
        not folder or one.where.path.startswith(f"{folder}/") for one in applications if one.where.path.endswith(".py")
    )


def is_second(manifest: Fact, manifests: Sequence[Fact]) -> bool:
    """Whether a list of requirements stands beside another one that is pinned, hashes and all."""
    folder = posixpath.dirname(manifest.where.path)
    beside = [one for one in manifests if posixpath.dirname(one.where.path) == folder and one is not manifest]
    return any(one.data["pinned"] and not manifest.data["pinned"] for one in beside)


def find_fault(manifest: Fact, locks: set[str], pinned: set[str]) -> str:
    """What is wrong with how a manifest's dependencies are locked, or empty."""
    kind, folder = str(manifest.data["kind"]), posixpath.dirname(manifest.where.path)
    if any(posixpath.join(above, name) in locks for above in list_above(folder) for name in LOCKS[kind]):
        return ""
    if kind == "requirements":
        return (
            f"{manifest.data['first']} names no exact version, and no lock file does" if manifest.data["loose"] else ""
        )
    return "" if folder in pinned else "no lock file stands beside this manifest"


def list_above(folder: str) -> Iterator[str]:
    """A folder and those above it, up to the root."""
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


@requires("package-install", "pipeline-job", "compose-service")
def installs_keep_lock(facts: Facts, rule: Rule) -> CheckResult:
    """An image or a pipeline installs what is locked, and nothing else."""
    found = [
        Match(rule.id, one.where, text=str(one.data["command"]), message=f"`{str(one.data['command'])[:80]}`")
        for one in facts.get("package-install", ())
        if one.data["frozen"] and not one.data["development"]
    ]
    found += [
        Match(rule.id, where, text=command, message=f"`{command[:80]}`")
        for where, command, frozen in find_pipeline_installs(facts.get("pipeline-job", ()))
        if frozen
    ]
    return CheckResult(len(found), tuple(found))


def find_pipeline_installs(jobs: Sequence[Fact]) -> Iterator[tuple[Span, str, bool]]:
    """Each command of a pipeline that installs from a manifest, and whether it keeps to the lock file."""
    for job in jobs:
        if DOCUMENTATION.search(f"{job.data['name']} {job.where.path.rpartition('/')[2]}".lower()):
            continue
        for line, text, words, _ in read_steps(job):
            frozen = judge_install(words, in_ci=True)
            if frozen is not None:
                yield make_span(job, line, text), " ".join(words), frozen
