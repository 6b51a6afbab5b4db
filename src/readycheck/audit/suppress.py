"""Inline suppressions: comments that take findings out of the count, and what is wrong with such comments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from readycheck.audit.errors import suggest
from readycheck.model.evidence import Directive
from readycheck.model.finding import Finding, Suppressed
from readycheck.model.location import Span
from readycheck.model.report import Notice


@dataclass(frozen=True, slots=True)
class DirectiveUse:
    """A directive with the rules of which it names a finding."""

    directive: Directive
    rules: set[str] = field(default_factory=set)


def apply_directives(
    findings: Sequence[Finding], directives: Sequence[Directive]
) -> tuple[list[Finding], list[DirectiveUse]]:
    """Mark the findings that begin on a line which a directive covers; without a reason it covers nothing."""
    uses = [DirectiveUse(directive) for directive in directives]
    by_path: dict[str, list[DirectiveUse]] = defaultdict(list)
    for use in uses:
        by_path[use.directive.path].append(use)
    if not by_path:
        return list(findings), uses
    return [apply_one(finding, by_path) for finding in findings], uses


def apply_one(finding: Finding, by_path: dict[str, list[DirectiveUse]]) -> Finding:
    """The finding, marked if a directive covers it."""
    where = finding.where
    if not isinstance(where, Span):
        return finding
    for use in by_path.get(where.path, ()):
        directive = use.directive
        if finding.rule in directive.rules and directive.first <= where.line <= directive.last:
            use.rules.add(finding.rule)
            if directive.reason.strip() and finding.suppressed is None:
                finding = replace(finding, suppressed=Suppressed("inline", directive.reason.strip()))
    return finding


def review_directives(uses: Sequence[DirectiveUse], known: Collection[str], ran: Collection[str]) -> Iterator[Notice]:
    """What is wrong with the directives: no reason, rules that do not exist, nothing to suppress.

    `known` are all rules there are, `ran` those that ran: of the others nobody knows whether there is something to
    suppress, so nothing is said.
    """
    for use in uses:
        directive = use.directive
        where = Span(directive.path, directive.line, 1, directive.line, 1)
        if not directive.rules:
            yield Notice("unknown-rule-in-suppression", "the comment names no rule, so it suppresses nothing", where)
        unknown = [rule for rule in directive.rules if rule not in known]
        for rule in unknown:
            yield Notice("unknown-rule-in-suppression", f'there is no rule "{rule}"{suggest(rule, known)}', where)
        if directive.rules and not directive.reason.strip():
            yield Notice("suppression-without-reason", "the comment gives no reason, so it suppresses nothing", where)
            continue
        unused = [rule for rule in directive.rules if rule in ran and rule not in use.rules]
        if unused:
            yield Notice("unused-suppression", f"there is nothing to suppress here for {' and '.join(unused)}", where)
