"""What in a pipeline brings a release to where people use it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from readycheck.model.evidence import Fact
from readycheck.model.location import Span
from readycheck.scan.fact_values import read_rows, read_texts
from readycheck.scan.late import compile_late

STAGING = compile_late(
    r"(?<![a-z])(?:stag(?:e|ing)|stg|pre-?prod(?:uction)?|uat|qa|preview|canary|sandbox|acceptance|integration)(?![a-z])",
    re.IGNORECASE,
)
PRODUCTION = compile_late(r"(?<![a-z])(?:prod|production|prd|live)(?![a-z])", re.IGNORECASE)
# First words of commands; a command deploys when one of these stands at its beginning.
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("kubectl", "apply"), ("kubectl", "set", "image"), ("kubectl", "rollout", "restart"), ("kubectl", "replace"),
    ("kubectl", "patch"), ("oc", "apply"), ("oc", "rollout"), ("helm", "upgrade"), ("helm", "install"),
    ("helmfile", "apply"), ("helmfile", "sync"), ("docker", "stack", "deploy"), ("docker", "service", "update"),
    ("flyctl", "deploy"), ("fly", "deploy"), ("railway", "up"),
    ("heroku", "container:release"), ("gcloud", "run", "deploy"), ("gcloud", "app", "deploy"),
    ("gcloud", "functions", "deploy"), ("aws", "ecs", "update-service"), ("aws", "lambda", "update-function-code"),
    ("aws", "deploy", "create-deployment"), ("aws", "elasticbeanstalk", "update-environment"), ("eb", "deploy"),
    ("az", "webapp", "deploy"), ("az", "containerapp", "update"), ("serverless", "deploy"), ("sls", "deploy"),
    ("sam", "deploy"), ("cdk", "deploy"), ("kamal", "deploy"), ("cap", "production", "deploy"), ("dokku", "deploy"),
    ("ansible-playbook",), ("wrangler", "deploy"),
    ("copilot", "deploy"), ("copilot", "svc", "deploy"), ("caprover", "deploy"), ("ecs", "deploy"),
    ("doctl", "apps", "create-deployment"),
)  # fmt: skip
# What starts something on the machine that runs it: a release if that is no machine of the CI.
ON_MACHINE: tuple[tuple[str, ...], ...] = (
    ("docker", "compose", "up"), ("docker-compose", "up"), ("docker", "run"), ("podman", "run"), ("pm2", "restart"),
    ("pm2", "reload"), ("pm2", "start"), ("pm2", "startOrReload"), ("systemctl", "restart"), ("systemctl", "reload"),
    ("supervisorctl", "restart"), ("service",), ("git", "pull"),
)  # fmt: skip
# A cluster that lives as long as the job.
THROWAWAY = frozenset({"kind", "minikube", "k3d", "microk8s", "ct", "k3s"})
THROWAWAY_ACTIONS = compile_late(r"kind-action|setup-kind|setup-minikube|k3d|chart-testing", re.IGNORECASE)
ACTIONS = compile_late(
    r"superfly/|azure/webapps-deploy|azure/k8s-deploy|amazon-ecs-deploy|google-github-actions/deploy-cloudrun|"
    r"heroku-deploy|digitalocean/app_action|railway-?deploy|render-deploy|aws-elastic-?beanstalk|"
    r"azure/container-apps-deploy|cloudrun-deploy|wrangler-action|deploy-to-dokku|dokku/github-action",
    re.IGNORECASE,
)
SCRIPT = compile_late(
    r"(?:^|/)(?:deploy|release|rollout)(?:[-_.][\w-]+)*\.(?:sh|py|js|ts|rb)$|^(?:\./)?deploy/[\w-]+\.sh$"
)
HOOK = compile_late(r"deploy[_-]?hook|api\.render\.com/deploy", re.IGNORECASE)
DOCUMENTATION = compile_late(
    r"(?<![a-z])(?:docs?|pages|storybook|website|site|npm|pypi|crates|chart|release-notes)(?![a-z])"
)


@dataclass(frozen=True, slots=True)
class Deploy:
    """One command or action of a job that releases."""

    job: Fact
    where: Span
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """The command or the action, cut to what a line can show."""
        return " ".join(self.words)[:80]


def find_deploys(jobs: Sequence[Fact]) -> Iterator[Deploy]:
    """The releasing commands of all jobs, in their order."""
    for job in jobs:
        title = f"{job.data['name']} {job.where.path.rpartition('/')[2]}".lower()
        if not (DOCUMENTATION.search(title) or is_throwaway(job)):
            yield from find_in_job(job)


def find_in_job(job: Fact) -> Iterator[Deploy]:
    """The releasing commands and actions of one job."""
    for line, text, words, is_remote in read_steps(job):
        if is_deploy(words, is_elsewhere=is_remote or job.data["own_machine"] is True):
            yield Deploy(job, make_span(job, line, text), tuple(words))
    for line, action in read_uses(job):
        if ACTIONS.search(action):
            yield Deploy(job, make_span(job, line, f"uses: {action}"), (action,))


def is_throwaway(job: Fact) -> bool:
    """Whether a job makes the cluster that it deploys to, for a test."""
    programs = {words[0].rpartition("/")[2] for _, _, words, _ in read_steps(job)}
    return not THROWAWAY.isdisjoint(programs) or any(THROWAWAY_ACTIONS.search(one) for _, one in read_uses(job))


def make_span(job: Fact, line: int, text: str) -> Span:
    """A place in a job's file."""
    return Span(job.where.path, line, 1, line, len(text) + 1, text)


