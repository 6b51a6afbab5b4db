"""Why a layer is mounted only on demand, or not at all."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "answers-change": "all answers change: pages that load from elsewhere, and old clients, have to be looked at",
    "large-bodies-refused": "requests with larger bodies than that will be answered 413",
    "uploads-taken": "the project takes files through this proxy, and nothing tells how large they may be",
    "dependency-missing": "the package that does this is not declared",
    "no-standard-line": "no single line does this for this framework",
    "application-unclear": "the application is not made in a statement of its own that binds it to a name",
    "mounted-elsewhere": "the application is a part of another one, which the layer belongs to",
    "import-name-taken": "the file has something else by the name of what would be imported",
}
