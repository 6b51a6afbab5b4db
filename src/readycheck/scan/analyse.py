"""One file: from bytes to everything that rules, collectors and policy want to know of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from readycheck.model.evidence import Doubt, Fact, Match, RuleError, ScannedFile
from readycheck.model.rule import Calls, Check, ConfigPath, Dependency, FileLine, Pattern, Rule
from readycheck.model.vocabulary import Language, Role
from readycheck.scan.checks import find_checks
from readycheck.scan.checks.contract import FileCheck
from readycheck.scan.comments.directives import find_directives
from readycheck.scan.config.error import ConfigError
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.detectors import calls, config_path, dependency, file_line, pattern
from readycheck.scan.detectors.calls import Uses, collect_names
from readycheck.scan.doubts.tree import find_doubts
from readycheck.scan.files.languages import language_of
from readycheck.scan.files.source import make_unit
from readycheck.scan.hit import Hit
from readycheck.scan.late import compile_late
from readycheck.scan.plan import CODE, Plan, is_code_rule
from readycheck.scan.roles.classify import RoleContext, classify
from readycheck.scan.secrets.redaction import redact_fact, redact_match
from readycheck.scan.unit import Unit

BLANKS = compile_late(r"\s+")
TEXT_LENGTH = 300
REASON_LENGTH = 200
DIRECTIVE = b"readycheck:"


@dataclass
class Sheet:
    """What is being gathered about one file."""

    path: str
    language: Language
    role: Role
    reason: str
    matches: list[Match] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    errors: list[RuleError] = field(default_factory=list)

    def guard(self, name: str, work: Callable[[], None]) -> None:
        """Do one rule's work on the file; when it breaks, that rule is broken on this file and nothing else."""
        try:
            work()
        except (KeyboardInterrupt, SystemExit):
            raise
        except ConfigError as error:
            self.doubt(error.line, error.reason)
        except BaseException as error:  # noqa: BLE001 - ast-grep's panics are no Exception; reported, never dropped
            self.errors.append(RuleError(name, self.path, describe_break(error)))

    def doubt(self, line: int, reason: str) -> None:
        """Note once that the file may not have been understood."""
        doubt = Doubt(self.path, line, reason)
        if doubt not in self.doubts:
            self.doubts.append(doubt)

    def close(self, unit: Unit | None = None) -> ScannedFile:
        """The finished result; what it quotes of the file shows no secret."""
        return ScannedFile(
            self.path,
            self.language,
            self.role,
            self.reason,
            tuple(map(redact_match, self.matches)),
            tuple(map(redact_fact, self.facts)),
            find_directives(unit) if unit is not None else (),
            tuple(self.doubts),
            tuple(self.errors),
        )


def describe_break(error: BaseException) -> str:
    """What an exception says, on one line; ast-grep appends a stack of its own, which helps nobody here."""
    text = BLANKS.sub(" ", str(error).partition("Stack backtrace")[0]).strip()
    return f"{type(error).__name__}: {text[:REASON_LENGTH]}"


def analyse_file(path: str, data: bytes, plan: Plan, context: RoleContext, begin: Callable[[], None]) -> ScannedFile:
    """Everything about one file. `begin` is called before the first step whose time depends on the content.

    Raises `Unreadable` when the bytes are no text or no code.
    """
    language = language_of(path) or Language.TEXT
    role, reason = classify(path, data, context)
    sheet = Sheet(path, language, role, reason)
    if language in CODE:
        return analyse_code(sheet, data, plan, begin)
    begin()
    return analyse_config(sheet, data, plan)


def analyse_code(sheet: Sheet, data: bytes, plan: Plan, begin: Callable[[], None]) -> ScannedFile:
    """A source file: prefilter, then decode, parse and run what is left of the plan."""
    has_directive = DIRECTIVE in data
    is_coded = b"\0" in data[:4096] or sheet.path.endswith(".ipynb")  # UTF-16; code as JSON strings
    present = frozenset() if is_coded else plan.prefilters[sheet.language].find_anchors(data)
    if not (present or is_coded or has_directive):
        return sheet.close()
    begin()
    unit, note = make_unit(sheet.path, data)
    if note:
        sheet.doubt(0, note)
    if unit is None:
        return sheet.close()
    sheet.language = unit.language
    if is_coded:
        present = plan.prefilters[unit.language].find_anchors(unit.text.encode("utf-8", "replace"))
    run_code(sheet, unit, plan, present)
    return sheet.close(unit if has_directive else None)


