"""Which of the planned sites are made in a run, and what becomes of each file then."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from readycheck.edits.text import EditConflictError, merge
from readycheck.model.fix import Edit, NewFile, Safety, Site
from readycheck.model.location import Span


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user wants made: unsafe sites too or not, and only places that `touches` says yes to."""

    unsafe: bool = False
    touches: Callable[[Span], bool] | None = None

    def allows(self, site: Site) -> bool:
        """Whether a site would be made."""
        if site.safety is Safety.REFUSED or (site.safety is Safety.UNSAFE and not self.unsafe):
            return False
        return self.touches is None or self.touches(site.where)


@dataclass(frozen=True, slots=True)
class Choice:
    """The sites that are made, and those that would be but overlap with others (they come with the next run)."""

    sites: tuple[Site, ...]
    overlapping: tuple[Site, ...] = ()

    @property
    def edits(self) -> Mapping[str, tuple[Edit, ...]]:
        """The edits of each file, in the order of its text, equal ones once."""
        found: dict[str, list[Edit]] = defaultdict(list)
        for site in self.sites:
            for edit in site.edits:
                found[edit.path].append(edit)
        return {path: tuple(merge(edits)) for path, edits in sorted(found.items())}

    @property
    def creates(self) -> Mapping[str, NewFile]:
        """The new files by path."""
        return {new.path: new for site in self.sites for new in site.creates}


def choose(sites: Iterable[Site], wish: Wish) -> Choice:
    """The sites that the wish allows, each as long as it does not overlap with one before it."""
    taken: list[Site] = []
    overlapping: list[Site] = []
    texts = Taken()
    for site in sites:
        if wish.allows(site):
            (taken if texts.take(site) else overlapping).append(site)
    return Choice(tuple(taken), tuple(overlapping))


@dataclass
class Taken:
    """The stretches of all files that are spoken for: in order, as (start, end), and the edits themselves."""

    stretches: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    edits: set[Edit] = field(default_factory=set)
    creates: dict[str, NewFile] = field(default_factory=dict)

    def take(self, site: Site) -> bool:
        """Take what a site needs, if nothing of it is spoken for in another way."""
        edits = [edit for edit in dict.fromkeys(site.edits) if edit not in self.edits]
        if any(self.creates.get(new.path, new) != new for new in site.creates) or not self.is_free(edits):
            return False
        for edit in edits:
            insort(self.stretches[edit.path], (edit.start, edit.end))
        self.edits.update(edits)
        self.creates.update({new.path: new for new in site.creates})
        return True

    def is_free(self, edits: Sequence[Edit]) -> bool:
        """Whether edits overlap neither with one another nor with those that were taken."""
        by_path: dict[str, list[Edit]] = defaultdict(list)
        for edit in edits:
            by_path[edit.path].append(edit)
        try:
            for some in by_path.values():
                merge(some)
        except EditConflictError:
            return False
        return not any(self.overlaps(edit) for edit in edits)

    def overlaps(self, edit: Edit) -> bool:
        """Whether the stretch before or behind an edit in the order of the text reaches into it."""
        taken = self.stretches[edit.path]
        at = bisect_right(taken, (edit.start, edit.end))
        return (at > 0 and taken[at - 1][1] > edit.start) or (at < len(taken) and taken[at][0] < edit.end)


def without(choice: Choice, paths: Sequence[str]) -> Choice:
    """The choice without all sites that would change one of the files, or whose place is in one of them."""
    gone = set(paths)
    kept = [site for site in choice.sites if gone.isdisjoint([site.where.path, *list_paths(site)])]
    return Choice(tuple(kept), choice.overlapping)


def list_paths(site: Site) -> list[str]:
    """The files that a site changes or makes."""
    return [*(edit.path for edit in site.edits), *(new.path for new in site.creates)]
