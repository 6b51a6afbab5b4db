"""Rules of a user, one of each kind, and what loading them says."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from readycheck.catalog import CatalogueError, load_catalogue

RULE = """\
title: shout() in server code
item: no-console-output
channel: code
polarity: violation
languages: [python]
confidence: high
why: It is loud.
remedy: Whisper.
references: [https://example.org/whisper]
anchors: [shout]
detect:
  calls: voice.shout
examples:
  bad:
    - code: "import voice\\nvoice.shout()\\n"
      at: [2]
  good:
    - code: "voice = 1\\n"
"""

CONFIG_RULE = """\
title: privileged container
item: container-user
channel: config
polarity: violation
confidence: high
why: It is root.
remedy: Drop it.
detect:
  config:
    files: [compose.yaml]
    path: services.*.privileged
    matches: ^true$
examples:
  bad:
    - path: compose.yaml
      code: "services: {web: {privileged: true}}"
      at: [1]
  good:
    - path: compose.yaml
      code: "services: {web: {}}"
"""
CONTROL_RULE = """\
title: limiter mounted
item: rate-limiting
channel: code
polarity: control
languages: [python, javascript]
confidence: medium
why: Bursts end here.
remedy: Mount one.
anchors: [Limiter]
detect:
  calls: [slowapi.Limiter]
  arguments: {enabled: true}
examples:
  bad:
    - code: "# Limiter"
  good:
    - files:
        src/app.js: "new Limiter({enabled: true})"
        src/other.js: ""
      at: ["src/app.js:1"]
"""


def find_problems(folder: Path, text: str, checks: Collection[str] | None = None) -> list[str]:
    """The messages about a user's rule `shout-call`, without its path."""
    path = folder / "shout-call.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        load_catalogue([folder], checks)
    except CatalogueError as error:
        return [str(each).removeprefix(f"{path}:") for each in error.problems if each.source == str(path)]
    return []
