"""Which files a rule has a say in."""

from __future__ import annotations

from readycheck.model.rule import ConfigPath, Dependency, FileLine, Rule
from readycheck.model.vocabulary import Language, Role
from readycheck.scan.files.globs import matches_globs
from readycheck.scan.plan import CODE, globs_of

SET_ASIDE = frozenset({Role.TEST, Role.EXAMPLE, Role.DOCUMENTATION, Role.GENERATED})


def is_config(rule: Rule) -> bool:
    """Whether the rule reads configuration files that its globs name."""
    return isinstance(rule.detect, Dependency | FileLine | ConfigPath)


def reads(rule: Rule, path: str, language: Language) -> bool:
    """Whether the rule reads the file: by its globs, or by its language."""
    if is_config(rule) or language not in CODE:
        return matches_globs(path, globs_of(rule))
    return language in rule.languages


def has_say(rule: Rule, role: Role) -> bool:
    """Whether a match in a file of that role counts.

    Configuration of the build or of a script is still the service's configuration: there only what is set aside
    (tests, examples, documentation, generated files) does not count, unless the rule names it.
    """
    return role in rule.roles or (is_config(rule) and role not in SET_ASIDE)


def name_globs(rule: Rule, most: int = 3) -> str:
    """The first few globs of a configuration rule."""
    globs = list(globs_of(rule))
    return ", ".join([*globs[:most], *(["..."] if len(globs) > most else [])])
