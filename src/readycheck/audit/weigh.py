"""What each rule says about its item: one piece of evidence a rule, also when it found nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from readycheck.audit.blindspots import Blindspots, describe_errors, describe_spots, join_words
from readycheck.audit.errors import count
from readycheck.audit.findings import position
from readycheck.audit.gather import CODE, Gathered
from readycheck.audit.reach import has_say, is_config, name_globs, reads
from readycheck.model.evidence import Evidence, Match, Observed, RuleError, Scan, ScannedFile
from readycheck.model.finding import Finding
from readycheck.model.location import Span, Where, describe_where
from readycheck.model.rule import Rule
from readycheck.model.vocabulary import Channel, Language, Outcome, Polarity, Role, WhenClean

LIVE = frozenset({Channel.HTTP, Channel.DATABASE})
STATIC = frozenset({Channel.CODE, Channel.CONFIG})
PLACES = 10
NAMES: Mapping[Language, str] = {
    Language.PYTHON: "Python",
    Language.JAVASCRIPT: "JavaScript",
    Language.TYPESCRIPT: "TypeScript",
    Language.TSX: "TypeScript",
    Language.DOCKERFILE: "Dockerfile",
    Language.YAML: "YAML",
    Language.JSON: "JSON",
    Language.TOML: "TOML",
    Language.TEXT: "text",
}
NOT_RUN: Mapping[Channel, str] = {
    Channel.CODE: "not run: no project was given",
    Channel.CONFIG: "not run: no project was given",
    Channel.HTTP: "not run: no running service was given",
    Channel.DATABASE: "not run: no database was given",
    Channel.ATTESTATION: "not run: no attestation was given",
}


@dataclass(frozen=True, slots=True)
class Weighed:
    """A rule's evidence, and what the join must know beyond it.

    `gap` says what the rule could not see or what counts as debt: with a gap, no other rule proves the item. `ran` is
    false for rules that were not selected or whose channel was not there. `waived` are the findings that a waiver
    covers, `absent` says that a control was looked for and is not there, `inapplicable` that the rule read the project
    and found that there is nothing for it to look for.
    """

    rule: Rule
    evidence: Evidence
    gap: str = ""
    ran: bool = True
    absent: bool = False
    waived: tuple[Finding, ...] = ()
    inapplicable: bool = False


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything that weighing a rule needs: the gathered scan, its blind spots, the findings by rule.

    `observed` holds what each live channel gave that ran; `static` says whether there was a project to scan.
    """

    scan: Scan
    gathered: Gathered
    blind: Blindspots
    findings: Mapping[str, Sequence[Finding]]
    errors: Mapping[str, Sequence[tuple[ScannedFile | None, RuleError]]]
    observed: Mapping[Channel, Observed] = field(default_factory=dict)
    static: bool = True

    def ran(self, channel: Channel) -> bool:
        """Whether there was something for the rules of that channel to look at."""
        return self.static if channel in STATIC else channel in self.observed


def make_survey(scan: Scan, gathered: Gathered, blind: Blindspots, observed: Sequence[Observed] = ()) -> Survey:
    """Arrange errors by rule and what was observed by channel; there are no findings yet."""
    errors: dict[str, list[tuple[ScannedFile | None, RuleError]]] = defaultdict(list)
    for file, error in gathered.errors:
        errors[error.rule].append((file, error))
    return Survey(scan, gathered, blind, {}, errors, {one.channel: one for one in observed}, is_static(scan))


def is_static(scan: Scan) -> bool:
    """Whether the scan is one of a project, and not what stands in where there is only a service."""
    return bool(scan.root)


