"""The cache: remembers what has not changed, and is never worth a wrong or a missing report."""

from __future__ import annotations

import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.e2e.session import COMMAND, Run, Tree

pytestmark = pytest.mark.e2e

FILES = {f"api{n}.py": f"def f{n}():\n    print({n})\n" for n in range(40)}


def test_a_second_scan_reads_nothing_anew_and_says_the_same(readycheck: Run, tree: Tree) -> None:
    root = tree(FILES)

    cold, warm = readycheck("scan", root, "--format", "json"), readycheck("scan", root, "--format", "json")
    (root / "api7.py").write_text("x = 1\n")
    changed = readycheck("scan", root, "--format", "json")

    assert cold.report["findings"] == warm.report["findings"]
    assert len(changed.places("print-call")) == len(FILES) - 1


def test_two_scans_at_once_share_a_cache(environment: dict[str, str], tree: Tree) -> None:
    root = tree(FILES)

    def scan(_: int) -> tuple[int, int]:
        done = subprocess.run(
            [COMMAND, "scan", str(root), "--format", "json"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, len(json.loads(done.stdout)["findings"])

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(scan, range(6))) == {(1, len(FILES))}


def test_a_cache_that_cannot_be_written(readycheck: Run, tree: Tree, tmp_path: Path) -> None:
    root = tree(FILES)
    (tmp_path / "file").write_text("no folder")

    for place in ("/proc/nowhere", "/dev/null", str(tmp_path / "file"), str(tmp_path / "file" / "below")):
        answer = readycheck("scan", root, "--format", "json", env={"READYCHECK_CACHE_DIR": place})
        assert answer.code == 1
        assert len(answer.places("print-call")) == len(FILES)


def test_a_cache_full_of_rubbish(readycheck: Run, tree: Tree, environment: dict[str, str]) -> None:
    root = tree(FILES)
    readycheck("scan", root)
    cached = [path for path in Path(environment["READYCHECK_CACHE_DIR"]).rglob("*") if path.is_file()]
    assert cached

    for rubbish in (b"", b"\0\xff", b"{}", b'{"entries": 7}', b"[" * 100_000, os.urandom(5_000)):
        for path in cached:
            path.write_bytes(rubbish)
        assert len(readycheck("scan", root, "--format", "json").places("print-call")) == len(FILES)


def test_a_cache_that_the_project_brings_is_not_used(readycheck: Run, tree: Tree) -> None:
    root = tree(FILES)
    home = root / "home"
    home.mkdir()
    readycheck("scan", root, env={"READYCHECK_CACHE_DIR": str(root / ".readycheck_cache")})
    (root / "api3.py").write_text("x = 1\n")

    answer = readycheck("scan", root, "--format", "json")

    assert "api3.py:2" not in answer.places("print-call")
