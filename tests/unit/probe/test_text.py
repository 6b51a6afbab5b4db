import pytest

from readycheck.probe.exchange import Exchange, Recording, Request, Response
from readycheck.probe.text import is_text, list_genuine

HTML, PLAIN, JSON = "text/html", "text/plain", "application/json"


def exchange(step: str, path: str, body: str, kind: str = HTML, status: int = 200) -> Exchange:
    return Exchange(1, step, Request("GET", path), Response(status, (("Content-Type", kind),), body.encode()))


def genuine(*exchanges: Exchange) -> list[str]:
    return [one.request.target for one, _ in list_genuine(Recording("http://a", exchanges), "leaks")]


def test_where_absent_paths_are_404_every_good_answer_is_genuine() -> None:
    absent = exchange("page/absent", "/nothing", "gone", status=404)

    assert genuine(
        absent, exchange("leaks/debug", "/debug", "x"), exchange("leaks/env", "/.env", "gone", status=404)
    ) == ["/debug"]


def test_where_every_path_gives_a_page_no_page_is_genuine() -> None:
    absent = exchange("page/absent", "/nothing", "<div id=app></div>")

    assert genuine(
        absent, exchange("leaks/debug", "/debug", "another page"), exchange("leaks/env", "/.env", "A=1", PLAIN)
    ) == ["/.env"]


@pytest.mark.parametrize("body", ["no /debug here, 17 seconds, id 9f8e7d6c", "no /debug here, 2 seconds, id 00ff00ff"])
def test_the_same_text_with_another_path_and_number_is_no_answer_of_its_own(body: str) -> None:
    absent = exchange("page/absent", "/nothing", "no /nothing here, 3 seconds, id 1a2b3c4d", PLAIN)

    assert genuine(absent, exchange("leaks/debug", "/debug", body, PLAIN)) == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (HTML, True),
        ("application/problem+json", True),
        ("image/svg+xml", True),
        ("application/javascript; charset=utf-8", True),
        ("text/event-stream", False),
        ("image/png", False),
        ("", False),
    ],
)
def test_text_that_compresses_well_is_told_by_its_type(kind: str, *, text: bool) -> None:
    assert is_text(Response(200, (("Content-Type", kind),))) is text
