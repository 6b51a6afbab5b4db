"""Evidence of all rules of an item becomes the item's outcome, with the reason in one sentence.

What decides, strongest first: live evidence against what code proves (contradicted), a finding that counts (fail), a
rule that broke (error), something that was not seen or is known debt (unproven), a proof (pass). Silence is not a pass.

Not applicable is claimed for configuration files alone: a project without a Dockerfile has no Dockerfile to get wrong.
Source code in a language that an item's rules do not read may well need the item, so there it stays unproven.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from readycheck.audit.attestations import Attestation, make_evidence
from readycheck.audit.blindspots import join_words
from readycheck.audit.errors import count
from readycheck.audit.findings import NOT_FOUND, make_absence
from readycheck.audit.gather import CODE, Gathered
from readycheck.audit.weigh import LIVE, NAMES, Weighed, describe_findings
from readycheck.model.evidence import ScannedFile
from readycheck.model.finding import Finding
from readycheck.model.location import Span
from readycheck.model.report import ItemResult
from readycheck.model.rule import Item, Rule
from readycheck.model.vocabulary import Confidence, Outcome, Polarity, Role

CONFIDENCES = {confidence: index for index, confidence in enumerate(Confidence)}


@dataclass(frozen=True, slots=True)
class Joined:
    """An item's result; `waived` says that nothing but an absence which a waiver accepts keeps it from passing."""

    result: ItemResult
    waived: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known about one item."""

    item: Item
    weighed: Sequence[Weighed]
    findings: Sequence[Finding]
    gathered: Gathered
    attested: Attestation | None = None

    def having(self, *outcomes: Outcome) -> list[Weighed]:
        """The rules whose evidence has one of the outcomes."""
        return [one for one in self.weighed if one.evidence.outcome in outcomes]


def find_absence(item: Item, weighed: Sequence[Weighed], gathered: Gathered) -> Finding | None:
    """The finding that an item's control is missing: none of its control rules matched, and there is an application.

    Of several missing controls the one of the surest rule speaks for all. It points to where its check says that the
    control belongs, else to the line that creates the application; further such places stand in `also`.
    """
    controls = [one for one in weighed if one.rule.polarity is Polarity.CONTROL]
    if any(one.evidence.outcome in (Outcome.PASS, Outcome.ERROR) or one.gap for one in controls):
        return None
    absent = [(one, places) for one in controls if one.absent and (places := places_for(one.rule, gathered))]
    if not absent:
        return None
    best, places = min(absent, key=lambda pair: (CONFIDENCES[pair[0].rule.confidence], pair[0].rule.id))
    titles = [one.rule.title for one, _ in absent if one is not best]
    finding = make_absence(best.rule, item, gathered.belongs.get(best.rule.id) or places)
    return replace(finding, message=f"{finding.message}; nor {', nor '.join(titles)}") if titles else finding


def places_for(rule: Rule, gathered: Gathered) -> list[Span]:
    """The lines that create applications in server code which the rule reads; for configuration rules, in any."""
    reads_code = not CODE.isdisjoint(rule.languages)
    places = [
        fact.where
        for file, fact in gathered.applications
        if file.role is Role.SERVER and (not reads_code or speaks(file, rule))
    ]
    return sorted(places, key=lambda where: (where.path, where.line, where.column))


def speaks(file: ScannedFile, rule: Rule) -> bool:
    """Whether the rule reads the file's language."""
    return file.language in rule.languages


