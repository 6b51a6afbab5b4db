"""Checks on secrets that stand in the tree, where everybody who has the code has them, too."""

from __future__ import annotations

from collections.abc import Callable

from readycheck.model.evidence import Fact, Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires

WEAK = "one of the first that anybody tries"


@requires("secret", "application")
def secret_in_code(facts: Facts, rule: Rule) -> CheckResult:
    """A secret stands in code."""
    return report(facts, rule, is_code)


@requires("secret", "application")
def secret_in_configuration(facts: Facts, rule: Rule) -> CheckResult:
    """A secret stands in a configuration file of the deployment or the build."""
    return report(facts, rule, lambda fact: not is_code(fact))


@requires("secret", "application")
def signing_secret_in_code(facts: Facts, rule: Rule) -> CheckResult:
    """What signs tokens or sessions stands in code."""
    return report(facts, rule, lambda fact: is_code(fact) and fact.data["area"] == "signing")


@requires("secret", "application")
def signing_secret_in_configuration(facts: Facts, rule: Rule) -> CheckResult:
    """What signs tokens or sessions stands in a configuration file."""
    return report(facts, rule, lambda fact: not is_code(fact) and fact.data["area"] == "signing")


@requires("secret", "application")
def database_password_in_code(facts: Facts, rule: Rule) -> CheckResult:
    """A database's password stands in code."""
    return report(facts, rule, lambda fact: is_code(fact) and fact.data["area"] == "database")


@requires("secret", "application")
def database_password_in_configuration(facts: Facts, rule: Rule) -> CheckResult:
    """A database's password stands in a configuration file."""
    return report(facts, rule, lambda fact: not is_code(fact) and fact.data["area"] == "database")


def is_code(fact: Fact) -> bool:
    """Whether a secret was found in code."""
    return fact.data["source"] == "code"


def report(facts: Facts, rule: Rule, wanted: Callable[[Fact], bool]) -> CheckResult:
    """A match for each secret that is wanted; applications count as examined, since each could hold one."""
    found = [fact for fact in facts.get("secret", ()) if wanted(fact)]
    matches = tuple(
        Match(rule.id, fact.where, text=identify(fact), message=describe(fact), exempt=str(fact.data["exempt"]) or None)
        for fact in found
    )
    return CheckResult(len(matches) + len(facts.get("application", ())), matches)


def identify(fact: Fact) -> str:
    """What the fingerprint hashes: the name and the digest, so that a secret that is replaced is another finding."""
    return f"{fact.data['name']} {fact.data['digest']}".strip()


def describe(fact: Fact) -> str:
    """What stands here: `JWT_SECRET falls back to a secret that stands here (dev-…)`."""
    name, title, shown = str(fact.data["name"]), str(fact.data["title"]), str(fact.data["shown"])
    weak = f", {WEAK}" if fact.data["guessable"] else ""
    begins = f" ({shown}…)" if shown else ""
    if fact.data["fallback"]:
        return f"`{name}` falls back to {title} that stands here{begins}{weak}"
    if name:
        return f"`{name}` is set to {title} that stands here{begins}{weak}"
    return f"{title} stands here{begins}{weak}"
