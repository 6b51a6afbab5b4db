"""One pass over a scan: everything that policy and join need, so that no file is looked at twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from readycheck.audit.reach import has_say
from readycheck.model.evidence import Directive, Doubt, Fact, Match, Observed, RuleError, Scan, ScannedFile
from readycheck.model.location import Span
from readycheck.model.rule import Rule
from readycheck.model.vocabulary import Language, Role

APPLICATION = "application"
CODE = frozenset({Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX})
IN_ROLE: Mapping[Role, str] = {
    Role.SERVER: "in server code",
    Role.TEST: "in a test",
    Role.SCRIPT: "in a script or CLI",
    Role.MIGRATION: "in a migration",
    Role.BUILD: "in build configuration",
    Role.BROWSER: "in browser code",
    Role.EXAMPLE: "in an example",
    Role.DOCUMENTATION: "in documentation",
    Role.GENERATED: "in generated code",
}


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a scan holds, arranged for the join.

    `sizes` counts files by language and role; `config` are the files that are no code. `kept` and `exempt` are the
    matches by rule: those that count, and how many do not. `anywhere` are errors that name no file.
    """

    sizes: Mapping[tuple[Language, Role], int]
    roles: Mapping[str, tuple[int, Mapping[str, int]]]
    config: Sequence[ScannedFile]
    applications: Sequence[tuple[ScannedFile, Fact]]
    directives: Sequence[Directive]
    doubts: Sequence[tuple[ScannedFile, Doubt]]
    errors: Sequence[tuple[ScannedFile | None, RuleError]]
    kept: Mapping[str, list[Match]]
    exempt: Mapping[str, int]
    reasons: Mapping[str, int]
    belongs: Mapping[str, Sequence[Span]]

    def count_files(self, languages: Sequence[Language], roles: Sequence[Role] | None = None) -> int:
        """How many files have one of the languages (and, if given, one of the roles)."""
        return sum(
            number
            for (language, role), number in self.sizes.items()
            if language in languages and (roles is None or role in roles)
        )


@dataclass(frozen=True, slots=True)
class Sorter:
    """Sorts matches into those that count and those that are exempt, by rule and by reason."""

    rules: Mapping[str, Rule]
    kept: dict[str, list[Match]] = field(default_factory=lambda: defaultdict(list))
    exempt: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, match: Match, role: Role | None) -> None:
        """Take one match; `role` is that of its file, if the match stands in a file."""
        rule = self.rules.get(match.rule)
        if rule is None:
            return
        reason = match.exempt
        if reason is None and role is not None and not has_say(rule, role):
            reason = IN_ROLE[role]
        if reason is None:
            self.kept[match.rule].append(match)
        else:
            self.exempt[match.rule] += 1
            self.reasons[reason] += 1


def gather(scan: Scan, rules: Sequence[Rule], observed: Sequence[Observed] = ()) -> Gathered:
    """Read the scan once, and what live channels gave. Matches of rules other than `rules` are passed over."""
    sorter = Sorter({rule.id: rule for rule in rules})
    config: list[ScannedFile] = []
    applications: list[tuple[ScannedFile, Fact]] = []
    directives: list[Directive] = []
    doubts: list[tuple[ScannedFile, Doubt]] = []
    errors: list[tuple[ScannedFile | None, RuleError]] = [(None, error) for error in scan.errors]
    tally = Counter((file.language, file.role, file.role_reason) for file in scan.files)
    for file in scan.files:
        if file.language not in CODE:
            config.append(file)
        if file.matches:
            for match in file.matches:
                sorter.add(match, file.role)
        if file.facts:
            applications += [(file, fact) for fact in file.facts if fact.kind == APPLICATION]
        directives += file.directives
        if file.doubts:
            doubts += [(file, doubt) for doubt in file.doubts]
        if file.errors:
            errors += [(file, error) for error in file.errors]
    for match in (*scan.matches, *(match for channel in observed for match in channel.matches)):
        sorter.add(match, None)
    errors += [(None, error) for channel in observed for error in channel.errors]
    sizes, roles = tally_files(tally)
    return Gathered(
        sizes,
        roles,
        config,
        applications,
        directives,
        doubts,
        errors,
        sorter.kept,
        sorter.exempt,
        sorter.reasons,
        scan.belongs,
    )


def tally_files(
    tally: Mapping[tuple[Language, Role, str], int],
) -> tuple[dict[tuple[Language, Role], int], dict[str, tuple[int, Mapping[str, int]]]]:
    """Files by language and role, and by role with its reasons (most frequent first)."""
    sizes: Counter[tuple[Language, Role]] = Counter()
    reasons: dict[Role, Counter[str]] = defaultdict(Counter)
    for (language, role, reason), number in tally.items():
        sizes[language, role] += number
        reasons[role][reason] += number
    roles: dict[str, tuple[int, Mapping[str, int]]] = {
        role.value: (reasons[role].total(), dict(reasons[role].most_common())) for role in Role if role in reasons
    }
    return dict(sizes), roles
