"""What `readycheck rules new` does: find out what the rule is about, write it, test it, say what comes next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from readycheck.audit.errors import UsageError, suggest
from readycheck.audit.selftest import run_selftest
from readycheck.catalog import CatalogueError, load_catalogue
from readycheck.catalog.resources import find_rules_root
from readycheck.catalog.rule_checks import CODE_LANGUAGES
from readycheck.catalog.rule_shape import ID
from readycheck.cli.asking import ask
from readycheck.cli.catalogue import load_rules
from readycheck.cli.console import print_line, print_note
from readycheck.cli.places import check_place, write_file
from readycheck.cli.rule_text import RuleText, render_rule_text
from readycheck.model.rule import Catalogue, Item


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is known of the new rule."""

    id: str
    item: str | None
    language: str | None
    calls: str | None
    pattern: str | None
    title: str | None
    control: bool


def write_rule(sketch: Sketch, folder: Path) -> None:
    """Write the rule below `folder`, in its section's folder, and test it. Raises UsageError; overwrites nothing."""
    catalogue = load_catalogue()
    check_id(sketch.id, catalogue)
    item = choose_item(sketch.item, catalogue)
    language = choose(sketch.language or ask("Language", "--language"), sorted(CODE_LANGUAGES), "--language")
    if sketch.calls and sketch.pattern:
        raise UsageError("--calls and --pattern: a rule has one detector; give one of them")
    calls = sketch.calls or ("" if sketch.pattern else ask("Callable to look for (such as requests.get)", "--calls"))
    path = folder / item.section / f"{sketch.id}.yaml"
    if path.exists() or path.is_symlink():
        raise UsageError(f"{path}: exists already; nothing was written")
    title = sketch.title or (f"Call of {calls}" if calls else f"Code like {sketch.pattern}")
    text = render_rule_text(RuleText(title, item.id, language, calls, sketch.pattern or "", sketch.control))
    path.parent.mkdir(parents=True, exist_ok=True)
    check_place(path, Path())
    write_file(path, text)
    report_rule(sketch.id, path, folder)


def check_id(rule_id: str, catalogue: Catalogue) -> None:
    """Raise UsageError if the id cannot be a new rule's."""
    if not re.fullmatch(ID, rule_id):
        raise UsageError(f'"{rule_id}": an id is lower-case words joined by hyphens, such as debug-toolbar-mounted')
    if catalogue.find_rule(rule_id) is not None:
        raise UsageError(f'"{rule_id}": there is a built-in rule of that name; choose another')


def choose_item(word: str | None, catalogue: Catalogue) -> Item:
    """The item that the rule speaks for."""
    word = word or ask("Checklist item", "--item")
    choose(word, [item.id for item in catalogue.items], "--item")
    return next(item for item in catalogue.items if item.id == word)


def choose(word: str, known: Sequence[str], option: str) -> str:
    """The word, if it is known. Raises UsageError with the nearest that is."""
    if word not in known:
        words = f"; one of {', '.join(known)}" if len(known) < 10 else "; the report lists all"  # noqa: PLR2004 - a line
        raise UsageError(f'{option}: there is no "{word}"{suggest(word, known)}{words}')
    return word


def report_rule(rule_id: str, path: Path, folder: Path) -> None:
    """Say how the new rule fares, and what comes next."""
    print_line(f"wrote {path}")
    builtin = folder.resolve() == find_rules_root().resolve()
    option = "" if builtin else f" --rules {folder}"
    try:
        catalogue = load_catalogue() if builtin else load_rules([folder])
        failures = run_selftest(catalogue, [rule_id]).failures
    except CatalogueError as error:
        failures = ()
        print_note(f"the folder's rules do not load yet: {error}")
    for case in failures:
        print_note(f"examples.{case.kind}[{case.number - 1}] does not hold yet: {case.failure}")
    print_line("next: say in `why` and `remedy` what a reader must know, and give the rule examples of its own")
    print_line(f"then: readycheck rules test {rule_id}{option}")
    print_line(f"and:  readycheck scan --select {rule_id}{option}")
