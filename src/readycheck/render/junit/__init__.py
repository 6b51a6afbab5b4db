"""The checklist as JUnit XML: a section is a suite, an item is a case, what is unproven is skipped, never passed.

The format has no standard; this is the part that Jenkins, GitLab and GitHub's test reporters agree on
(https://github.com/testmoapp/junitxml).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape as escape_xml
from xml.sax.saxutils import quoteattr

from readycheck.model.report import ItemResult, Report
from readycheck.model.rule import Catalogue
from readycheck.model.vocabulary import Outcome
from readycheck.render.outline import DONE, Task, outline_report
from readycheck.render.style import Style
from readycheck.render.text import count, defuse_commands, describe_place, escape, root_prefix

PLACES_SHOWN = 20


def render(report: Report, catalogue: Catalogue, style: Style) -> str:
    """One document; at most twenty places a rule, all of them with -v."""
    outline = outline_report(report, catalogue)
    tasks = {task.result.item.id: task for group in outline.todo.values() for task in group}
    results = {result.item.id: result for result in report.items}
    results |= {item: task.result for item, task in tasks.items() if item not in results}
    titles = {section.id: section.title for section in catalogue.sections}
    sections: dict[str, list[ItemResult]] = {}
    for result in results.values():
        sections.setdefault(titles.get(result.item.section, result.item.section), []).append(result)
    limit = None if style.verbosity > 0 else PLACES_SHOWN
    writer = _Writer(root_prefix(report.target), limit, tasks)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites {_count(list(results.values()), tasks)}>"]
    for title, members in sections.items():
        lines += writer.write_suite(title, members)
    return defuse_commands("\n".join([*lines, "</testsuites>"]) + "\n")


def _count(results: Sequence[ItemResult], tasks: dict[str, Task]) -> str:
    failures = sum(1 for result in results if result.item.id in tasks)
    errors = sum(1 for result in results if result.item.id not in tasks and result.outcome is Outcome.ERROR)
    done = sum(1 for result in results if result.item.id not in tasks and result.outcome in DONE)
    skipped = len(results) - failures - errors - done
    numbers = {"tests": len(results), "failures": failures, "errors": errors, "skipped": skipped}
    return " ".join(f'{name}="{number}"' for name, number in numbers.items())


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes suites and cases with what they share: the prefix of paths, places a rule, what is to do by item."""

    prefix: str
    limit: int | None
    tasks: dict[str, Task]

    def write_suite(self, title: str, results: Sequence[ItemResult]) -> Iterator[str]:
        """A suite with its cases."""
        yield f"  <testsuite name={_quote(title)} {_count(results, self.tasks)}>"
        for result in results:
            head = f"    <testcase name={_quote(result.item.title)} classname={_quote('readycheck.' + result.item.id)}"
            body = list(self.write_outcome(result))
            yield from [f"{head}>", *(f"      {line}" for line in body), "    </testcase>"] if body else [f"{head}/>"]
        yield "  </testsuite>"

    def write_outcome(self, result: ItemResult) -> Iterator[str]:
        """Nothing for an item that is done."""
        task = self.tasks.get(result.item.id)
        message = _quote(result.reason or result.outcome.value)
        if task:
            lines = "\n".join(self.write_places(task))
            yield f"<failure message={message} type={_quote(result.item.priority.value)}>{lines}</failure>"
        elif result.outcome is Outcome.ERROR:
            yield f"<error message={message}/>"
        elif result.outcome not in DONE:
            yield f"<skipped message={_quote(f'{result.outcome.value}: {result.reason}')}/>"

    def write_places(self, task: Task) -> Iterator[str]:
        """One line a finding."""
        for group in task.groups:
            for finding in group.findings[: self.limit]:
                place = describe_place(finding.where, self.prefix)
                yield _escape(f"{place}: {finding.message or group.title} ({group.id})")
            if self.limit is not None and len(group.findings) > self.limit:
                yield _escape(f"... and {count(len(group.findings) - self.limit, 'more', 'more')} ({group.id})")
            if group.remedy:
                yield _escape(f"Fix: {group.remedy}")


def _escape(text: str) -> str:
    return escape_xml(escape(text))


def _quote(text: str) -> str:
    return quoteattr(escape(text))
