"""The rules' own examples, run through the real scan: what a rule says that it matches, it matches, line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal, TypeVar

from readycheck.model.location import Endpoint, Span, Where, describe_where
from readycheck.model.rule import Catalogue, Example, Rule
from readycheck.model.vocabulary import Channel, Language, WhenClean

if TYPE_CHECKING:
    from readycheck.model.evidence import Scan

SUFFIXES = {
    Language.PYTHON: "py",
    Language.JAVASCRIPT: "js",
    Language.TYPESCRIPT: "ts",
    Language.TSX: "tsx",
    Language.DOCKERFILE: "dockerfile",
    Language.YAML: "yaml",
    Language.JSON: "json",
    Language.TOML: "toml",
    Language.TEXT: "txt",
}
# How a good example of a live rule begins that must neither refute nor prove.
UNPROVEN = ("# unproven", "-- unproven")
Place = TypeVar("Place", int, str)
NOT_FIXED = "the fix was not run"
Fixer = Callable[[Rule, Mapping[str, str]], tuple[Mapping[str, str], Sequence[str]]]
"""Fixes the files of an example by the rule's fix, unsafe changes too: the files afterwards, and what went wrong."""


@dataclass(frozen=True, slots=True)
class Case:
    """One example of one rule. `number` counts from 1; `failure` is None if the example holds.

    `note` says what was not tested, or is empty.
    """

    rule: str
    kind: Literal["bad", "good"]
    number: int
    failure: str | None = None
    note: str = ""

    @property
    def id(self) -> str:
        """`print-call/bad-1`."""
        return f"{self.rule}/{self.kind}-{self.number}"


@dataclass(frozen=True, slots=True)
class SelftestResult:
    """All cases that ran, by rule and in the order of the file."""

    cases: tuple[Case, ...]

    @property
    def failures(self) -> tuple[Case, ...]:
        """The cases that do not hold."""
        return tuple(case for case in self.cases if case.failure is not None)


def run_selftest(catalogue: Catalogue, rule_ids: Sequence[str] = (), fixer: Fixer | None = None) -> SelftestResult:
    """Run the examples of all rules, or of those with the given ids; without a `fixer` no fix is run.

    Raises:
        KeyError: there is no rule with one of the ids.
    """
    known = {rule.id: rule for rule in catalogue.rules}
    chosen = [known[rule_id] for rule_id in rule_ids] if rule_ids else catalogue.rules
    return SelftestResult(tuple(case for rule in chosen for case in run_examples(rule, fixer)))


def run_examples(rule: Rule, fixer: Fixer | None) -> Iterator[Case]:
    """One case for each example of a rule."""
    kinds: tuple[tuple[Literal["bad", "good"], tuple[Example, ...]], ...] = (("bad", rule.bad), ("good", rule.good))
    for kind, examples in kinds:
        for number, example in enumerate(examples, 1):
            failure = find_failure(rule, example)
            if failure is None and rule.fix and fixer:
                failure = find_fix_failure(rule, example, fixer)
            note = NOT_FIXED if example.fixed is not None and fixer is None else ""
            yield Case(rule.id, kind, number, failure, note)


def find_fix_failure(rule: Rule, example: Example, fixer: Fixer) -> str | None:
    """What is wrong with what the fix makes of an example: another text, a text that it would change again, a fault."""
    files = list_files(example)
    fixed, problems = fixer(rule, files)
    if problems:
        return "; ".join(problems)
    different = compare_fixed(example.fixed, files, fixed) if example.fixed is not None else None
    if different:
        return different
    again, problems = fixer(rule, fixed)
    if problems:
        return "; ".join(f"fixed again: {problem}" for problem in problems)
    return None if again == fixed else "the fix changes its own result once more"


def compare_fixed(wanted: str | Mapping[str, str], files: Mapping[str, str], fixed: Mapping[str, str]) -> str | None:
    """How the files that a fix changed or made differ from what the example shows of them."""
    changed = {path: text for path, text in fixed.items() if files.get(path) != text}
    if isinstance(wanted, str):
        if len(changed) > 1:
            return f"the fix changes {' and '.join(changed)}: give path and text of each under `fixed`"
        wanted = {next(iter(changed or files)): wanted}
    if surplus := changed.keys() - wanted.keys():
        return f"the fix also changes {' and '.join(sorted(surplus))}"
    for path, text in wanted.items():
        got = fixed.get(path)
        if got != text:
            return f"the fix gives another text: {first_difference(text, got)}" if got else f"the fix makes no {path}"
    return None


def first_difference(wanted: str, got: str) -> str:
    """The first line that differs, as both have it."""
    old, new = wanted.split("\n"), got.split("\n")
    pairs = enumerate(zip_longest(old, new), 1)
    number, (before, after) = next((number, pair) for number, pair in pairs if pair[0] != pair[1])
    return f"line {number} is {after!r}, not {before!r}"


def list_files(example: Example) -> dict[str, str]:
    """The files of an example by path."""
    return dict(example.files) if example.files is not None else {default_path(example): example.code}


