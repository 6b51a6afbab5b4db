"""Checks on container images, by what the last stage of each Dockerfile ends up with."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Sequence

from readycheck.model.evidence import Fact, Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires
from readycheck.scan.checks.dependencies import find_pipeline_installs
from readycheck.scan.config.command_line import Program
from readycheck.scan.config.start_commands import Started, find_started
from readycheck.scan.fact_values import read_objects, read_texts
from readycheck.scan.late import compile_late

ROOT = frozenset({"root", "0"})
# Official images that leave the user at root; what another image sets is not known here.
ROOT_BASES = compile_late(
    r"^(?:docker\.io/)?(?:library/)?(?:python|pypy|node|golang|ruby|php|debian|ubuntu|alpine|fedora|rust|openjdk|eclipse-temurin|"
    r"oven/bun|denoland/deno|ghcr\.io/astral-sh/uv|tiangolo/[\w-]+|public\.ecr\.aws/docker/library/[\w-]+|nikolaik/python-nodejs)(?::|@|$)"
)
LANGUAGE_BASES = compile_late(
    r"(?:^|/)(?:python|pypy|node|golang|ruby|php|openjdk|eclipse-temurin|bun|deno)(?::([^@]*))?$"
)
# Distributions whose releases have names, with one.
DISTRIBUTIONS = compile_late(r"(?:^|/)(?:debian|ubuntu|buildpack-deps|kali-linux|opensuse/\w+):[a-z]+(?:-[a-z]+)*$")
FLOATING = frozenset({"latest", "stable", "current", "lts", "edge", "nightly", "main", "master"})
DIGEST = compile_late(r"@sha256:[0-9a-f]{64}$")
SECRET_PATTERN = compile_late(r"^(?:\*\*?/?|/?\*\*/\*|(?:\*\*/|/)?(?:\.env[\w.*-]*|\.\*|\*\.env|\.e\*)/?)$")
Judge = Callable[[Fact], str | None]


def judge_images(images: Sequence[Fact], rule: Rule, judge: Judge, row: str = "") -> CheckResult:
    """One match for each image at fault. The judge says the fault, nothing for a good image, None if it cannot tell.

    `row` names what to point at, if the image has it. Images for development are exempt. As long as one image cannot
    be judged and none is at fault, nothing counts as examined: a clean result would prove more than is known.
    """
    judged = [(image, judge(image)) for image in images]
    matches = tuple(make_match(rule, image, fault, row) for image, fault in judged if fault)
    known = [image for image, fault in judged if fault is not None and not image.data.get("development")]
    doubtful = any(fault is None and not image.data.get("development") for image, fault in judged)
    at_fault = any(match.exempt is None for match in matches)
    return CheckResult(0 if doubtful and not at_fault else len(known), matches)


def make_match(rule: Rule, fact: Fact, message: str, row: str = "") -> Match:
    """The match of one image, at one of its rows, or of one of its steps."""
    exempt = "an image for development" if fact.data.get("development") else None
    where = find_row(fact, row)
    return Match(rule.id, where, text=where.snippet.strip(), message=message, exempt=exempt)


def find_row(image: Fact, name: str) -> Span:
    """The place of one of the rows that an image's fact holds, else that of the fact."""
    rows = image.data.get("rows")
    row = rows.get(name) if isinstance(rows, dict) else None
    if not isinstance(row, list) or not isinstance(row[0], int):
        return image.where
    line, text = row[0], str(row[1])
    return Span(image.where.path, line, 1, line, len(text) + 1, text)


@requires("image", "workload", "compose-service")
def container_runs_as_root(facts: Facts, rule: Rule) -> CheckResult:
    """The last stage leaves the user at root, or sets it so, and no pod keeps root out."""
    kept_out = find_nonroot(facts)
    return judge_images(facts.get("image", ()), rule, lambda image: find_root(image, kept_out), "user")


