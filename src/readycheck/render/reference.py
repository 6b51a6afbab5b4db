"""The generated pages: an index of the rules, a page for each, the checklist, the fixes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from readycheck.model.rule import Catalogue, Item, Rule, Section
from readycheck.render.markdown.escape import code, escape_markdown
from readycheck.render.reference_format import render_format
from readycheck.render.reference_rule import (
    CHANNELS,
    LANGUAGES,
    describe_effect,
    render_item,
    render_prose,
    render_rule,
)
from readycheck.render.text import count, join_words

__all__ = ["render_checklist", "render_index", "render_item", "render_pages", "render_rule"]

FORMAT_NOTICE = "<!-- Written from readycheck.catalog.rule_shape by `make docs`. -->"
SAFETY = (
    "A safe change is made by `--write`, an unsafe one only with `--unsafe`, a refused place is never changed. "
    "The report gives a code for each place that is not safe:"
)
FIXES_NOTICE = "<!-- Written from rules/ and readycheck.fix by `make docs`. -->"
NOTICE = "<!-- Written from rules/ by `make docs`. Edit the rule, not this page. -->"


def render_pages(catalogue: Catalogue, reasons: Mapping[str, str]) -> dict[str, str]:
    """All pages by their path inside the documentation folder; `reasons` explain why fixes are refused or unsafe."""
    items = {item.id: item for item in catalogue.items}
    pages = {
        "rules.md": render_index(catalogue),
        "checklist.md": render_checklist(catalogue),
        "fixes.md": render_fixes(catalogue, reasons),
        "rule-format.md": f"{FORMAT_NOTICE}\n\n{render_format()}",
    }
    for rule in catalogue.rules:
        page = render_rule(rule, items[rule.item])
        footer = f"[The item](../checklist.md#{rule.item}) · [All rules](../rules.md)"
        pages[f"rules/{rule.id}.md"] = f"{NOTICE}\n\n{page}\n{footer}\n"
    return pages


def render_fixes(catalogue: Catalogue, reasons: Mapping[str, str]) -> str:
    """What can be rewritten, and the codes with which the rest is left."""
    fixed = [rule for rule in catalogue.rules if rule.fix]
    rows = [f"| [{code(rule.id)}](rules/{rule.id}.md) | {escape_markdown(rule.title)} |" for rule in fixed]
    codes = [f"| {code(name)} | {render_prose(sentence)} |" for name, sentence in sorted(reasons.items())]
    blocks = [
        FIXES_NOTICE,
        "# Fixes",
        "`readycheck fix` rewrites what these rules find; each page shows the code before and after.",
        "\n".join(["| rule | what it finds |", "|---|---|", *rows]),
        "## Why a place is left, or needs a look",
        SAFETY,
        "\n".join(["| code | meaning |", "|---|---|", *codes]),
    ]
    return "\n\n".join(blocks) + "\n"


def render_index(catalogue: Catalogue) -> str:
    """The rules by section."""
    blocks = [NOTICE, "# Rules", f"{count(len(catalogue.rules), 'rule')}, by section of the [checklist](checklist.md)."]
    items = {item.id: item for item in catalogue.items}
    for section in catalogue.sections:
        rules = [rule for rule in catalogue.rules if items[rule.item].section == section.id]
        if rules:
            blocks += [f"## {escape_markdown(section.title)}", "\n".join(render_table(rules))]
    return "\n\n".join(blocks) + "\n"


def render_table(rules: Sequence[Rule]) -> Iterator[str]:
    """The rules of one section as table rows."""
    yield "| rule | finds | item | reads |"
    yield "|---|---|---|---|"
    for rule in rules:
        reads = join_words([LANGUAGES[language] for language in rule.languages]) or CHANNELS[rule.channel]
        cells = [
            f"[{code(rule.id)}](rules/{rule.id}.md)",
            escape_markdown(rule.title),
            f"[{rule.item}](checklist.md#{rule.item})",
            reads,
        ]
        yield f"| {' | '.join(cells)} |"


def render_checklist(catalogue: Catalogue) -> str:
    """All items with what proves them and the rules that speak for them."""
    looked_at = {rule.item for rule in catalogue.rules}
    covered = sum(1 for item in catalogue.items if item.id in looked_at)
    intro = (
        f"{count(len(catalogue.items), 'item')}, of which {covered} have rules. An item is never passed for want of "
        "findings: it passes when something proves it, and stays unproven until then."
    )
    blocks = [NOTICE, "# The checklist", intro]
    for section in catalogue.sections:
        blocks += render_section(section, catalogue)
    return "\n\n".join(blocks) + "\n"


def render_section(section: Section, catalogue: Catalogue) -> Iterator[str]:
    """One section's items."""
    yield f"## {escape_markdown(section.title)}"
    for item in catalogue.items:
        if item.section == section.id:
            yield f"### {item.id}"
            yield f"**{escape_markdown(item.title)}** ({describe_item(item)})"
            yield f"Proof: {render_prose(item.proof)}"
            yield describe_rules(item, catalogue.rules)


def describe_item(item: Item) -> str:
    """Priority and origin in a few words."""
    if not item.seed:
        return f"{item.priority}, beyond the seed"
    return f"{item.priority}, seed {'line' if len(item.seed) == 1 else 'lines'} {', '.join(map(str, item.seed))}"


def describe_rules(item: Item, rules: Sequence[Rule]) -> str:
    """The rules of an item with their effect, or that there are none."""
    lines = [
        f"- [{code(rule.id)}](rules/{rule.id}.md): {describe_effect(rule)}" for rule in rules if rule.item == item.id
    ]
    return "\n".join(lines) if lines else "No rule yet."
