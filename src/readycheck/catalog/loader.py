"""The catalogue: checklist and rules, read strictly. Every problem of every file is reported, not the first only."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from readycheck.catalog.checklist import Checklist, load_checklist
from readycheck.catalog.problems import CatalogueError, Faults, Problem, render_key
from readycheck.catalog.resources import SourceText, read_builtin, read_folder
from readycheck.catalog.rule_checks import check_agreement
from readycheck.catalog.rule_parser import parse_rule
from readycheck.catalog.rule_shape import ID, rule_shape
from readycheck.catalog.shape_check import check_shape
from readycheck.catalog.yaml_budget import LoadedYaml, YamlError, load_yaml
from readycheck.model.rule import Catalogue, Rule

# The key that ends a built-in rule; most of a rule's text are its examples.
EXAMPLES = "\nexamples:"


def load_catalogue(
    extra: Sequence[Path] = (), known_checks: Collection[str] | None = None, *, examples: bool = True
) -> Catalogue:
    """Read the built-in checklist and rules, and a user's rules from the folders `extra`.

    `known_checks` are the functions that a rule's `check` may name; None accepts any name. Without `examples`, which
    only tests and explanations need, those of built-in rules are left out, and their files are trusted: they were
    tested before they were shipped.

    Raises:
        CatalogueError: with every problem of every rule.
    """
    checklist_source, builtin = read_builtin()
    checklist = load_checklist(checklist_source)
    own = [source for folder in extra for source in read_folder(folder)]
    checks = None if known_checks is None else frozenset(known_checks)
    problems: list[Problem] = []
    rules = [
        load_rule(source, checklist, checks, problems, builtin=True) if examples else load_head(source, problems)
        for source in builtin
    ]
    rules += [load_rule(source, checklist, checks, problems, builtin=False) for source in own]
    problems += find_duplicates([*builtin, *own])
    if problems:
        raise CatalogueError(problems)
    loaded = sorted((rule for rule in rules if rule is not None), key=lambda rule: rule.id)
    return Catalogue(checklist.sections, checklist.items, tuple(loaded), digest([checklist_source, *builtin, *own]))


def load_head(source: SourceText, problems: list[Problem]) -> Rule | None:
    """A built-in rule without its examples."""
    head, _, _ = source.text.partition(EXAMPLES)
    try:
        value = load_yaml(head, source.name).value
    except YamlError as error:
        problems.append(Problem(error.source, error.line, "", error.reason))
        return None
    return parse_rule(source, {**value, "examples": {"bad": [], "good": []}}, builtin=True)


def load_rule(
    source: SourceText, checklist: Checklist, checks: frozenset[str] | None, problems: list[Problem], *, builtin: bool
) -> Rule | None:
    """One rule; None after its problems have been added to `problems`."""
    try:
        loaded = load_yaml(source.text, source.name)
    except YamlError as error:
        problems.append(Problem(error.source, error.line, "", error.reason))
        return None
    faults = find_faults(source, loaded, checklist, checks)
    if builtin and isinstance(loaded.value, dict):
        check_folder(source, loaded.value.get("item"), checklist, faults)
    if faults.found:
        problems += locate(source, loaded, faults)
        return None
    return parse_rule(source, loaded.value, builtin=builtin)


def find_faults(source: SourceText, loaded: LoadedYaml, checklist: Checklist, checks: frozenset[str] | None) -> Faults:
    """Everything that is wrong inside one rule file."""
    faults = Faults()
    if not re.fullmatch(ID, source.stem):
        faults.add((), f"the file's name {source.stem!r} is the rule's id: lower-case words joined by hyphens")
    check_shape(loaded.value, rule_shape(tuple(item.id for item in checklist.items), checks), (), faults)
    if isinstance(loaded.value, dict):
        item = next((item for item in checklist.items if item.id == loaded.value.get("item")), None)
        check_agreement(loaded.value, item, faults)
    return faults


def check_folder(source: SourceText, item_id: object, checklist: Checklist, faults: Faults) -> None:
    """A built-in rule lies in the folder of its item's section."""
    item = next((item for item in checklist.items if item.id == item_id), None)
    if item is not None and source.folder != item.section:
        faults.add(("item",), f"the rule belongs into the folder {item.section}, not {source.folder}")


def locate(source: SourceText, loaded: LoadedYaml, faults: Faults) -> Iterable[Problem]:
    """The faults with their lines, in the order of the file."""
    found = [
        Problem(source.name, loaded.line_of(fault.path), render_key(fault.path), fault.text, fault.nearest)
        for fault in faults.found
    ]
    return sorted(found, key=lambda problem: problem.line)


def find_duplicates(sources: Sequence[SourceText]) -> Iterable[Problem]:
    """Rules whose id another one has already."""
    first: dict[str, str] = {}
    for source in sources:
        if source.stem in first:
            yield Problem(source.name, 1, "", f"a rule named {source.stem!r} exists already: {first[source.stem]}")
        first.setdefault(source.stem, source.name)


def digest(sources: Iterable[SourceText]) -> str:
    """A hash over names and texts: two catalogues with the same digest judge alike."""
    hasher = hashlib.sha256()
    for source in sources:
        for part in (source.folder, source.stem, source.text):
            data = part.encode("utf-8", "surrogateescape")
            hasher.update(len(data).to_bytes(8, "big") + data)
    return hasher.hexdigest()