def join_item(case: Case) -> Joined:
    """The outcome of one item."""
    for decide in (decide_contradiction, decide_failure, decide_error):
        if (decided := decide(case)) is not None:
            return Joined(make_result(case, *decided))
    if case.attested is not None and not is_proved(case):
        return Joined(make_result(case, Outcome.ATTESTED, f"attested by {case.attested.describe()}"))
    if blocked := describe_gaps(case):
        return Joined(make_result(case, Outcome.UNPROVEN, blocked))
    if accepted := [finding for one in case.weighed if one.absent for finding in one.waived]:
        reason = f"{describe_absence(accepted[0], case)}; {describe_waivers(accepted)}"
        by_waiver = accepted[0].suppressed is not None and accepted[0].suppressed.by == "waiver"
        return Joined(make_result(case, Outcome.UNPROVEN, reason), waived=by_waiver)
    if is_proved(case):
        return Joined(make_result(case, Outcome.PASS, describe_proofs(case.having(Outcome.PASS), case)))
    return Joined(make_result(case, *decide_silence(case)))


def make_result(case: Case, outcome: Outcome, reason: str) -> ItemResult:
    """The item's result with all of its evidence."""
    word = () if case.attested is None else (make_evidence(case.attested),)
    return ItemResult(case.item, outcome, reason, (*(one.evidence for one in case.weighed), *word))


def is_proved(case: Case) -> bool:
    """Whether something proves the item, no control is found missing that nothing makes up for, and nothing blocks."""
    missing = any(one.absent for one in case.weighed)
    return bool(case.having(Outcome.PASS)) and (has_control(case) or not missing) and not describe_gaps(case)


def has_control(case: Case) -> bool:
    """Whether one of the item's controls was found, or the running service proves that it is there."""
    return any(one.rule.polarity is Polarity.CONTROL or one.rule.channel in LIVE for one in case.having(Outcome.PASS))


def is_absence(finding: Finding, case: Case) -> bool:
    """Whether the finding says that a control is missing."""
    return any(one.rule.id == finding.rule and one.rule.polarity is Polarity.CONTROL for one in case.weighed)


def describe_absence(finding: Finding, case: Case) -> str:
    """An absence with how much was looked at: `not found in 12 server files: a structured logger`."""
    looked = next(one.evidence.message for one in case.weighed if one.rule.id == finding.rule)
    return finding.message.replace(NOT_FOUND, looked, 1)


def decide_contradiction(case: Case) -> tuple[Outcome, str] | None:
    """Code that claims what the running service or the database refutes: live beats static."""
    static = [one for one in case.having(Outcome.PASS) if one.rule.channel not in LIVE]
    live = [one for one in case.having(Outcome.FAIL) if one.rule.channel in LIVE]
    if not (static and live):
        return None
    return Outcome.CONTRADICTED, f"{tell(live[0])}, although by the code {tell(static[0])}"


def decide_failure(case: Case) -> tuple[Outcome, str] | None:
    """Findings that count."""
    failing = [one for one in case.findings if one.suppressed is None]
    if not failing:
        failed = case.having(Outcome.FAIL)
        return (Outcome.FAIL, tell(failed[0])) if failed else None
    ruled = {one.rule.id for one in case.weighed}
    parts = [one.message for one in failing if one.rule not in ruled]  # attestations, which no rule stands behind
    absences = [one for one in failing if is_absence(one, case)]
    others = [one for one in failing if one.rule in ruled and not is_absence(one, case)]
    parts += [describe_absence(one, case) for one in absences]
    if others:
        titles = [one.rule.title for one in case.weighed if any(found.rule == one.rule.id for found in others)]
        parts.insert(0, f"{describe_findings(others)}: {join_words(titles)}")
    return Outcome.FAIL, "; ".join(parts)


def decide_error(case: Case) -> tuple[Outcome, str] | None:
    """A rule that broke, or a file on which the audit did."""
    broken = case.having(Outcome.ERROR)
    return (Outcome.ERROR, "; ".join(tell(one) for one in broken)) if broken else None


def describe_gaps(case: Case) -> str:
    """What keeps the item from passing although nothing fails: gaps of its rules, rules that were not selected."""
    control = has_control(case)
    gaps = [tell(one) for one in case.weighed if one.gap and not (control and one.rule.polarity is Polarity.CONTROL)]
    return "; ".join(gaps)


