from __future__ import annotations

from collections.abc import Callable

import pytest

from readycheck.model.evidence import Fact
from readycheck.model.location import Span
from readycheck.model.rule import Check, Rule
from readycheck.model.vocabulary import Channel, Confidence, Polarity, Role, WhenClean
from readycheck.scan.checks.containers import is_floating, is_unclear, judge_images

RULE = Rule(
    "r", "t", "i", Channel.CONFIG, Polarity.VIOLATION, (), Confidence.HIGH, "w", "r", (), (),
    Check("c"), (), (), WhenClean.PROVES, (Role.SERVER,), (), None, "s",
)  # fmt: skip


def image(path: str, *, development: bool = False) -> Fact:
    return Fact("image", Span(path, 1, 1, 1, 9), {"development": development})


def judge_by_path(answers: dict[str, str | None]) -> Callable[[Fact], str | None]:
    return lambda fact: answers[fact.where.path]


def test_an_image_that_cannot_be_judged_keeps_a_clean_result_from_proving() -> None:
    clean = judge_images([image("a"), image("b")], RULE, judge_by_path({"a": "", "b": None}))
    assert (clean.examined, clean.matches) == (0, ())
    fault = judge_images([image("a"), image("b")], RULE, judge_by_path({"a": "wrong", "b": None}))
    assert (fault.examined, [match.message for match in fault.matches]) == (1, ["wrong"])


def test_an_image_for_development_is_exempt_and_proves_nothing() -> None:
    result = judge_images([image("a", development=True)], RULE, judge_by_path({"a": "wrong"}))
    assert result.examined == 0
    assert [match.exempt for match in result.matches] == ["an image for development"]
    doubtful = judge_images([image("a", development=True), image("b")], RULE, judge_by_path({"a": None, "b": ""}))
    assert doubtful.examined == 1


def test_an_exempt_match_does_not_make_up_for_a_doubt() -> None:
    images = [image("a", development=True), image("b"), image("c")]
    result = judge_images(images, RULE, judge_by_path({"a": "wrong", "b": None, "c": ""}))
    assert (result.examined, [match.exempt for match in result.matches]) == (0, ["an image for development"])


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("node", True),
        ("node:latest", True),
        ("node:alpine", True),
        ("python:slim", True),
        ("docker.io/node:lts-alpine", True),
        ("localhost:5000/team/app", True),
        ("node:20-alpine", False),
        ("python:3.12", False),
        ("debian:bookworm-slim", False),
        ("scratch", False),
        ("team/app:release", False),
        ("python@sha256:" + "0" * 64, False),
        ("localhost:5000/team/app:1", False),
    ],
)
def test_images_without_a_version(base: str, expected: bool) -> None:  # noqa: FBT001 - a table's column
    assert is_floating(base) is expected


def test_a_tag_that_is_a_word_proves_nothing() -> None:
    unclear = ("team/app:release", "docker.io/searxng/base:searxng", "gcr.io/distroless/static:nonroot")
    clear = ("debian:bookworm-slim", "ubuntu:jammy", "node:20-alpine", "team/app:v2", "scratch", "alpine")
    assert [is_unclear(base) for base in (*unclear, *clear)] == [True] * 3 + [False] * 6
