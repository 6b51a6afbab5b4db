from __future__ import annotations

import pytest

from readycheck.scan.secrets.names import is_password_name, is_secret_name, is_signing_name


@pytest.mark.parametrize(
    "name",
    [
        "password", "DB_PASSWORD", "dbPassword", "smtp_passwd", "DB_PASS", "secret", "jwtSecret",
        "JWT_SECRET_PREVIOUS", "api_key", "apiKey", "X-API-KEY", "STRIPE_SECRET_KEY", "AWS_SECRET_ACCESS_KEY",
        "client_secret", "ACCESS_TOKEN", "refreshToken", "private_key", "ENCRYPTION_KEY", "PUSH_KEY", "OPERATOR_KEY",
        "credentials", "GITHUB_TOKEN", "passphrase", "SECRET_KEY_2", "db_password_prod",
    ],
)  # fmt: skip
def test_secrets(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "JWT_TTL", "JWT_TTL_SECONDS", "GOOGLE_LOGIN_ENABLED", "JWT_ALGORITHM", "TOKEN_THROTTLE_RATE",
        "ENFORCE_PRIVATE_IPS", "SALT_ROTATION", "PASSWORD_HASH_ROUNDS", "S3_REGION", "TOKEN_NAME",
        "PASSWORD_MIN_LENGTH", "max_tokens", "token_count", "total_tokens", "page_token", "nextPageToken",
        "csrf_token", "eos_token", "pad_token", "cancellationToken", "tokenizer", "password_field", "forgotPassword",
        "resetPassword", "confirm_password", "secretName", "public_key", "NEXT_PUBLIC_API_KEY", "primary_key",
        "foreign_key", "cache_key", "key", "keys", "partition_key", "compass", "bypass", "secretary", "hasPassword",
        "isSecret", "passwordError", "invalid_token", "storageKey", "lock_token",
    ],
)  # fmt: skip
def test_others(name: str) -> None:
    assert not is_secret_name(name)


def test_passwords_and_signing_secrets() -> None:
    assert is_password_name("POSTGRES_PASSWORD")
    assert not is_password_name("API_KEY")
    signing = ("JWT_SECRET", "SECRET_KEY", "NEXTAUTH_SECRET", "SESSION_SECRET", "jwtSecret", "REFRESH_TOKEN_SECRET")
    assert all(map(is_signing_name, signing))
    others = ("STRIPE_SECRET_KEY", "AWS_SECRET_ACCESS_KEY", "WEBHOOK_SECRET", "CLIENT_SECRET", "POSTGRES_PASSWORD")
    assert not any(map(is_signing_name, others))
