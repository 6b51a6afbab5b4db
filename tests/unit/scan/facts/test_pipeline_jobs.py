from __future__ import annotations

import pytest

from readycheck.model.evidence import Fact
from readycheck.model.vocabulary import Language
from readycheck.scan.config.file import ConfigFile
from readycheck.scan.deploys import read_steps
from readycheck.scan.facts.pipeline_jobs import collect_config, is_moving

WORKFLOW = """\
on:
  push: {branches: [main]}
  workflow_dispatch: {inputs: {image: {}, other: {}}}
jobs:
  deploy:
    needs: [test]
    environment: {name: production}
    runs-on: self-hosted
    env: {IMAGE: "${{ inputs.image }}"}
    steps:
      - uses: actions/checkout@v4
      - run: |
          # docker push nothing
          docker build -t a/b:latest . && docker push a/b:latest
          ssh -i key host "docker pull a/b;
          docker run -d -p 80:80 --name b a/b:latest"
"""


def collect(text: str, path: str = ".github/workflows/deploy.yml") -> list[Fact]:
    return list(collect_config(ConfigFile(path, Language.YAML, text)))


def test_a_job_of_github() -> None:
    job, *images = collect(WORKFLOW)
    wanted = {
        "name": "deploy", "environment": "production", "needs": ["test"], "branches": ["main"],
        "events": ["push", "workflow_dispatch"], "inputs": ["image"], "own_machine": True,
    }  # fmt: skip
    assert {key: job.data[key] for key in wanted} == wanted
    steps = [(line, words[:2], remote) for line, _, words, remote in read_steps(job)]
    assert steps == [
        (14, ["docker", "build"], False),
        (14, ["docker", "push"], False),
        (15, ["ssh", "-i"], False),
        (15, ["docker", "pull"], True),
        (16, ["docker", "run"], True),
    ]
    assert [(one.where.line, one.data["verb"], one.data["image"], one.data["moving"]) for one in images] == [
        (14, "build", "a/b:latest", True),
        (14, "push", "a/b:latest", True),
        (16, "run", "a/b:latest", True),
    ]


def test_a_heredoc_is_read_by_the_remote_shell() -> None:
    text = (
        "jobs:\n  a:\n    steps:\n      - run: |\n          ssh host << 'END'\n            docker compose up -d\n"
        "          END\n"
    )
    (job,) = collect(text)
    assert [(words[0], remote) for _, _, words, remote in read_steps(job)] == [
        ("ssh", True),
        ("docker", True),
        ("END", True),
    ]


def test_jobs_of_gitlab() -> None:
    text = (
        "stages: [test, deploy]\nimage: x\n.hidden: {script: [a]}\nto-production:\n  stage: deploy\n  when: manual\n"
        "  script: [./deploy.sh]\n"
    )
    (job,) = collect(text, ".gitlab-ci.yml")
    assert (job.data["name"], job.data["order"], job.data["manual"]) == ("to-production", 1, True)


def test_tags_of_an_action() -> None:
    text = (
        "jobs:\n  a:\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          tags: |\n"
        "            a/b:latest\n            a/b:${{ github.event_name == 'push' && format('{0}, {1}', a, b) }}\n"
    )
    _, *images = collect(text)
    assert [(one.where.line, one.data["image"], one.data["moving"]) for one in images] == [
        (7, "a/b:latest", True),
        (8, "a/b:$X", None),
    ]


@pytest.mark.parametrize(
    ("image", "moving"),
    [
        ("a/b", True),
        ("a/b:latest", True),
        ("localhost:5000/b", True),
        ("a/b:1.2", False),
        ("a/b:$X", None),
        ("$X", None),
        ("$X/b:latest", True),
        ("a/b:dev", None),
        ("a/b@sha256:abc", False),
    ],
)
def test_which_tags_move(image: str, moving: object) -> None:
    assert is_moving(image) is moving
