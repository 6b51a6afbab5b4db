import pytest

from readycheck.probe.cookies import parse_cookie


def test_attributes_are_read_whatever_their_case_and_blanks() -> None:
    cookie = parse_cookie("id=abc; path=/ ;SECURE; SameSite = Lax; SameSite=Strict")

    assert cookie.name == "id"
    assert cookie.attributes == {"path": "/", "secure": "", "samesite": "strict"}


@pytest.mark.parametrize(
    "name", ["session", "sessionid", "connect.sid", "sid", "access_token", "PHPSESSID", "auth", "remember_me"]
)
def test_a_name_tells_a_session(name: str) -> None:
    assert parse_cookie(f"{name}=x").is_session


@pytest.mark.parametrize("name", ["theme", "csrftoken", "XSRF-TOKEN", "residence", "lang"])
def test_other_names_tell_none(name: str) -> None:
    assert not parse_cookie(f"{name}=x").is_session


@pytest.mark.parametrize(
    "value",
    ["id=; Path=/", "id=x; Max-Age=0", "id=x; Max-Age=-1", "id=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "nonsense"],
)
def test_a_cookie_that_is_taken_away_is_told_from_one_that_is_set(value: str) -> None:
    assert parse_cookie(value).is_deleted
    assert not parse_cookie("id=x; Max-Age=60").is_deleted
