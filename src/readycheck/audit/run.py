"""From a scan to the report: policy, join, verdict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from readycheck.audit.attestations import Attestation, Attested, review_attestations
from readycheck.audit.baseline import Baseline, apply_baseline, review_baseline
from readycheck.audit.blindspots import describe_errors, find_blindspots
from readycheck.audit.changes import Changes, keep_changed
from readycheck.audit.errors import count
from readycheck.audit.findings import find_violations, sort_findings
from readycheck.audit.gather import Gathered, gather
from readycheck.audit.join import Joined, find_absence, join_items
from readycheck.audit.select import filter_rules
from readycheck.audit.settings import Settings
from readycheck.audit.suppress import apply_directives, review_directives
from readycheck.audit.verdict import decide_level, decide_verdict, measure_coverage, summarise
from readycheck.audit.waivers import apply_waivers, review_waivers
from readycheck.audit.weigh import (
    LIVE,
    Survey,
    Weighed,
    fail_absent,
    index_findings,
    make_survey,
    weigh_rule,
    weigh_unselected,
)
from readycheck.model.evidence import Observed, Scan
from readycheck.model.finding import Finding
from readycheck.model.location import Span
from readycheck.model.report import Notice, Report, RuleRun, Target, Tool
from readycheck.model.rule import Catalogue, Rule
from readycheck.model.vocabulary import Outcome, Polarity

TOOL = "readycheck"


@dataclass(frozen=True, slots=True)
class Policy:
    """What decides which findings count."""

    settings: Settings
    baseline: Baseline | None
    today: date
    attested: Attested = field(default_factory=Attested)


def build_report(  # noqa: PLR0913 - the one place where everything comes together, by keyword
    scan: Scan,
    catalogue: Catalogue,
    settings: Settings,
    *,
    today: date,
    target: Target,
    version: str,
    changes: Changes | None = None,
    baseline: Baseline | None = None,
    observed: Sequence[Observed] = (),
    attestations: Sequence[Attestation] = (),
    notices: Sequence[Notice] = (),
) -> Report:
    """Join a scan, what live channels observed and what people attest into the report.

    A scan without a root stands for no project.

    `catalogue` is the whole catalogue: rules that `settings` leaves out appear as not selected, and keep their items
    from passing. With `changes`, findings on lines that did not change are left out of the report; the outcomes of the
    items are still those of the whole project.
    """
    attested = review_attestations(attestations, catalogue.items, today)
    judged = judge(scan, catalogue, Policy(settings, baseline, today, attested), observed)
    gathered, joined = judged.survey.gathered, judged.joined
    listed, beyond = list_examined(judged)
    shown = keep_changed(judged.findings, changes, project_wide(catalogue.rules, scan))
    return Report(
        tool=Tool(TOOL, version, catalogue.digest),
        target=target,
        verdict=decide_verdict(joined),
        level=decide_level(joined),
        summary=summarise(listed, shown),
        coverage=measure_coverage(listed),
        items=tuple(one.result for one in listed),
        findings=tuple(sort_findings(shown)),
        rules=tuple(describe_run(one, judged.survey) for one in judged.weighed),
        skipped=tuple(sorted((*scan.skipped, *scan.unread), key=lambda one: one.path)),
        notices=(*notices, *judged.notices, *beyond, *describe_doubts(gathered)),
        files=len(scan.files),
        cached=scan.cached,
        exempt=dict(gathered.reasons),
        roles=gathered.roles,
        diff=changes.ref if changes else None,
    )


def list_examined(judged: Judged) -> tuple[Sequence[Joined], Sequence[Notice]]:
    """The items to list: without a project, those that a live channel can speak for; and a word about the others.

    The verdict is over all of them, so that no service is called ready by its answers alone.
    """
    if judged.survey.static:
        return judged.joined, ()
    ran = {one.rule.item for one in judged.weighed if judged.survey.ran(one.rule.channel)}
    listed = [one for one in judged.joined if one.result.item.id in ran or one.result.outcome is not Outcome.UNPROVEN]
    number = len(judged.joined) - len(listed)
    text = f"{count(number, 'further item')} cannot be seen from outside: `readycheck audit` reads the code as well"
    return listed, (Notice("beyond-the-probe", text),) if number else ()


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a scan: all findings, the evidence of each rule in the catalogue's order, the items' results."""

    survey: Survey
    findings: Sequence[Finding]
    notices: Sequence[Notice]
    weighed: Sequence[Weighed]
    joined: Sequence[Joined]


