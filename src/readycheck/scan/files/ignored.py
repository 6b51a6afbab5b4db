"""What `.gitignore` files leave in, asked of ripgrep's matcher."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from readycheck.scan.files.folders import OUTPUT, SILENT, VENDORED
from readycheck.scan.late import compile_late

if TYPE_CHECKING:
    import ignore

SPECIAL = compile_late(r"([^\w/])")


def list_unignored(root: str, pruned: Sequence[str]) -> list[ignore.DirEntry] | None:
    """The root and everything below it that is not ignored, links and special files too.

    Folders that our own walk does not enter (by name, or named in `pruned`) are not entered here either: nobody has
    looked whether their `.gitignore` is a pipe. None when one of those names cannot be handed over. Folders that
    cannot be listed are passed over; our own walk reports them.
    """
    from ignore import Error, IOError, WalkBuilder  # noqa: A004, PLC0415 - its name; only where there is a .gitignore
    from ignore.overrides import OverrideBuilder  # noqa: PLC0415 - likewise

    globs = OverrideBuilder(Path(root))
    try:
        for name in sorted(SILENT | VENDORED | OUTPUT):
            globs = globs.add(f"!{name}/")
        for path in pruned:
            globs = globs.add("!/" + SPECIAL.sub(r"\\\1", path))
        overrides = globs.build()
    except (Error, UnicodeEncodeError):
        return None
    builder = WalkBuilder(Path(root)).hidden(False).ignore(False).parents(False).git_ignore(True)  # noqa: FBT003 - its interface
    walker = iter(builder.git_global(False).git_exclude(False).require_git(False).overrides(overrides).build())  # noqa: FBT003 - likewise
    entries = []
    while True:
        try:
            entries.append(next(walker))
        except StopIteration:
            return entries
        except (Error, IOError):
            continue