def read_steps(job: Fact) -> Iterator[tuple[int, str, list[str], bool]]:
    """Line, text and words of each program that a job runs, and whether another machine does."""
    for line, text, words, is_remote in read_rows(job, "steps"):
        if isinstance(line, int) and isinstance(words, list):
            yield line, str(text), [str(word) for word in words], is_remote is True


def read_uses(job: Fact) -> Iterator[tuple[int, str]]:
    """Line and name of each action that a job uses."""
    for line, action in read_rows(job, "uses"):
        if isinstance(line, int):
            yield line, str(action)


def is_deploy(words: Sequence[str], *, is_elsewhere: bool) -> bool:
    """Whether a program brings a release somewhere; `is_elsewhere`: it does not run on a machine of the CI."""
    name = words[0].rpartition("/")[2]
    plain = [word for word in words[1:] if not word.startswith("-")]
    if any((name, *plain[: len(one) - 1]) == one for one in COMMANDS):
        return not any(word.startswith("--dry-run") for word in words)
    if any((name, *plain[: len(one) - 1]) == one for one in ON_MACHINE):
        return is_elsewhere
    if SCRIPT.search(words[0]) or (name in ("bash", "sh", "python", "node") and SCRIPT.search("".join(plain[:1]))):
        return True
    return name in ("curl", "wget") and HOOK.search(" ".join(words)) is not None


def names_stage(job: Fact) -> str:
    """Where a job releases to, by its environment, its name, its stage, or what it gives its commands."""
    named = [str(job.data[key]) for key in ("environment", "name", "stage")]
    words = [word for _, _, step, _ in read_steps(job) for word in step[1:]]
    for text in (*named, *words):
        if STAGING.search(text):
            return "staging"
        if PRODUCTION.search(text):
            return "production"
    return ""


def index_jobs(jobs: Sequence[Fact]) -> Mapping[tuple[str, str], Fact]:
    """Jobs by file and name."""
    return {(job.where.path, str(job.data["name"])): job for job in jobs}


def find_before(job: Fact, index: Mapping[tuple[str, str], Fact]) -> list[Fact]:
    """The jobs that a job waits for, directly or through others."""
    seen: dict[str, Fact] = {}
    waiting = read_texts(job, "needs")
    while waiting:
        name = waiting.pop()
        other = index.get((job.where.path, name))
        if other is not None and name not in seen:
            seen[name] = other
            waiting += read_texts(other, "needs")
    return list(seen.values())