def judge(scan: Scan, catalogue: Catalogue, policy: Policy, observed: Sequence[Observed] = ()) -> Judged:
    """Find, suppress, weigh, join."""
    settings = policy.settings
    rules = tuple(filter_rules(catalogue, settings.select, settings.ignore))
    gathered = gather(scan, rules, observed)
    blind = find_blindspots(scan, gathered, catalogue.rules, settings.roles)
    survey = make_survey(scan, gathered, blind, observed)
    found = [*find_all(catalogue, rules, survey, policy.attested.valid), *policy.attested.findings]
    findings, notices = apply_policy(found, catalogue, survey, policy)
    weighed = weigh_all(catalogue, rules, replace(survey, findings=index_findings(findings)))
    joined = join_items(catalogue.items, weighed, findings, gathered, policy.attested.valid)
    order = {rule.id: index for index, rule in enumerate(catalogue.rules)}
    flat = sorted((one for group in weighed.values() for one in group), key=lambda one: order[one.rule.id])
    return Judged(survey, findings, (*notices, *policy.attested.notices), flat, joined)


def find_all(
    catalogue: Catalogue, rules: Sequence[Rule], survey: Survey, attested: Collection[str] = ()
) -> list[Finding]:
    """Every finding before policy: violations, and controls that are missing.

    A control is not missing whose work is seen in the running service (a proxy may do it), or that a person attests.
    """
    items = {item.id: item for item in catalogue.items}
    findings = find_violations(survey.gathered, rules, items)
    proved = set(attested) | find_live_proofs(rules, replace(survey, findings=index_findings(findings)))
    controls = [rule for rule in catalogue.rules if rule.polarity is Polarity.CONTROL]
    weighed = weigh_all(replace(catalogue, rules=tuple(controls)), rules, survey)
    for item_id, group in weighed.items():
        if item_id in proved:
            continue
        absence = find_absence(items[item_id], group, survey.gathered)
        if absence is not None:
            findings.append(absence)
    return findings


def find_live_proofs(rules: Sequence[Rule], survey: Survey) -> set[str]:
    """The items that the running service or the database proves."""
    live = [rule for rule in rules if rule.channel in LIVE]
    return {rule.item for rule in live if weigh_rule(rule, survey).evidence.outcome is Outcome.PASS}


def weigh_all(catalogue: Catalogue, selected: Sequence[Rule], survey: Survey) -> dict[str, list[Weighed]]:
    """The evidence of each rule of the catalogue, by item."""
    chosen = {rule.id for rule in selected}
    weighed: dict[str, list[Weighed]] = defaultdict(list)
    for rule in catalogue.rules:
        one = weigh_rule(rule, survey) if rule.id in chosen else weigh_unselected(rule, survey)
        findings = survey.findings.get(rule.id)
        if one.absent and findings:
            one = fail_absent(one, findings[0])
        weighed[rule.item].append(one)
    return weighed


def apply_policy(
    findings: Sequence[Finding], catalogue: Catalogue, survey: Survey, policy: Policy
) -> tuple[list[Finding], list[Notice]]:
    """Suppress by comments, then waivers, then the baseline; and what there is to say about each."""
    settings = policy.settings
    ran = {
        rule.id: rule.item
        for rule in filter_rules(catalogue, settings.select, settings.ignore)
        if survey.ran(rule.channel)
    }
    known = {rule.id for rule in catalogue.rules}
    marked, directives = apply_directives(findings, survey.gathered.directives)
    marked, waivers = apply_waivers(marked, settings.waivers, policy.today)
    marked = apply_baseline(marked, policy.baseline)
    notices = [
        *review_waivers(waivers, policy.today, ran),
        *review_baseline(policy.baseline, marked, ran),
        *review_directives(directives, known, ran),
    ]
    return marked, notices


def project_wide(rules: Sequence[Rule], scan: Scan) -> set[str]:
    """The rules whose findings no changed line is to blame for: missing controls, and checks that join all files."""
    return {rule.id for rule in rules if rule.polarity is Polarity.CONTROL or rule.id in scan.examined}


def describe_run(one: Weighed, survey: Survey) -> RuleRun:
    """How a rule fared."""
    rule, gathered = one.rule, survey.gathered
    exempt = gathered.exempt.get(rule.id, 0)
    matches = len(gathered.kept.get(rule.id, ())) + exempt
    errors = survey.errors.get(rule.id)
    return RuleRun(
        rule.id,
        rule.channel,
        one.evidence.examined,
        matches,
        exempt,
        None if one.ran else one.evidence.message.removeprefix("not run: "),
        describe_errors(errors) if errors else None,
    )


def describe_doubts(gathered: Gathered) -> list[Notice]:
    """Files that were perhaps not understood in full."""
    return [
        Notice("not-fully-analysed", doubt.reason, Span(doubt.path, max(doubt.line, 1), 1, max(doubt.line, 1), 1))
        for _, doubt in gathered.doubts
    ]
