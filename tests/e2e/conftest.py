"""The installed command, run as a user runs it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.e2e.session import COMMAND, SAFETY_NET, Answer, Run, Tree, clean_environment


@pytest.fixture
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return clean_environment(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def readycheck(environment: dict[str, str], tmp_path: Path) -> Run:
    """Runs the command; whatever it is given, it ends, and shows no traceback."""

    def run(
        *arguments: str | Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        prepare: Callable[[], None] | None = None,
    ) -> Answer:
        done = subprocess.run(
            [COMMAND, *arguments],
            cwd=cwd or tmp_path,
            env={**environment, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SAFETY_NET,
            check=False,
            preexec_fn=prepare,
        )
        answer = Answer(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Traceback" not in answer.out + answer.err
        assert "bug in readycheck" not in answer.err
        return answer

    return run


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Writes files below a fresh folder and gives the folder."""

    def write(files: Mapping[str, str | bytes]) -> Path:
        root = tmp_path / "project"
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return root

    return write
