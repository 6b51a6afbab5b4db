from __future__ import annotations

import time

import pytest

from readycheck.scan.secrets.values import is_guessable, is_reference, is_stand_in, looks_made, measure_entropy


@pytest.mark.parametrize(
    "value",
    [
        "changeme", "change-me", "your-api-key", "<fill in>", "xxxxxxxx", "***", "...", "example", "AKIA7EXAMPLE",
        "placeholder", "dummy", "aaaaaaaa", "12345678", "abcdefghij", "TODO", "not-used", "replace-this-with-yours",
    ],
)  # fmt: skip
def test_stand_ins(value: str) -> None:
    assert is_stand_in(value)


@pytest.mark.parametrize("value", ["ember123", "letmein", "postgres", "kitten", "Tr0ub4dor&3", "s3cr3t", "app"])
def test_no_stand_ins(value: str) -> None:
    assert not is_stand_in(value)


@pytest.mark.parametrize(
    "value",
    [
        "", "  ", "${JWT_SECRET}", "${JWT_SECRET:?missing}", "{{ .Values.secret }}", "$TOKEN", "%(password)s",
        "{password}", "process.env.TOKEN", "/run/secrets/token", "vault:secret/data", "arn:aws:secretsmanager:x",
        "ENC[AES256,x]",
    ],
)  # fmt: skip
def test_references(value: str) -> None:
    assert is_reference(value)


@pytest.mark.parametrize(
    "value",
    [
        "postgres",
        "dev-secret",
        "super-secret-jwt-key",
        "admin123",
        "secret",
        "keyboard cat",
        "password1!",
        "12345",
        "minioadmin",
    ],
)
def test_guessable(value: str) -> None:
    assert is_guessable(value)


@pytest.mark.parametrize("value", ["ember123", "kitten", "q8Zr2LmX0vTn5KsY7WbC", "hunter2", "correct-horse"])
def test_not_guessable(value: str) -> None:
    assert not is_guessable(value)


@pytest.mark.parametrize("value", ["ember123", "s3cr3tP4ss", "q8Zr2LmX0vTn5KsY7WbC", "Tr0ub4dor&3", "b41c7f09d2e8a6"])
def test_made(value: str) -> None:
    assert looks_made(value)


@pytest.mark.parametrize(
    "value",
    [
        "password", "access_token", "oauth2_token", "Password is required", "/reset-password/v2",
        "https://x.example/1", "v1.2.3", "2024-01-31", "label.password2", "sha256-abc123", "HS256",
        "user@example.com1", "token.json", "550e8400-e29b-41d4-a716-446655440000", "auth.refreshToken",
        "$2b$12$abcdefghijkl1234", "short1",
    ],
)  # fmt: skip
def test_not_made(value: str) -> None:
    assert not looks_made(value)


def test_entropy() -> None:
    assert measure_entropy("") == 0
    assert measure_entropy("aaaa") == 0
    assert measure_entropy("abcd") == 2


def test_hostile_values_cost_no_time() -> None:
    started = time.process_time()
    for value in ("dev" * 5000, "secret-" * 3000, "1" * 50_000, "test_" * 5000 + "!", "<" * 20_000, "a.b" * 10_000):
        is_guessable(value), is_stand_in(value), is_reference(value), looks_made(value)
    assert time.process_time() - started < 2
