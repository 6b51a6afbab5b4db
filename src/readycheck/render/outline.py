"""What every report for people shows, in the order of the seed checklist: done, to do, unproven, needs a human."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from readycheck.model.finding import Finding
from readycheck.model.report import ItemResult, Report
from readycheck.model.rule import Catalogue, Item
from readycheck.model.vocabulary import Channel, Outcome, Priority

T = TypeVar("T")
K = TypeVar("K")

DONE = frozenset({Outcome.PASS, Outcome.ATTESTED})
FAILED = frozenset({Outcome.FAIL, Outcome.CONTRADICTED})


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """The findings of one rule against one item, worst first, with what the rule's file says about them."""

    id: str
    title: str
    why: str
    remedy: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """An item that fails, or that has findings."""

    result: ItemResult
    groups: tuple[RuleGroup, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """The report's items, each in exactly one place; empty groups are left out. Keys: section title, priority."""

    done: Mapping[str, tuple[ItemResult, ...]]
    todo: Mapping[Priority, tuple[Task, ...]]
    broken: tuple[ItemResult, ...]
    unproven: Mapping[Priority, tuple[ItemResult, ...]]
    human: Mapping[Priority, tuple[ItemResult, ...]]
    not_applicable: tuple[ItemResult, ...]


def outline_report(report: Report, catalogue: Catalogue) -> Outline:
    """Sorts the items of a report into its parts. Suppressed findings make no task."""
    against = _group_by_item(report)
    known = {result.item.id for result in report.items}
    strays = [_stand_in(findings[0]) for item, findings in against.items() if item not in known]
    tasks, rest = [], []
    for result in (*report.items, *strays):
        if result.outcome in FAILED or result.item.id in against:
            tasks.append(Task(result, _group_by_rule(against.get(result.item.id, []), catalogue)))
        else:
            rest.append(result)
    tasks.sort(key=lambda task: task.result.outcome is not Outcome.CONTRADICTED)
    titles = {section.id: section.title for section in catalogue.sections}
    unproven = [result for result in rest if result.outcome is Outcome.UNPROVEN]
    return Outline(
        done=_split(
            (result for result in rest if result.outcome in DONE),
            lambda result: titles.get(result.item.section, result.item.section),
        ),
        todo=_by_priority(tasks, lambda task: task.result.item.priority),
        broken=tuple(result for result in rest if result.outcome is Outcome.ERROR),
        unproven=_by_priority((r for r in unproven if not needs_human(r)), lambda result: result.item.priority),
        human=_by_priority((r for r in unproven if needs_human(r)), lambda result: result.item.priority),
        not_applicable=tuple(result for result in rest if result.outcome is Outcome.NOT_APPLICABLE),
    )


def needs_human(result: ItemResult) -> bool:
    """Whether nothing but a person's word can prove the item."""
    return set(result.item.channels) == {Channel.ATTESTATION}


def ask_for(result: ItemResult) -> str:
    """What would prove the item, unless its reason says so already."""
    return "" if result.item.proof in result.reason else result.item.proof


def count_by_file(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """The findings by the file that they stand in, the fullest first; those outside of files are left out."""
    files: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.where.kind == "span":
            files.setdefault(finding.where.path, []).append(finding)
    return dict(sorted(files.items(), key=lambda pair: (-len(pair[1]), pair[0])))


def _group_by_item(report: Report) -> dict[str, list[Finding]]:
    groups: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.suppressed is None:
            groups.setdefault(finding.item, []).append(finding)
    return groups


def _group_by_rule(findings: list[Finding], catalogue: Catalogue) -> tuple[RuleGroup, ...]:
    rules: dict[str, list[Finding]] = {}
    for finding in findings:
        rules.setdefault(finding.rule, []).append(finding)
    return tuple(_describe_group(rule, found, catalogue) for rule, found in rules.items())


def _describe_group(rule_id: str, findings: list[Finding], catalogue: Catalogue) -> RuleGroup:
    rule = catalogue.find_rule(rule_id)
    if rule is None:
        return RuleGroup(rule_id, findings[0].message or rule_id, "", "", tuple(findings))
    return RuleGroup(rule_id, rule.title, rule.why, rule.remedy, tuple(findings))


def _stand_in(finding: Finding) -> ItemResult:
    """A result for findings whose item is not in the report, so that they are shown all the same."""
    item = Item(finding.item, finding.item, "", finding.priority, (), (), "")
    return ItemResult(item, Outcome.FAIL, "", ())


def _split(things: Iterable[T], key: Callable[[T], K]) -> dict[K, tuple[T, ...]]:
    groups: dict[K, tuple[T, ...]] = {}
    for thing in things:
        groups[key(thing)] = (*groups.get(key(thing), ()), thing)
    return groups


def _by_priority(things: Iterable[T], key: Callable[[T], Priority]) -> dict[Priority, tuple[T, ...]]:
    groups = _split(things, key)
    return {priority: groups[priority] for priority in Priority if priority in groups}
