from __future__ import annotations

import pytest

from readycheck.scan.checks.pipelines import is_test


@pytest.mark.parametrize(
    "command",
    [
        "pytest -q",
        "python -m pytest",
        "python -W error -m unittest",
        "python manage.py test --parallel",
        "npm test",
        "npm run test:unit",
        "yarn test:ci",
        "pnpm run -r test",
        "make integration_tests",
        "make V=1 ci.test",
        "npx playwright test",
        "./scripts/run-tests.sh",
        "bash scripts/tests-start.sh",
        "go test ./...",
        "coverage run -m pytest",
    ],
)
def test_commands_that_run_tests(command: str) -> None:
    words = command.split()
    assert is_test(words[1:] if words[0] == "npx" else words)


@pytest.mark.parametrize(
    "command",
    [
        "",
        "pip install pytest",
        "npm ci",
        "npm install",
        "npm run build",
        "python setup.py sdist",
        "echo test",
        "playwright merge-reports",
        "make latest",
        "tox --version",
        "./testimonials.sh",
        "make check",
        "pnpm -r build:test",
    ],
)
def test_commands_that_do_not(command: str) -> None:
    assert not is_test(command.split())
