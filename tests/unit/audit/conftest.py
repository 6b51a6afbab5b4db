"""Literals for the audit's tests: rules, items, matches, scans and reports in one line each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from readycheck.audit.baseline import Baseline
from readycheck.audit.changes import Changes
from readycheck.audit.run import build_report
from readycheck.audit.settings import Settings
from readycheck.model.evidence import Fact, Match, Scan, ScannedFile, Skipped
from readycheck.model.finding import Finding, Suppressed
from readycheck.model.location import Span
from readycheck.model.report import ItemResult, Report, Target
from readycheck.model.rule import Calls, Catalogue, Item, Rule, Section
from readycheck.model.vocabulary import Channel, Confidence, Language, Polarity, Priority, Role, WhenClean

TODAY = date(2031, 5, 20)
RULE = Rule(
    id="print-call",
    title="print() in server code",
    item="no-console-output",
    channel=Channel.CODE,
    polarity=Polarity.VIOLATION,
    languages=(Language.PYTHON,),
    confidence=Confidence.HIGH,
    why="why",
    remedy="remedy",
    references=(),
    anchors=("print",),
    detect=Calls(("builtins.print",), {}),
    bad=(),
    good=(),
    when_clean=WhenClean.PROVES,
    roles=(Role.SERVER,),
    except_inside=(),
    fix=None,
    source="rules/logging/print-call.yaml",
)
ITEM = Item("no-console-output", "No console output", "logging", Priority.HIGH, (Channel.CODE,), (15,), "a clean tree")


class Make:
    """Builders with defaults: a Python project, one high item, one violation rule that proves it when clean."""

    today = TODAY

    def rule(self, rule_id: str = "print-call", **fields: Any) -> Rule:  # noqa: ANN401 - any field of the dataclass
        return replace(RULE, id=rule_id, **fields)

    def control(self, rule_id: str = "structured-logger-used", **fields: Any) -> Rule:  # noqa: ANN401 - likewise
        base = replace(RULE, polarity=Polarity.CONTROL, title="a structured logger is configured")
        return replace(base, id=rule_id, **{"item": "structured-logger", **fields})

    def item(self, item_id: str = "no-console-output", priority: str = "high", **fields: Any) -> Item:  # noqa: ANN401
        return replace(ITEM, id=item_id, priority=Priority(priority), **fields)

    def catalogue(self, rules: Sequence[Rule], items: Sequence[Item] | None = None) -> Catalogue:
        named = [self.item(name) for name in dict.fromkeys(rule.item for rule in rules)]
        sections = (Section("logging", "Logging"),)
        return Catalogue(sections, tuple(items or named), tuple(sorted(rules, key=lambda rule: rule.id)), "digest")

    def span(self, place: str = "src/app.py:3:1", length: int = 8) -> Span:
        path, line, column = place.rsplit(":", 2)
        return Span(path, int(line), int(column), int(line), int(column) + length, "print(x)")

    def match(self, place: str = "src/app.py:3:1", rule: str = "print-call", **fields: Any) -> Match:  # noqa: ANN401
        return Match(rule, self.span(place), **{"text": "print(x)", **fields})

    def fact(self, place: str, kind: str = "application") -> Fact:
        return Fact(kind, self.span(place), {})

    def file(self, path: str = "src/app.py", role: str = "server", **fields: Any) -> ScannedFile:  # noqa: ANN401
        language = fields.pop("language", "javascript" if path.endswith(".js") else "python")
        return ScannedFile(path, Language(language), Role(role), f"named {role}", **fields)

    def scan(self, *files: ScannedFile, skipped: Mapping[str, str] | None = None, **fields: Any) -> Scan:  # noqa: ANN401
        rows = tuple(Skipped(path, reason) for path, reason in (skipped or {}).items())
        return Scan("/project", files, rows, **fields)

    def finding(self, place: str = "src/app.py:3:1", by: str | None = None, **fields: Any) -> Finding:  # noqa: ANN401
        suppressed = Suppressed(by, "reason") if by else None  # type: ignore[arg-type]  # tests name it as text
        base = Finding(RULE.id, RULE.item, Priority.HIGH, Confidence.HIGH, RULE.title, "a" * 20, self.span(place))
        return replace(base, suppressed=suppressed, **fields)

    def report(
        self,
        scan: Scan,
        catalogue: Catalogue | None = None,
        settings: Settings | None = None,
        baseline: Baseline | None = None,
        changes: Changes | None = None,
        **beyond: Any,  # noqa: ANN401 - what build_report takes beyond a scan
    ) -> Report:
        return build_report(
            scan,
            catalogue or self.catalogue([self.rule()]),
            settings or Settings(),
            today=TODAY,
            target=Target("."),
            version="0",
            baseline=baseline,
            changes=changes,
            **beyond,
        )

    def result(self, report: Report, item: str = "no-console-output") -> ItemResult:
        return next(one for one in report.items if one.item.id == item)


@pytest.fixture
def make() -> Make:
    return Make()
