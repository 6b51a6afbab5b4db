"""The rules that ran, with their documentation, as SARIF's reporting descriptors."""

from __future__ import annotations

from collections.abc import Sequence

from readycheck.model.report import Report
from readycheck.model.rule import Catalogue, Item, Json, Rule
from readycheck.model.vocabulary import Priority
from readycheck.render.markdown.escape import link, write_prose
from readycheck.render.text import escape

LEVELS = {Priority.HIGH: "error", Priority.MEDIUM: "warning", Priority.LOW: "note"}


def list_rule_ids(report: Report) -> list[str]:
    """The rules that ran, found something or not, and whatever else a finding names."""
    return sorted({run.id for run in report.rules if not run.skipped} | {finding.rule for finding in report.findings})


def describe_rules(ids: Sequence[str], report: Report, catalogue: Catalogue) -> list[Json]:
    """One descriptor a rule, in the order of the ids."""
    rules = {rule.id: rule for rule in catalogue.rules}
    items = {item.id: item for item in catalogue.items} | {result.item.id: result.item for result in report.items}
    strays = {finding.rule: finding.item for finding in report.findings if finding.rule not in rules}
    return [
        _describe(rules[rule_id], items.get(rules[rule_id].item))
        if rule_id in rules
        else _describe_unknown(rule_id, items.get(strays.get(rule_id, "")))
        for rule_id in ids
    ]


def _describe(rule: Rule, item: Item | None) -> Json:
    descriptor: dict[str, Json] = {
        "id": rule.id,
        "shortDescription": {"text": escape(rule.title)},
        "fullDescription": {"text": escape(rule.why or rule.title)},
        "help": {"text": _write_help(rule, item), "markdown": _write_markdown_help(rule, item)},
    }
    secure = [reference for reference in rule.references if reference.startswith("https://")]
    if secure:
        descriptor["helpUri"] = secure[0]
    return descriptor | _describe_use(item, str(rule.channel), str(rule.confidence))


def _describe_unknown(rule_id: str, item: Item | None) -> Json:
    descriptor: dict[str, Json] = {"id": rule_id, "shortDescription": {"text": escape(rule_id)}}
    return descriptor | _describe_use(item, "", "")


def _describe_use(item: Item | None, channel: str, confidence: str) -> dict[str, Json]:
    """Level and tags. No `security-severity`: it is a score out of ten, and nothing here measures one."""
    tags = sorted({tag for tag in (item.section if item else "", item.id if item else "", channel) if tag})
    properties: dict[str, Json] = {"tags": [escape(tag) for tag in tags]}
    if confidence:
        properties["precision"] = confidence
    level = LEVELS[item.priority] if item else "warning"
    return {"defaultConfiguration": {"level": level}, "properties": properties}


def _write_help(rule: Rule, item: Item | None) -> str:
    lines = [f"Why: {escape(rule.why)}", f"Fix: {escape(rule.remedy)}"]
    lines += [f"Checklist item: {escape(item.title)} ({item.priority.value} priority)"] if item else []
    lines += [f"See: {escape(reference)}" for reference in rule.references]
    return "\n".join(lines)


def _write_markdown_help(rule: Rule, item: Item | None) -> str:
    lines = [f"**Why:** {write_prose(rule.why)}", f"**Fix:** {write_prose(rule.remedy)}"]
    lines += [f"**Checklist item:** {write_prose(item.title)} ({item.priority.value} priority)"] if item else []
    lines += [f"**See:** {link(reference)}" for reference in rule.references]
    return "\n\n".join(lines)