def find_failure(rule: Rule, example: Example) -> str | None:
    """What is wrong with an example: one sentence, or None."""
    if rule.channel is Channel.HTTP:
        return find_live_failure(rule, example)
    if rule.channel is Channel.DATABASE:
        return find_database_failure(rule, example)
    from readycheck.scan.files.folders import LOCK_FILE  # noqa: PLC0415 - start-up time
    from readycheck.scan.memory import scan_texts  # noqa: PLC0415 - the parsers, only where examples are run

    files = list_files(example)
    scan = scan_texts(files, [rule])
    broken = [f"{error.rule} broke: {error.reason}" for error in scan.errors]
    broken += [f"{error.rule} broke: {error.reason}" for file in scan.files for error in file.errors]
    broken += [
        f"{skipped.path} was not read: {skipped.reason}" for skipped in scan.skipped if skipped.reason != LOCK_FILE
    ]
    broken += [f"{doubt.path}:{doubt.line} is in doubt: {doubt.reason}" for file in scan.files for doubt in file.doubts]
    if broken:
        return "; ".join(broken)
    found = Counter(find_places(rule, scan))
    wanted = Counter(render_place(place, files) for place in example.at)
    return None if found == wanted else compare(wanted, found, scan)


def find_live_failure(rule: Rule, example: Example) -> str | None:
    """The same for a recorded exchange: an example's places are the lines on which the requests begin."""
    from readycheck.probe.judge import judge_rule  # noqa: PLC0415 - only where examples are run
    from readycheck.probe.transcript import TranscriptError, parse_transcript  # noqa: PLC0415 - likewise

    try:
        judged = judge_rule(parse_transcript(example.code), rule)
    except TranscriptError as error:
        return str(error)
    found = Counter(match.where.exchange for match in judged.matches if isinstance(match.where, Endpoint))
    wanted = Counter(place for place in example.at if isinstance(place, int))
    parts = compare_places(wanted, found)
    if not parts and rule.when_clean is WhenClean.PROVES and example in rule.good:
        parts = check_proof(example.code, judged.proof, judged.unproven or judged.absent)
    return "; ".join(parts) or None


def find_database_failure(rule: Rule, example: Example) -> str | None:
    """The same for a database: an example's places are the lines of what its matches are about."""
    from readycheck.database.example import DATABASE, ExampleError, parse_example  # noqa: PLC0415 - likewise
    from readycheck.database.judge import judge_rule  # noqa: PLC0415 - likewise

    files = dict(example.files) if example.files is not None else {DATABASE: example.code}
    try:
        judged = judge_rule(parse_example(files), rule)
    except ExampleError as error:
        return str(error)
    found = Counter(describe_example_place(match.also) for match in judged.matches)
    wanted = Counter(render_place(place, files) for place in example.at)
    parts = compare_places(wanted, found)
    if not parts and rule.when_clean is WhenClean.PROVES and example in rule.good:
        parts = check_proof(files.get(DATABASE, ""), judged.proof, judged.unproven or judged.absent)
    return "; ".join(parts) or None


def describe_example_place(places: Sequence[Where]) -> str:
    """`database.sql:3`, the first line that a match of a database rule belongs to."""
    first = next((place for place in places if isinstance(place, Span)), None)
    return f"{first.path}:{first.line}" if first else "no line"


def compare_places(wanted: Counter[Place], found: Counter[Place]) -> list[str]:
    """How the places of live matches differ from the wanted ones."""
    missing, more = sorted((wanted - found).elements()), sorted((found - wanted).elements())
    return [
        f"{title}: {', '.join(map(str, places))}"
        for title, places in (("missing", missing), ("not wanted", more))
        if places
    ]


def check_proof(text: str, proof: str, reason: str) -> list[str]:
    """What is wrong with what a live rule says of a good example that it does not refute."""
    silent = text.startswith(UNPROVEN)
    if silent and proof:
        return [f"proves its item, though it says that it is unproven: {proof}"]
    return [] if silent or proof else [f"proves nothing: {reason or 'no reason given'}"]


def default_path(example: Example) -> str:
    """Where an example's code stands if it does not say so: a path that makes it server code."""
    return example.path or f"service.{SUFFIXES[example.language]}"


def find_places(rule: Rule, scan: Scan) -> Iterator[str]:
    """`path:line` of every match that counts: in a role that the rule names, and not exempt by its context."""
    roles = {file.path: file.role for file in scan.files}
    matches = [match for file in scan.files for match in file.matches] + list(scan.matches)
    for match in matches:
        if match.rule != rule.id or match.exempt is not None:
            continue
        if not isinstance(match.where, Span):
            yield describe_where(match.where)
        elif roles.get(match.where.path, rule.roles[0]) in rule.roles:
            yield f"{match.where.path}:{match.where.line}"


def render_place(place: int | str, files: Iterable[str]) -> str:
    """A place of `at` as `path:line`."""
    return place if isinstance(place, str) else f"{next(iter(files))}:{place}"


def compare(wanted: Counter[str], found: Counter[str], scan: Scan) -> str:
    """How the matches differ from the wanted ones, and which roles and exemptions may be the cause."""
    parts = []
    for title, places in (("missing", wanted - found), ("not wanted", found - wanted)):
        if places:
            parts.append(f"{title}: {', '.join(sorted(places.elements()))}")
    exempt = sorted({match.exempt for file in scan.files for match in file.matches if match.exempt is not None})
    roles = sorted({f"{file.path} is {file.role} ({file.role_reason})" for file in scan.files})
    return "; ".join([*parts, *(f"exempt: {reason}" for reason in exempt), *roles])
