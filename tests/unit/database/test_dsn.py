from urllib.parse import quote

import pytest
from psycopg.conninfo import conninfo_to_dict

from readycheck.database.dsn import DsnError, is_local, parse_dsn


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("postgresql://app:secret@db.example:5433/chat", "postgresql://app@db.example:5433/chat"),
        ("postgres://app:secret@db.example/chat", "postgresql://app@db.example/chat"),
        ("postgresql+asyncpg://app:secret@db.example/chat", "postgresql://app@db.example/chat"),
        ("  host=db.example dbname=chat user=app password=secret\n", "postgresql://app@db.example/chat"),
        ("postgresql:///chat?host=/run/postgresql&user=app&password=secret", "postgresql://app@/run/postgresql/chat"),
        ("postgresql://app:secret@/chat", "postgresql://app@localhost/chat"),
    ],
)
def test_every_way_to_write_it_is_understood_and_named_without_the_password(text: str, name: str) -> None:
    dsn = parse_dsn(text)
    assert dsn.name == name
    assert dsn.has_password
    assert conninfo_to_dict(dsn.conninfo)["password"] == "secret"  # noqa: S105
    assert "secret" not in repr(dsn)


def test_parameters_of_an_orm_are_left_out_and_named() -> None:
    dsn = parse_dsn("postgresql://app@db/chat?schema=public&connection_limit=5&sslmode=require&application_name=a%20b")
    assert dsn.ignored == ("schema", "connection_limit")
    assert conninfo_to_dict(dsn.conninfo)["sslmode"] == "require"
    assert conninfo_to_dict(dsn.conninfo)["application_name"] == "a b"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "s3cr3t",
        "mysql://app:s3cr3t@db/chat",
        "postgresql://app:s3cr3t%zz@db/chat",
        "postgresql://app:s3cr3t@db:port/chat/%",
        "host=db password='s3cr3t",
        "host=db s3cr3t=1",
        "postgresql://app:s3cr3t@[::1/chat",
        "chat",
    ],
)
def test_what_is_no_dsn_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(DsnError) as caught:
        parse_dsn(text)
    assert "s3cr3t" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize("secret", ["a b/c", "ü%:@", "plain"])
def test_messages_lose_every_spelling_of_the_password(secret: str) -> None:
    dsn = parse_dsn(f"postgresql://app:{quote(secret, safe='')}@db/chat")
    assert dsn.redact(f"no {secret} and\nno {quote(secret, safe='')}") == "no *** and no ***"


@pytest.mark.parametrize(
    ("host", "local"),
    [("localhost", True), ("127.0.0.1", True), ("/run/pg", True), ("::1", True), ("db", False), ("10.0.0.1", False)],
)
def test_this_machine_is_told_from_others(host: str, *, local: bool) -> None:
    assert is_local(host) is local
