from __future__ import annotations

import pytest

from readycheck.audit.reach import reads
from readycheck.catalog import load_catalogue
from readycheck.model.rule import Catalogue
from readycheck.model.vocabulary import Language


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.mark.parametrize(
    ("rule", "path", "language", "expected"),
    [
        ("print-call", "app/a.py", Language.PYTHON, True),
        ("print-call", "app/a.ts", Language.TYPESCRIPT, False),
        ("container-runs-as-root", "deploy/Dockerfile", Language.DOCKERFILE, True),
        ("container-runs-as-root", "CHANGELOG.md", Language.TEXT, False),
        ("ci-runs-tests", ".github/workflows/ci.yml", Language.YAML, True),
        ("ci-runs-tests", "data/countries.json", Language.JSON, False),
    ],
)
def test_a_project_check_reads_only_what_its_facts_come_from(
    catalogue: Catalogue,
    rule: str,
    path: str,
    language: Language,
    expected: bool,  # noqa: FBT001 - a table's column
) -> None:
    found = catalogue.find_rule(rule)
    assert found is not None
    assert reads(found, path, language) is expected