def find_nonroot(facts: Facts) -> frozenset[str]:
    """The names of the images that only pods start, and all of them as another user than root.

    None where compose builds images too: there they run as the Dockerfile says.
    """
    if any(one.data["build"] and not one.data["development"] for one in facts.get("compose-service", ())):
        return frozenset()
    rows = [row for one in facts.get("workload", ()) for row in read_objects(one, "containers")]
    started = [(str(row["image"]).rpartition("/")[2].partition("@")[0].partition(":")[0], row) for row in rows]
    bare = {name for name, row in started if row["nonroot"] is not True}
    return frozenset(name for name, _ in started if name) - bare


def find_root(image: Fact, kept_out: frozenset[str]) -> str | None:
    """What makes the container run as root; not known for a base image that may bring its own user."""
    if not kept_out.isdisjoint(posixpath.dirname(image.where.path).split("/")):
        return ""
    user, base = str(image.data["user"]), str(image.data["base"])
    if user.partition(":")[0] in ROOT:
        return f"USER {user} runs the service as root"
    if user:
        return None if "$" in user else ""
    if "nonroot" in base:
        return ""
    if image.data["drops"]:
        return None
    return f"no USER after this line: the service runs as root, the user of {base}" if ROOT_BASES.match(base) else None


@requires("image")
def container_shell_form(facts: Facts, rule: Rule) -> CheckResult:
    """The start command is in shell form, so that the shell receives SIGTERM instead of the service."""
    images = [image for image in facts.get("image", ()) if image.data["form"]]
    return judge_images(images, rule, find_shell_form, "command")


def find_shell_form(image: Fact) -> str:
    """What is wrong with the form of the start command."""
    if image.data["form"] != "shell" or image.data["shell_exec"]:
        return ""
    return "the start command is in shell form: the shell gets SIGTERM, the service does not"


@requires("image")
def base_image_floating(facts: Facts, rule: Rule) -> CheckResult:
    """A base image names no version."""
    return judge_images(facts.get("image", ()), rule, find_floating)


def find_floating(image: Fact) -> str | None:
    """The images of a Dockerfile whose name may mean another image tomorrow."""
    bases = image.data["bases"]
    rows = [row for row in bases if isinstance(row, list)] if isinstance(bases, list) else []
    if any("$" in str(base) for base, _ in rows):
        return None
    faults = [f"{base} (line {line})" for base, line in rows if is_floating(str(base))]
    if faults:
        return f"no version in {', '.join(faults)}: every build may get another image"
    return None if any(is_unclear(str(base)) for base, _ in rows) else ""


def is_floating(base: str) -> bool:
    """Whether an image is named without a version; a language's image needs a number, others any tag of their own."""
    if not base or base == "scratch" or DIGEST.search(base):
        return False
    _, colon, tag = base.rpartition("/")[2].partition(":")
    if not colon or tag in FLOATING:
        return True
    return LANGUAGE_BASES.search(base) is not None and not re.search(r"\d", tag)


def is_unclear(base: str) -> bool:
    """Whether a tag may move or not: a word that is no release of a distribution, such as `team/app:release`."""
    tag = base.rpartition("/")[2].partition(":")[2]
    is_word = bool(tag) and not re.search(r"\d", tag)
    return is_word and DIGEST.search(base) is None and DISTRIBUTIONS.search(base) is None


@requires("image", "container-health", "application")
def container_healthcheck(facts: Facts, rule: Rule) -> CheckResult:
    """An image, a compose service or a pod says how to ask whether the service is well.

    Where only a service of a published image does, that may be this project's: nothing is said then.
    """
    asked = facts.get("container-health", ())
    own = [one for one in asked if not one.data.get("published")]
    images = [image for image in facts.get("image", ()) if not image.data["development"]]
    found = [
        Match(rule.id, image.where, text=image.where.snippet.strip(), message="the image has a HEALTHCHECK")
        for image in images
        if image.data["healthcheck"] is True
    ]
    found += [
        Match(rule.id, one.where, text=one.where.snippet.strip(), message=f"{one.data['name']} is asked for its health")
        for one in own
    ]
    examined = len(images) + len(own) if found or len(own) == len(asked) else 0
    return CheckResult(examined, tuple(found), tuple(image.where for image in images))


