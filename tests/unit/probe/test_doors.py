from readycheck.probe.exchange import Route
from readycheck.probe.planning import make_plan
from readycheck.probe.situation import Limits, Situation
from readycheck.probe.target import Target

TOPICS = ("guards", "doors")
PATHS = ("/v1/me", "/v1/things", "/v1/notes", "/v1/bills")


def plan(routes: tuple[Route, ...], requests: int = 60) -> tuple[list[str], list[str]]:
    """The paths that are asked without credentials, and the steps that are not sent."""
    limits = Limits(requests=requests)
    made = make_plan(Situation(Target("http", "127.0.0.1", 8000), routes, limits=limits), TOPICS)
    return [step.path for step in made.steps if "/none-" in step.id], list(made.unsent)


def make(paths: tuple[str, ...]) -> tuple[Route, ...]:
    return tuple(Route("GET", path, "authenticated") for path in paths)


def test_every_private_route_that_can_be_read_is_asked_once() -> None:
    others = (Route("GET", "/v1/news", "public"), Route("POST", "/v1/me", "authenticated"), *make(("/v1/things/{id}",)))

    asked, unsent = plan((*make(PATHS), *others))

    assert sorted(asked) == sorted(PATHS)
    assert unsent == []


def test_what_the_budget_does_not_hold_is_not_sent() -> None:
    asked, unsent = plan(make(PATHS), requests=4)

    assert len(asked) == 3
    assert unsent == ["doors/none-2"]
