import base64
import hashlib
import hmac
import json

import pytest

from readycheck.probe.collect.forged import NOBODY, forge


def encode(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def decode(text: str) -> dict[str, object]:
    value: dict[str, object] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return value


OWN = f"{encode({'alg': 'RS256', 'kid': 'k1'})}.{encode({'sub': '7', 'exp': 1, 'aud': 'chat'})}.c2lnbmF0dXJl"


def test_a_token_with_a_known_secret_copies_the_users_claims_with_new_times() -> None:
    token = forge(OWN, {"key": "secret"}) or ""
    header, claims, mark = token.split(".")

    assert decode(header) == {"alg": "HS256", "kid": "k1"}
    said = decode(claims)
    assert (said["sub"], said["aud"]) == ("7", "chat")
    assert isinstance(said["exp"], int)
    assert said["exp"] > 1
    wanted = hmac.new(b"secret", f"{header}.{claims}".encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(mark + "=") == wanted


def test_an_unsigned_token_says_so() -> None:
    header, _, mark = (forge(OWN, {"unsigned": True}) or "").split(".")
    assert (decode(header)["alg"], mark) == ("none", "")


def test_an_altered_token_keeps_header_and_signature() -> None:
    token = forge(OWN, {"altered": True}) or ""
    assert token != OWN
    assert token.split(".")[0] == OWN.split(".", maxsplit=1)[0]
    assert token.split(".")[2] == OWN.split(".")[2]


def test_without_a_users_token_it_is_about_nobody() -> None:
    token = forge("", {"key": "secret"}) or ""
    assert decode(token.split(".")[1])["sub"] == NOBODY
    assert forge("", {"altered": True}) is None


@pytest.mark.parametrize("own", ["opaque-session-id", "a.b.c", "a.b", f"{encode([1])}.{encode({})}.x"])
def test_what_is_no_token_cannot_be_forged(own: str) -> None:
    assert forge(own, {"key": "secret"}) is None
