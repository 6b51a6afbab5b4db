"""Writes the generated pages and the schema of rule files: `python -m readycheck.cli.reference docs`.

With `--check` it says what is out of date, and exits 1.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from readycheck.catalog import load_catalogue
from readycheck.catalog.rule_schema import render_schema
from readycheck.fix.reasons import find_reasons
from readycheck.render.reference import render_pages


def collect_files(folder: Path) -> dict[Path, str]:
    """Every generated file of a checkout whose documentation lies in `folder`, with its text."""
    catalogue = load_catalogue()
    files = {folder / path: text for path, text in render_pages(catalogue, find_reasons()).items()}
    files[folder.parent / "rules" / "rule.schema.json"] = render_schema(catalogue.items)
    return files


def find_stale(folder: Path, files: Mapping[Path, str]) -> list[Path]:
    """Files that are missing, different, or about a rule that is gone."""
    changed = [path for path, text in files.items() if not path.is_file() or path.read_bytes() != text.encode()]
    gone = [path for path in sorted((folder / "rules").glob("*.md")) if path not in files]
    return changed + gone


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with `--check` compare them; 0 if all is as it should be, 1 if not, 2 for wrong usage."""
    folders = [argument for argument in arguments if argument != "--check"]
    if len(folders) != 1:
        sys.stderr.write("usage: python -m readycheck.cli.reference [--check] FOLDER\n")
        return 2
    folder = Path(folders[0])
    files = collect_files(folder)
    stale = find_stale(folder, files)
    if "--check" in arguments:
        sys.stderr.writelines(f"{path} is out of date; run make docs\n" for path in stale)
        return 1 if stale else 0
    for path in stale:
        write(path, files.get(path))
    return 0


def write(path: Path, text: str | None) -> None:
    """Write one page, or remove it."""
    if text is None:
        path.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