def run_code(sheet: Sheet, unit: Unit, plan: Plan, present: frozenset[str]) -> None:
    """Run the rules and collectors of which one of the anchors that are present is one.

    In a file of a role in which no rule has a say (a test), matches are counted, but its facts would not be asked for
    and what was not understood would change no outcome: both are left out. Nor is there a doubt about a tree for which
    nobody asked, because a look at the text was enough.
    """
    rules = [rule for rule in plan.code_rules[unit.language] if not present.isdisjoint(rule.anchors)]
    collectors = [
        item
        for item in plan.code_collectors[unit.language]
        if sheet.role in plan.fact_roles[item.name] and not present.isdisjoint(item.anchors)
    ]
    judged = any(sheet.role in rule.roles for rule in rules)
    uses = Uses(unit, collect_names(rule.detect for rule in rules if isinstance(rule.detect, Calls)))
    for rule in rules:
        sheet.guard(rule.id, lambda rule=rule: sheet.matches.extend(match_code(rule, uses)))  # type: ignore[misc]
    for collector in collectors:
        sheet.guard(collector.name, lambda item=collector: sheet.facts.extend(item.collect(unit)))  # type: ignore[misc]
    if unit.is_parsed and (judged or collectors):
        sheet.guard("doubts", lambda: sheet.doubts.extend(find_doubts(unit, second_opinion=judged)))


def match_unit(unit: Unit, rules: Sequence[Rule]) -> list[Match]:
    """The matches of those rules that run on one parsed unit, in a unit of whatever role."""
    chosen = [rule for rule in rules if is_code_rule(rule) and unit.language in rule.languages]
    uses = Uses(unit, collect_names(rule.detect for rule in chosen if isinstance(rule.detect, Calls)))
    return [match for rule in chosen for match in match_code(rule, uses)]


def match_code(rule: Rule, uses: Uses) -> Iterator[Match]:
    """The matches of one code rule in one unit."""
    unit = uses.unit
    if isinstance(rule.detect, Check):
        check = find_checks()[rule.detect.function]
        if isinstance(check, FileCheck):
            yield from check(unit, rule)
        return
    hits: Iterator[Hit] = iter(())
    if isinstance(rule.detect, Calls):
        hits = calls.find(rule.detect, uses)
    elif isinstance(rule.detect, Pattern):
        hits = pattern.find(rule.detect, unit)
    for hit in hits:
        yield make_match(rule, unit, hit)


def make_match(rule: Rule, unit: Unit, hit: Hit) -> Match:
    """A hit as a match: its place, its enclosing symbol, its normalised text, and whether a context exempts it."""
    exempt = None
    if "main-guard" in rule.except_inside and unit.bindings.is_inside_main_guard(hit.node):
        exempt = "under the main guard"
    elif "command" in rule.except_inside and unit.bindings.is_inside_command(hit.node):
        exempt = "in a command of a command line"
    return Match(
        rule.id,
        unit.locate(hit.node),
        unit.bindings.enclosing_symbol(hit.node),
        BLANKS.sub(" ", hit.node.text())[:TEXT_LENGTH],
        hit.message,
        exempt,
    )


def analyse_config(sheet: Sheet, data: bytes, plan: Plan) -> ScannedFile:
    """A configuration file: every rule and collector whose globs name it."""
    unit, note = make_unit(sheet.path, data)
    if note:
        sheet.doubt(0, note)
    if unit is None:
        return sheet.close()
    file = ConfigFile(sheet.path, unit.language, unit.text)
    for rule, globs in plan.config_rules:
        if globs.fullmatch(sheet.path):
            sheet.guard(rule.id, lambda rule=rule: sheet.matches.extend(match_config(rule, file)))  # type: ignore[misc]
    for collector, globs in plan.config_collectors:
        if globs.fullmatch(sheet.path):
            sheet.guard(collector.name, lambda item=collector: sheet.facts.extend(item.collect_config(file)))  # type: ignore[misc]
    return sheet.close(unit if DIRECTIVE in data else None)


def match_config(rule: Rule, file: ConfigFile) -> Iterator[Match]:
    """The matches of one configuration rule in one file."""
    if isinstance(rule.detect, Dependency):
        places = dependency.find(rule.detect, file)
    elif isinstance(rule.detect, FileLine):
        places = file_line.find(rule.detect, file)
    elif isinstance(rule.detect, ConfigPath):
        places = config_path.find(rule.detect, file)
    else:
        return
    for where, message in places:
        yield Match(rule.id, where, text=BLANKS.sub(" ", where.snippet).strip()[:TEXT_LENGTH], message=message)
