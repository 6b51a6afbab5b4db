from __future__ import annotations

import pytest

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.deploys import find_before, find_deploys, index_jobs, is_deploy, names_stage
from readycheck.scan.facts.pipeline_jobs import collect_config


def collect(text: str) -> list[Fact]:
    file = ConfigFile(".github/workflows/deploy.yml", Language.YAML, text)
    return [one for one in collect_config(file) if one.kind == "pipeline-job"]


@pytest.mark.parametrize(
    ("command", "here", "elsewhere"),
    [
        ("kubectl apply -f k8s", True, True),
        ("kubectl apply --dry-run=client -f k8s", False, False),
        ("helm --namespace a upgrade --install b c", False, False),
        ("helm upgrade --install b c", True, True),
        ("docker compose up -d", False, True),
        ("docker-compose -f a.yml up -d", False, False),
        ("./deploy.sh production", True, True),
        ("bash scripts/deploy-api.sh", True, True),
        ("deploy/release.sh roll production x", True, True),
        ("curl -X POST $RENDER_DEPLOY_HOOK", True, True),
        ("curl https://example.com", False, False),
        ("npm run build", False, False),
    ],
)
def test_which_commands_release(command: str, here: object, elsewhere: object) -> None:
    assert is_deploy(command.split(), is_elsewhere=False) is here
    assert is_deploy(command.split(), is_elsewhere=True) is elsewhere


def test_a_cluster_for_a_test_is_no_production() -> None:
    jobs = collect("jobs:\n  e2e:\n    steps:\n      - uses: helm/kind-action@v1\n      - run: kubectl apply -f k8s\n")
    assert list(find_deploys(jobs)) == []


def test_stages_and_what_comes_before() -> None:
    jobs = collect(
        "jobs:\n  test: {steps: [{run: pytest}]}\n"
        "  a: {needs: test, environment: pre-prod, steps: [{run: fly deploy}]}\n"
        "  b: {needs: [a], steps: [{run: fly deploy --config fly.prod.toml}]}\n"
    )
    index = index_jobs(jobs)
    assert [names_stage(job) for job in jobs] == ["", "staging", "production"]
    assert [job.data["name"] for job in find_before(jobs[2], index)] == ["a", "test"]
    assert [one.text for one in find_deploys(jobs)] == ["fly deploy", "fly deploy --config fly.prod.toml"]
