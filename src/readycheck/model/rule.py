"""Rules and the checklist: what is looked for, and which item it speaks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from readycheck.model.vocabulary import Channel, Confidence, Language, Polarity, Priority, Role, WhenClean

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Calls:
    """Resolved callables: `builtins.print`, `flask.Flask().run`, `console.*` (any member).

    A name is what the bindings resolve an expression to: the module, then attribute names, with `()` for the value
    that a call returns. `arguments` narrows: name of a keyword argument (or of a property of an options object) ->
    its literal value. `references` also takes uses that are not calls (`.catch(console.error)`).
    """

    names: tuple[str, ...]
    arguments: Mapping[str, Json]
    references: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """An ast-grep rule object in its own syntax: kind, pattern, regex, inside, has, all, any, not."""

    rule: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Dependency:
    """A manifest (package.json, pyproject.toml, requirements*.txt, Pipfile, setup.cfg) declares one of the packages."""

    packages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileLine:
    """A path that matches one of the globs exists and, if `line` is given, one of its lines matches that regex."""

    globs: tuple[str, ...]
    line: str | None = None


@dataclass(frozen=True, slots=True)
class ConfigPath:
    """A value inside YAML, JSON, TOML or a Dockerfile: dotted path with `*`, and a regex that its text must match."""

    globs: tuple[str, ...]
    path: str
    matches: str | None = None


@dataclass(frozen=True, slots=True)
class ResponseMatch:
    """Answers of a running service: those of some steps of the probe (globs) with a status, headers, a body.

    `headers` maps a name to a regex that one of its values must match; None: the header must be missing.
    """

    steps: tuple[str, ...]
    status: tuple[int, ...] = ()
    headers: Mapping[str, str | None] = field(default_factory=dict)
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A bare function name in the channel's `checks/` package."""

    function: str


Detect = Calls | Pattern | Dependency | FileLine | ConfigPath | ResponseMatch | Check


@dataclass(frozen=True, slots=True)
class Example:
    """What is at fault (bad) or right (good). A violation rule matches the bad ones, a control rule the good ones.

    `at` is the exact multiset of lines of the matches (empty where the rule must match nothing). `files` replaces
    `code` where one file is not enough; then `at` holds `path:line` strings. `fixed` is the exact text after the
    rule's fix: of the one file that it changes or makes, or of each by path.
    """

    code: str
    at: tuple[int | str, ...]
    language: Language
    path: str | None = None
    files: Mapping[str, str] | None = None
    fixed: str | Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to gather evidence for one item; `source` is the path of its YAML file, for messages."""

    id: str
    title: str
    item: str
    channel: Channel
    polarity: Polarity
    languages: tuple[Language, ...]
    confidence: Confidence
    why: str
    remedy: str
    references: tuple[str, ...]
    anchors: tuple[str, ...]
    detect: Detect
    bad: tuple[Example, ...]
    good: tuple[Example, ...]
    when_clean: WhenClean
    roles: tuple[Role, ...]
    except_inside: tuple[str, ...]
    fix: str | None
    source: str
    builtin: bool = True

    @property
    def matching(self) -> tuple[Example, ...]:
        """The examples that the rule must match."""
        return self.good if self.polarity is Polarity.CONTROL else self.bad


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist. `seed` holds the line numbers (1-65) of the seed checklist that it stands for.

    `attested_days` is how long an attestation of it may hold, where that is less than a year (0: a year).
    """

    id: str
    title: str
    section: str
    priority: Priority
    channels: tuple[Channel, ...]
    seed: tuple[int, ...]
    proof: str
    attested_days: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the checklist."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that one run knows about: the checklist in its order, and the rules sorted by id."""

    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    rules: tuple[Rule, ...]
    digest: str

    def find_item(self, item_id: str) -> Item | None:
        """The item with that id, or None."""
        return next((item for item in self.items if item.id == item_id), None)

    def find_rule(self, rule_id: str) -> Rule | None:
        """The rule with that id, or None."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)
