"""Checks on what the service writes into its log about people, and about how they log in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readycheck.model.evidence import Fact, Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import PROGRAM, CheckResult, Facts, per_served_file, requires
from readycheck.scan.checks.logging import find_users
from readycheck.scan.facts.redaction import CALLED
from readycheck.scan.late import compile_late
from readycheck.scan.module_names import refers_to
from readycheck.scan.privacy.leaks import find_leaks
from readycheck.scan.privacy.sensitive import Tier
from readycheck.scan.production import judge

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from readycheck.scan.unit import Unit

BLANKS = compile_late(r"\s+")
TEXT_LENGTH = 300


@per_served_file
def secret_logged(unit: Unit, rule: Rule) -> Iterator[Match]:
    """A log call is given a password, a token, a whole body, headers that log somebody in."""
    yield from report(unit, rule, Tier.SECRET)


@per_served_file
def personal_data_logged(unit: Unit, rule: Rule) -> Iterator[Match]:
    """A log call is given an e-mail address, a whole user, rows or the values of a query."""
    yield from report(unit, rule, Tier.PERSONAL)


@per_served_file
def message_logged(unit: Unit, rule: Rule) -> Iterator[Match]:
    """A log call is given what people write to each other or to a model, or what comes back."""
    yield from report(unit, rule, Tier.MESSAGE)


def report(unit: Unit, rule: Rule, tier: Tier) -> Iterator[Match]:
    """A match for each log call of which the worst is of that tier."""
    for leak in find_leaks(unit):
        node = leak.call.node
        if leak.found.tier is tier and not (tier is Tier.MESSAGE and is_left_out(node)):
            text = BLANKS.sub(" ", node.text())[:TEXT_LENGTH]
            symbol = unit.bindings.enclosing_symbol(node)
            yield Match(rule.id, unit.locate(node), symbol, text, f"the log gets {leak.found.what}")


def is_left_out(node: SgNode) -> bool:
    """Whether a condition around a call keeps it from running in production."""
    below = node
    for parent in node.ancestors():
        condition = parent.field("condition") if parent.kind() in ("if_statement", "elif_clause") else None
        if condition is not None and below == parent.field("consequence") and judge(condition.text()) is False:
            return True
        below = parent
    return False


@requires(
    "log-redaction",
    "log-redactor",
    "log-redaction-unknown",
    "logger-configured",
    "logger-used",
    "logger-obtained",
    *PROGRAM,
)
def log_redacted(facts: Facts, rule: Rule) -> CheckResult:
    """The logger takes secrets out of its lines before they are written.

    It is missing where a logger is configured without, and used; a project that has none has no place for it.
    """
    matches, doubtful = [], False
    for step in facts.get("log-redaction", ()):
        if not facts.live.runs(step.where.path, str(step.data["owner"])) or is_unused(step, facts):
            continue
        names = step.data["names"]
        wanted = [str(name) for name in names] if isinstance(names, list) else []
        makers = find_makers(step, wanted, facts)
        if makers or not wanted:
            text = str(step.data["form"])
            also = tuple(maker.where for maker in makers)
            matches.append(
                Match(rule.id, step.where, text=text, message=f"{text} takes secrets out of the log", also=also)
            )
        else:
            doubtful = doubtful or any(CALLED.search(name) for name in wanted)
    setups = tuple(setup.where for setup in facts.get("logger-configured", ()) if find_users(setup, facts))
    if not matches and (doubtful or not setups or facts.get("log-redaction-unknown")):
        return CheckResult(0)
    return CheckResult(len(matches) + len(setups), tuple(matches), setups[:5])


def is_unused(step: Fact, facts: Facts) -> bool:
    """Whether a step is one of a logger that is configured in the same file, and no code that runs logs through any."""
    setups = [one for one in facts.get("logger-configured", ()) if one.where.path == step.where.path]
    return bool(setups) and not any(find_users(one, facts) for one in setups)


def find_makers(step: Fact, names: list[str], facts: Facts) -> list[Fact]:
    """The functions and classes of the project that a step means and that take secrets out."""
    return [
        maker
        for maker in facts.get("log-redactor", ())
        for name in names
        if name.rpartition(".")[2] == maker.data["name"] and refers_to(step.where.path, name, maker.where.path)
    ]
