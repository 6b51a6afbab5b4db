from __future__ import annotations

import pytest

from readycheck.scan.installs import judge_install, list_unpinned


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


@pytest.mark.parametrize(
    ("command", "loose"),
    [
        ("pip install fastapi uvicorn[standard]", ["fastapi", "uvicorn[standard]"]),
        ("python -m pip install --no-cache-dir -i https://pypi.org/simple redis>=5", ["redis>=5"]),
        ("uv pip install --system gunicorn", ["gunicorn"]),
        ("pip install gunicorn==23.0.0 redis", ["redis"]),
        ("pip install -r requirements.txt gunicorn", []),
        ("pip install --requirement=requirements.txt", []),
        ("pip install -c constraints.txt gunicorn", []),
        ("pip install --upgrade pip setuptools poetry>=1", []),
        ("pip install . gunicorn", []),
        ("pip install $PACKAGES", []),
        ("pip install git+https://github.com/example/api", []),
        ("pip check", []),
        ("npm install fastapi", []),
    ],
)
def test_which_packages_are_taken_in_whatever_version(command: str, loose: list[str]) -> None:
    assert list_unpinned(command.split()) == loose
