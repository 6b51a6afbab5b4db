"""What the shell offers after an option or a command; only built-in names, so that nothing of a project is read."""

from __future__ import annotations

from collections.abc import Iterable


def complete_rule_ids(incomplete: str) -> list[tuple[str, str]]:
    """Rules and items, with their titles."""
    from readycheck.catalog import load_catalogue  # noqa: PLC0415 - completion of other words is faster without

    catalogue = load_catalogue()
    return keep([(one.id, one.title) for group in (catalogue.rules, catalogue.items) for one in group], incomplete)


def complete_ids(incomplete: str) -> list[tuple[str, str]]:
    """Rules, items and sections, with their titles."""
    from readycheck.catalog import load_catalogue  # noqa: PLC0415 - as above

    sections = [(one.id, one.title) for one in load_catalogue().sections]
    return complete_rule_ids(incomplete) + keep(sections, incomplete)


def complete_items(incomplete: str) -> list[tuple[str, str]]:
    """Items, with their titles."""
    from readycheck.catalog import load_catalogue  # noqa: PLC0415 - as above

    return keep([(one.id, one.title) for one in load_catalogue().items], incomplete)


def complete_formats(incomplete: str) -> list[str]:
    """The formats of a report."""
    from readycheck.render.formats import format_names  # noqa: PLC0415 - as above

    return [name for name in format_names() if name.startswith(incomplete)]


def complete_outputs(incomplete: str) -> list[str]:
    """The first half of FORMAT=FILE; the shell completes no files after an equals sign."""
    return [f"{name}=" for name in complete_formats(incomplete)]


def complete_fail_on(incomplete: str) -> list[str]:
    """The words of `--fail-on`."""
    from readycheck.audit.settings import FailOn  # noqa: PLC0415 - as above

    return [word.value for word in FailOn if word.value.startswith(incomplete)]


def keep(words: Iterable[tuple[str, str]], incomplete: str) -> list[tuple[str, str]]:
    """The words that begin like the incomplete one."""
    return [(word, title) for word, title in words if word.startswith(incomplete)]


def complete_fixable(incomplete: str) -> list[tuple[str, str]]:
    """The rules that have a fix, and their items, with their titles."""
    from readycheck.catalog import load_catalogue  # noqa: PLC0415 - as above

    catalogue = load_catalogue()
    rules = [rule for rule in catalogue.rules if rule.fix]
    items = [item for item in catalogue.items if any(rule.item == item.id for rule in rules)]
    return keep([(one.id, one.title) for group in (rules, items) for one in group], incomplete)


def complete_fix_formats(incomplete: str) -> list[str]:
    """The formats of `readycheck fix`."""
    return [name for name in ("terminal", "diff", "json") if name.startswith(incomplete)]


def complete_fix_outputs(incomplete: str) -> list[str]:
    """The first half of FORMAT=FILE."""
    return [f"{name}=" for name in complete_fix_formats(incomplete)]
