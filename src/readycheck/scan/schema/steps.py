"""In which order the files of a folder are applied, and which of them go back."""

from __future__ import annotations

import re
from dataclasses import dataclass

from readycheck.model.rule import Json
from readycheck.scan.late import compile_late

BACK = compile_late(
    r"(?:[._-](?:down|undo|rollback|revert|rev)\.sql|(?:^|/)(?:down|undo|rollback|revert)\.sql)$"
    r"|(?:^|/)(?:down|downs|undo|rollbacks?|revert)/[^/]*\.sql$|(?:^|/)U\d[\d._]*__[^/]*\.sql$",
    re.IGNORECASE,
)
FLYWAY = compile_late(r"^V(\d+(?:[._]\d+)*)__")
REPEATED = compile_late(r"^R__")
NUMBERED = compile_late(r"^[vV]?(\d+)")
PARTS = compile_late(r"(\d+)")
# A folder of its own for each step, whatever the file in it is called.
STEPPING = compile_late(r"^(?:migration|up|upgrade|forward|index)\.sql$", re.IGNORECASE)
FOLDERS = compile_late(
    r"migrat|drizzle|(?:^|[_-])(?:changes|changelogs?|versions|deltas?|upgrades?|revisions|patches)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Step:
    """Where a file stands among those that make a schema: they share `folder` and are sorted by `key`."""

    folder: str
    key: list[Json]
    single: bool


def is_back(path: str) -> bool:
    """Whether a file only takes back what another one does."""
    return BACK.search(path) is not None


def read_step(path: str) -> Step:
    """The place of a file, by the names that the common tools give."""
    folder, _, name = path.rpartition("/")
    if flyway := FLYWAY.match(name):
        numbers = [int(one) for one in re.split(r"[._]", flyway[1])]
        return Step(folder, [0, *split_name(".".join(map(str, numbers))), *split_name(name)], single=False)
    if REPEATED.match(name):
        return Step(folder, [1, *split_name(name)], single=False)
    parent, _, last = folder.rpartition("/")
    if NUMBERED.match(last) and (STEPPING.match(name) or FOLDERS.search(parent.rpartition("/")[2])):
        return Step(parent, [0, *split_name(f"{last}/{name}")], single=False)
    is_step = (
        NUMBERED.match(name) is not None
        or "migrat" in name.lower()
        or any(FOLDERS.search(one) for one in folder.split("/")[-2:])
    )
    return Step(folder, [0, *split_name(name)], single=not is_step)


def split_name(name: str) -> list[Json]:
    """A name as texts and numbers in turn, so that 10 comes after 9."""
    return [int(part) if place % 2 else part.lower() for place, part in enumerate(PARTS.split(name))]
