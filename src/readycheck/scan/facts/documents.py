"""What people wrote down for people: runbooks, and who owns the service.

`runbook`: `title`, `headings` (as anchors), `commands` (how many), `about` (rollback, restore, alerts or empty).
`owner`: `form` (the file or the key that names somebody), `name`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from readycheck.model.evidence import Fact
from readycheck.model.rule import Json
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.late import compile_late

KINDS = ("runbook", "owner")
GLOBS = (
    "*runbook*.md", "*RUNBOOK*.md", "**/runbooks/**/*.md", "**/runbook/**/*.md", "*playbook*.md",
    "**/playbooks/**/*.md", "*on-call*.md", "*oncall*.md", "*rollback*.md", "*ROLLBACK*.md",
    "*incident*.md", "*disaster*.md", "*restore*.md",
    "CODEOWNERS", "OWNERS", "OWNERS.yaml", "catalog-info.yaml", "catalog-info.yml", "opslevel.yml", "compass.yml",
    "service.datadog.yaml", "entity.datadog.yaml", "cortex.yaml",
)  # fmt: skip
HEADING = compile_late(r"^(#{1,4})\s+(.+?)\s*#*$")
FENCE = compile_late(r"^\s*(?:```|~~~)")
COMMAND = compile_late(
    r"^\s*(?:\$\s+|[>#]\s+)?(?:sudo\s+)?(?:kubectl|helm|docker|docker-compose|psql|pg_restore|pg_dump|curl|ssh|systemctl|journalctl|"
    r"aws|gcloud|az|fly|flyctl|heroku|git|npm|yarn|pnpm|python3?|redis-cli|valkey-cli|make|terraform|ansible-playbook|"
    r"export|cd|tail|grep|\./[\w./-]+|[\w./-]+\.sh)\b"
)
INLINE = compile_late(r"`([^`\n]+)`")
OWNER = compile_late(
    r"^[\s>*_|#-]*(?:service\s+)?(?:owners?|owned by|team)\b[*_\s]*[:|][*_\s|]*(?P<name>[^*_|\s][^|*.]{1,60})",
    re.IGNORECASE,
)
PLACEHOLDER = compile_late(
    r"^(?:tbd|todo|n/?a|none|unknown|\?+|<.*>|\[.*\]|your\b.*|example\b.*|xxx.*)$", re.IGNORECASE
)
CODE_OWNER = compile_late(r"^(?!#)\S+\s+(@[\w./-]+|[\w.+-]+@[\w.-]+)")
TOPICS = {
    "rollback": re.compile(r"roll-?\s?back|going back|go back|revert", re.IGNORECASE),
    "restore": re.compile(r"restor|backup|disaster", re.IGNORECASE),
    "alerts": re.compile(r"alert|on-?\s?call|incident|page[ds]?\b", re.IGNORECASE),
}
MOST_HEADINGS = 200


def collect_config(file: ConfigFile) -> Iterator[Fact]:
    """The facts of one page, or of one file that names owners.

    Raises:
        ConfigError: the file is broken.
    """
    name = file.path.rpartition("/")[2]
    if name.endswith(".md"):
        yield from read_page(file)
    elif name == "CODEOWNERS":
        for number, row in enumerate(file.lines, 1):
            found = CODE_OWNER.match(row.strip())
            if found is not None:
                yield Fact("owner", file.span(number), {"form": "CODEOWNERS", "name": found[1]})
                return
    else:
        yield from read_catalogue(file)


def read_page(file: ConfigFile) -> Iterator[Fact]:
    """A page of Markdown: its headings, how many commands it gives, and whom it names as the owner."""
    headings: list[Json] = []
    titles: list[str] = []
    commands, in_fence = 0, False
    for number, row in enumerate(file.lines, 1):
        in_fence = not in_fence if FENCE.match(row) else in_fence
        found = None if in_fence else HEADING.match(row)
        if found is not None and len(headings) < MOST_HEADINGS:
            titles.append(found[2])
            headings.append(slug(found[2]))
        if in_fence or row.startswith(("    ", "\t")):
            commands += COMMAND.match(row.strip()) is not None
        else:
            commands += sum(1 for one in INLINE.findall(row) if COMMAND.match(one))
            owner = OWNER.match(row[:300])
            if owner is not None and not PLACEHOLDER.match(owner["name"].strip()):
                yield Fact("owner", file.span(number), {"form": "a line of the runbook", "name": owner["name"].strip()})
    text = f"{file.path.rpartition('/')[2]} {titles[0] if titles else ''}"
    about = next((topic for topic, pattern in TOPICS.items() if pattern.search(text)), "")
    data: dict[str, Json] = {
        "title": titles[0] if titles else "",
        "headings": headings,
        "commands": commands,
        "about": about,
    }
    yield Fact("runbook", file.span(1), data)


def slug(title: str) -> str:
    """The anchor that GitHub gives a heading."""
    plain = re.sub(r"[`*_~]|\[([^\]]*)\]\([^)]*\)", r"\1", title).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def read_catalogue(file: ConfigFile) -> Iterator[Fact]:
    """A service catalogue's file, or an OWNERS file of Kubernetes."""
    for index, document in enumerate(file.documents):
        for path in (
            ("spec", "owner"),
            ("team",),
            ("owner",),
            ("service", "owner"),
            ("approvers",),
            ("metadata", "owner"),
        ):
            value: Any = document
            for key in path:
                value = value.get(key) if isinstance(value, Mapping) else None
            name = value[0] if isinstance(value, list) and value else value
            if isinstance(name, str) and name and not PLACEHOLDER.match(name):
                line = file.line_of(path, index)
                yield Fact("owner", file.span(line), {"form": file.path.rpartition("/")[2], "name": name[:80]})
                return
