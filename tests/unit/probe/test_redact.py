from readycheck.probe.exchange import Exchange, Request, Response
from readycheck.probe.redact import Redactor

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlLXNlY3JldA"  # noqa: S105 - made up


def clean(response: Response, *headers: tuple[str, str], who: str = "a") -> Exchange:
    request = Request("GET", f"/x?token={TOKEN}", headers, who="a" if who else "")
    return Redactor(("s3cr3t-token",)).clean(Exchange(1, "page/start", request, response))


def test_credentials_that_were_sent_are_named_by_whose_they_are() -> None:
    exchange = clean(Response(200), ("Authorization", "Bearer s3cr3t-token"), ("Accept", "*/*"))

    assert exchange.request.headers == (("Authorization", "<user a>"), ("Accept", "*/*"))
    assert TOKEN not in exchange.request.target


def test_a_foreign_token_in_a_carrying_header_is_shortened() -> None:
    exchange = clean(Response(200), ("Authorization", "Bearer forged"), who="")

    assert exchange.request.headers == (("Authorization", "Be[redacted]"),)


def test_what_the_service_gives_away_keeps_its_shape_only() -> None:
    body = (
        b'{"echo": "s3cr3t-token", "dsn": "postgres://chat:hunter2hunter2@db:5432/chat",'
        b' "api_key": "sk-live-1234567890", "jwt": "' + TOKEN.encode() + b'", "ok": true}'
    )

    text = clean(Response(200, (("Set-Cookie", "sid=abcdefghijkl; HttpOnly; Secure"),), body)).response

    assert text is not None
    assert text.headers == (("Set-Cookie", "sid=ab[redacted]; HttpOnly; Secure"),)
    assert "postgres://chat:hu[redacted]@db:5432/chat" in text.text
    for secret in ("s3cr3t-token", "hunter2hunter2", "1234567890", TOKEN):
        assert secret not in text.text


def test_bytes_that_are_no_text_are_kept() -> None:
    response = clean(Response(200, (), b"\xff\xfe\x00secret")).response

    assert response is not None
    assert response.body == b"\xff\xfe\x00secret"


def test_a_hostile_answer_is_searched_in_linear_steps() -> None:
    for unit in (b"x", b"-eyJ", b"eyJ", b"password", b"password ", b"://a:", b"secret="):
        response = clean(Response(200, (), unit * (1_000_000 // len(unit)))).response

        assert response is not None
