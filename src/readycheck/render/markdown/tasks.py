"""The to-do part of the Markdown report: numbered items with places, reason and way out under them."""

from __future__ import annotations

from collections.abc import Iterator

from readycheck.model.evidence import Evidence
from readycheck.model.finding import Finding
from readycheck.model.location import Span, Where, describe_where
from readycheck.model.vocabulary import Outcome
from readycheck.render.markdown.escape import code, write_prose
from readycheck.render.outline import FAILED, Outline, RuleGroup, Task, count_by_file
from readycheck.render.text import count, join_words

FILES_SHOWN = 10
LINES_SHOWN = 8
OTHERS_SHOWN = 10


def write_todo(outline: Outline, *, verbose: bool) -> Iterator[str]:
    """The lines of the part, numbered anew under each priority as in the seed."""
    if not outline.todo:
        return
    yield from ("", "## ⚠️ Still To Do")
    for priority, tasks in outline.todo.items():
        yield from ("", f"### {priority.value.capitalize()} Priority", "")
        for number, task in enumerate(tasks, 1):
            mark = f"{number}. "
            head, *rest = _write_task(task, verbose=verbose)
            yield mark + head
            yield from (" " * len(mark) + line for line in rest)


def _write_task(task: Task, *, verbose: bool) -> Iterator[str]:
    result = task.result
    contradicted = result.outcome is Outcome.CONTRADICTED
    reason = write_prose(result.reason) or count(sum(len(group.findings) for group in task.groups), "finding")
    yield f"**{write_prose(result.item.title)}**{' (contradicted)' if contradicted else ''}: {reason}"
    if contradicted or not task.groups:
        for evidence in result.evidence:
            if evidence.outcome in FAILED or evidence.outcome is Outcome.PASS:
                sign = "❌" if evidence.outcome in FAILED else "✅"
                yield f"- {sign} {evidence.channel.value}: {write_evidence(evidence, verbose=verbose)}"
    for group in task.groups:
        yield from _write_group(group, verbose=verbose)


def write_evidence(evidence: Evidence, *, verbose: bool) -> str:
    """What the evidence says, with its first place, or with all of them."""
    places = [code(short_place(where)) for where in evidence.where]
    if places and not verbose and short_place(evidence.where[0]) in evidence.message:
        places = []  # the message says it already
    if len(places) > 1 and not verbose:
        places = [places[0], f"{len(places) - 1} more"]
    message = write_prose(evidence.message or evidence.rule)
    return f"{message} ({join_words(places)})" if places else message


def short_place(where: Where) -> str:
    """`src/app.py:3`: to a reader of a document a column says nothing."""
    return f"{where.path}:{where.line}" if isinstance(where, Span) else describe_where(where)


def _write_group(group: RuleGroup, *, verbose: bool) -> Iterator[str]:
    total = count(len(group.findings), "finding")
    yield f"- {write_prose(group.title)} ({code(group.id)}), {total}:"
    yield from (f"  - {line}" for line in _write_places(group, verbose=verbose))
    if group.why:
        yield f"  - Why: {write_prose(group.why)}"
    if group.remedy:
        shown = code(f"readycheck fix --rule {group.id}")
        fixes = f" ({shown} shows what it rewrites)" if has_fix(group) else ""
        yield f"  - Fix: {write_prose(group.remedy)}{fixes}"


def has_fix(group: RuleGroup) -> bool:
    """Whether the findings are of a rule that has a fix."""
    return any(finding.fix for finding in group.findings)


def _write_places(group: RuleGroup, *, verbose: bool) -> Iterator[str]:
    """Files with the lines in them, the fullest first; then what is in no file."""
    files = count_by_file(group.findings)
    shown = len(files) if verbose else FILES_SHOWN
    for path, findings in list(files.items())[:shown]:
        yield _write_file(path, findings, group, verbose=verbose)
    rest = [finding for findings in list(files.values())[shown:] for finding in findings]
    if rest:
        yield f"… and {count(len(rest), 'more', 'more')} in {count(len(files) - shown, 'other file')}"
    others = [finding for finding in group.findings if not isinstance(finding.where, Span)]
    for finding in others if verbose else others[:OTHERS_SHOWN]:
        yield code(short_place(finding.where)) + _write_message(finding, group)
    if len(others) > OTHERS_SHOWN and not verbose:
        yield f"… and {count(len(others) - OTHERS_SHOWN, 'more', 'more')}"


def _write_file(path: str, findings: list[Finding], group: RuleGroup, *, verbose: bool) -> str:
    lines = list(dict.fromkeys(where.line for finding in findings if isinstance(where := finding.where, Span)))
    if len(lines) == 1:
        return code(f"{path}:{lines[0]}") + _write_message(findings[0], group)
    shown = [str(line) for line in (lines if verbose else lines[:LINES_SHOWN])]
    if len(lines) > len(shown):
        shown.append(f"{len(lines) - len(shown):,} more")
    return f"{code(path)}: lines {join_words(shown)}"


def _write_message(finding: Finding, group: RuleGroup) -> str:
    also = ", ".join(code(short_place(where)) for where in finding.also[:2])
    message = "" if finding.message in ("", group.title) else f": {write_prose(finding.message)}"
    return message + (f" (see also {also})" if also else "")
