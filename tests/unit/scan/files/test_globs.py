from __future__ import annotations

import pytest

from readycheck.scan.files.globs import matches_globs


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("Dockerfile", "Dockerfile", True),
        ("Dockerfile", "deploy/api/Dockerfile", True),
        ("Dockerfile", "Dockerfile.dev", False),
        ("/Dockerfile", "Dockerfile", True),
        ("/Dockerfile", "deploy/Dockerfile", False),
        ("*.py", "a/b/c.py", True),
        ("*.py", "a/b/c.pyc", False),
        ("src/*.py", "src/a.py", True),
        ("src/*.py", "src/a/b.py", False),
        ("src/**/*.py", "src/a.py", True),
        ("src/**/*.py", "src/a/b/c.py", True),
        ("**/tests/**", "tests/a.py", True),
        ("**/tests/**", "a/tests/b/c.py", True),
        ("**/tests/**", "a/tests", False),
        ("a/**/b/**/c", "a/x/b/b/y/c", True),
        ("a/**/b/**/c", "a/x/c", False),
        ("tools/**", "tools/x.py", True),
        ("tools/**", "tool/x.py", False),
        ("docker-compose*.{yml,yaml}", "docker-compose.prod.yaml", True),
        ("docker-compose*.{yml,yaml}", "docker-compose.json", False),
        ("[!a]x?z", "bxyz", True),
        ("[!a]x?z", "axyz", False),
        ("a+b(c).py", "a+b(c).py", True),
        ("*a*b*c", "xxaybzc", True),
        ("*a*b*c", "xxaybz", False),
        ("[", "[", True),
    ],
)
def test_glob_matches_path(glob: str, path: str, expected: bool) -> None:  # noqa: FBT001 - a table's column
    assert matches_globs(path, [glob]) is expected


def test_no_glob_matches_nothing() -> None:
    assert not matches_globs("a", [])


HOSTILE = ["*a" * 25 + "b", "**/" * 60 + "x", "**/a*/" * 30 + "b", "{a,*a}" * 12 + "b", "{a,*a}" * 6 + "b"]


@pytest.mark.parametrize("glob", HOSTILE)
@pytest.mark.parametrize("path", ["/".join(["a" * 40] * 40), "a" * 200 + "c"])
def test_hostile_globs_end(glob: str, path: str) -> None:
    assert not matches_globs(path, [glob])
