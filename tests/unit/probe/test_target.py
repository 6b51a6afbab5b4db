import pytest

from readycheck.probe.target import TargetError, parse_target


@pytest.mark.parametrize(
    ("url", "origin", "base", "local"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000", "", True),
        ("localhost:8000/api/", "http://localhost:8000", "/api", True),
        ("https://[::1]/", "https://[::1]", "", True),
        ("https://chat.example:443/v1", "https://chat.example", "/v1", False),
        ("http://127.0.0.1.evil.example", "http://127.0.0.1.evil.example", "", False),
        ("http://localhost.evil.example", "http://localhost.evil.example", "", False),
        ("http://0.0.0.0:8000", "http://0.0.0.0:8000", "", False),
        ("http://10.0.0.1", "http://10.0.0.1", "", False),
    ],
)
def test_a_url_is_an_origin(url: str, origin: str, base: str, local: bool) -> None:  # noqa: FBT001 - a table
    target = parse_target(url)

    assert (target.origin, target.base, target.is_local) == (origin, base, local)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://host", "only http and https"),
        ("http://", "names no host"),
        ("http://user:hunter2@host", "credentials"),
        ("http://host:99999", "host:99999"),
        ("http://host/?token=1", "query"),
    ],
)
def test_what_cannot_be_probed_is_refused(url: str, said: str) -> None:
    with pytest.raises(TargetError, match=said) as caught:
        parse_target(url)

    assert "hunter2" not in str(caught.value)
