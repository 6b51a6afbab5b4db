"""What to do with which file: the rules that are on, arranged by language, glob and anchor."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from readycheck.model.helper import QueryHelper
from readycheck.model.rule import Calls, Check, ConfigPath, Dependency, FileLine, Pattern, Rule
from readycheck.model.vocabulary import Channel, Language, Polarity, Role
from readycheck.scan.checks import find_checks
from readycheck.scan.checks.contract import FileCheck, ProjectCheck
from readycheck.scan.facts import Collector, find_collectors
from readycheck.scan.files.globs import compile_globs
from readycheck.scan.prefilter import Prefilter

SCRIPTS = (Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX)
CODE = (Language.PYTHON, *SCRIPTS)
APPLICATION = "application"
OUTLINE = "outline"
RUNNING = (OUTLINE, APPLICATION, "command", "entry")
"""The facts that tell what of a program runs."""


@dataclass(frozen=True)
class Plan:
    """The rules of the code and config channels of one scan, and kinds of facts that are wanted for themselves.

    Picklable; what can be derived is derived lazily.
    """

    rules: tuple[Rule, ...]
    kinds: tuple[str, ...] = ()
    serving: bool = True
    """Whether the project serves requests or is deployed; what only matters then is not looked for otherwise."""

    helpers: tuple[QueryHelper, ...] = ()
    """Functions of the project that make queries, as its configuration declares them."""

    @cached_property
    def code_rules(self) -> dict[Language, tuple[Rule, ...]]:
        """Rules that run on a parsed unit, by language."""
        chosen = [rule for rule in self.rules if is_code_rule(rule) and (self.serving or not is_serving_rule(rule))]
        return {language: tuple(rule for rule in chosen if language in rule.languages) for language in CODE}

    @cached_property
    def config_rules(self) -> tuple[tuple[Rule, re.Pattern[str]], ...]:
        """Rules that run on a configuration file, with the paths that they read."""
        chosen = [rule for rule in self.rules if isinstance(rule.detect, Dependency | FileLine | ConfigPath)]
        return tuple((rule, compile_globs(tuple(globs_of(rule)))) for rule in chosen)

    @cached_property
    def project_rules(self) -> tuple[tuple[Rule, ProjectCheck], ...]:
        """Rules that join facts of the whole project; those of live channels name checks of their own."""
        checks = find_checks()
        static = [rule for rule in self.rules if rule.channel in (Channel.CODE, Channel.CONFIG)]
        named = [(rule, checks[rule.detect.function]) for rule in static if isinstance(rule.detect, Check)]
        return tuple((rule, check) for rule, check in named if isinstance(check, ProjectCheck))

    @cached_property
    def collectors(self) -> tuple[Collector, ...]:
        """The collectors whose facts some rule needs."""
        needed = {kind for _, check in self.project_rules for kind in check.kinds} | set(self.kinds)
        if any(rule.polarity is Polarity.CONTROL for rule in self.rules):
            needed.add(APPLICATION)  # the place to which a missing control belongs
        if self.project_rules:
            needed.update(RUNNING)  # what no deployment reaches is left out of all that checks are given
        found = (one.configure(self.helpers) for one in find_collectors() if needed & set(one.kinds))
        return tuple(collector for collector in found if self.serving or not collector.serving)

    @cached_property
    def asks_serving(self) -> bool:
        """Whether anything is looked for that only matters in a project that serves requests or is deployed."""
        if self.kinds:
            return False  # an inventory lists what is there, whatever the project is
        return any(one.serving for one in self.collectors) or any(map(is_serving_rule, self.rules))

    @cached_property
    def fact_roles(self) -> dict[str, frozenset[Role]]:
        """By collector: the roles of the files whose facts somebody wants; applications count in server code only."""
        return {
            collector.name: frozenset(
                role
                for rule, check in self.project_rules
                if not set(check.kinds).isdisjoint(collector.kinds)
                for role in rule.roles
            )
            | ({Role.SERVER} if APPLICATION in collector.kinds else frozenset())
            | (frozenset(Role) if not set(self.kinds).isdisjoint(collector.kinds) else frozenset())
            | ({Role.SERVER, Role.SCRIPT} if OUTLINE in collector.kinds else frozenset())  # a program may begin in one
            for collector in self.collectors
        }

    @cached_property
    def code_collectors(self) -> dict[Language, tuple[Collector, ...]]:
        """Collectors that read code, by language."""
        return {
            language: tuple(item for item in self.collectors if item.collect and language in item.languages)
            for language in CODE
        }

    @cached_property
    def config_collectors(self) -> tuple[tuple[Collector, re.Pattern[str]], ...]:
        """Collectors that read configuration files, with the paths that they read."""
        return tuple((item, compile_globs(item.globs)) for item in self.collectors if item.collect_config)

    @cached_property
    def prefilters(self) -> dict[Language, Prefilter]:
        """The anchors of everything that reads a language; those that scripts are written in share theirs.

        Which of them an embedded script is in shows only once it is decoded.
        """
        scripts = Prefilter(self.list_anchors(SCRIPTS))
        return {Language.PYTHON: Prefilter(self.list_anchors([Language.PYTHON])), **dict.fromkeys(SCRIPTS, scripts)}

    def list_anchors(self, languages: Iterable[Language]) -> set[str]:
        """The anchors of all rules and collectors that read one of the languages."""
        return {
            anchor
            for language in languages
            for anchors in (
                *(rule.anchors for rule in self.code_rules[language]),
                *(item.anchors for item in self.code_collectors[language]),
            )
            for anchor in anchors
        }

    def reads_config(self, path: str) -> bool:
        """Whether some rule or collector wants to read that path as configuration."""
        named, placed = self.config_globs
        return named.fullmatch(path.rpartition("/")[2]) is not None or placed.fullmatch(path) is not None

    @cached_property
    def config_globs(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        """The globs of configuration rules and collectors: those for a file's name, and those for its whole path.

        Names alone are matched four times as fast, and most globs need no more.
        """
        wanted = {glob for rule, _ in self.config_rules for glob in globs_of(rule)}
        wanted |= {glob for item, _ in self.config_collectors for glob in item.globs}
        placed = {glob for glob in wanted if "/" in glob}
        return compile_globs(tuple(f"/{glob}" for glob in sorted(wanted - placed))), compile_globs(
            tuple(sorted(placed))
        )


def is_code_rule(rule: Rule) -> bool:
    """Whether the rule runs on one parsed unit."""
    if isinstance(rule.detect, Check):
        return isinstance(find_checks().get(rule.detect.function), FileCheck)
    return isinstance(rule.detect, Calls | Pattern)


def is_serving_rule(rule: Rule) -> bool:
    """Whether a rule has something to look at only in a project that serves requests or is deployed."""
    check = find_checks().get(rule.detect.function) if isinstance(rule.detect, Check) else None
    return isinstance(check, FileCheck) and check.serving


def globs_of(rule: Rule) -> Sequence[str]:
    """The configuration files that a rule reads, itself or through the facts that its check joins."""
    if isinstance(rule.detect, Dependency):
        from readycheck.scan.detectors import dependency  # noqa: PLC0415 - only where such a rule is on

        return dependency.globs_of(rule.detect)
    if isinstance(rule.detect, Check):
        check = find_checks().get(rule.detect.function)
        kinds = set(check.kinds) if isinstance(check, ProjectCheck) else set()
        return tuple(glob for item in find_collectors() if kinds & set(item.kinds) for glob in item.globs)
    return rule.detect.globs if isinstance(rule.detect, FileLine | ConfigPath) else ()
