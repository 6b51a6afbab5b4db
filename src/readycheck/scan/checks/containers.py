"""Checks on container images, by what the last stage of each Dockerfile ends up with."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from readycheck.model.evidence import Fact, Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires

ROOT = frozenset({"root", "0"})
FLOATING = frozenset({"latest", "stable", "current", "lts", "edge", "nightly", "main", "master"})
DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")
VERSION = re.compile(r"\d")
UNKNOWN = re.compile(r"\$")
Judge = Callable[[Fact], str]


def judge_images(facts: Facts, rule: Rule, judge: Judge) -> CheckResult:
    """One match for each image about which the judge says something; images for development are exempt."""
    images = facts.get("image", ())
    matches = [make_match(rule, image, message) for image in images if (message := judge(image))]
    return CheckResult(len(images), tuple(matches))


def make_match(rule: Rule, fact: Fact, message: str) -> Match:
    """The match of one image or one of its steps."""
    exempt = "an image for development" if fact.data.get("development") else None
    return Match(rule.id, fact.where, text=fact.where.snippet.strip(), message=message, exempt=exempt)


def shipped(facts: Facts) -> Sequence[Fact]:
    """The images that are not for development."""
    return [image for image in facts.get("image", ()) if not image.data.get("development")]


@requires("image")
def container_runs_as_root(facts: Facts, rule: Rule) -> CheckResult:
    """The last stage leaves the user at root, or sets it so."""
    return judge_images(facts, rule, find_root)


def find_root(image: Fact) -> str:
    """What makes the container run as root; base images that are known to bring an own user are not."""
    user = str(image.data["user"])
    if user.partition(":")[0] in ROOT:
        return f"USER {user} (line {image.data['user_line']}) runs the service as root"
    base = str(image.data["base"])
    if user or "nonroot" in base or "rootless" in base or "unprivileged" in base or base.startswith("cgr.dev/"):
        return ""
    return f"no USER after this line: the service runs as the user of {base or 'the base image'}, root as a rule"


@requires("image")
def container_shell_form(facts: Facts, rule: Rule) -> CheckResult:
    """The start command is in shell form, so that the shell receives SIGTERM instead of the service."""
    return judge_images(facts, rule, find_shell_form)


def find_shell_form(image: Fact) -> str:
    """What is wrong with the form of the start command."""
    if image.data["form"] != "shell" or image.data["shell_exec"]:
        return ""
    line = image.data["command_line"]
    return f"the start command (line {line}) is in shell form: the shell gets SIGTERM, the service does not"


@requires("image")
def base_image_floating(facts: Facts, rule: Rule) -> CheckResult:
    """The base image names no version."""
    return judge_images(facts, rule, find_floating)


def find_floating(image: Fact) -> str:
    """What floats in the name of the base image."""
    base = str(image.data["base"])
    if not base or base == "scratch" or DIGEST.search(base) or UNKNOWN.search(base):
        return ""
    _, colon, tag = base.rpartition("/")[2].partition(":")
    if not colon:
        return f"{base} has no tag: every build may get another image"
    if tag in FLOATING:
        return f"{base} moves: every build may get another image"
    return ""


@requires("image")
def container_healthcheck(facts: Facts, rule: Rule) -> CheckResult:
    """The last stage has a HEALTHCHECK."""
    images = shipped(facts)
    found = [
        Match(rule.id, image.where, text=image.where.snippet.strip(), message="the image has a HEALTHCHECK")
        for image in images
        if image.data["healthcheck"] is True
    ]
    return CheckResult(len(images), tuple(found))


@requires("image")
def node_env_missing(facts: Facts, rule: Rule) -> CheckResult:
    """The image of a Node.js service does not set NODE_ENV to production."""
    images = [image for image in facts.get("image", ()) if image.data["runtime"] == "node"]
    result = judge_images({"image": images}, rule, find_node_env)
    return replace(result, examined=len(images))


def find_node_env(image: Fact) -> str:
    """What is wrong with NODE_ENV."""
    value = str(image.data["node_env"])
    if not value:
        return "NODE_ENV is not set in the last stage: Express and others run in development mode"
    return "" if value == "production" or UNKNOWN.search(value) else f"NODE_ENV is {value!r} in the last stage"


@requires("package-install")
def install_ignores_lock_file(facts: Facts, rule: Rule) -> CheckResult:
    """An image installs packages without holding to the lock file."""
    installs = facts.get("package-install", ())
    matches = [
        make_match(rule, one, f"`{one.data['command']}` may install other versions than the lock file names")
        for one in installs
        if not one.data["frozen"]
    ]
    return CheckResult(len(installs), tuple(matches))
