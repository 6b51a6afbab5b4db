"""The README says what is true: its report, its commands, its configuration."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from readycheck.audit.settings import PARSERS
from readycheck.catalog import load_catalogue
from readycheck.render.formats import format_names
from tests.e2e.session import Run

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


def test_the_report_is_the_real_one(readycheck: Run) -> None:
    block = README.split("<!-- report:")[1].split("```text\n")[1].split("\n```")[0]

    answer = readycheck("scan", "fixtures/projects/notes", cwd=ROOT)

    assert answer.code == 1
    for part in block.split("\n[...]\n"):
        assert part in answer.out


def test_every_key_of_the_configuration_is_there() -> None:
    table = README.split("### Configure it")[1].split("###")[0]

    assert re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE) == list(PARSERS)


def test_every_format_and_exit_code_is_there() -> None:
    assert all(name in README for name in format_names())
    assert re.findall(r"^\| (\d) \|", README, re.MULTILINE) == ["0", "1", "2", "3"]
    assert f"checklist of {len(load_catalogue().items)}]" in README


def test_every_option_that_is_named_exists(readycheck: Run) -> None:
    commands = ["scan", "rules new", "init", "demo", "probe", "audit", "attest", "database", "fix", "queries"]
    help_text = "".join(readycheck(*command.split(), "--help").out for command in commands)

    lines = re.findall(r"^readycheck .*|`(?:readycheck [a-z]+ )?--[a-z-]+`", README, re.MULTILINE)
    named = {option for line in lines for option in re.findall(r"--[a-z-]+", line)}

    assert named
    assert [option for option in named if option not in help_text] == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere(page: str) -> None:
    targets = re.findall(r"\]\(([^)#]+)", (ROOT / page).read_text())

    assert [target for target in targets if not target.startswith("https://") and not (ROOT / target).exists()] == []


def test_the_steps_for_a_newcomer_work(readycheck: Run, tmp_path: Path) -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    [line] = re.findall(r"^\.venv/bin/readycheck (rules new .*)$", text, re.MULTILINE)

    written = readycheck(*line.split(), cwd=tmp_path)

    assert written.code == 0
    path = tmp_path / re.findall(r"writes `(.*)`:", text)[0]
    assert path.is_file()
    assert readycheck("rules", "test", "requests-get-call", "--rules", "rules", cwd=tmp_path).code == 0
