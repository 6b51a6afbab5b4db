"""Which rules run: by the ids of rules, items and sections that `select` and `ignore` name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from readycheck.audit.errors import SettingsError, suggest
from readycheck.audit.waivers import Waiver
from readycheck.model.rule import Catalogue, Rule


def select_rules(catalogue: Catalogue, select: Sequence[str], ignore: Sequence[str]) -> Catalogue:
    """The catalogue with the rules that are on; its items and sections stay, for the report shows them all.

    An id is exact: a rule's, an item's or a section's. Without `select` all are on; `ignore` wins over it. Raises
    SettingsError for ids that nothing has, and when no rule is left.
    """
    known = collect_ids(catalogue)
    problems = [
        f'unknown id "{word}"{suggest(word, known)}' for word in dict.fromkeys((*select, *ignore)) if word not in known
    ]
    if problems:
        raise SettingsError(problems)
    rules = tuple(filter_rules(catalogue, select, ignore))
    if not rules:
        raise SettingsError(
            "no rule is left to run: see --select and --ignore, or select and ignore in the configuration"
        )
    return replace(catalogue, rules=rules)


def filter_rules(catalogue: Catalogue, select: Sequence[str], ignore: Sequence[str]) -> Iterable[Rule]:
    """The rules that are on; ids that nothing has are passed over."""
    sections = {item.id: item.section for item in catalogue.items}
    for rule in catalogue.rules:
        ids = {rule.id, rule.item, sections.get(rule.item, "")}
        if ids.isdisjoint(ignore) and (not select or not ids.isdisjoint(select)):
            yield rule


def collect_ids(catalogue: Catalogue) -> set[str]:
    """Every id that `select` and `ignore` may name."""
    return {entry.id for group in (catalogue.rules, catalogue.items, catalogue.sections) for entry in group}


def check_waivers(catalogue: Catalogue, waivers: Iterable[Waiver]) -> None:
    """Raise SettingsError for waivers of rules or items that do not exist; `catalogue` is the whole one."""
    rules, items = [rule.id for rule in catalogue.rules], [item.id for item in catalogue.items]
    problems = []
    for waiver in waivers:
        if waiver.rule is not None and waiver.rule not in rules:
            problems.append(f'waivers: unknown rule "{waiver.rule}"{suggest(waiver.rule, rules)}')
        if waiver.item is not None and waiver.item not in items:
            problems.append(f'waivers: unknown item "{waiver.item}"{suggest(waiver.item, items)}')
    if problems:
        raise SettingsError(problems)
