import pytest

from readycheck.probe.exchange import Response
from readycheck.probe.limits import Limit, read_limits, tightest

DATE = ("Date", "Sun, 29 Nov 2026 09:00:00 GMT")
NOW = 1_795_942_800


def read(*headers: tuple[str, str]) -> tuple[Limit, ...]:
    return read_limits(Response(200, headers))


def test_the_list_form_takes_amount_and_window_from_the_policy_of_its_name() -> None:
    limits = read(
        ("RateLimit-Policy", '"burst";q=100;w=60, "daily";q=1000;w=86400'),
        ("RateLimit", '"burst";r=50;t=30, "daily";r=900;t=4000'),
    )

    assert limits == (
        Limit("RateLimit (list)", "burst", 100, 50, 30, 60),
        Limit("RateLimit (list)", "daily", 1000, 900, 4000, 86400),
    )
    assert tightest(limits) == limits[0]


def test_the_dictionary_form_and_three_integers() -> None:
    assert read(("RateLimit", "limit=100, remaining=50, reset=30")) == (
        Limit("RateLimit (dictionary)", "", 100, 50, 30),
    )
    assert read(("RateLimit-Limit", "100, 100;w=60"), ("RateLimit-Remaining", "99"), ("RateLimit-Reset", "12")) == (
        Limit("RateLimit-Limit", "", 100, 99, 12, 60),
    )


@pytest.mark.parametrize(
    ("reset", "seconds"),
    [("42", 42), (str(NOW + 42), 42), (str((NOW + 42) * 1000), 42), (str(NOW - 5), 0), ("soon", None)],
)
def test_a_reset_is_seconds_from_now_or_a_time(reset: str, seconds: int | None) -> None:
    for prefix in ("X-RateLimit", "X-Rate-Limit"):
        (limit,) = read(DATE, (f"{prefix}-Limit", "60"), (f"{prefix}-Remaining", "0"), (f"{prefix}-Reset", reset))
        assert (limit.limit, limit.remaining, limit.reset) == (60, 0, seconds)


def test_a_time_without_a_clock_is_no_reset() -> None:
    (limit,) = read(("X-RateLimit-Remaining", "7"), ("X-RateLimit-Reset", str(NOW)))
    assert limit.reset is None


def test_families_with_a_name_of_their_own_are_kept_apart() -> None:
    limits = read(("X-RateLimit-Remaining-Short", "3"), ("X-RateLimit-Remaining-Long", "9"))
    assert [(one.name, one.remaining) for one in limits] == [("short", 3), ("long", 9)]


@pytest.mark.parametrize(
    "value",
    [
        '"a";r=-1',
        '"a";r=1.5',
        '"a"',
        "limit=1, remaining=",
        '"a;r=1',
        "",
        "50",
        '"a";r="1"',
        "limit=1, remaining=(1 2)",
        "é",
    ],
)
def test_what_is_malformed_is_ignored(value: str) -> None:
    assert read(("RateLimit", value)) == ()


def test_what_a_cache_answered_is_ignored() -> None:
    assert read(("RateLimit", '"a";r=1'), ("Age", "5")) == ()
    assert len(read(("RateLimit", '"a";r=1'), ("Age", "0"))) == 1
