"""The generated pages: an index of the rules, a page for each, the checklist, and the schema of rule files.

`python -m readycheck.render.reference docs` writes them; with `--check` it says what is out of date, and exits 1.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from readycheck.catalog import load_catalogue
from readycheck.catalog.rule_schema import render_schema
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
NOTICE = "<!-- Written from rules/ by `make docs`. Edit the rule, not this page. -->"


def render_pages(catalogue: Catalogue) -> dict[str, str]:
    """All pages by their path inside the documentation folder."""
    items = {item.id: item for item in catalogue.items}
    pages = {
        "rules.md": render_index(catalogue),
        "checklist.md": render_checklist(catalogue),
        "rule-format.md": f"{FORMAT_NOTICE}\n\n{render_format()}",
    }
    for rule in catalogue.rules:
        page = render_rule(rule, items[rule.item])
        footer = f"[The item](../checklist.md#{rule.item}) · [All rules](../rules.md)"
        pages[f"rules/{rule.id}.md"] = f"{NOTICE}\n\n{page}\n{footer}\n"
    return pages


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


def collect_files(folder: Path) -> dict[Path, str]:
    """Every generated file of a checkout whose documentation lies in `folder`, with its text."""
    catalogue = load_catalogue()
    files = {folder / path: text for path, text in render_pages(catalogue).items()}
    files[folder.parent / "rules" / "rule.schema.json"] = render_schema(catalogue.items)
    return files


def find_stale(folder: Path, files: Mapping[Path, str]) -> list[Path]:
    """Files that are missing, different, or about a rule that is gone."""
    changed = [path for path, text in files.items() if not path.is_file() or path.read_bytes() != text.encode()]
    gone = [path for path in sorted((folder / "rules").glob("*.md")) if path not in files]
    return changed + gone


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with `--check` compare them; 0 if all is as it should be, 1 if not, 2 for wrong usage."""
    folders = [argument for argument in arguments if argument != "--check"]
    if len(folders) != 1:
        sys.stderr.write("usage: python -m readycheck.render.reference [--check] FOLDER\n")
        return 2
    folder = Path(folders[0])
    files = collect_files(folder)
    stale = find_stale(folder, files)
    if "--check" in arguments:
        sys.stderr.writelines(f"{path} is out of date; run make docs\n" for path in stale)
        return 1 if stale else 0
    for path in stale:
        write(path, files.get(path))
    return 0


def write(path: Path, text: str | None) -> None:
    """Write one page, or remove it."""
    if text is None:
        path.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
