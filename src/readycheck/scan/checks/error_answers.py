"""Checks on what answers the errors that nobody expected."""

from __future__ import annotations

from readycheck.model.evidence import Fact, Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires
from readycheck.scan.module_names import refers_to


@requires("error-catch", "error-mounted")
def unexpected_errors_answered(facts: Facts, rule: Rule) -> CheckResult:
    """Something that is mounted answers every error, and keeps the error itself for the log.

    Where nothing does, the framework answers, which is no fault by itself: then there is nothing to examine.
    """
    catches, mounted = facts.get("error-catch", ()), facts.get("error-mounted", ())
    matches = []
    for catch in catches:
        place = next((one for one in mounted if means(one, catch)), None)
        if place is None or catch.data["clean"] is not True:
            continue
        name = str(catch.data["name"])
        what = "error middleware" if name.startswith("<") else f"`{name}`"
        message = f"{what} answers every error with a text of its own, and is mounted at {tell(place)}"
        matches.append(Match(rule.id, catch.where, text=str(catch.data["name"]), message=message, also=(place.where,)))
    return CheckResult(len(catches) if matches else 0, tuple(matches))


def means(mounted: Fact, catch: Fact) -> bool:
    """Whether what is mounted is that which catches."""
    name = str(mounted.data["name"]).removesuffix("()")
    if name.rpartition(".")[2] != catch.data["name"]:
        return mounted.where.path != catch.where.path and name_leads(mounted, catch, name)
    return mounted.where.path == catch.where.path or refers_to(mounted.where.path, name, catch.where.path)


def name_leads(mounted: Fact, catch: Fact, name: str) -> bool:
    """Whether a module is mounted as a whole that exports what catches as its default."""
    return (
        name.startswith(".") and "." not in name.lstrip("./") and refers_to(mounted.where.path, name, catch.where.path)
    )


def tell(fact: Fact) -> str:
    """A fact's place."""
    return f"{fact.where.path}:{fact.where.line}"
