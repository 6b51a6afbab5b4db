"""Checks on the id that joins the lines of one request."""

from __future__ import annotations

from readycheck.model.evidence import Match
from readycheck.model.rule import Rule
from readycheck.scan.checks.contract import CheckResult, Facts, requires
from readycheck.scan.layers.effect import find_belonging
from readycheck.scan.layers.mounted import LAYERED, find_stack
from readycheck.scan.layers.request_ids import ID_NAME, Identifier, find_access_logs, find_identifiers, is_hidden


@requires(*LAYERED)
def request_id_bound(facts: Facts, rule: Rule) -> CheckResult:
    """Every request has an id, which is in each line of the log and on the answer."""
    stack = find_stack(facts)
    if not stack.applications:
        return CheckResult(0)
    identifiers = list(find_identifiers(stack))
    whole = [one for one in identifiers if one.binds and one.returns]
    if not whole and (identifiers or is_hidden(stack)):
        return CheckResult(0)
    certain = [one for one in whole if not one.layer.is_doubtful]
    if whole and not certain:
        return CheckResult(0)
    matches = tuple(Match(rule.id, one.where, "", one.layer.name, describe(one)) for one in certain)
    return CheckResult(len(stack.applications), matches, find_belonging(stack))


@requires(*LAYERED)
def request_id_incomplete(facts: Facts, rule: Rule) -> CheckResult:
    """Requests have an id, which does not reach the log, or not the client."""
    identifiers = list(find_identifiers(find_stack(facts)))
    # What a proxy of Next.js adds is read by handlers that are told nothing else of it.
    identifiers = [one for one in identifiers if one.layer.application.framework != "Next.js"]
    if any(one.binds and one.returns for one in identifiers):
        return CheckResult(len(identifiers))
    matches = tuple(
        Match(rule.id, one.where, "", one.layer.name, f"`{one.layer.name}` makes an id that {tell_missing(one)}")
        for one in identifiers[:1]
    )
    return CheckResult(len(identifiers), matches)


@requires(*LAYERED)
def request_id_unchecked(facts: Facts, rule: Rule) -> CheckResult:
    """The id of whoever asks is taken over, whatever it holds."""
    identifiers = list(find_identifiers(find_stack(facts)))
    matches = tuple(
        Match(rule.id, one.where, "", one.layer.name, f"`{one.layer.name}` takes over any id that a caller sends")
        for one in identifiers
        if one.takes and not one.checks
    )
    return CheckResult(len(identifiers), matches)


@requires(*LAYERED)
def access_line_without_id(facts: Facts, rule: Rule) -> CheckResult:
    """The line that is written for each request has no id."""
    stack = find_stack(facts)
    bound = any(one.binds for one in find_identifiers(stack))
    logs = list(find_access_logs(stack))
    matches = []
    for layer, definition in logs:
        module = facts.program.modules[definition.path]
        texts = [str(one.data) for one in module.find_calls(definition.name)]
        if not bound and not any(ID_NAME.search(text) for text in texts):
            message = f"`{layer.name}` writes a line for each request, without an id that joins it to the others"
            matches.append(Match(rule.id, module.locate(definition), definition.name, definition.name, message))
    return CheckResult(len(logs), tuple(matches))


def tell_missing(identifier: Identifier) -> str:
    """What is missing of an id."""
    if not identifier.binds:
        return "no line of the log holds: it is bound to no context that the logger reads"
    return "the client never sees: it is no header of the answer"


def describe(identifier: Identifier) -> str:
    """What is done with an id."""
    if identifier.library:
        return (
            f"`{identifier.layer.name}` ({identifier.library}) gives each request an id, for its lines and its answer"
        )
    checked = ", replaces ids that do not fit" if identifier.checks and identifier.takes else ""
    name, bound = identifier.layer.name, identifier.binds
    return f"`{name}` gives each request an id{checked}, binds it with `{bound}` and returns it"
