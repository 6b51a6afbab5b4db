"""`readycheck audit` and `attest`: code, service and people's words in one report, as a team would use them."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest

from tests.e2e.services import Sent, reply, serving
from tests.e2e.session import Run, Tree

pytestmark = pytest.mark.e2e

FAST = ("--rate", "500", "--at-once", "4", "--timeout", "2")
APPLICATION = """\
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"], allow_methods=["GET"])


@app.get("/things")
def list_things() -> dict[str, list[str]]:
    return {"things": []}
"""
FILES = {
    "app/main.py": APPLICATION,
    "Dockerfile": 'FROM python:3.12-slim\nCOPY . .\nCMD ["uvicorn", "app.main:app"]\n',
    "pyproject.toml": '[project]\nname = "things"\nversion = "1"\ndependencies = ["fastapi", "uvicorn"]\n',
}


async def reflect(sent: Sent, writer: asyncio.StreamWriter) -> None:
    """Lets every origin in, whatever the code says."""
    origin = re.search(r"^origin: (.+)\r$", sent.head, re.IGNORECASE | re.MULTILINE)
    await reply(headers=f"Access-Control-Allow-Origin: {origin[1]}\r\n" if origin else "")(sent, writer)


def test_code_and_service_that_disagree_are_contradicted(readycheck: Run, tree: Tree) -> None:
    root = tree(FILES)
    with serving(reflect) as service:
        answer = readycheck("audit", root, "--url", service.url, *FAST, "--format", "json")

        assert any(sent.target == "/things" for sent in service.sent), "routes come from the code"
    assert answer.code == 1
    item = next(one for one in answer.report["items"] if one["id"] == "cors")
    assert item["outcome"] == "contradicted"
    assert "although by the code" in item["reason"]
    assert {one["channel"] for one in item["evidence"] if one["outcome"] in ("pass", "fail")} >= {"code", "http"}
    assert readycheck("scan", root, "--format", "json").outcome("cors") == "pass"


def test_code_and_service_that_agree_hold(readycheck: Run, tree: Tree) -> None:
    with serving(reply()) as service:
        answer = readycheck("audit", tree(FILES), "--url", service.url, *FAST, "--format", "json")

    assert answer.outcome("cors") == "pass"


def test_a_service_that_does_not_answer_costs_the_exit_code_and_not_the_report(readycheck: Run, tree: Tree) -> None:
    with serving(reply()) as service:
        pass

    answer = readycheck("audit", tree(FILES), "--url", service.url, *FAST, "--fail-on", "never", "--format", "json")

    assert answer.code == 3
    assert "not one answer" in answer.err
    assert answer.outcome("cors") == "pass"
    assert [notice["kind"] for notice in answer.report["notices"]].count("channel-broken") == 1


def test_the_configuration_names_the_service_but_never_a_command(readycheck: Run, tree: Tree) -> None:
    with serving(reply()) as service:
        root = tree({**FILES, "readycheck.toml": f'[http]\nurl = "{service.url}"\npublic = ["/docs"]\n'})

        readycheck("audit", root, *FAST)

        assert service.sent
    (root / "readycheck.toml").write_text('[http]\nstart = "touch /tmp/never"\n')
    refused = readycheck("audit", root)
    assert refused.code == 2
    assert 'unknown key "start"' in refused.err


def test_readiness_can_be_demanded(readycheck: Run, tree: Tree) -> None:
    answer = readycheck("audit", tree({"tool.py": "x = 1\n"}), "--fail-on", "never", "--require", "bronze", "-q")

    assert answer.code == 1
    assert "--require bronze" in answer.err
    assert readycheck("audit", ".", "--require", "platinum").code == 2


def test_a_word_is_kept_in_a_file_and_moves_its_item_until_it_ends(readycheck: Run, tree: Tree) -> None:
    root = tree({**FILES, "docs/drill.md": "restored\n"})
    words = ("--owner", "Ann", "--statement", "Restored it.", "--proof", "docs/drill.md")

    assert readycheck("attest", "backups", root, *words).code == 0

    text = (root / "attestations.yaml").read_text()
    assert "item: backups" in text
    assert readycheck("audit", root, "--format", "json").outcome("backups") == "attested"
    assert readycheck("scan", root, "--format", "json").outcome("backups") != "attested"

    past = re.sub(r"until: \S+", "until: 2001-02-01", re.sub(r"made: \S+", "made: 2001-01-01", text))
    (root / "attestations.yaml").write_text(past)
    late = readycheck("audit", root, "--format", "json")
    assert late.outcome("backups") == "fail"
    assert any("ended on 2001-02-01" in one["message"] for one in late.report["findings"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("cors", "--proof", "x"), "takes proof from code, config, http"),
        (("backup", "--proof", "x"), 'did you mean "backups"'),
        (("backups", "--proof", "no/such/file.md"), "not there: no/such/file.md"),
        (("backups", "--proof", "x", "--until", "soon"), "must be a day"),
        (("backups", "--proof", "x", "--until", "2999-01-01"), "90 days at most"),
    ],
)
def test_a_word_that_proves_nothing_is_not_written(
    readycheck: Run, tree: Tree, words: tuple[str, ...], said: str
) -> None:
    root = tree(FILES)
    item, *rest = words

    answer = readycheck("attest", item, root, "--owner", "Ann", "--statement", "So it is.", *rest)

    assert answer.code == 2
    assert said in answer.err
    assert not (root / "attestations.yaml").exists()


def test_what_stands_in_the_file_stays(readycheck: Run, tree: Tree) -> None:
    entry = "{item: rollback, statement: a, owner: b, made: 2026-01-01, until: 2026-03-01, proof: c}"
    first = f"# Ours.\nattestations:\n  # The drill.\n  - {entry}\n"
    root = tree({**FILES, "attestations.yaml": first})

    readycheck("attest", "backups", root, "--owner", "Ann", "--statement", 'With "quotes": and # signs', "--proof", "x")

    text = Path(root / "attestations.yaml").read_text()
    assert text.startswith(first)
    items = json.loads(readycheck("audit", root, "--format", "json").out)["items"]
    assert next(one["outcome"] for one in items if one["id"] == "rollback") == "fail"
    assert 'With "quotes": and # signs' in next(one["reason"] for one in items if one["id"] == "backups")
