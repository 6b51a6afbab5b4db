import asyncio

import pytest

from readycheck.probe.collect.search import search
from readycheck.probe.exchange import Exchange, Request, Response
from readycheck.probe.step import Manner, Step

LARGE = Response(200, (("Content-Type", "application/json"),), b"x" * 2000)
SMALL = Response(200, (("Content-Type", "application/json"),), b"{}")
PICTURE = Response(200, (("Content-Type", "image/png"),), b"x" * 2000)
MISSING = Response(404, (("Content-Type", "text/html"),), b"x" * 2000)


def run(answers: dict[str, Response], requests: int = 5) -> list[tuple[str, str]]:
    step = Step(
        "compression/text", "GET", "/a", "?", manner=Manner.SEARCH, requests=requests,
        options={"paths": ["/a", "/b", "/c"], "codings": ["gzip", "br", "zstd"]},
    )  # fmt: skip
    turns = 0

    async def turn() -> None:
        nonlocal turns
        turns += 1

    async def send(one: Step) -> Exchange:
        return Exchange(0, one.id, Request("GET", one.path, one.headers), answers.get(one.path))

    async def gather() -> list[Exchange]:
        return [exchange async for exchange in search(step, turn, send)]

    sent = asyncio.run(gather())
    assert turns == len(sent) <= requests
    return [(one.request.target, dict(one.request.headers)["Accept-Encoding"]) for one in sent]


def test_the_first_large_answer_is_asked_for_with_every_coding() -> None:
    assert run({"/a": SMALL, "/b": LARGE, "/c": LARGE}) == [
        ("/a", "gzip"), ("/b", "gzip"), ("/b", "br"), ("/b", "zstd"),
    ]  # fmt: skip


@pytest.mark.parametrize("answer", [SMALL, PICTURE, MISSING, None])
def test_an_answer_that_is_small_no_text_or_missing_is_passed_over(answer: Response | None) -> None:
    sent = run({"/a": answer} if answer else {})

    assert [path for path, _ in sent] == ["/a", "/b", "/c"]


def test_no_more_is_sent_than_was_announced() -> None:
    assert len(run({"/c": LARGE}, requests=4)) == 4
