"""Checks on how the deployment gets at its secrets, and with which rights it gets at its database."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from readycheck.model.evidence import Fact, Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires

MOST = 20


@requires("secret-reference", "secret")
def secrets_referenced(facts: Facts, rule: Rule) -> CheckResult:
    """Deployment files take secrets from the environment or a secret store."""
    return prove(rule, facts, lambda _fact: True, lambda fact: not fact.data["exempt"])


@requires("secret-reference", "secret", "database-role", "database-open")
def database_password_referenced(facts: Facts, rule: Rule) -> CheckResult:
    """The database's password comes from elsewhere, and the service is no superuser there."""
    if facts.get("database-open") or any(one.data["power"] == "superuser" for one in facts.get("database-role", ())):
        return CheckResult(0)
    result = prove(
        rule,
        facts,
        lambda fact: fact.data["area"] == "database",
        lambda fact: fact.data["area"] == "database" and not fact.data["exempt"],
    )
    roles = [one for one in facts.get("database-role", ()) if one.data["power"] == "plain"]
    if not result.matches or not roles:
        return result
    users = ", ".join(dict.fromkeys(str(one.data["user"]) for one in roles))
    head = result.matches[0]
    also = tuple(one.where for one in roles[:MOST])
    message = f"{head.message}; the service is {users} for the database"
    return CheckResult(
        result.examined, (Match(rule.id, head.where, text=head.text, message=message, also=also), *result.matches[1:])
    )


def prove(rule: Rule, facts: Facts, wanted: Callable[[Fact], bool], spoils: Callable[[Fact], bool]) -> CheckResult:
    """A match for each reference that is wanted; nothing where a secret of the same sort stands in a file as it is."""
    if any(spoils(fact) for fact in facts.get("secret", ())):
        return CheckResult(0)
    references = list(first_by_line(fact for fact in facts.get("secret-reference", ()) if wanted(fact)))
    matches = [
        Match(rule.id, one.where, text=str(one.data["name"]), message=describe(one)) for one in references[:MOST]
    ]
    return CheckResult(len(references), tuple(matches))


def first_by_line(found: Iterable[Fact]) -> Iterable[Fact]:
    """One fact a line: a merged mapping is read once for each service that takes it."""
    return {(one.where.path, one.where.line): one for one in found}.values()


def describe(fact: Fact) -> str:
    """`JWT_SECRET comes from the environment, without a default`."""
    source = "a Secret of the cluster" if fact.data["form"] == "kubernetes" else "the environment, without a default"
    return f"{fact.data['name']} comes from {source}"


@requires("database-role")
def database_superuser(facts: Facts, rule: Rule) -> CheckResult:
    """The service is a superuser for its database."""
    roles = list(facts.get("database-role", ()))
    matches = []
    for one in first_by_line(roles):
        if one.data["power"] == "superuser":
            user = str(one.data["user"])
            message = f"`{user}` may do everything in the database, and so may whoever gets hold of the service"
            matches.append(Match(rule.id, one.where, text=f"superuser {user}", message=message))
    return CheckResult(len(roles), tuple(matches))


@requires("database-open", "database-role")
def database_open(facts: Facts, rule: Rule) -> CheckResult:
    """The database lets in whoever comes, without a password."""
    found = list(facts.get("database-open", ()))
    text = "lets everybody who can reach the database in without a password"
    matches = [
        Match(rule.id, one.where, text=str(one.data["form"]), message=f"`{one.data['form']}` {text}") for one in found
    ]
    return CheckResult(len(found) + len(facts.get("database-role", ())), tuple(matches))
