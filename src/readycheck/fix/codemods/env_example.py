"""Variables that are read and declared nowhere, put into the template of `.env`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from readycheck.fix.contract import Project, per_project
from readycheck.fix.environment.reasons import REASONS
from readycheck.fix.environment.template import Style, read_style, write_head, write_line
from readycheck.fix.packages import MANIFESTS
from readycheck.fix.refusal import RefusedError, refuse
from readycheck.model.evidence import Fact, Match
from readycheck.model.fix import Edit, NewFile, Safety, Site
from readycheck.model.location import Span
from readycheck.model.vocabulary import Role
from readycheck.scan.environ.names import is_variable
from readycheck.scan.inventories.environment import KINDS, Environment
from readycheck.scan.late import compile_late

NAMES = (
    ".env.example", ".env.sample", ".env.template", ".env.dist", "env.example", "example.env", "sample.env",
    "env.sample", "env.template", ".env.local.example", ".env-example", ".env-sample", "dotenv.example",
)  # fmt: skip
"""What templates are called, in the order in which the first is taken where several stand beside each other."""
NEW = Style(blank_lines=True)
TEMPLATE = compile_late(r"example|sample|template|dist", re.IGNORECASE)
HEAD = "# Copy this file to .env and fill in what is empty; .env itself is never committed.\n"


@per_project(*KINDS)
def complete_env_example(project: Project, matches: Sequence[Match]) -> Iterator[Site]:
    """Append each missing variable to the nearest template of `.env`, or make one with all that are missing."""
    by_name: dict[str, list[Fact]] = defaultdict(list)
    roles = {file.path: file.role for file in project.files}
    for fact in Environment(project.facts).reads:
        if roles.get(fact.where.path) is not Role.SERVER:
            continue  # a script or a test may fall back to something else
        by_name[str(fact.data.get("name"))].append(fact)
    missing = [
        Missing(match, match.where, has_default(by_name[match.text]))
        for match in matches
        if isinstance(match.where, Span)
    ]
    new: dict[str, list[Missing]] = defaultdict(list)
    for one in missing:
        try:
            template = find_template(project, one)
        except RefusedError as error:
            yield refuse(one.match, error, REASONS)
            continue
        if template:
            yield append(one, template, project.read(template) or "", find_place(one, missing))
        else:
            new[find_folder(project, one.where.path)].append(one)
    for folder, own in new.items():
        yield from create(folder, own)


@dataclass(frozen=True, slots=True)
class Missing:
    """A variable that is read at a place and declared nowhere; `defaulted` if the code has a default for it."""

    match: Match
    where: Span
    defaulted: bool

    @property
    def name(self) -> str:
        """The variable's name."""
        return self.match.text


def has_default(reads: Sequence[Fact]) -> bool:
    """Whether any read falls back to something: an empty value, as a copied template gives it, may not do the same.

    What it falls back to is never repeated: a template holds names, and a default may be what nobody should publish.
    """
    return any(fact.data.get("default") is not None for fact in reads)


def find_place(one: Missing, others: Sequence[Missing]) -> str:
    """The first of the files that read a variable."""
    return min(other.where.path for other in others if other.name == one.name)


def find_template(project: Project, one: Missing) -> str:
    """The template in the folder of the file that reads a variable, or in the nearest folder above; or empty.

    Raises:
        RefusedError: several others belong to the same package.
    """
    if not is_variable(one.name):
        raise RefusedError("name-unknown")
    for folder in PurePosixPath(one.where.path).parents:
        for name in NAMES:
            path = str(folder / name)
            if project.read(path) is not None:
                return path
    own = find_folder(project, one.where.path)
    declared = {fact.where.path for fact in project.facts.get("env-declared", ()) if fact.data.get("example")}
    found = [
        path for path in declared if TEMPLATE.search(PurePosixPath(path).name) and find_folder(project, path) == own
    ]
    if len(found) > 1:
        raise RefusedError("which-example")
    return found[0] if found else ""


def find_folder(project: Project, path: str) -> str:
    """The nearest folder above a file that has a manifest, or the root."""
    for folder in PurePosixPath(path).parents:
        if any(project.read(str(folder / name)) is not None for name in MANIFESTS):
            return str(folder)
    return "."


def append(one: Missing, template: str, text: str, place: str) -> Site:
    """The site of a variable that goes to the end of a template, below the name of the file that reads it."""
    style, end = read_style(text), len(text)
    parts = [part for part in (write_head(style, place), write_line(style, one.name)) if part]
    is_open = text != "" and not text.endswith("\n")
    edits = tuple(Edit(template, end, end, f"\n{part.removesuffix(chr(10))}" if is_open else part) for part in parts)
    reason = "empty-is-not-unset" if one.defaulted else ""
    safety = Safety.UNSAFE if reason else Safety.SAFE
    return Site(one.match.rule, one.where, safety, f"name `{one.name}` in {template}", reason, edits)


def create(folder: str, missing: Sequence[Missing]) -> Iterator[Site]:
    """The sites of variables for which there is no template: each makes the same new one, with all of them."""
    path = str(PurePosixPath(folder) / ".env.example")
    places = {one.name: find_place(one, missing) for one in missing}
    lines = [HEAD]
    for place in sorted(set(places.values())):
        lines.append(write_head(NEW, place))
        lines += [write_line(NEW, name) for name, first in sorted(places.items()) if first == place]
    file = NewFile(path, "".join(lines))
    for one in missing:
        title = f"name `{one.name}` in a new {path}"
        yield Site(one.match.rule, one.where, Safety.UNSAFE, title, "new-file", creates=(file,))
