"""Where controls are missing that a fix can bring in: as the audit judges it, over the same scan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from readycheck.audit.findings import NOT_FOUND
from readycheck.audit.run import Policy, judge
from readycheck.audit.settings import Settings
from readycheck.cli.pipeline import Session
from readycheck.model.evidence import Match, Scan
from readycheck.model.finding import Finding
from readycheck.model.location import Span
from readycheck.model.rule import Catalogue, Rule
from readycheck.model.vocabulary import Channel, Polarity
from readycheck.scan.files.languages import language_of

STATIC = (Channel.CODE, Channel.CONFIG)


def list_rules(session: Session) -> tuple[Rule, ...]:
    """The selected rules that have a fix, and what else speaks for the items of controls among them."""
    selected = [rule for rule in session.selected.rules if rule.fix]
    items = {rule.item for rule in selected if rule.polarity is Polarity.CONTROL}
    others = [rule for rule in session.catalogue.rules if rule.item in items and rule.channel in STATIC]
    return (*selected, *(replace(rule, fix=None) for rule in others if rule not in selected))


def open_missing(session: Session) -> Missing:
    """What to ask of a session's scan."""
    controls = tuple(rule for rule in session.selected.rules if rule.fix and rule.polarity is Polarity.CONTROL)
    items = {rule.item for rule in controls}
    catalogue = replace(
        session.catalogue,
        rules=tuple(rule for rule in session.catalogue.rules if rule.item in items and rule.channel in STATIC),
        items=tuple(item for item in session.catalogue.items if item.id in items),
    )
    return Missing(catalogue, controls, replace(session.settings, select=(), ignore=()))


@dataclass(frozen=True, slots=True)
class Missing:
    """Finds which controls are missing; `catalogue` holds all that speaks for their items."""

    catalogue: Catalogue
    controls: tuple[Rule, ...]
    settings: Settings = field(default_factory=Settings)

    def find(self, found: Scan) -> Iterator[Match]:
        """A match for each place at which a control with a fix belongs that the audit finds missing in a scan."""
        controls = [rule for rule in self.controls if rule.polarity is Polarity.CONTROL]
        if not controls:
            return
        policy = Policy(self.settings, None, date.today())  # noqa: DTZ011 - of the user's calendar
        for finding in judge(found, self.catalogue, policy).findings:
            if finding.suppressed is None and finding.message.startswith(NOT_FOUND):
                yield from make_matches(finding, controls)


def make_matches(finding: Finding, controls: list[Rule]) -> Iterator[Match]:
    """A match of each control of the item, for each place in a language that it reads."""
    for rule in controls:
        if rule.item != finding.item:
            continue
        for where in dict.fromkeys((finding.where, *finding.also)):
            if isinstance(where, Span) and language_of(where.path) in rule.languages:
                yield Match(rule.id, where, message=finding.message)