def index_findings(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """Findings by rule."""
    by_rule: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_rule[finding.rule].append(finding)
    return by_rule


def weigh_rule(rule: Rule, survey: Survey) -> Weighed:
    """The evidence of a rule that was selected."""
    if not survey.ran(rule.channel):
        return make(rule, Outcome.UNPROVEN, 0, NOT_RUN[rule.channel], ran=False)
    if rule.channel in LIVE:
        return weigh_live(rule, survey, survey.observed[rule.channel])
    examined, noun = count_examined(rule, survey)
    failing = [finding for finding in survey.findings.get(rule.id, ()) if finding.suppressed is None]
    if failing and rule.polarity is Polarity.VIOLATION:
        return make(rule, Outcome.FAIL, examined, describe_findings(failing), [one.where for one in failing])
    if broken := explain_break(rule, survey):
        return make(rule, Outcome.ERROR, examined, broken)
    if examined == 0 and not survey.gathered.kept.get(rule.id):
        return explain_nothing(rule, survey)
    weigh = weigh_control if rule.polarity is Polarity.CONTROL else weigh_clean
    return weigh(rule, survey, examined, noun)


def weigh_live(rule: Rule, survey: Survey, seen: Observed) -> Weighed:
    """The evidence of a rule about a running service or a database: refuted, proved, or unproven with the reason.

    Nothing that a live rule fails to see is a gap or an absence: what the code proves stays proved.
    """
    examined = seen.examined.get(rule.id, 0)
    findings = survey.findings.get(rule.id, ())
    if failing := [one for one in findings if one.suppressed is None]:
        return make(rule, Outcome.FAIL, examined, describe_live(failing), [one.where for one in failing])
    if errors := survey.errors.get(rule.id):
        return make(rule, Outcome.ERROR, examined, describe_errors(errors))
    if reason := seen.inapplicable.get(rule.id):
        return replace(make(rule, Outcome.NOT_APPLICABLE, examined, reason), inapplicable=True)
    if rule.polarity is Polarity.CONTROL and (matches := survey.gathered.kept.get(rule.id)):
        return make(rule, Outcome.PASS, examined, *describe_control(matches))
    proof = seen.proofs.get(rule.id, "")
    if findings or not proof or rule.polarity is Polarity.CONTROL or rule.when_clean is not WhenClean.PROVES:
        waived = [one for one in findings if one.suppressed is not None and one.suppressed.by == "waiver"]
        message = seen.reasons.get(rule.id) or proof or "no exchange of the kind that it examines"
        return make(rule, Outcome.UNPROVEN, examined, message, waived=waived)
    return make(rule, Outcome.PASS, examined, proof)


def describe_live(findings: Sequence[Finding]) -> str:
    """The first finding in full, for it says what was sent and what came back; and how many more there are."""
    first = min(findings, key=lambda one: position(one.where))
    more = f", and {count(len(findings) - 1, 'more finding')}" if len(findings) > 1 else ""
    return f"{first.message}, at {describe_where(first.where)}{more}"


def explain_break(rule: Rule, survey: Survey) -> str:
    """What broke in the rule itself or under it, or nothing."""
    if errors := survey.errors.get(rule.id):
        return describe_errors(errors)
    broken = [spot for spot in survey.blind.for_rule(rule) if spot.broken]
    return f"could not look into {describe_spots(broken)}" if broken else ""


def weigh_unselected(rule: Rule, survey: Survey) -> Weighed:
    """The evidence of a rule that was left out; if there is something for it to examine, it keeps its item unproven."""
    message = "not run: not selected"
    if rule.channel not in STATIC:
        return make(rule, Outcome.UNPROVEN, 0, message, ran=False)
    there = matching_files(rule, survey.gathered) if is_config(rule) else survey.gathered.count_files(rule.languages)
    return make(rule, Outcome.UNPROVEN, 0, message, ran=False, gap=message if there else "")


def fail_absent(weighed: Weighed, finding: Finding) -> Weighed:
    """An absent control's evidence once policy has spoken about the finding that it is absent."""
    if finding.suppressed is None:
        evidence = replace(weighed.evidence, outcome=Outcome.FAIL, where=(finding.where, *finding.also)[:PLACES])
        return replace(weighed, evidence=evidence)
    if finding.suppressed.by == "baseline":
        return replace(weighed, gap="known to the baseline")
    return replace(weighed, waived=(finding,))


def make(  # noqa: PLR0913 - a constructor with defaults, used by keyword
    rule: Rule,
    outcome: Outcome,
    examined: int,
    message: str,
    where: Sequence[Where] = (),
    *,
    gap: str = "",
    ran: bool = True,
    absent: bool = False,
    waived: Sequence[Finding] = (),
) -> Weighed:
    """A weighed rule; of the places the first ten are kept, for the findings hold them all."""
    evidence = Evidence(rule.id, rule.channel, rule.polarity, outcome, examined, message, tuple(where[:PLACES]))
    return Weighed(rule, evidence, gap, ran, absent, tuple(waived))


def count_examined(rule: Rule, survey: Survey) -> tuple[int, str]:
    """How many things the rule looked at, and what they are called: `server file`, `file`, `place`."""
    if rule.id in survey.scan.examined:
        return survey.scan.examined[rule.id], "place"
    if is_config(rule):
        return len(matching_files(rule, survey.gathered)), "file"
    number = survey.gathered.count_files(rule.languages, rule.roles)
    return number, "server file" if rule.roles == (Role.SERVER,) else "file"


def matching_files(rule: Rule, gathered: Gathered) -> list[str]:
    """The configuration files that the rule reads."""
    return [file.path for file in gathered.config if has_say(rule, file.role) and reads(rule, file.path, file.language)]


def explain_nothing(rule: Rule, survey: Survey) -> Weighed:
    """Why a rule looked at nothing: its languages do not occur, or only where it has no say."""
    if blind := survey.blind.for_rule(rule):
        gap = f"could not look into all of {describe_spots(blind)}"
        return make(rule, Outcome.UNPROVEN, 0, gap, gap=gap)
    if reason := survey.scan.inapplicable.get(rule.id):
        return replace(make(rule, Outcome.NOT_APPLICABLE, 0, reason), inapplicable=True)
    names = name_files(rule.languages)
    total = survey.gathered.count_files(rule.languages)
    if is_config(rule):
        return make(rule, Outcome.NOT_APPLICABLE, 0, f"no file of that name in this project ({name_globs(rule)})")
    if total == 0 and (rule.languages or rule.id not in survey.scan.examined):
        unread = "" if survey.gathered.count_files(tuple(CODE)) else survey.blind.describe_unread()
        if unread:
            return make(rule, Outcome.UNPROVEN, 0, f"no {names} in this project, and {unread}")
        return make(rule, Outcome.NOT_APPLICABLE, 0, f"no {names} in this project")
    none = f"nothing to examine: of {count(total, names)} none is server code"
    if rule.id in survey.scan.examined:
        none = "there is nothing of the kind that it examines"
    return make(rule, Outcome.UNPROVEN, 0, none)


def name_scope(rule: Rule, survey: Survey) -> str:
    """Where a rule that joins the whole project looked, since what it examined may be anything."""
    if rule.id not in survey.scan.examined:
        return ""
    number = survey.gathered.count_files(rule.languages, rule.roles)
    return count(number, "server file" if rule.roles == (Role.SERVER,) else "file") if number else "the project"


def name_files(languages: Sequence[Language]) -> str:
    """What files of these languages are called: `Python file`, `JavaScript and TypeScript file`, `Dockerfile`."""
    if list(languages) == [Language.DOCKERFILE]:
        return "Dockerfile"
    return f"{join_words(sorted({NAMES[language] for language in languages}) or ['such'])} file"


def weigh_control(rule: Rule, survey: Survey, examined: int, noun: str) -> Weighed:
    """A control rule. Whether an absence fails the item is decided where all of its rules are known."""
    if matches := survey.gathered.kept.get(rule.id):
        return make(rule, Outcome.PASS, examined, *describe_control(matches))
    message = f"not found in {name_scope(rule, survey) or count(examined, noun)}"
    if spots := survey.blind.for_rule(rule):
        gap = f"{message}, but could not look into all of {describe_spots(spots)}"
        return make(rule, Outcome.UNPROVEN, examined, gap, gap=gap)
    return make(rule, Outcome.UNPROVEN, examined, message, absent=True)


def weigh_clean(rule: Rule, survey: Survey, examined: int, noun: str) -> Weighed:
    """A violation rule without a finding that counts."""
    findings = survey.findings.get(rule.id, ())
    waived = [one for one in findings if one.suppressed is not None and one.suppressed.by == "waiver"]
    known = sum(1 for one in findings if one.suppressed is not None and one.suppressed.by == "baseline")
    what = "no finding that counts" if findings else "no match"
    seen = f"{what} in {count(examined, noun)}{describe_exempt(rule, survey)}"
    gaps = []
    if known:
        gaps.append(f"{count(known, 'finding')} {'stands' if known == 1 else 'stand'} in the baseline")
    if spots := survey.blind.for_rule(rule):
        gaps.append(f"could not look into all of {describe_spots(spots)}")
    if not CODE.isdisjoint(rule.languages) and (unread := survey.blind.describe_unread()):
        gaps.append(unread)
    message = f"{seen}, but {join_words(gaps)}" if gaps else seen
    proves = rule.when_clean is WhenClean.PROVES and not gaps
    if not proves and not gaps:
        message += ", which alone proves nothing"
    outcome = Outcome.PASS if proves else Outcome.UNPROVEN
    return make(rule, outcome, examined, message, gap=join_words(gaps) if gaps else "", waived=waived)


def describe_exempt(rule: Rule, survey: Survey) -> str:
    """` (12 exempt)` where matches were counted that are no findings."""
    exempt = survey.gathered.exempt.get(rule.id, 0)
    return f" ({count(exempt, 'match', 'matches')} elsewhere exempt)" if exempt else ""


def describe_findings(findings: Sequence[Finding]) -> str:
    """`3 findings in 2 files, first at src/app.py:10:5`."""
    first = min(findings, key=lambda one: position(one.where)).where
    files = {one.where.path for one in findings if isinstance(one.where, Span)}
    places = f" in {count(len(files), 'file')}" if files else ""
    return f"{count(len(findings), 'finding')}{places}, first at {describe_where(first)}"


def describe_control(matches: Sequence[Match]) -> tuple[str, list[Where]]:
    """What was found and where: `runs pytest, at .github/workflows/ci.yml:12:7 and 2 more places`; and the places."""
    first, *others = sorted(matches, key=lambda match: position(match.where))
    more = f" and {count(len(others), 'more place')}" if others else ""
    found = f"{first.message}, at" if first.message else "found at"
    return f"{found} {describe_where(first.where)}{more}", [match.where for match in (first, *others)]
