import asyncio

import pytest

from readycheck.probe.collect.linked import find_file, find_files, follow_links
from readycheck.probe.exchange import Exchange, Request, Response
from readycheck.probe.step import Manner, Step

PAGE = (("Content-Type", "text/html; charset=utf-8"),)


def run(text: str, requests: int = 2, headers: tuple[tuple[str, str], ...] = PAGE) -> list[str]:
    step = Step("assets/file", "GET", "/", "?", manner=Manner.LINKED, requests=requests)
    path = find_file(Response(200, headers, text.encode()), "")
    turns = 0

    async def turn() -> None:
        nonlocal turns
        turns += 1

    async def send(one: Step) -> Exchange:
        return Exchange(0, one.id, Request("GET", one.path), Response(200))

    async def gather() -> list[Exchange]:
        return [exchange async for exchange in follow_links(step, turn, send, path)]

    sent = asyncio.run(gather())
    assert turns == len(sent) <= requests
    return [one.request.target for one in sent]


def test_the_first_script_is_asked_for_and_its_source_map() -> None:
    text = '<link rel="stylesheet" href="/a.css"><script defer src="/static/app.1f.js?v=2"></script>'

    assert run(text) == ["/static/app.1f.js?v=2", "/static/app.1f.js.map"]
    assert run(text, requests=1) == ["/static/app.1f.js?v=2"]


@pytest.mark.parametrize(
    "text", ["", "<h1>hello</h1>", "<script src='https://cdn.example/a.js'>", "<script src=//cdn.example/a.js>"]
)
def test_a_page_without_files_of_its_own_costs_nothing(text: str) -> None:
    assert run(text) == []


def test_a_library_says_nothing_about_the_files_of_the_service() -> None:
    assert run('<script src="/socket.io/socket.io.js"></script><script src="/app.js">') == ["/app.js", "/app.js.map"]


def test_links_in_what_is_no_page_are_not_followed() -> None:
    assert run('<script src="/a.js">', headers=(("Content-Type", "application/json"),)) == []


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("/chat/app.js", "/app.js"),
        ("app.js", "/app.js"),
        ("./app.js", "/app.js"),
        ("/other/app.js", None),
        ("../app.js", None),
        ("http:app.js", None),
        ("/chat/" + "a" * 600 + ".js", None),
    ],
)
def test_only_files_behind_the_prefix_are_found(link: str, path: str | None) -> None:
    assert next(find_files(f'<script src="{link}">', "/chat"), None) == path
