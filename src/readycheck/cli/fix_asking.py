"""`--interactive`: each change is shown, and made if the person at the terminal says so."""

from __future__ import annotations

from dataclasses import replace

import typer

from readycheck.audit.errors import UsageError
from readycheck.catalog.problems import escape_controls
from readycheck.cli.console import write_stdout
from readycheck.edits.text import apply
from readycheck.fix.choose import Choice
from readycheck.fix.run import Outcome
from readycheck.fix.source import Source
from readycheck.model.fix import Edit, Site
from readycheck.model.fixes import FileChange
from readycheck.render.fixes import render_change
from readycheck.render.style import Style

QUESTION = "Change it? y yes, n no, a this and all that follow, q no more"
ANSWERS = ("y", "n", "a", "q")


def ask_for_each(outcome: Outcome, style: Style) -> Choice:
    """The choice without the sites that the person does not want. Raises UsageError if there is no answer."""
    texts = {path: Source.decode(path, one.before) for path, one in outcome.edited.items()}
    taken: list[Site] = []
    sites = outcome.choice.sites
    for number, site in enumerate(sites):
        for change in show(site, taken, texts):
            write_stdout(render_change(change, style))
        title = escape_controls(f"[{number + 1}/{len(sites)}] {site.rule}: {site.title}")
        note = f" ({site.safety.value}: {site.reason})" if site.reason else ""
        answer = ask(f"{title}{escape_controls(note)}\n{QUESTION}")
        if answer == "q":
            break
        if answer in ("y", "a"):
            taken.append(site)
        if answer == "a":
            taken += sites[number + 1 :]
            break
    return replace(outcome.choice, sites=tuple(taken))


def show(site: Site, taken: list[Site], texts: dict[str, Source]) -> list[FileChange]:
    """What one more site changes in files that are changed by the others already."""
    changes = []
    for path in dict.fromkeys(edit.path for edit in site.edits):
        source = texts[path]
        before = apply(source.text, list_edits(path, taken, source))
        after = apply(source.text, list_edits(path, [*taken, site], source))
        changes.append(FileChange(path, before, after))
    return changes + [FileChange(new.path, "", new.content, is_new=True) for new in site.creates]


def list_edits(path: str, sites: list[Site], source: Source) -> list[Edit]:
    """The edits of some sites in one file, with its line ends."""
    edits = [edit for site in sites for edit in site.edits if edit.path == path]
    return [replace(edit, new=source.adapt(edit.new)) for edit in edits]


def ask(question: str) -> str:
    """One of the answers."""
    while True:
        try:
            answer = str(typer.prompt(question, err=True, default="n", show_default=False)).strip().lower()[:1]
        except typer.Abort as error:
            typer.echo(err=True)  # ends the question's line
            raise UsageError("--interactive: no answer; nothing was written") from error
        if answer in ANSWERS:
            return answer
