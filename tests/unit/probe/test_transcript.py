import pytest

from readycheck.probe.transcript import TranscriptError, parse_transcript, render_exchange

TEXT = """\
* fact users 2
* route GET /v1/things authenticated
* unsent rate/burst a burst: allow it
* step cors/evil
> GET /v1/things?x=1 HTTP/1.1
> Origin: https://evil.example
> Authorization: <user b>
< HTTP/1.1 200 OK
< Content-Type: application/json
<
< {"a": 1,
<  "b": 2}

* step page/absent
> POST /nothing HTTP/1.1
>
> {}
! connection reset
* tls-handshake {"version": "TLSv1.3"}
"""


def test_exchanges_are_numbered_by_their_lines() -> None:
    recording = parse_transcript(TEXT)

    first, second = recording.exchanges

    assert (first.number, first.step, second.number) == (5, "cors/evil", 15)
    assert (first.request.method, first.request.target, first.request.path) == ("GET", "/v1/things?x=1", "/v1/things")
    assert first.request.who == "b"
    assert first.response is not None
    assert first.response.is_json
    assert first.response.text == '{"a": 1,\n "b": 2}'
    assert (second.request.body, second.response, second.failure) == (b"{}", None, "connection reset")


def test_what_stands_beside_the_exchanges_is_read() -> None:
    recording = parse_transcript(TEXT)

    assert recording.facts == {"users": 2}
    assert [(one.method, one.path, one.access) for one in recording.routes] == [("GET", "/v1/things", "authenticated")]
    assert recording.explain_unsent("rate") == "a burst: allow it"
    assert [(one.number, one.kind, one.data) for one in recording.observations] == [
        (19, "tls-handshake", {"version": "TLSv1.3"})
    ]


def test_a_topic_and_a_step_are_found() -> None:
    recording = parse_transcript(TEXT)

    assert len(recording.about("cors")) == len(recording.about("cors/evil")) == 1
    assert recording.about("cors/null") == ()
    assert [exchange.step for exchange, _ in recording.answered()] == ["cors/evil"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("> GET / HTTP/1.1\n", "line 1: neither an answer"),
        ("GET /\n", "line 1: must begin"),
        ("* tls 1\n", "line 1: an observation"),
        ("* fact users two\n", "line 1: not JSON"),
        ("> GET / HTTP/1.1\n< HTTP/1.1 abc\n", "line 1"),
        ("> GET / HTTP/1.1\n< HTTP/1.1 200 OK\n< nonsense\n", "'nonsense' is no header"),
    ],
)
def test_a_broken_transcript_says_where(text: str, said: str) -> None:
    with pytest.raises(TranscriptError, match=said.replace("(", r"\(")):
        parse_transcript(text)


def test_an_exchange_is_rendered_as_it_is_read() -> None:
    (exchange, _) = parse_transcript(TEXT).exchanges

    again = parse_transcript(render_exchange(exchange)).exchanges[0]

    assert (again.step, again.request, again.response) == (exchange.step, exchange.request, exchange.response)
