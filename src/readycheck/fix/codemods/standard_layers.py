"""Layers that one standard line brings in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from readycheck.fix.contract import FileView, Project, per_file, per_project
from readycheck.fix.layers.mount import is_loaded, mount
from readycheck.fix.layers.reasons import REASONS
from readycheck.fix.layers.sizes import lower, takes_uploads
from readycheck.fix.packages import find_packages
from readycheck.fix.refusal import RefusedError, refuse
from readycheck.model.evidence import Match
from readycheck.model.fix import Safety, Site
from readycheck.model.location import Span
from readycheck.scan.files.languages import language_of
from readycheck.scan.unit import Unit


@per_project()
def mount_layer(project: Project, matches: Sequence[Match]) -> Iterator[Site]:
    """Mount what is missing behind the line that makes the application, where its package is declared."""
    units: dict[str, Unit] = {}
    for path in {match.where.path for match in matches if isinstance(match.where, Span)}:
        language, text = language_of(path), project.read(path)
        if language is not None and text is not None:
            units[path] = Unit(path, language, text)
    for match in matches:
        if isinstance(match.where, Span):
            yield plan_mount(project, match, match.where, units)


def plan_mount(project: Project, match: Match, where: Span, units: Mapping[str, Unit]) -> Site:
    """The site of one application."""
    unit = units.get(where.path)
    try:
        if unit is None:
            return refuse(match, RefusedError("application-unclear"), REASONS)
        if is_loaded(unit, units.values()):
            return refuse(match, RefusedError("mounted-elsewhere"), REASONS)
        edits, line, reason = mount(unit, match, find_packages(project.read, where.path))
    except RefusedError as error:
        return refuse(match, error, REASONS)
    return Site(match.rule, where, Safety.UNSAFE, f"mount it: `{line}`", reason, edits)


@per_file(prepare=takes_uploads)
def lower_body_limit(view: FileView, prepared: object, matches: Sequence[Match]) -> Iterator[Site]:
    """Lower limits on bodies that let more than 10 MB pass."""
    for match in matches:
        if not isinstance(match.where, Span):
            continue
        try:
            edits, text = lower(view.unit, match, uploads=prepared is True)
        except RefusedError as error:
            yield refuse(match, error, REASONS)
        else:
            reason = "large-bodies-refused"
            yield Site(match.rule, match.where, Safety.UNSAFE, f"let 10 MB pass: `{text}`", reason, edits)
