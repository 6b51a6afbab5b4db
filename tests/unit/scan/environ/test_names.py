from __future__ import annotations

import pytest

from readycheck.scan.environ.names import is_platform, judge_name, says_where_it_runs
from readycheck.scan.environ.secrecy import is_local_store, judge_default, shorten


@pytest.mark.parametrize(
    "name", ["PATH", "NODE_ENV", "PORT", "CI", "HOSTNAME", "VERCEL_URL", "AWS_REGION", "PYTHONPATH"]
)
def test_set_by_the_platform(name: str) -> None:
    assert is_platform(name)


@pytest.mark.parametrize("name", ["DATABASE_URL", "BASE_URL", "AWS_SECRET_ACCESS_KEY", "PORTAL_URL", "GITHUB_TOKEN"])
def test_set_by_nobody_but_the_project(name: str) -> None:
    assert not is_platform(name)


def test_what_says_where_it_runs() -> None:
    assert all(map(says_where_it_runs, ("NODE_ENV", "APP_ENV", "ENVIRONMENT", "MYAPP_APP_ENV")))
    assert not any(map(says_where_it_runs, ("ENV_FILE", "ENVIRONMENT_URL", "SEVEN")))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SECRET_KEY", "signing"), ("JWT_SECRET", "signing"), ("DB_PASSWORD", "database"), ("PGPASSWORD", "database"),
        ("APP_DBPASS", "database"), ("SMTP_PASSWORD", "secret"), ("API_KEY", "secret"), ("IP_SALT", "secret"),
        ("JWT_TTL_SECONDS", ""), ("JWT_ALGORITHM", ""), ("TOKEN_THROTTLE_RATE", ""), ("PASSWORD_LOGIN_ENABLED", ""),
        ("AWS_REGION", ""), ("SALT_ROTATION", ""), ("PASSWORD_HASH_ROUNDS", ""), ("SECRET_NAME", ""),
        ("NEXT_PUBLIC_API_KEY", ""), ("VITE_TOKEN", ""),
    ],
)  # fmt: skip
def test_what_is_kept_in_it(name: str, kind: str) -> None:
    assert judge_name(name) == kind


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("SECRET_KEY", "dev", "signing"), ("SECRET_KEY", "---", "signing"), ("JWT_SECRET", "changeme", "signing"),
        ("DATABASE_URL", "postgres://app:app1@localhost/app", "database"), ("ADMIN_PASSWORD", "1234", "secret"),
        ("SECRET_KEY", "", ""), ("JWT_SECRET", "/run/secrets/jwt", ""), ("API_KEY", "not-used", ""),
        ("OPENAI_API_KEY", "your-api-key", ""), ("GOOGLE_SECRET", "dummyClientSecret", ""),
        ("TWITTER_ACCESS_TOKEN_SECRET", "dummyAccessTokenSecret", ""), ("CSRF_TOKEN", "csrf_token", ""),
        ("SESSION_COOKIE_KEY", "app_session", ""), ("DATABASE_URL", "postgres://localhost/app", ""),
        ("DATABASE_URL", "postgres://app:${PASSWORD}@db/app", ""), ("API_URL", "https://example.com", ""),
    ],
)  # fmt: skip
def test_what_a_default_gives_away(name: str, value: str, kind: str) -> None:
    assert judge_default(name, value) == kind


def test_addresses_on_the_machine_itself() -> None:
    assert all(
        map(is_local_store, ("redis://localhost:6379", "postgresql+asyncpg://a:b@127.0.0.1/x", "amqp://localhost//"))
    )
    assert not any(map(is_local_store, ("http://localhost:11434", "redis://cache:6379", "localhost")))


def test_at_most_four_characters_are_shown() -> None:
    assert shorten("correct horse battery") == "corr…"
    assert "hunter2" not in shorten("postgres://app:hunter2222@db/app")
