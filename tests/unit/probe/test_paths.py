import pytest

from readycheck.probe.exchange import Route
from readycheck.probe.plans import docs, health, leaks, metrics, tls
from readycheck.probe.situation import Situation
from readycheck.probe.target import Target

TARGET = Target("http", "localhost", 8000)


def situate(*paths: str, target: Target = TARGET) -> Situation:
    return Situation(target, tuple(Route("GET", path, "public") for path in paths))


@pytest.mark.parametrize("path", ["/health", "/api/v1/ping", "/livez", "/actuator/health", "/health/ready", "/status"])
def test_health_routes_are_known_by_their_names(path: str) -> None:
    assert health.is_health(path)


@pytest.mark.parametrize("path", ["/users/status", "/api/conversations/status", "/", "/live/streams", "/uptime"])
def test_the_status_of_something_else_is_no_health_route(path: str) -> None:
    assert not health.is_health(path)


def test_known_health_routes_take_the_place_of_the_usual_names() -> None:
    assert [step.path for step in health.plan(situate("/v1/things", "/livez"))] == ["/livez"]
    assert [step.path for step in health.plan(situate("/v1/things"))] == list(health.USUAL)


@pytest.mark.parametrize(
    ("path", "smells"), [("/debug/users", True), ("/api/x/test", True), ("/latest", False), ("/v1/contest", False)]
)
def test_routes_that_smell_of_debugging_are_known_by_whole_words(path: str, *, smells: bool) -> None:
    assert leaks.smells(path) is smells


def test_own_debugging_routes_take_the_place_of_usual_ones() -> None:
    usual = list(leaks.plan(situate()))
    own = list(leaks.plan(situate("/x/test", "/x/debug", "/dev/a", "/dev/b")))

    assert [step.path for step in own][:3] == ["/x/test", "/x/debug", "/dev/a"]
    assert len(own) == len(usual)


def test_own_documentation_and_metrics_are_asked_for_as_well() -> None:
    assert "/v2/swagger.json" in [step.path for step in docs.plan(situate("/v2/swagger.json"))]
    assert [step.path for step in metrics.plan(situate("/internal/metrics"))] == ["/metrics", "/internal/metrics"]


def test_plain_http_has_no_handshakes_and_an_unusual_port_no_neighbour() -> None:
    assert list(tls.plan(situate())) == []
    assert [step.id for step in tls.plan(situate(target=Target("https", "a.example", 8443)))] == ["tls/handshake"]
    assert [step.id for step in tls.plan(situate(target=Target("https", "a.example", 443)))] == [
        "tls/handshake",
        "tls/redirect",
    ]
