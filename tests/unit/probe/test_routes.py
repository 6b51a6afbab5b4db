from readycheck.probe.exchange import Route
from readycheck.probe.planning import make_plan
from readycheck.probe.routes import fill, find_by_id, find_private, find_writable, list_sockets
from readycheck.probe.situation import Allowed, Limits, Situation
from readycheck.probe.step import Plan
from readycheck.probe.target import Target

TARGET = Target("http", "127.0.0.1", 8000)
ROUTES = (
    Route("GET", "/api/me", "authenticated"),
    Route("GET", "/api/things", "public"),
    Route("GET", "/api/things/{id}", "public"),
    Route("GET", "/api/users/:id/photos/:photo", "public"),
    Route("POST", "/api/auth/login", "public"),
    Route("POST", "/api/auth/logout", "authenticated"),
    Route("POST", "/api/payments", "authenticated"),
    Route("POST", "/api/things", "authenticated"),
    Route("GET", "/api/admin/users", "admin"),
    Route("WEBSOCKET", "/ws", "authenticated"),
)
MINE = {
    "cors", "guards", "tokens", "errors", "ids", "sockets", "methods", "markup", "rates", "bodies", "slow", "burst",
}  # fmt: skip


def situate(users: int = 0, **more: object) -> Situation:
    return Situation(TARGET, ROUTES, users, **more)  # type: ignore[arg-type]  # a test's shorthand


def plan(situation: Situation) -> Plan:
    return make_plan(situation, MINE)


def test_private_routes_begin_with_those_of_admins() -> None:
    assert find_private(situate(), 3) == ["/api/admin/users", "/api/me"]


def test_a_route_by_id_has_one_parameter_at_its_end() -> None:
    route = find_by_id(situate())
    assert route is not None
    assert fill(route.path, "x") == "/api/things/x"


def test_a_bad_body_goes_to_no_route_that_pays_or_signs_out() -> None:
    signed_in, nobody = find_writable(situate(users=1)), find_writable(situate())
    assert signed_in is not None
    assert nobody is not None
    assert (signed_in.path, nobody.path) == ("/api/things", "/api/auth/login")


def test_sockets_are_those_of_the_user_and_of_the_code() -> None:
    assert list_sockets(situate(sockets=("/live",))) == ["/live", "/ws"]


def test_nothing_that_writes_bursts_or_waits_is_sent_unasked() -> None:
    steps = plan(situate(users=2, limits=Limits(requests=1000))).steps
    assert not any(step.writes or step.burst or step.slow for step in steps)
    assert {step.method for step in steps} <= {"GET", "OPTIONS", "TRACE"}


def test_my_share_of_the_budget() -> None:
    assert plan(situate(users=2, origins=("https://app.example",), sockets=("/live",))).requests <= 38


def test_a_burst_has_a_budget_of_its_own_and_comes_last() -> None:
    steps = plan(situate(users=2, allowed=Allowed(burst=300))).steps
    assert (steps[-1].topic, steps[-1].requests, steps[-1].alone) == ("burst", 300, True)
