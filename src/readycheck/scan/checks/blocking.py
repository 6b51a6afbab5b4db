"""Checks on calls that keep a thread from serving others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from readycheck.model.evidence import Fact, Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires
from readycheck.scan.module_names import refers_to


@requires("concurrent-code", "blocking-call", "concurrent-call", "blocking-doubt")
def blocking_call_in_handler(facts: Facts, rule: Rule) -> CheckResult:
    """A call blocks the thread on which all requests are served, straight or one function away.

    Where code uses a database's session that may block, and nothing else is found, nothing counts as examined.
    """
    calls = facts.get("blocking-call", ())
    matches = [match_call(rule, call) for call in calls if call.data["shared"] is True]
    matches += find_remote(rule, calls, facts.get("concurrent-call", ()))
    if not matches and facts.get("blocking-doubt"):
        return CheckResult(0)
    return CheckResult(sum(count(one) for one in facts.get("concurrent-code", ())), tuple(matches))


def count(fact: Fact) -> int:
    """How many concurrent functions a file has."""
    number = fact.data["functions"]
    return number if isinstance(number, int) else 0


def match_call(rule: Rule, call: Fact) -> Match:
    """The match of a blocking call that stands in a concurrent function, or in one that it calls."""
    what, through = str(call.data["what"]), str(call.data["through"])
    message = f"`{what}` blocks all requests while it runs"
    if through:
        message = f"`{through}` calls `{what}`, which blocks all requests while it runs"
    return Match(rule.id, call.where, str(call.data["function"]), what, message)


def find_remote(rule: Rule, calls: Sequence[Fact], concurrent: Sequence[Fact]) -> Iterator[Match]:
    """The concurrent functions that call a function of another module in which something blocks."""
    plain: Mapping[str, list[Fact]] = index_plain(calls)
    for one in concurrent:
        name = str(one.data["name"]).removesuffix("()")
        for call in plain.get(name.rpartition(".")[2], ()):
            if call.where.path != one.where.path and refers_to(one.where.path, name, call.where.path):
                what = call.data["what"]
                message = f"`{name.rpartition('.')[2]}` calls `{what}`, which blocks all requests while it runs"
                yield Match(rule.id, one.where, str(one.data["function"]), str(what), message, also=(call.where,))
                break


def index_plain(calls: Sequence[Fact]) -> dict[str, list[Fact]]:
    """Blocking calls in plain functions, by the function's own name."""
    found: dict[str, list[Fact]] = defaultdict(list)
    for call in calls:
        if call.data["shared"] is False:
            found[str(call.data["function"]).rpartition(".")[2]].append(call)
    return found
