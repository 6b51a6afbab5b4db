import pytest

from readycheck.probe.situation import Allowed, Limits, Situation
from readycheck.probe.started.command import (
    Command,
    Dependency,
    StartError,
    parse_command,
    parse_dependency,
    parse_exercise,
)
from readycheck.probe.started.scenario import plan_scenes
from readycheck.probe.started.scenes.lacking import is_named
from readycheck.probe.started.secrets import find_leaks, list_known
from readycheck.probe.target import Target


def test_no_shell_reads_the_command() -> None:
    assert parse_command("python -m app 'a b' $HOME; rm -rf x") == (
        "python", "-m", "app", "a b", "$HOME;", "rm", "-rf", "x",
    )  # fmt: skip


@pytest.mark.parametrize("text", ["", "   ", "'open"])
def test_no_command(text: str) -> None:
    with pytest.raises(StartError):
        parse_command(text)


@pytest.mark.parametrize(
    ("url", "led"),
    [
        ("postgresql://u:p@db.internal/chat?sslmode=disable", "postgresql://u:p@127.0.0.1:9/chat?sslmode=disable"),
        ("postgresql+asyncpg://u:p%40x@db:6000/chat", "postgresql+asyncpg://u:p%40x@127.0.0.1:9/chat"),
        ("redis://:pw@[::1]:6380/0", "redis://:pw@127.0.0.1:9/0"),
        ("http://ai.local/v1", "http://127.0.0.1:9/v1"),
    ],
)
def test_a_url_leads_to_the_proxy(url: str, led: str) -> None:
    found = parse_dependency("database=X", {"X": url})
    assert isinstance(found, Dependency)
    assert found.lead_to(9) == led


def test_usual_ports_are_known() -> None:
    found = parse_dependency("redis=X", {"X": "redis://cache"})
    assert isinstance(found, Dependency)
    assert (found.host, found.port) == ("cache", 6379)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "X is not set here"),
        ("https://api.example/v1", "is https: a proxy under another name would break its encryption"),
        ("postgresql://u@db/x?sslmode=verify-full", "demands that the server's certificate carries its name"),
        ("postgresql://u@a,b/x", "does not name one host"),
        ("sqlite:///file.db", "does not name one host"),
        ("odd://host", "names no port"),
    ],
)
def test_what_cannot_be_cut_says_why(url: str, reason: str) -> None:
    found = parse_dependency("database=X", {"X": url} if url else {})
    assert isinstance(found, str)
    assert reason in found


@pytest.mark.parametrize("text", ["database", "queue=X", "=X", "database="])
def test_a_dependency_that_is_none(text: str) -> None:
    with pytest.raises(StartError):
        parse_dependency(text, {"X": "redis://a"})


def test_an_exercise_has_a_body() -> None:
    kind, exercise = parse_exercise('ai=post /v1/chat {"text": "a b"}')
    assert (kind, exercise.method, exercise.path, exercise.body) == ("ai", "POST", "/v1/chat", b'{"text": "a b"}')


@pytest.mark.parametrize("text", ["ai=GET", "ai=DELETE /x", "other=GET /x", "ai=GET x"])
def test_an_exercise_that_is_none(text: str) -> None:
    with pytest.raises(StartError):
        parse_exercise(text)


def plan(command: Command, *, writes: bool = False) -> dict[str, str]:
    situation = Situation(Target("http", "127.0.0.1", 1), limits=Limits(), allowed=Allowed(writes))
    scenes = plan_scenes(command, situation)
    return {**dict.fromkeys((one.id for one in scenes.scenarios), ""), **scenes.unsent}


def test_what_is_not_there_is_not_tried() -> None:
    planned = plan(Command(("run",), {"A": "1"}, required=("A", "B")))
    assert planned["start-without/A"] == ""
    assert planned["start-without/B"] == "B is not set here: there is nothing to take away"
    assert planned["cut-database/all"] == "no database to cut was named: --dependency database=VARIABLE"
    assert planned["drain/sigterm"] == ""


def test_an_exercise_that_writes_needs_permission() -> None:
    found = parse_dependency("ai=AI", {"AI": "http://127.0.0.1:1"})
    assert isinstance(found, Dependency)
    command = Command(("run",), {}, (found,), exercises=dict([parse_exercise("ai=POST /x {}")]), repeats=0)
    assert "--allow-writes" in plan(command)["hang-ai/all"]
    assert plan(command, writes=True)["hang-ai/all"] == ""
    assert plan(command)["resources/repeat"] == "left out: --repeat 0"


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("JWT_SECRET is missing", True),
        ("jwt_secret\n  Field required", True),
        ("KeyError: 'JWT_SECRET'", True),
        ("OLD_JWT_SECRET is missing", False),
        ("JWT_SECRET_PREVIOUS is missing", False),
        ("TypeError", False),
    ],
)
def test_whether_a_variable_is_named(line: str, named: bool) -> None:  # noqa: FBT001 - a table
    assert is_named("JWT_SECRET", [line]) is named


def test_known_secrets_are_those_that_nothing_else_could_be() -> None:
    environment = {
        "DATABASE_URL": "postgres://u:pa55word-qwerty@h/d",
        "SHORT_URL": "postgres://u:pw@h/d",
        "JWT_SECRET": "0123456789abcdef",
        "SECRET_FILE": "/run/secrets/jwt",
        "PASSWORD": "password",
        "MONKEY": "0123456789abcdef0",
    }
    known = list_known(Command(("x",), environment))
    assert known == {"the password in DATABASE_URL": "pa55word-qwerty", "the value of JWT_SECRET": "0123456789abcdef"}
    assert find_leaks(known, [("normal", ["fine", "key 0123456789abcdef"])]) == [
        ("the value of JWT_SECRET", "key 0123456789abcdef")
    ]