@requires("image", "command")
def node_env_missing(facts: Facts, rule: Rule) -> CheckResult:
    """The image of a Node.js service does not set NODE_ENV to production, and neither does its start command."""
    images = [image for image in facts.get("image", ()) if image.data["runtime"] == "node"]
    started = find_started(facts.get("command", ()))
    if facts.get("image") and all(image.data["runtime"] == "python" for image in facts["image"]):
        return CheckResult(0, absent="no image runs Node.js")
    return judge_images(images, rule, lambda image: find_node_env(image, started))


def find_node_env(image: Fact, started: Sequence[Started]) -> str | None:
    """What is wrong with NODE_ENV; not known where a build argument, another command or a process manager decides."""
    value = str(image.data["node_env"])
    if "$" in value:
        return None
    if value:
        return "" if value == "production" else f"NODE_ENV is {value!r} in the last stage"
    setters = [one for one in started if sets_node_env(one.program)]
    if any(one.origin.where.path == image.where.path for one in setters):
        return ""
    if setters or any(one.program.name.startswith("pm2") for one in started):
        return None
    return "NODE_ENV is not set in the last stage: Express and others run in development mode"


def sets_node_env(program: Program) -> bool:
    """Whether a command line sets NODE_ENV to production; `next start` does so where nothing else is set."""
    if program.name == "next" and program.words[1:2] == ("start",):
        return True
    return program.environment.get("NODE_ENV") == "production" or "NODE_ENV=production" in program.words


@requires("package-install", "pipeline-job", "lock-file")
def install_ignores_lock_file(facts: Facts, rule: Rule) -> CheckResult:
    """An image or a pipeline installs packages without holding to the lock file."""
    has_lock = bool(facts.get("lock-file"))
    fault = (
        "`{}` may install other versions than the lock file names"
        if has_lock
        else "`{}` installs what no lock file names"
    )
    installs = facts.get("package-install", ())
    matches = [make_match(rule, one, tell_install(one, fault)) for one in installs if not one.data["frozen"]]
    steps = [*find_pipeline_installs(facts.get("pipeline-job", ()))]
    matches += [
        Match(rule.id, where, text=command, message=fault.format(command))
        for where, command, frozen in steps
        if not frozen
    ]
    return CheckResult(len(installs) + len(steps), tuple(matches))


def tell_install(install: Fact, fault: str) -> str:
    """What is wrong with one command of an image that does not keep to what is locked."""
    loose = read_texts(install, "loose")
    command = f"`{install.data['command']}`"
    return (
        f"{command} takes {', '.join(loose[:4])} in whatever version there is" if loose else fault.format(command[1:-1])
    )


@requires("image", "dockerignore")
def build_context_unfiltered(facts: Facts, rule: Rule) -> CheckResult:
    """An image copies the whole build context, and no .dockerignore keeps `.env` files out of it."""
    ignores = facts.get("dockerignore", ())
    fault = "the whole context is copied, and no .dockerignore leaves .env out"
    return judge_images(
        facts.get("image", ()),
        rule,
        lambda image: fault if copies_all(image) and not is_filtered(image, ignores) else "",
        "copy",
    )


def copies_all(image: Fact) -> bool:
    """Whether the image takes the whole build context."""
    rows = image.data["rows"]
    return isinstance(rows, dict) and "copy" in rows


def is_filtered(image: Fact, ignores: Iterable[Fact]) -> bool:
    """Whether a .dockerignore beside the Dockerfile or above it keeps environment files out of the context."""
    folder = posixpath.dirname(image.where.path)
    for ignore in ignores:
        above = posixpath.dirname(ignore.where.path)
        patterns = ignore.data["patterns"]
        keeps_out = isinstance(patterns, list) and any(SECRET_PATTERN.match(str(one)) for one in patterns)
        if keeps_out and (above in ("", folder) or folder.startswith(f"{above}/")):
            return True
    return False
