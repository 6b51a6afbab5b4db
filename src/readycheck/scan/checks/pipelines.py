"""Checks on what CI does with a change."""

from __future__ import annotations

import re
from collections.abc import Sequence

from readycheck.model.evidence import Fact, Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires
from readycheck.scan.config.command_line import runs_module
from readycheck.scan.late import compile_late

TEST_PROGRAMS = frozenset({
    "pytest", "py.test", "tox", "nox", "vitest", "jest", "mocha", "ava", "ward", "behave", "tap", "c8", "nyc",
    "runtests.py",
})  # fmt: skip
DOUBLE_WORDS = frozenset({("playwright", "test"), ("cypress", "run"), ("coverage", "run")})
TEST_SCRIPT = compile_late(r"(?:^|[-_])(?:run-?)?tests?(?:[-_][\w-]*)?\.sh$")
TEST_TARGET = compile_late(r"^(?:tests?|unit|e2e|coverage)(?:[.:_-].*)?$|^(?:.*[.:_-])?tests?$")
# `build:test` makes the tests, others run them.
NO_TEST_TARGET = compile_late(r"^(?:build|compile|install|lint|prepare|setup|typecheck)[.:_-]")
ASSIGNED = compile_late(r"^[A-Za-z_]\w*=")
RUNNERS = frozenset(
    {"npm", "yarn", "pnpm", "bun", "make", "just", "task", "nx", "turbo", "hatch", "deno", "node", "go", "cargo"}
)
AUDIT_PROGRAMS = frozenset({
    "pip-audit", "safety", "osv-scanner", "trivy", "grype", "snyk", "audit-ci", "better-npm-audit", "dependency-check",
})  # fmt: skip
AUDIT_ACTIONS = compile_late(
    r"trivy-action|pip-audit|dependency-review-action|osv-scanner|snyk/actions|anchore/scan-action|dependency-check",
    re.IGNORECASE,
)
OWN_ACTION = compile_late(r"/actions/.+/action\.ya?ml$")
PACKAGE_MANAGERS = frozenset({"npm", "yarn", "pnpm", "bun", "uv"})


@requires("ci-step")
def ci_runs_tests(facts: Facts, rule: Rule) -> CheckResult:
    """A pipeline runs the project's tests."""
    steps = list_steps(facts)
    found = [match_step(rule, step) for step in steps if is_test(read_words(step))]
    return CheckResult(len(steps), tuple(found), find_starts(steps))


@requires("ci-step")
def ci_audits_dependencies(facts: Facts, rule: Rule) -> CheckResult:
    """A pipeline looks for known vulnerabilities in the dependencies."""
    steps = list_steps(facts)
    found = [match_step(rule, step) for step in steps if is_audit(step)]
    return CheckResult(len(steps), tuple(found), find_starts(steps))


def list_steps(facts: Facts) -> list[Fact]:
    """The steps of all pipelines, and those of the project's own actions that one of the pipelines uses."""
    steps = facts.get("ci-step", ())
    used = {str(step.data["uses"]).removeprefix("./").rstrip("/") for step in steps if step.data["uses"]}
    return [one for one in steps if not OWN_ACTION.search(one.where.path) or one.where.path.rpartition("/")[0] in used]


def find_starts(steps: Sequence[Fact]) -> tuple[Span, ...]:
    """The first step of each pipeline file, those that run tests first: where a step that is missing could stand."""
    first: dict[str, Span] = {}
    for step in steps:
        if not OWN_ACTION.search(step.where.path):
            first.setdefault(step.where.path, step.where)
    tested = {step.where.path for step in steps if is_test(read_words(step))}
    return tuple(sorted(first.values(), key=lambda where: where.path not in tested))


def match_step(rule: Rule, step: Fact) -> Match:
    """The match of one step."""
    words = " ".join(read_words(step))
    text = words or str(step.data["uses"])
    return Match(rule.id, step.where, text=text, message=f"{'runs' if words else 'uses'} {text[:80]}")


def read_words(step: Fact) -> list[str]:
    """The words of a step's program."""
    words = step.data["words"]
    return [str(word) for word in words] if isinstance(words, list) else []


def is_test(words: list[str]) -> bool:
    """Whether a program runs tests: a test runner, `python -m pytest`, `manage.py test`, `npm test`, `./test.sh`."""
    if not words:
        return False
    name = words[0].rpartition("/")[2]
    rest = [word for word in words[1:] if not word.startswith("-")]
    if name in TEST_PROGRAMS:
        return "install" not in rest and "--version" not in words
    if (name, *rest[:1]) in DOUBLE_WORDS or any(TEST_SCRIPT.search(word.rpartition("/")[2]) for word in words[:2]):
        return True
    if name.startswith("python") or name.endswith("manage.py"):
        is_django = any(word.endswith("manage.py") for word in words[:2])
        return runs_module(words, ("pytest", "unittest", "tox", "nox")) or (is_django and "test" in rest)
    if re.search(r"[-:]", name) and is_test_target([name]):
        return True  # a script that `hatch run`, `poetry run` or the like starts
    return name in RUNNERS and is_test_target(rest)


def is_test_target(rest: list[str]) -> bool:
    """Whether what a package manager or make is told to run is called a test."""
    words = [word for word in rest if not ASSIGNED.match(word)]
    targets = words[1:] if words[:1] in (["run"], ["exec"], ["start"]) else words
    return bool(targets) and TEST_TARGET.match(targets[0]) is not None and not NO_TEST_TARGET.match(targets[0])


def is_audit(step: Fact) -> bool:
    """Whether a step looks for vulnerable dependencies."""
    words = read_words(step)
    if AUDIT_ACTIONS.search(str(step.data["uses"])):
        return True
    if not words:
        return False
    name = words[0].rpartition("/")[2]
    rest = [word for word in words[1:] if not word.startswith("-")]
    is_audit_command = name in PACKAGE_MANAGERS and (rest[:1] == ["audit"] or rest[:2] == ["npm", "audit"])
    return name in AUDIT_PROGRAMS or is_audit_command or "pip_audit" in rest
