from __future__ import annotations

import pytest

from readycheck.scan.installs import judge_install


@pytest.mark.parametrize(
    ("command", "frozen", "in_ci"),
    [
        ("npm ci", True, True),
        ("npm install --omit=dev", False, False),
        ("npm install left-pad", None, None),
        ("npm i -g pnpm", None, None),
        ("yarn", False, None),
        ("yarn --version", None, None),
        ("yarn install --immutable", True, True),
        ("pnpm install", False, True),
        ("pnpm install --no-frozen-lockfile", False, False),
        ("bun install", False, False),
        ("uv sync --locked", True, True),
        ("uv sync", None, None),
        ("uv pip install --require-hashes -r a.txt", True, True),
        ("poetry install --no-root", True, True),
        ("pipenv install --deploy", True, True),
        ("pip install -r requirements.txt", None, None),
        ("/opt/venv/bin/pip install --require-hashes -r requirements.txt", True, True),
        ("python -m pip install --require-hashes --requirement requirements.txt", True, True),
        ("make install", None, None),
    ],
)
def test_which_installs_keep_to_the_lock_file(command: str, frozen: object, in_ci: object) -> None:
    assert judge_install(command.split()) is frozen
    assert judge_install(command.split(), in_ci=True) is in_ci
