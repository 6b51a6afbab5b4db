"""Checks on environment variables: declared, demanded at the start, and without a fallback that opens a door."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from readycheck.model.evidence import Fact, Match
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires
from readycheck.scan.checks.debug import DEVELOPMENT_FILE
from readycheck.scan.environ.names import is_for_tests, is_loader, is_public, says_where_it_runs
from readycheck.scan.inventories.environment import (
    CODE_KINDS,
    CONFIG_KINDS,
    Environment,
    count_common,
    place,
)

DEPLOYMENTS = frozenset({"compose", "dockerfile", "kubernetes", "helm"})
DESCRIBED = frozenset({"schema", "settings field"})
MOST_PLACES = 50


@requires(*CODE_KINDS, "application", anywhere=CONFIG_KINDS)
def env_undeclared(facts: Facts, rule: Rule) -> CheckResult:
    """A variable is read in server code, and no file of the project declares it.

    Without an application and without any declaration there is nobody who would deploy the code: a library.
    """
    environment = Environment(facts)
    if not facts.get("application") and not environment.declared:
        return CheckResult(0)
    named = [fact for fact in environment.reads if isinstance(fact.data.get("name"), str)]
    missing = [fact for fact in named if is_missing(environment, str(fact.data["name"])) and not opens(fact)]
    found = [match(rule, fact, "`{name}` is read here and declared nowhere") for fact in pick_places(missing)]
    return CheckResult(len(named), tuple(found))


def pick_places(reads: Sequence[Fact]) -> Iterator[Fact]:
    """Of the reads of one variable the first in each file; where a schema or settings name it, only those."""
    by_name: dict[str, list[Fact]] = defaultdict(list)
    for fact in reads:
        by_name[str(fact.data["name"])].append(fact)
    for places in by_name.values():
        described = [fact for fact in places if fact.data.get("form") in DESCRIBED]
        yield from {fact.where.path: fact for fact in reversed(described or places)}.values()


def is_missing(environment: Environment, name: str) -> bool:
    """Whether nothing sets a variable: no file of the project, no platform."""
    if environment.is_declared(name) or is_for_tests(name):
        return False
    if says_where_it_runs(name):
        return is_left_to_chance(environment, name)
    return not environment.is_foreign(name)


def is_left_to_chance(environment: Environment, name: str) -> bool:
    """Whether nothing says where the code runs: hosts set NODE_ENV by themselves, images and containers do not."""
    if environment.is_declared(name) or not environment.is_foreign(name):
        return not environment.is_declared(name)
    sources = environment.of("env-source")
    deployed = any(fact.data.get("source") in DEPLOYMENTS for fact in sources)
    return deployed and not any(fact.data.get("platform") for fact in sources)


def opens(fact: Fact) -> bool:
    """Whether a read takes an unset variable for development."""
    return bool(fact.data.get("opens"))


@requires(*CODE_KINDS, anywhere=CONFIG_KINDS)
def env_open_by_default(facts: Facts, rule: Rule) -> CheckResult:
    """What is not said to be production counts as development, and nothing in the deployment says it."""
    environment = Environment(facts)
    asked = [fact for fact in environment.reads if says_where_it_runs(str(fact.data.get("name")))]
    text = "an unset `{name}` means development here, and nothing in the deployment sets it"
    found = [one for one in asked if opens(one) and is_left_to_chance(environment, str(one.data["name"]))]
    return CheckResult(len(asked), tuple(match(rule, fact, text) for fact in found))


@requires(*CODE_KINDS)
def env_required_in_request(facts: Facts, rule: Rule) -> CheckResult:
    """A variable without which a request fails is first asked for in that request."""
    environment = Environment(facts)
    early = {fact.data.get("name") for fact in environment.reads if fact.data.get("phase") == "startup"}
    late = [
        fact
        for fact in environment.reads
        if fact.data.get("phase") == "request"
        and fact.data.get("required") is True
        and fact.data.get("name") not in early
    ]
    text = "`{name}` is first asked for inside a request, which fails where it is unset"
    named = [fact for fact in late if fact.data.get("name") and not is_public(str(fact.data["name"]))]
    return CheckResult(len(environment.reads), tuple(match(rule, fact, text) for fact in named))


@requires(*CODE_KINDS)
def env_fallback_to_local(facts: Facts, rule: Rule) -> CheckResult:
    """A start without the variable is not refused: the code goes on with what only a developer's machine has."""
    reads = Environment(facts).reads
    found = [fact for fact in reads if fact.data.get("local") or fact.data.get("unsafe")]
    text = "a start without `{name}` is not refused: it goes on with `{default}`"
    return CheckResult(len(reads), tuple(match(rule, fact, text) for fact in found))


@requires(*CODE_KINDS)
def secret_default(facts: Facts, rule: Rule) -> CheckResult:
    """A secret falls back to a value that stands in the code."""
    return report_defaults(facts, rule, ("secret", "signing", "database"))


@requires(*CODE_KINDS)
def signing_secret_default(facts: Facts, rule: Rule) -> CheckResult:
    """What signs tokens or sessions falls back to a value that stands in the code."""
    return report_defaults(facts, rule, ("signing",))


@requires(*CODE_KINDS)
def database_password_default(facts: Facts, rule: Rule) -> CheckResult:
    """A database's password falls back to a value that stands in the code."""
    return report_defaults(facts, rule, ("database",))


