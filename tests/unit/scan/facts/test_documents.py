from __future__ import annotations

import pytest

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.facts.documents import collect_config, slug


def collect(path: str, text: str, language: Language = Language.TEXT) -> list[Fact]:
    return list(collect_config(ConfigFile(path, language, text)))


def test_a_runbook() -> None:
    text = (
        "# On call\n**Owner:** the chat team\n## API is *down*\n`docker compose ps`, then `GET /health`\n"
        "```sh\n# no heading\npsql -c 'SELECT 1'\nyes\n```\n\n    kubectl get pods\n"
    )
    owner, page = collect("docs/runbooks/on-call.md", text)
    assert (owner.where.line, owner.data["name"]) == (2, "the chat team")
    assert page.data == {"title": "On call", "headings": ["on-call", "api-is-down"], "commands": 3, "about": "alerts"}


@pytest.mark.parametrize(
    "line", ["Owner: TBD", "The owner of a message may delete it.", "Owner:", "**Owner**: <your team>"]
)
def test_lines_that_name_nobody(line: str) -> None:
    assert [one.kind for one in collect("runbook.md", f"# A\n{line}\n")] == ["runbook"]


def test_files_that_name_owners() -> None:
    assert [one.data["name"] for one in collect("CODEOWNERS", "# *\n* @a/b\n/x @c\n")] == ["@a/b"]
    assert [one.where.line for one in collect("OWNERS", "approvers:\n  - ada\n", Language.YAML)] == [1]
    assert collect("catalog-info.yaml", "spec: {owner: TODO}\n", Language.YAML) == []


def test_anchors_are_those_of_github() -> None:
    assert slug("1. Which `image` was [there](x.md) before?") == "1-which-image-was-there-before"
