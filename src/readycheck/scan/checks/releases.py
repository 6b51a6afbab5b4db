"""Checks on how a release reaches production, and how it is taken back."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from readycheck.model.evidence import Fact, Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires
from readycheck.scan.deploys import (
    STAGING,
    Deploy,
    find_before,
    find_deploys,
    index_jobs,
    make_span,
    names_stage,
    read_steps,
)
from readycheck.scan.fact_values import read_texts
from readycheck.scan.facts.rollbacks import COMMAND
from readycheck.scan.late import compile_late

BACK = compile_late(r"roll-?_?back|revert-?_?release|undo-?_?deploy", re.IGNORECASE)
VERSION_INPUT = compile_late(
    r"^(?:\w+[-_])?(?:previous|version|tag|image|digest|sha|commit|ref|release|revision)(?:[-_]\w+)?$", re.IGNORECASE
)
DEVELOPMENT_BRANCH = compile_late(r"^(?:dev|develop|development|staging|stage|test|testing|qa|feature|feat)(?:$|[/*])")
MOVED = {"build": "this tag is all that the image is called", "push": "this overwrites the image of before"}


@requires("pipeline-job", "image-release")
def release_image_overwritten(facts: Facts, rule: Rule) -> CheckResult:
    """A pipeline releases an image under a name that the next release takes over, and under no other."""
    images = facts.get("image-release", ())
    deploys = tuple(find_deploys(facts.get("pipeline-job", ())))
    started = {(one.where.path, one.where.line) for one in deploys}
    named: dict[str, list[Fact]] = defaultdict(list)
    for one in images:
        named[strip_tag(str(one.data["image"]))].append(one)
    matches = []
    for group in named.values():
        released = [one for one in group if is_released(one, started)]
        if not released or any(one.data["moving"] is not True for one in group):
            continue
        matches += [make_moved(rule, one) for one in group if one in released or one.data["verb"] == "build"]
    return CheckResult(sum(1 for one in images if is_released(one, started)), tuple(matches))


def strip_tag(image: str) -> str:
    """The name of an image without its tag."""
    folder, slash, last = image.strip("\"'").rpartition("/")
    return f"{folder}{slash}{re.split('[:@]', last, maxsplit=1)[0]}"


def is_released(image: Fact, started: set[tuple[str, int]]) -> bool:
    """Whether a pipeline pushes an image, or starts it where people use it."""
    verb = image.data["verb"]
    return verb == "push" or (verb == "run" and (image.where.path, image.where.line) in started)


def make_moved(rule: Rule, image: Fact) -> Match:
    """The match of an image with a moving tag."""
    verb, name = str(image.data["verb"]), str(image.data["image"])
    fault = MOVED.get(verb, "it is whatever was pushed last, and what ran before has no name")
    return Match(rule.id, image.where, text=f"{verb} {name}", message=f"{name}: {fault}")


@requires("pipeline-job", "rollback-command")
def rollback_prepared(facts: Facts, rule: Rule) -> CheckResult:
    """A job, a script or the platform takes a release back."""
    jobs = facts.get("pipeline-job", ())
    deploys = tuple(find_deploys(jobs))
    matches = [*find_rollback_jobs(rule, jobs, deploys)]
    for one in facts.get("rollback-command", ()):
        text = str(one.data["command"])
        by = "the platform goes back when a release fails" if one.data["automatic"] else f"`{text[:80]}`"
        matches.append(Match(rule.id, one.where, text=text, message=by))
    return CheckResult(len(matches), tuple(matches))


def find_rollback_jobs(rule: Rule, jobs: Sequence[Fact], deploys: Sequence[Deploy]) -> Iterator[Match]:
    """Jobs that go back: by their name and a releasing command, by a command, or to a version that they are given."""
    releasing = {(one.job.where.path, one.job.data["name"]) for one in deploys}
    for job in jobs:
        name = str(job.data["name"])
        is_named = BACK.search(f"{name} {job.where.path.rpartition('/')[2]}") is not None
        releases = (job.where.path, name) in releasing
        given = [one for one in read_texts(job, "inputs") if VERSION_INPUT.match(one)]
        command = next((row for row in read_steps(job) if COMMAND.match(" ".join(row[2]))), None)
        if command is not None:
            where = make_span(job, command[0], command[1])
            yield Match(rule.id, where, text=command[1], message=f"job {name} runs `{' '.join(command[2])[:80]}`")
        elif releases and (is_named or given):
            how = f"a release that {', '.join(given)} names" if given else "the release of before"
            yield Match(rule.id, job.where, text=name, message=f"job {name} brings back {how}")


@requires("pipeline-job")
def staging_before_production(facts: Facts, rule: Rule) -> CheckResult:
    """Production waits for a staging environment."""
    jobs = facts.get("pipeline-job", ())
    found = []
    staging, production = split_stages(jobs)
    index = index_jobs(jobs)
    for one in production:
        before = {id(job) for job in find_before(one.job, index)}
        first = next((other for other in staging if id(other.job) in before or is_earlier(other.job, one.job)), None)
        if first is None and is_separate(one.job):
            first = next((other for other in staging if other.job.where.path != one.job.where.path), None)
        if first is not None:
            message = f"job {one.job.data['name']} comes after job {first.job.data['name']}, which releases to staging"
            found.append(
                Match(rule.id, one.job.where, text=str(one.job.data["name"]), message=message, also=(first.where,))
            )
    return CheckResult(len(found), tuple({match.where: match for match in found}.values()))


def split_stages(jobs: Sequence[Fact]) -> tuple[list[Deploy], list[Deploy]]:
    """The releases to staging and those to production; what names neither and runs on the main branch is the latter."""
    staging, production = [], []
    for one in find_deploys(jobs):
        stage = names_stage(one.job) or ("staging" if STAGING.search(one.job.where.path.rpartition("/")[2]) else "")
        if stage == "staging":
            staging.append(one)
        elif stage == "production" or not is_for_development(one.job):
            production.append(one)
    return staging, production


def is_for_development(job: Fact) -> bool:
    """Whether a job releases from branches for development only, or only for pull requests."""
    branches, events, condition = read_texts(job, "branches"), read_texts(job, "events"), str(job.data["condition"])
    if branches and all(DEVELOPMENT_BRANCH.match(one) for one in branches):
        return True
    if events and all(one.startswith("pull_request") for one in events):
        return True
    return re.search(r"refs/heads/(?:dev|stag|test|qa)|pull_request'|==\s*\"develop", condition) is not None


def is_earlier(first: Fact, second: Fact) -> bool:
    """Whether a job stands in an earlier stage of the same pipeline."""
    one, other = first.data["order"], second.data["order"]
    same = first.where.path == second.where.path
    return same and isinstance(one, int) and isinstance(other, int) and one < other


def is_separate(job: Fact) -> bool:
    """Whether a job waits for a person or a published release."""
    known = set(read_texts(job, "events"))
    return job.data["manual"] is True or (bool(known) and known <= {"release", "workflow_dispatch"})


@requires("pipeline-job")
def production_without_staging(facts: Facts, rule: Rule) -> CheckResult:
    """A pipeline releases to production with no staging environment before it."""
    jobs = facts.get("pipeline-job", ())
    staging, production = split_stages(jobs)
    index = index_jobs(jobs)
    by_job: dict[tuple[str, str], list[Deploy]] = defaultdict(list)
    for one in production:
        by_job[one.job.where.path, str(one.job.data["name"])].append(one)
    matches = []
    for deploys in by_job.values():
        fault = find_shortcut(deploys[0], staging, jobs, index)
        if fault:
            job = deploys[0].job
            message = f"job {job.data['name']} {fault}: `{deploys[-1].text}`"
            also = tuple(one.where for one in deploys[-1:])
            matches.append(Match(rule.id, job.where, text=str(job.data["name"]), message=message, also=also))
    return CheckResult(len(by_job), tuple(matches))


def find_shortcut(
    deploy: Deploy, staging: Sequence[Deploy], jobs: Sequence[Fact], index: Mapping[tuple[str, str], Fact]
) -> str:
    """What is wrong with how a job comes to production, or empty."""
    job = deploy.job
    if not staging:
        traces = any(STAGING.search(str(one.data[key])) for one in jobs for key in ("name", "environment", "branches"))
        traces = traces or any(STAGING.search(one.where.path) for one in jobs)
        return "" if traces or is_separate(job) else "goes straight to production, and nothing releases to staging"
    beside = [one for one in staging if one.job.where.path == job.where.path]
    before = {id(one) for one in find_before(job, index)}
    same = [one for one in beside if one.job.data["condition"] == job.data["condition"] and one.job is not job]
    if (
        same
        and not is_separate(job)
        and all(id(one.job) not in before and not is_earlier(one.job, job) for one in same)
    ):
        return f"does not wait for job {same[0].job.data['name']}, which releases to staging"
    return ""