def report_defaults(facts: Facts, rule: Rule, kinds: Sequence[str]) -> CheckResult:
    """A match for each read whose default gives away a secret of one of the sorts."""
    reads = Environment(facts).reads
    found = [fact for fact in reads if fact.data.get("unsafe") in kinds]
    text = "`{name}` falls back to a value that everybody can read here (`{default}`)"
    return CheckResult(len(reads), tuple(match(rule, fact, text) for fact in found))


def match(rule: Rule, fact: Fact, text: str) -> Match:
    """The match of one read; a default that only development takes is exempt."""
    data = fact.data
    exempt = str(data.get("exempt") or "") or None
    if data.get("unsafe") and DEVELOPMENT_FILE.search(fact.where.path):
        exempt = exempt or "in a file named for development or scripts"
    message = text.format(name=data.get("name"), default=data.get("default"))
    symbol, name = str(data.get("symbol", "")), str(data.get("name"))
    return Match(rule.id, fact.where, symbol=symbol, text=name, message=message, exempt=exempt)


@requires(*CODE_KINDS, "application")
def env_validated_at_start(facts: Facts, rule: Rule) -> CheckResult:
    """The environment is held against what the service needs when it starts, and a fault ends the start."""
    environment = Environment(facts)
    reads = [fact for fact in environment.reads if fact.data.get("name")]
    if not reads:
        return CheckResult(0)
    proofs = (*find_settings(environment, rule), *find_validations(environment, rule))
    if not proofs and is_doubtful(environment):
        return CheckResult(0)
    loose = [fact for fact in reads if fact.data.get("required") is None and fact.data.get("form") != "schema"]
    if not proofs:
        demands = [fact for fact in reads if fact.data.get("checked") and fact.data.get("phase") == "startup"]
        if demands and loose:
            return CheckResult(0)
        proofs = tuple(match(rule, fact, "a start without `{name}` ends here") for fact in demands)
    unchecked = [fact.where for fact in reads if not fact.data.get("checked")]
    applications = sort_applications(facts.get("application", ()), reads)
    belongs = (*applications, *unchecked)[:MOST_PLACES] if applications else ()
    return CheckResult(len(reads), proofs, belongs)


def sort_applications(applications: Sequence[Fact], reads: Sequence[Fact]) -> list[Span]:
    """Where applications are made, the one nearest to most of the reads first."""
    paths = Counter(fact.where.path for fact in reads)

    def distance(fact: Fact) -> tuple[int, str, int]:
        near = sum(count_common(fact.where.path, path) * number for path, number in paths.items())
        return -near, fact.where.path, fact.where.line

    return [fact.where for fact in sorted(applications, key=distance)]


def is_doubtful(environment: Environment) -> bool:
    """Whether something that checks the environment is called at a time that the facts do not show.

    Settings that demand nothing are called at the start, too: they look at types, which is something, but no proof.
    """
    if any(place(owner) in environment.started for owner in environment.settings.values()):
        return True
    checks = {place(owner) for owner, _ in find_demanding(environment)}
    stopping = [fact for fact in environment.of("env-validation") if fact.data.get("stops")]
    checks |= {(fact.where.path, str(fact.data["function"])) for fact in stopping if fact.data["function"]}
    return any(node in environment.called or not is_loader(node[1]) for node in checks)


def find_demanding(environment: Environment) -> Iterator[tuple[Fact, list[str]]]:
    """The settings classes that demand something, each with the variables that have no default."""
    fields = [fact for fact in environment.reads if fact.data.get("form") == "settings field"]
    for owner in environment.settings.values():
        path, name = place(owner)
        own = [fact for fact in fields if fact.where.path == path and fact.data.get("owner") == name]
        needed = [str(fact.data["name"]) for fact in own if fact.data.get("required") is True]
        if needed or owner.data.get("checks"):
            yield owner, needed


def find_settings(environment: Environment, rule: Rule) -> Iterator[Match]:
    """Settings classes that are called at the start and demand something."""
    for owner, needed in find_demanding(environment):
        if place(owner) in environment.started:
            name = str(owner.data.get("name"))
            message = f"{name} is made at the start and demands {name_some(needed)}"
            yield Match(rule.id, owner.where, text=name, message=message)


def name_some(names: Sequence[str]) -> str:
    """The first few names, and how many more; without names: what its validators say."""
    if not names:
        return "what its validators say"
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""  # noqa: PLR2004 - three fit into a line
    return f"{', '.join(names[:3])}{more}"


def find_validations(environment: Environment, rule: Rule) -> Iterator[Match]:
    """Schemas that the environment is held against at the start, and whose refusal ends it."""
    demanded = {fact.where.path for fact in environment.reads if is_demanded_by_schema(fact)}
    for check in environment.of("env-validation"):
        if not check.data.get("stops") or not environment.runs_at_start(check):
            continue
        by_itself = bool(check.data.get("required"))
        elsewhere = not check.data.get("total") and (check.where.path in demanded or bool(check.data.get("schema")))
        if by_itself or elsewhere:
            message = f"the environment is held against a schema at the start ({check.data.get('form')})"
            yield Match(rule.id, check.where, text=str(check.data.get("form")), message=message)


def is_demanded_by_schema(fact: Fact) -> bool:
    """Whether a read is a key of a schema that demands it."""
    return fact.data.get("form") == "schema" and fact.data.get("required") is True