def decide_silence(case: Case) -> tuple[Outcome, str]:
    """Nothing fails and nothing proves the item: why not."""
    if not case.weighed:
        return Outcome.UNPROVEN, f"no rule looks at this yet; what would prove it: {case.item.proof}"
    silent = [one for one in case.weighed if one.evidence.outcome is not Outcome.NOT_APPLICABLE]
    idle = [one for one in silent if not one.ran and one.rule.channel in LIVE]  # nothing was given for them to look at
    if len(idle) == len(silent):
        return decide_applicability(replace(case, weighed=[one for one in case.weighed if one not in idle] or idle))
    return Outcome.UNPROVEN, describe_silence(silent)


def describe_silence(silent: Sequence[Weighed]) -> str:
    """What the rules that neither prove nor fail say; those that found nothing to examine are only counted."""
    idle = [one for one in silent if one.ran and one.evidence.examined == 0]
    parts = [tell(one) for one in silent if one not in idle]
    if len(idle) == 1:
        parts.append(tell(idle[0]))
    elif idle:
        parts.append(f"{len(idle)} {'other ' if parts else ''}rules found nothing to examine")
    return "; ".join(parts)


def decide_applicability(case: Case) -> tuple[Outcome, str]:
    """All rules found nothing that they could read, or nothing that they could have a say about."""
    if told := [one.evidence.message for one in case.weighed if one.inapplicable]:
        return Outcome.NOT_APPLICABLE, "; ".join(dict.fromkeys(told))
    reason = "; ".join(dict.fromkeys(one.evidence.message for one in case.weighed))
    languages = {language for one in case.weighed for language in one.rule.languages}
    server = [
        language
        for (language, role), number in case.gathered.sizes.items()
        if role is Role.SERVER and language in CODE and number
    ]
    violations = all(one.rule.polarity is Polarity.VIOLATION for one in case.weighed)
    if server and violations and CODE.isdisjoint(languages):
        return Outcome.NOT_APPLICABLE, reason
    if server and not CODE.isdisjoint(languages):
        names = join_words(sorted({NAMES[language] for language in server}))
        return Outcome.UNPROVEN, f"{reason}, and no rule looks at this in {names} yet"
    return Outcome.UNPROVEN, reason


def describe_proofs(proofs: Sequence[Weighed], case: Case) -> str:
    """What proves the item, and what was accepted on the way."""
    parts = [tell(one) for one in proofs]
    waived = [finding for one in case.weighed for finding in one.waived]
    if waived:
        parts.append(describe_waivers(waived))
    return "; ".join(parts)


def describe_waivers(findings: Sequence[Finding]) -> str:
    """`2 findings waived by Ann until 2031-01-31 (reason)`, for each waiver."""
    groups: dict[str, int] = {}
    for finding in findings:
        mark = finding.suppressed
        if mark is None:
            continue
        by = f"waived by {mark.owner} until {mark.until}" if mark.by == "waiver" else "suppressed by a comment"
        key = f"{by} ({mark.reason})"
        groups[key] = groups.get(key, 0) + 1
    return "; ".join(f"{count(number, 'finding')} {key}" for key, number in groups.items())


def tell(one: Weighed) -> str:
    """A rule's title and what it says."""
    return f"{one.rule.title}: {one.evidence.message}"


def join_items(
    items: Sequence[Item],
    weighed: Mapping[str, Sequence[Weighed]],
    findings: Sequence[Finding],
    gathered: Gathered,
    attested: Mapping[str, Attestation] | None = None,
) -> list[Joined]:
    """The results of all items, in the order of the checklist."""
    by_item: dict[str, list[Finding]] = {}
    for finding in findings:
        by_item.setdefault(finding.item, []).append(finding)
    words = attested or {}
    return [
        join_item(Case(item, weighed.get(item.id, ()), by_item.get(item.id, ()), gathered, words.get(item.id)))
        for item in items
    ]
