import pytest

from readycheck.probe.exchange import Response
from readycheck.probe.policies import find_weaknesses, parse_csp, parse_hsts, parse_policy, restricts_frames

HELMET = (
    "default-src 'self';base-uri 'self';font-src 'self' https: data:;form-action 'self';frame-ancestors 'self';"
    "img-src 'self' data:;object-src 'none';script-src 'self';script-src-attr 'none';"
    "style-src 'self' https: 'unsafe-inline';upgrade-insecure-requests"
)


def with_headers(*headers: tuple[str, str]) -> Response:
    return Response(200, headers)


def test_every_header_and_every_part_between_commas_is_a_policy() -> None:
    response = with_headers(
        ("Content-Security-Policy", "default-src 'self', script-src 'none'"),
        ("content-security-policy", "img-src *"),
        ("Content-Security-Policy", " ; "),
    )

    assert [list(one.policy) for one in parse_csp(response)] == [["default-src"], ["script-src"], ["img-src"]]


def test_of_a_directive_that_stands_twice_the_first_counts() -> None:
    parsed = parse_policy("script-src 'self'; SCRIPT-SRC *; ;")

    assert parsed.policy == {"script-src": ["'self'"]}
    assert parsed.faults == ("script-src stands twice, and browsers ignore the second one",)


def test_nonces_and_hashes_keep_their_case_and_keywords_do_not() -> None:
    assert parse_policy("script-src 'SELF' 'nonce-AbC'").policy["script-src"] == ["'self'", "'nonce-AbC'"]


@pytest.mark.parametrize(
    ("policy", "weaknesses"),
    [
        (HELMET, 0),
        ("default-src 'none'", 0),
        ("default-src 'self'; script-src 'self' 'sha256-AAA=' 'unsafe-inline'", 0),
        ("default-src 'self'; script-src 'self' 'wasm-unsafe-eval'", 0),
        ("object-src 'none'; script-src 'strict-dynamic' 'nonce-a' https: http:; base-uri 'self'", 0),
        ("script-src-elem 'self'; script-src *; object-src 'none'", 0),
        ("default-src *", 2),
        ("script-src data:; object-src 'none'", 1),
        ("", 2),
    ],
)
def test_weaknesses_are_counted_for_each_policy(policy: str, weaknesses: int) -> None:
    assert len(list(find_weaknesses(parse_policy(policy).policy))) == weaknesses


@pytest.mark.parametrize(
    ("headers", "restricted"),
    [
        ((), False),
        ((("X-Frame-Options", "deny"),), True),
        ((("X-Frame-Options", "SAMEORIGIN, SAMEORIGIN"),), True),
        ((("X-Frame-Options", "ALLOWALL"),), False),
        ((("Content-Security-Policy", "frame-ancestors 'self'"), ("X-Frame-Options", "ALLOWALL")), True),
        ((("Content-Security-Policy", "frame-ancestors https:"), ("X-Frame-Options", "DENY")), False),
        (
            (("Content-Security-Policy", "frame-ancestors *"), ("Content-Security-Policy", "frame-ancestors 'none'")),
            True,
        ),
        ((("Content-Security-Policy", "default-src 'none'"),), False),
    ],
)
def test_frames_are_restricted_by_frame_ancestors_or_the_older_header(
    headers: tuple[tuple[str, str], ...], *, restricted: bool
) -> None:
    assert restricts_frames(with_headers(*headers)) is restricted


@pytest.mark.parametrize(
    ("value", "seconds", "fault"),
    [
        ("max-age=31536000; includeSubDomains; preload", 31_536_000, ""),
        ('MAX-AGE="60";', 60, ""),
        ("max-age=0", 0, ""),
        ("includeSubDomains", 0, "there is no max-age"),
        ("max-age=1; max-age=2", 0, "max-age stands twice"),
        ("max-age=-1", 0, "max-age=-1"),
        ("max-age", 0, "max-age="),
        ("", 0, "there is no max-age"),
    ],
)
def test_strict_transport_security_is_read_as_browsers_do(value: str, seconds: int, fault: str) -> None:
    parsed = parse_hsts(value)

    assert (parsed.seconds, parsed.fault) == (seconds, fault)
