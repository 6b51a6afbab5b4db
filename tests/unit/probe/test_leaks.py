import pytest

from readycheck.probe.leaks import find_insides, find_severe


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("postgres://chat:hu[redacted]@db/chat", "an address with a password"),
        ("redis://:pa[redacted]@cache:6379", "an address with a password"),
        ("-----BEGIN EC PRIVATE KEY-----", "a private key"),
        ('{"dbPassword": "em[redacted]"}', "a secret"),
        ("JWT_SECRET=su[redacted]", "a secret"),
        ("Traceback (most recent call last):", "a stack trace"),
        (
            "Error: x\n    at Layer.handle [as handle_request] (/app/node_modules/express/lib/router/layer.js:95:5)",
            "a stack trace",
        ),
        ('{"stack": "Error: x\\n    at run (/app/a.js:1:1)"}', "a stack trace"),
        ('{"env": {"PATH": "/bin"}}', "environment variables"),
    ],
)
def test_what_nobody_may_see_is_seen(text: str, kind: str) -> None:
    assert kind in list(find_severe(text))


@pytest.mark.parametrize(
    "text",
    [
        '{"status": "ok", "database": "ok", "version": "1.2.3", "uptime": 3.5}',
        '{"password": null, "secret": false, "passwordHash": "", "api_key": "****"}',
        '{"password": "[redacted]"}',
        '{"apiKey": "AI[redacted]", "publicKey": "pk[redacted]"}',
        "see https://example.com/path and mailto:a@example.com at 10:30:15",
        "Your password must have 12 characters.",
    ],
)
def test_what_everybody_may_see_is_no_leak(text: str) -> None:
    assert [*find_severe(text), *find_insides(text)] == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("connect ECONNREFUSED 127.0.0.1:5432", "an error of a driver"),
        ("db at 192.168.1.17", "an internal address"),
        ('{"hostname": "api-7f9c"}', "the name of a host"),
        ('{"node": "v20.1.0"}', "versions of what it runs on"),
        ("PostgreSQL 16.2 on x86_64", "versions of what it runs on"),
    ],
)
def test_the_insides_are_named_by_their_kind(text: str, kind: str) -> None:
    assert list(find_insides(text)) == [kind]
